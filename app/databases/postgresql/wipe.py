"""Removing what an environment owns on its server, and what dead attempts left behind."""

from contextlib import suppress
from typing import Final

from app.databases.postgresql import guests, logins
from app.databases.postgresql.connected import kept_empty
from app.databases.postgresql.connections import Session
from app.databases.postgresql.failures import told
from app.databases.postgresql.locks import Hold, working_on
from app.databases.postgresql.names import PASSING, Kind, database_name, login_name, prefix_of, recognised
from app.databases.postgresql.owned import (
    Database,
    beside,
    drop,
    find,
    must_be_made_here,
    must_be_ours,
    refuse_while_held,
)
from app.databases.postgresql.publish import become_owner, put_aside, swapping
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, Target
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged

_WIPED: Final = OperationId("wiped")
"""Stands for the operation in the name that the sandbox has between losing its own and being dropped."""


def wipe(place: Place, target: Target, signer: Signer, ctx: PhaseContext) -> tuple[str, ...]:
    """The sandbox, its baseline, everything of attempts, and its login; each is looked for again at the end.

    Raises RefusedError for what is not ours, before anything is removed; OutsideError when something is still there
    afterwards.
    """
    environment = target.environment
    with working_on(place, environment, ctx) as hold, told(place, "while removing it"):
        session, removed = hold.session, list[str]()
        ctx.assert_current()
        present = find(session, place.database)
        if present is not None:
            must_be_ours(present, environment, signer)
        for found in beside(session, environment.id):
            must_be_made_here(found, environment, signer)
        if present is not None:
            become_owner(session, place, target, signer)
            _take_away(hold, present, signer, ctx)
            removed.append(f"database {present.name}")
        for found in beside(session, environment.id):
            must_be_made_here(found, environment, signer)
            ctx.assert_current()
            drop(session, place, found)
            if found.name != _without_its_name(environment):
                removed.append(f"database {found.name}")
        ctx.assert_current()
        guests.remove(session, environment, signer)
        login = logins.drop_login(session, place, target, signer)
        if login is not None:
            removed.append(f"role {login}")
        _must_be_gone(session, place, target)
    return tuple(removed)


def sweep(place: Place, target: Target, signer: Signer, keep: Staged | None = None) -> tuple[str, ...]:
    """Databases of attempts that are over, never the environment's, its baseline or `keep`; and the login, where no
    copy ever came of it. One that has our name and no mark of ours is left alone."""
    environment = target.environment
    kept = {keep.place, keep.baseline} if keep else set[str | None]()
    removed = list[str]()
    with working_on(place, environment) as hold, told(place, "while removing what an earlier attempt left"):
        session = hold.session
        _end_orphans(session, environment)
        for found in beside(session, environment.id):
            if found.name in kept or recognised(found.name, environment.id) not in PASSING:
                continue
            try:
                must_be_made_here(found, environment, signer)
            except RefusedError:
                continue
            drop(session, place, found)
            removed.append(f"database {found.name}")
        with suppress(RefusedError):  # a role of that name that is not ours is left alone
            guest = guests.remove(session, environment, signer)
            removed += [] if guest is None else [f"role {guest}"]
        never_published = environment.identity is None and find(session, place.database) is None
        if never_published and keep is None and not beside(session, environment.id):
            login = logins.find_login(session, target, place)
            if login is not None and logins.ours(login, environment, signer):
                logins.drop_login(session, place, target, signer)
                removed.append(f"role {login.name}")
    return tuple(removed)


def owns(session: Session, place: Place, target: Target) -> tuple[str, ...]:
    """What a wipe would remove, in words."""
    environment = target.environment
    names = [place.database] if find(session, place.database) is not None else []
    names += [found.name for found in beside(session, environment.id)]
    login = logins.find_login(session, target, place)
    return (*(f"database {name}" for name in names), *([] if login is None else [f"role {login.name}"]))


def _take_away(hold: Hold, present: Database, signer: Signer, ctx: PhaseContext) -> None:
    """Its name first, in one act with the last look at what it is; then nobody else can be meant by the drop."""
    session, environment = hold.session, hold.environment
    refuse_while_held(session, present, dropping=True)
    earlier = find(session, _without_its_name(environment))  # of a wipe that was killed before a new copy was made
    if earlier is not None:
        must_be_made_here(earlier, environment, signer)
        ctx.assert_current()
        drop(session, hold.place, earlier)
    login = login_name(present.name, environment.id)
    with kept_empty(hold.place, present.oid, login), swapping(session, present):
        put_aside(session, present, _without_its_name(environment), environment, signer)
        hold.assert_held()
        ctx.assert_current()


def _without_its_name(environment: Environment) -> str:
    return database_name(environment.id, Kind.OLD, _WIPED)


def _end_orphans(session: Session, environment: Environment) -> None:
    """A database that a killed process had the server make goes on being made for a moment; nobody else can be making
    one, since we hold the environment's lock."""
    session.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE usename = current_user AND pid <> pg_backend_pid() AND state = 'active' AND starts_with(query, %s)",
        (f'CREATE DATABASE "{prefix_of(environment.id)}',),
    )


def _must_be_gone(session: Session, place: Place, target: Target) -> None:
    left = owns(session, place, target)
    if left:
        raise OutsideError(
            f"{left[0][0].upper()}{left[0][1:]} is still there",
            "It was removed and stands there again.",
            "Find out what makes it, then wipe again.",
        )
