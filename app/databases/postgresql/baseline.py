"""Reset: a copy of the baseline, with a mark of its own, staged like any other copy."""

from contextlib import suppress

from app.databases.postgresql.connected import end_sessions
from app.databases.postgresql.connections import connect_maintenance
from app.databases.postgresql.failures import told
from app.databases.postgresql.locks import Hold, working_on
from app.databases.postgresql.marker import genuine
from app.databases.postgresql.names import Kind, baseline_name, database_name
from app.databases.postgresql.owned import Database, drop, find, must_be_made_here
from app.databases.postgresql.twin import make_twin, size_of
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, Target
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError, SandkeeperError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged


def has_baseline(place: Place, target: Target) -> bool:
    """Raises OutsideError when the server cannot be asked."""
    with told(place, "while looking for the baseline"):
        session = connect_maintenance(place, statement_seconds=5)
        try:
            return find(session, baseline_name(target.environment.id)) is not None
        finally:
            session.close()


def prepare_reset(
    place: Place, target: Target, signer: Signer, operation: OperationId, attempt: int, ctx: PhaseContext
) -> Staged:
    """As `Adapter.prepare_reset`. `rows` of the result is None: nothing was copied from a source."""
    environment = target.environment
    name = database_name(environment.id, Kind.READY, operation, attempt)
    with working_on(place, environment, ctx) as hold, told(place, "while copying the baseline", ctx):
        baseline = _genuine_baseline(hold, environment, signer)
        end_sessions(hold.session, baseline.oid)
        try:
            made = make_twin(hold, baseline, name, operation, signer, ctx)
            size = size_of(hold.session, made)
        except BaseException:
            with suppress(SandkeeperError):
                _undo(hold, name, signer)
            raise
    if made.marker is None:
        raise OutsideError(f"{name} lost its mark", "Somebody changed its comment.", "Start again.")
    return Staged(place=name, identity=made.identity, nonce=made.marker.nonce, size_bytes=size)


def _undo(hold: Hold, name: str, signer: Signer) -> None:
    with told(hold.place, "while removing the unfinished copy"):
        found = find(hold.session, name)
        if found is not None:
            must_be_made_here(found, hold.environment, signer)
            drop(hold.session, hold.place, found)


def _genuine_baseline(hold: Hold, environment: Environment, signer: Signer) -> Database:
    found = find(hold.session, baseline_name(environment.id))
    if found is None:
        raise RefusedError(
            f"{environment.ref} has no baseline",
            "Its last copy was made without keeping one, or it has no copy.",
            "Refresh it; the policy's `baseline` says whether one is kept.",
        )
    if not genuine(found.marker, found.identity, environment.id, signer):
        raise RefusedError(
            f"The baseline of {environment.ref} is not one that Sandkeeper made",
            "Its mark is missing or does not verify here.",
            "Refresh the environment: that makes a new baseline.",
        )
    if found.open or not found.mine:
        raise RefusedError(
            f"The baseline of {environment.ref} was opened since it was made",
            "Somebody allowed connections to it, so nobody knows what is in it now.",
            "Refresh the environment: that makes a new baseline.",
        )
    return found
