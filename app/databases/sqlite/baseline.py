"""Reset: a copy of the baseline, with a mark of its own, staged like any other copy."""

from pathlib import Path

from app.databases.marks import genuine
from app.databases.sqlite.area import Area, sync_folder
from app.databases.sqlite.connections import identity_of, open_file, open_readonly
from app.databases.sqlite.failures import told
from app.databases.sqlite.marker import made_at, new_marker, read_marker, write_marker
from app.databases.sqlite.seal import copy_file, keep_time, sync_file
from app.databases.sqlite.urls import path_of
from app.domain.environments import Environment, Target
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged


def has_baseline(target: Target) -> bool:
    return Area(path_of(target.environment.database)).baseline.is_file()


def stage_baseline(target: Target, signer: Signer, operation: OperationId, attempt: int, ctx: PhaseContext) -> Staged:
    """As `Adapter.prepare_reset`. `rows` of the result is None: nothing was copied from a source."""
    environment = target.environment
    area = Area(path_of(environment.database))
    if not has_baseline(target):
        raise RefusedError(
            f"{environment.ref} has no baseline",
            "Its last copy was made without keeping one, or it has no copy.",
            "Refresh it; the policy's `baseline` says whether one is kept.",
        )
    _must_be_genuine(area, environment, signer)
    place = area.staging(operation, attempt)
    try:
        copy_file(area.baseline, place, ctx)
        nonce = _mark(place, environment, signer, operation)
        sync_file(place)
        keep_time(area.baseline, place)
        sync_folder(area.folder)
    except BaseException:
        area.remove(place)
        raise
    identity = identity_of(place)
    if identity is None:
        raise OutsideError(f"{place.name} vanished", "The staged file was removed.", "Start again.")
    facts = place.stat()
    return Staged(
        place=str(place), identity=identity, nonce=nonce, size_bytes=facts.st_size, modified=facts.st_mtime_ns
    )


def _must_be_genuine(area: Area, environment: Environment, signer: Signer) -> None:
    connection, _ = open_readonly(area.baseline)
    try:
        marker = read_marker(connection)
    finally:
        connection.close()
    if not genuine(marker, environment.id, signer):
        raise RefusedError(
            f"The baseline of {environment.ref} is not one that Sandkeeper made",
            "Its mark is missing or does not verify here.",
            "Refresh the environment: that makes a new baseline.",
        )
    made = None if marker is None else made_at(marker)
    if made is None or area.baseline.stat().st_mtime_ns != made:
        raise RefusedError(
            f"The baseline of {environment.ref} was changed since it was made",
            "Another program wrote to it, so nobody knows what is in it now.",
            "Refresh the environment: that makes a new baseline.",
        )


def _mark(place: Path, environment: Environment, signer: Signer, operation: OperationId) -> str:
    connection, identity = open_file(place, "rw")
    try:
        with told(place, "while marking the copy of the baseline"):
            marker = new_marker(environment.id, operation, identity, signer)
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("BEGIN IMMEDIATE")
            write_marker(connection, marker)
            connection.execute("COMMIT")
            if mode == "wal":
                connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    return marker.nonce
