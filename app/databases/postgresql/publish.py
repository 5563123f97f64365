"""The swap: the staged database takes the environment's name in one act, and what follows once it has."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from threading import Event

import psycopg

from app.databases.postgresql import logins
from app.databases.postgresql.connected import kept_empty
from app.databases.postgresql.connections import Session, literal, quoted
from app.databases.postgresql.failures import lost, told
from app.databases.postgresql.locks import working_on
from app.databases.postgresql.marker import genuine
from app.databases.postgresql.names import Kind, baseline_name, database_name, login_name, recognised
from app.databases.postgresql.owned import (
    Database,
    beside,
    drop,
    find,
    in_use,
    must_be_made_here,
    must_be_ours,
    not_ours,
    refuse_while_held,
)
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, Target
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged

_TRIES = 6
_PAUSE = Event()  # never set: a server that restarts is given a second between two tries


def publish(
    place: Place,
    target: Target,
    staged: Staged,
    signer: Signer,
    operation: OperationId,
    login_password: str | None,
    ctx: PhaseContext,
) -> None:
    """As the port says, and once more when the connection is lost: whether the swap came to be is then looked up.

    Renames, owner, rights and baseline change in one transaction: either the target is the staged
    database already, or nothing happened yet.

    With a password the sandbox's login becomes the owner and may connect with it, whatever it was before; without
    one the database stays the worker's.
    """
    for _ in range(_TRIES - 1):
        try:
            return _publish(place, target, staged, signer, operation, login_password, ctx)
        except OutsideError as error:
            if not lost(error):
                raise
            _PAUSE.wait(1)
    return _publish(place, target, staged, signer, operation, login_password, ctx)


def _publish(
    place: Place,
    target: Target,
    staged: Staged,
    signer: Signer,
    operation: OperationId,
    login_password: str | None,
    ctx: PhaseContext,
) -> None:
    environment = target.environment
    doing = "while the copy took the environment's name"
    with working_on(place, environment, ctx) as hold, told(place, doing):
        session = hold.session
        ctx.assert_current()
        login = None
        if login_password is not None:
            login = logins.ensure_login(session, place, target, signer, operation)
        present = find(session, place.database)
        if present is not None and present.identity == staged.identity:
            if login is not None and login_password is not None:
                logins.let_in(session, login, login_password)
            return
        coming = _must_be_staged(session, staged, environment, signer)
        if present is not None:
            must_be_ours(present, environment, signer)
            become_owner(session, place, target, signer)
            refuse_while_held(session, present, dropping=False)
        with _emptied(place, present, environment), swapping(session, present):
            if present is not None:
                old = database_name(environment.id, Kind.OLD, operation)
                put_aside(session, present, old, environment, signer)
            _take_the_name(session, place, coming, environment, login)
            _baseline_in_place(session, staged, environment, signer, operation)
            if login is not None and login_password is not None:
                logins.let_in(session, login, login_password)
            hold.assert_held()
            ctx.assert_current()


def settle(place: Place, target: Target, staged: Staged, signer: Signer, ctx: PhaseContext) -> None:
    """Drop what was replaced, and its baseline. Can be repeated."""
    environment = target.environment
    with working_on(place, environment, ctx) as hold, told(place, "while cleaning up after the copy"):
        for found in beside(hold.session, environment.id):
            if recognised(found.name, environment.id) in (Kind.OLD, Kind.SPENT):
                must_be_made_here(found, environment, signer)
                ctx.assert_current()
                drop(hold.session, place, found)


def put_aside(session: Session, present: Database, name: str, environment: Environment, signer: Signer) -> None:
    """Inside a transaction: rename the environment's database, which locks it, look again whether it is ours, close it
    and take it back from its login. Raises RefusedError."""
    session.execute(f"ALTER DATABASE {quoted(present.name)} RENAME TO {quoted(name)}")
    locked = find(session, name)
    if locked is None or locked.identity != present.identity:
        raise not_ours(environment, "Another database was given its name at this very moment.")
    must_be_ours(locked, environment, signer)
    session.execute(f"ALTER DATABASE {quoted(name)} OWNER TO CURRENT_USER")
    session.execute(f"ALTER DATABASE {quoted(name)} ALLOW_CONNECTIONS false IS_TEMPLATE false")


@contextmanager
def swapping(session: Session, present: Database | None) -> Iterator[None]:
    """One transaction. Somebody who does not leave the database in time becomes an error with their name."""
    try:
        with session.transaction():
            yield
    except psycopg.errors.ObjectInUse:
        if present is None:
            raise
        raise in_use(session, present) from None
    except psycopg.errors.DuplicateDatabase:
        raise OutsideError(
            "Another database took the environment's name",
            "It appeared while the copy was being made; nothing was changed.",
            "Rename or drop it, or give the environment another database, then start again.",
        ) from None


def _emptied(place: Place, present: Database | None, environment: Environment) -> AbstractContextManager[None]:
    if present is None:
        return nullcontext()
    return kept_empty(place, present.oid, login_name(place.database, environment.id))


def become_owner(session: Session, place: Place, target: Target, signer: Signer) -> None:
    """Be a member of the sandbox's login, which owns it and may have revoked that."""
    login = logins.find_login(session, target, place)
    if login is not None and logins.ours(login, target.environment, signer):
        with suppress(psycopg.errors.InsufficientPrivilege):  # a membership may be there all the same
            logins.join(session, login.name)


def _must_be_staged(session: Session, staged: Staged, environment: Environment, signer: Signer) -> Database:
    """Raises RefusedError unless the database is the one that was prepared and sealed, and nobody was let in since."""
    found = find(session, staged.place)
    if found is None:
        raise OutsideError(f"{staged.place} is gone", "The prepared copy was dropped.", "Start the operation again.")
    good = genuine(found.marker, found.identity, environment.id, signer) and found.identity == staged.identity
    if not good or found.marker is None or found.marker.nonce != staged.nonce:
        raise RefusedError(
            "The prepared copy is not the one that was checked",
            f"Identity or mark of {staged.place} changed after it was finished.",
            "Start the operation again; the environment is as it was.",
        )
    if found.open or not found.mine:
        raise RefusedError(
            "The prepared copy was opened after it was checked",
            f"Somebody allowed connections to {staged.place}, so nobody knows what is in it now.",
            "Start the operation again; the environment is as it was.",
        )
    return found


def _take_the_name(
    session: Session, place: Place, coming: Database, environment: Environment, login: str | None
) -> None:
    name = quoted(place.database)
    session.execute(f"ALTER DATABASE {quoted(coming.name)} RENAME TO {name}")
    with suppress(psycopg.Error), session.transaction():  # a courtesy, where the role may set it
        session.execute(f"ALTER DATABASE {name} SET sandkeeper.environment TO {literal(environment.name)}")
    session.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    if login is not None:
        session.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {quoted(login)}")
        session.execute(f"ALTER DATABASE {name} OWNER TO {quoted(login)}")


def _baseline_in_place(
    session: Session, staged: Staged, environment: Environment, signer: Signer, operation: OperationId
) -> None:
    """With the swap: a baseline of an earlier copy must not stay behind a copy that is new, or a reset would go back
    to data, and to a policy, of before. A reset (`rows` is None) leaves the baseline it came from."""
    if staged.baseline is None and staged.rows is None:
        return
    name = baseline_name(environment.id)
    earlier = find(session, name)
    if earlier is not None:
        must_be_made_here(earlier, environment, signer)
        spent = database_name(environment.id, Kind.SPENT, operation)
        session.execute(f"ALTER DATABASE {quoted(name)} RENAME TO {quoted(spent)}")
    if staged.baseline is not None:
        twin = find(session, staged.baseline)
        if twin is None or recognised(twin.name, environment.id) is not Kind.STAGING:
            raise OutsideError(
                "The copy's baseline is gone", f"There is no {staged.baseline} any more.", "Start the operation again."
            )
        must_be_made_here(twin, environment, signer)
        session.execute(f"ALTER DATABASE {quoted(twin.name)} RENAME TO {quoted(name)}")
