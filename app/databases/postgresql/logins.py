"""The sandbox's own login: owner of its database and of everything in it, and nothing else on the server.

The role is made without a way in. Its password reaches the server as a SCRAM verifier computed here, so that no log of
the server ever holds it. The worker's role is a member of it, which is how the worker can rename and drop what the
login owns.
"""

from dataclasses import dataclass
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session, literal, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.handing import hand_over as hand_over
from app.databases.postgresql.marker import LOGIN, as_comment, from_comment, genuine, new_marker
from app.databases.postgresql.names import login_name
from app.databases.postgresql.owned import server_now
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, Identity, Target
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError
from app.ports.databases import Signer

_FIND: Final = """
SELECT r.oid, (SELECT system_identifier FROM pg_control_system()), shobj_description(r.oid, 'pg_authid'),
       r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls
FROM pg_roles r WHERE r.rolname = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A role of a sandbox's name. `mighty` says that somebody gave it rights over the whole server."""

    name: str
    identity: Identity
    comment: str | None
    mighty: bool


def find_login(session: Session, target: Target, place: Place) -> Login | None:
    """The role that has the name of the sandbox's login, whoever made it."""
    return find_role(session, login_name(place.database, target.environment.id))


def find_role(session: Session, name: str) -> Login | None:
    """The role of that name, whoever made it."""
    row = session.execute(_FIND, (name,)).fetchone()
    if row is None:
        return None
    oid, system, comment, mighty = row
    identity = Identity(engine=LOGIN, major=str(system), minor=str(oid))
    return Login(name=name, identity=identity, comment=comment, mighty=bool(mighty))


def ours(login: Login, environment: Environment, signer: Signer) -> bool:
    """Whether this installation made the role for the environment."""
    return genuine(from_comment(login.comment, LOGIN), login.identity, environment.id, signer)


def ensure_login(session: Session, place: Place, target: Target, signer: Signer, operation: OperationId) -> str:
    """The sandbox's login; made, without a way in, where there is none. Says its name.

    Raises RefusedError for a role of that name that is not ours or was given rights over the server, OutsideError
    when the worker's role may not make one.
    """
    name = login_name(place.database, target.environment.id)
    with told(place, "while making the sandbox's login"), session.transaction():
        found = find_login(session, target, place)
        if found is None:
            session.execute(
                f"CREATE ROLE {quoted(name)} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
            )
            found = find_login(session, target, place)
            if found is None:
                raise OutsideError(f"{name} vanished", "The sandbox's login was dropped.", "Start again.")
            marker = new_marker(target.environment.id, operation, found.identity, signer, server_now(session))
            session.execute(f"COMMENT ON ROLE {quoted(name)} IS {literal(as_comment(marker))}")
        else:
            must_be_ours(found, target.environment, signer)
        join(session, name)
    return name


def must_be_ours(login: Login, environment: Environment, signer: Signer) -> None:
    """Raises RefusedError for a role that is not ours, or is more than ours are."""
    if not ours(login, environment, signer):
        raise RefusedError(
            f"The role {login.name} is not one that Sandkeeper made",
            f"It has the name of the login of {environment.ref}, but no mark that was made for it.",
            "Look at what it is, and drop or rename it by hand.",
        )
    if login.mighty:
        raise RefusedError(
            f"The role {login.name} has rights over the whole server",
            f"Somebody gave them to the login of {environment.ref}, which should own its sandbox and nothing else.",
            f"ALTER ROLE {quoted(login.name)} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;",
        )


def join(session: Session, login: str) -> None:
    """Make the worker's role a member of the login, so that it has the rights of an owner. Nobody needs to have left
    it so: whoever owns the sandbox may have revoked it."""
    row = session.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row is not None and row[0]:
        return
    terms = " WITH INHERIT TRUE, SET TRUE" if session.info.server_version >= 160000 else ""
    session.execute(f"GRANT {quoted(login)} TO CURRENT_USER{terms}")


def let_in(session: Session, login: str, password: str) -> None:
    """Give the login its password, and the way in."""
    session.execute(f"ALTER ROLE {quoted(login)} LOGIN PASSWORD {verifier(session, login, password)}")


def verifier(session: Session, login: str, password: str) -> str:
    """What the server keeps of a password, as a constant: the password itself never reaches it."""
    text = session.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    return literal(text)


def drop_login(session: Session, place: Place, target: Target, signer: Signer) -> str | None:
    """Drop the sandbox's login and end its sessions; says its name, None where there was none.

    Raises RefusedError for a role that is not ours, OutsideError when something on the server still belongs to it.
    """
    with told(place, "while dropping the sandbox's login"):
        found = find_login(session, target, place)
        if found is None:
            return None
        if not ours(found, target.environment, signer):
            must_be_ours(found, target.environment, signer)
        join(session, found.name)
        session.execute(f"ALTER ROLE {quoted(found.name)} NOLOGIN")
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (found.name,))
        try:
            session.execute(f"DROP ROLE {quoted(found.name)}")
        except psycopg.errors.DependentObjectsStillExist as error:
            raise OutsideError(
                f"The role {found.name} still owns something or has rights elsewhere",
                f"The server keeps it for: {_one_line(error.diag.message_detail)}.",
                f"In each database named, as a superuser: DROP OWNED BY {quoted(found.name)}; then wipe again.",
            ) from None
    return found.name


def _one_line(text: str | None) -> str:
    return "; ".join((text or "objects of other databases").splitlines())[:400]
