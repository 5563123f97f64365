"""Databases on a server as the maintenance database shows them: whose they are, and dropping those that are ours.

Nothing here connects to them. What is dropped was read, on the very session that drops it: its number by its name, its
owner, and its signed mark (invariant 5).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import psycopg

from app.databases.marks import fits
from app.databases.postgresql.connected import connected, end_sessions
from app.databases.postgresql.connections import Session, literal, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.marker import DATABASE, as_comment, from_comment, genuine, new_marker
from app.databases.postgresql.names import prefix_of, recognised
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, Identity, Marker
from app.domain.ids import EnvironmentId, OperationId
from app.errors import OutsideError, RefusedError
from app.ports.databases import Signer

_INVALID: Final = -2
"""The connection limit of a database whose DROP was cut off; it can only be dropped again."""

_COLUMNS = """
SELECT d.datname, (SELECT system_identifier FROM pg_control_system()), d.oid, shobj_description(d.oid, 'pg_database'),
       pg_get_userbyid(d.datdba), pg_get_userbyid(d.datdba) = current_user, pg_has_role(d.datdba, 'USAGE'),
       d.datallowconn, d.datistemplate, d.datconnlimit
FROM pg_database d
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """One database. `mine` says that our role itself owns it, `usable` that it has the owner's rights; `open` that
    connections are allowed at all."""

    name: str
    identity: Identity
    comment: str | None
    owner: str
    mine: bool
    usable: bool
    open: bool
    template: bool
    limit: int

    @property
    def marker(self) -> Marker | None:
        """The mark in its comment, verified or not."""
        return from_comment(self.comment)

    @property
    def oid(self) -> str:
        return self.identity.minor


def find(session: Session, name: str) -> Database | None:
    """The database of that name now; None where there is none."""
    row = session.execute(f"{_COLUMNS} WHERE d.datname = %s", (name,)).fetchone()
    return None if row is None else _database(row)


def beside(session: Session, environment: EnvironmentId) -> tuple[Database, ...]:
    """Every database whose name says that it belongs to the environment, the sandbox itself aside."""
    rows = session.execute(f"{_COLUMNS} WHERE starts_with(d.datname, %s) ORDER BY d.datname", (prefix_of(environment),))
    return tuple(_database(row) for row in rows.fetchall() if recognised(row[0], environment) is not None)


def mark(session: Session, name: str, environment: EnvironmentId, operation: OperationId, signer: Signer) -> Database:
    """Close a database that was just made to everyone but its owner, and mark it as ours, in one act."""
    with session.transaction():
        session.execute(f"REVOKE ALL ON DATABASE {quoted(name)} FROM PUBLIC")
        made = find(session, name)
        if made is None:
            raise OutsideError(f"{name} vanished", "The database of the copy was dropped.", "Start again.")
        marker = new_marker(environment, operation, made.identity, signer, server_now(session))
        session.execute(f"COMMENT ON DATABASE {quoted(name)} IS {literal(as_comment(marker))}")
        marked = find(session, name)
    if marked is None or marked.marker != marker:
        raise OutsideError(f"{name} could not be marked", "The server did not keep its comment.", "Start again.")
    return marked


def must_be_ours(found: Database, environment: Environment, signer: Signer) -> None:
    """Raises RefusedError unless it is the very database the catalog recorded for the environment."""
    if environment.identity is None:
        raise not_ours(environment, "The catalog knows of no copy that Sandkeeper made there.")
    if found.identity != environment.identity:
        raise not_ours(environment, "It is another database than the one the catalog recorded.")
    if not fits(found.marker, found.identity, environment, signer):
        raise not_ours(environment, "The mark in its comment is missing, or is not the one the catalog recorded.")


def must_be_made_here(found: Database, environment: Environment, signer: Signer) -> None:
    """Raises RefusedError unless a database with one of our names was made by this installation for the environment.

    One that was cut off before it got its mark counts when our role owns it and nobody was ever let in."""
    unmarked = found.comment is None and found.mine and not found.open
    if not unmarked and not genuine(found.marker, found.identity, environment.id, signer):
        raise RefusedError(
            f"{found.name} is not one that Sandkeeper made",
            f"It has a name as the copies of {environment.ref} have, but no mark that was made for it.",
            "Look at what it is, and drop or rename it by hand.",
        )


def drop(session: Session, place: Place, found: Database) -> None:
    """Drop a database that is known to be ours, and end the sessions in it.

    Raises OutsideError when somebody put another in its place, and for what a database cannot be dropped with.
    """
    with told(place.at(found.name), "while dropping it"):
        now = find(session, found.name)
        if now is None:
            return
        if now.identity != found.identity:
            raise OutsideError(f"{found.name} was replaced", "Another database has its name now.", "Start again.")
        end_sessions(session, found.oid)
        refuse_while_held(session, now, dropping=True)
        if now.template and now.limit != _INVALID:
            session.execute(f"ALTER DATABASE {quoted(found.name)} IS_TEMPLATE false")
        try:
            session.execute(f"DROP DATABASE {quoted(found.name)} WITH (FORCE)")
        except psycopg.errors.InsufficientPrivilege:
            # FORCE refuses where autovacuum, which is a superuser's, is at work; without it the server ends that itself
            # and waits some seconds for the database to be empty.
            session.execute(f"DROP DATABASE {quoted(found.name)}")


def refuse_while_held(session: Session, found: Database, *, dropping: bool) -> None:
    """Raises OutsideError for what keeps a database from being renamed, or dropped, and cannot be ended by us."""
    row = session.execute(
        "SELECT (SELECT count(*) FROM pg_prepared_xacts WHERE database = %(name)s),"
        " (SELECT count(*) FROM pg_replication_slots WHERE database = %(name)s AND active),"
        " (SELECT count(*) FROM pg_subscription WHERE subdbid = %(oid)s::oid)",
        {"name": found.name, "oid": found.oid},
    ).fetchone()
    prepared, slots, subscriptions = (0, 0, 0) if row is None else row
    if prepared:
        raise OutsideError(
            f"{found.name} holds prepared transactions",
            f"{prepared} of them wait to be committed or rolled back; until then the server keeps the database.",
            "pg_prepared_xacts shows them; let their owner run ROLLBACK PREPARED in that database, then go on.",
        )
    if dropping and slots:
        raise OutsideError(
            f"{found.name} is being replicated",
            f"{slots} logical replication slots of it are in use.",
            "End the subscriber, or pg_drop_replication_slot (pg_replication_slots shows them), then go on.",
        )
    if dropping and subscriptions:
        raise OutsideError(
            f"{found.name} has subscriptions",
            f"{subscriptions} subscriptions in it take changes from elsewhere; the server keeps the database for them.",
            "Run DROP SUBSCRIPTION in that database as their owner, then go on.",
        )


def in_use(session: Session, found: Database) -> OutsideError:
    """The error for a database that somebody does not let go of."""
    who = connected(session, found.oid)
    return OutsideError(
        f"{found.name} is in use",
        f"Connected: {', '.join(who)}." if who else "Another session holds it.",
        "Close those programs, then resume; the old copy is intact. Sessions of roles other than the sandbox's login "
        "can be ended by a superuser, or by a worker's role with pg_signal_backend.",
    )


def not_ours(environment: Environment, why: str) -> RefusedError:
    return RefusedError(
        f"The database of {environment.ref} is not one that Sandkeeper made",
        f"{why} Only what Sandkeeper made is replaced or removed.",
        "Look at what stands there; rename or drop it by hand if it is not needed, or give the environment another "
        "database.",
    )


def server_now(session: Session) -> datetime:
    """The time, by the clock of the server."""
    row = session.execute("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint").fetchone()
    return datetime.fromtimestamp(0 if row is None else int(row[0]), UTC)


def _database(row: tuple[object, ...]) -> Database:
    name, system, oid, comment, owner, mine, usable, allows, template, limit = row
    return Database(
        name=str(name),
        identity=Identity(engine=DATABASE, major=str(system), minor=str(oid)),
        comment=None if comment is None else str(comment),
        owner=str(owner),
        mine=bool(mine),
        usable=bool(usable),
        open=bool(allows),
        template=bool(template),
        limit=int(str(limit)),
    )
