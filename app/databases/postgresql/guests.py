"""A login for what a policy runs: into the staged copy alone, for as long as that runs.

A command must not get the worker's own password, which reaches every sandbox, nor that of the sandbox's login, whose
people may not be let in before the copy is proven (invariant 9); SQL in a session of the worker's could take its rights
again, with SET ROLE. The guest has the rights of the sandbox's login and
what it makes belongs to that.
"""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

from app.databases.postgresql.connected import end_sessions
from app.databases.postgresql.connections import Session, literal, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.logins import find_role, join, must_be_ours, ours, verifier
from app.databases.postgresql.marker import as_comment, new_marker
from app.databases.postgresql.names import guest_name
from app.databases.postgresql.owned import server_now
from app.databases.postgresql.staging import Staging
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment
from app.domain.ids import OperationId
from app.errors import OutsideError, SandkeeperError
from app.ports.databases import Signer

_DOING = "while letting what the policy runs into the copy"
_GRACE_SECONDS = 60


@contextmanager
def guest(staging: Staging, login: str, signer: Signer, operation: OperationId, seconds: int) -> Iterator[Place]:
    """The way into the staged copy with the rights of `login`, for a block that lasts `seconds` at most.

    Raises OutsideError, and RefusedError where a role that is not ours has the guest's name.
    """
    session, name = staging.session, guest_name(staging.environment.id)
    password = secrets.token_urlsafe(24)
    with told(staging.place, _DOING):
        remove(session, staging.environment, signer)
    try:
        with told(staging.place, _DOING), session.transaction():
            _make(session, staging, name, password, seconds, signer, operation)
            join(session, name)  # so that whoever cleans up after us may end its sessions
            terms = " WITH INHERIT TRUE, SET TRUE" if session.info.server_version >= 160000 else ""
            session.execute(f"GRANT {quoted(login)} TO {quoted(name)}{terms}")
            session.execute(f"GRANT CONNECT ON DATABASE {quoted(staging.name)} TO {quoted(name)}")
            session.execute(f"ALTER ROLE {quoted(name)} IN DATABASE {quoted(staging.name)} SET role TO {quoted(login)}")
        yield replace(staging.place, parameters={**staging.place.parameters, "user": name}, password=password)
    except BaseException:
        with suppress(SandkeeperError):  # why it failed says more; what is left, the next sweep finds
            _leave(staging, name, login, signer)
        raise
    _leave(staging, name, login, signer)


def remove(session: Session, environment: Environment, signer: Signer) -> str | None:
    """Drop the guest and end its sessions; says its name, None where there was none. Raises RefusedError for a role
    that is not ours."""
    found = find_role(session, guest_name(environment.id))
    if found is None:
        return None
    if not ours(found, environment, signer):
        must_be_ours(found, environment, signer)
    join(session, found.name)
    session.execute(f"ALTER ROLE {quoted(found.name)} NOLOGIN")
    end_sessions(session, "0", found.name)
    session.execute(f"DROP ROLE {quoted(found.name)}")
    return found.name


def _make(
    session: Session, staging: Staging, name: str, password: str, seconds: int, signer: Signer, operation: OperationId
) -> None:
    until = literal(f"{seconds + _GRACE_SECONDS} seconds")
    row = session.execute(f"SELECT (now() + interval {until})::text").fetchone()
    session.execute(
        f"CREATE ROLE {quoted(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS "
        f"PASSWORD {verifier(session, name, password)} VALID UNTIL {literal(str(row[0] if row else 'now'))}"
    )
    made = find_role(session, name)
    if made is None:
        raise OutsideError(f"{name} vanished", "The role for what the policy runs was dropped.", "Start again.")
    marker = new_marker(staging.environment.id, operation, made.identity, signer, server_now(session))
    session.execute(f"COMMENT ON ROLE {quoted(name)} IS {literal(as_comment(marker))}")


def _leave(staging: Staging, name: str, login: str, signer: Signer) -> None:
    with told(staging.place, _DOING):
        _empty_handed(staging, name, login)
        remove(staging.session, staging.environment, signer)


def _empty_handed(staging: Staging, name: str, login: str) -> None:
    """What it owns all the same, for it may have taken off the login's rights, is the login's."""
    if find_role(staging.session, name) is None:
        return
    join(staging.session, name)
    end_sessions(staging.session, "0", name)
    with closing(staging.connect()) as inside:
        inside.execute(f"REASSIGN OWNED BY {quoted(name)} TO {quoted(login)}")
        inside.execute(f"DROP OWNED BY {quoted(name)}")
