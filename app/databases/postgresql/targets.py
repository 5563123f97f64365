"""What stands against making or replacing a sandbox on its server, as findings."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from app.databases.marks import fits
from app.databases.postgresql.connections import Session, connect, connect_maintenance, identity_of, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.logins import find_login, ours
from app.databases.postgresql.looking import SECONDS, hurried
from app.databases.postgresql.names import login_name, reserved
from app.databases.postgresql.owned import Database, find
from app.databases.postgresql.urls import LONGEST_NAME, Place
from app.domain.environments import Identity, Target
from app.domain.findings import Finding, error, warning
from app.errors import SandkeeperError
from app.ports.databases import Signer

OLDEST: Final = 140000
NEWEST: Final = 189999
_SESSIONS: Final = 5
"""What making a copy needs at once on the target's server: lock, work, ending sessions, and two inside."""
_ELSEWHERE: Final = "Give the environment another database."

_ROLE: Final = """
SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolinherit, rolconnlimit FROM pg_roles
WHERE rolname = current_user
"""
_FREE: Final = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
       - coalesce(current_setting('reserved_connections', true), '0')::int
       - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
"""
_OPEN: Final = """
SELECT d.datname FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
WHERE d.oid::text = ANY(%s) AND g.grantee = 0 AND g.privilege_type = 'CONNECT' ORDER BY d.datname
"""


def target_findings(
    place: Place,
    target: Target,
    source_place: Place | None,
    productions: Iterable[Identity],
    signer: Signer,
    needed_bytes: int,
) -> tuple[Finding, ...]:
    """`needed_bytes` is not compared: a server does not tell how much room its disk has."""
    named = tuple(_named(place))
    if named:
        return named
    try:
        with told(place, "while looking at the target's server"):
            session = connect_maintenance(hurried(place), statement_seconds=SECONDS)
            try:
                return tuple(_found(session, place, target, source_place, frozenset(productions), signer))
            finally:
                session.close()
    except SandkeeperError as problem:
        return (error("target-unusable", problem.sentence, str(place), problem.hint),)


def _named(place: Place) -> Iterator[Finding]:
    if len(place.database.encode()) > LONGEST_NAME:
        yield error("target-name", f"PostgreSQL keeps {LONGEST_NAME} bytes of a name.", place.database[:80], _ELSEWHERE)
    elif reserved(place.database):
        yield error(
            "target-name",
            "A sandbox cannot have this name: it is the server's own, or of the form that Sandkeeper's copies have.",
            place.database,
            _ELSEWHERE,
        )


def _found(
    session: Session,
    place: Place,
    target: Target,
    source_place: Place | None,
    productions: frozenset[Identity],
    signer: Signer,
) -> Iterator[Finding]:
    version = session.info.server_version
    if version < OLDEST:
        yield error(
            "server-too-old",
            f"The target's server is PostgreSQL {version // 10000}; Sandkeeper works with 14 to 18.",
            place.server,
            "Use a newer server.",
        )
        return
    if version > NEWEST:
        yield warning(
            "server-newer",
            f"The target's server is PostgreSQL {version // 10000}, which this version was not tested with.",
            place.server,
            "Update Sandkeeper, or acknowledge it.",
        )
    row = session.execute("SELECT pg_is_in_recovery()").fetchone()
    if row is not None and row[0]:
        yield error(
            "target-not-writable",
            "The target's server is a standby, which takes no changes.",
            place.server,
            "Give the environment a database on the primary, or on a server of its own.",
        )
        return
    source = _source(source_place)
    yield from _rights(session, place)
    present = find(session, place.database)
    if present is not None:
        yield from _present(session, place, target, present, source, productions, signer)
    yield from _login(session, place, target, signer)
    yield from _open(session, place, productions | ({source} if source is not None else set()))


def _source(source_place: Place | None) -> Identity | None:
    """What the source is; what keeps it from being read is told elsewhere."""
    if source_place is None:
        return None
    with suppress(SandkeeperError), told(source_place):
        session = connect(hurried(source_place), read_only=True, statement_seconds=SECONDS)
        try:
            return identity_of(session)
        finally:
            session.close()
    return None


def _rights(session: Session, place: Place) -> Iterator[Finding]:
    row = session.execute(_ROLE).fetchone()
    if row is None or row[1]:  # a superuser may do everything
        return
    name, _, databases, roles, inherits, limit = row
    missing = [] if databases else ["CREATEDB"]
    missing += [] if roles else ["CREATEROLE"]
    missing += [] if inherits or session.info.server_version >= 160000 else ["INHERIT"]
    if missing:
        yield error(
            "target-rights",
            f"The role {name} may not make what a sandbox needs: its database, and a login of its own.",
            place.server,
            f"As a superuser: ALTER ROLE {quoted(str(name))} {' '.join(missing)};",
        )
    if 0 <= limit < _SESSIONS:
        yield error(
            "target-connections",
            f"The role {name} may have {limit} connections at once; making a copy needs {_SESSIONS} and more.",
            place.server,
            f"As a superuser: ALTER ROLE {quoted(str(name))} CONNECTION LIMIT -1;",
        )
    free = session.execute(_FREE).fetchone()
    if free is not None and free[0] < _SESSIONS:
        yield error(
            "target-connections",
            f"The target's server has room for {max(int(free[0]), 0)} more connections; making a copy needs "
            f"{_SESSIONS} and more.",
            place.server,
            "Close some, or raise max_connections.",
        )


def _present(
    session: Session,
    place: Place,
    target: Target,
    present: Database,
    source: Identity | None,
    productions: frozenset[Identity],
    signer: Signer,
) -> Iterator[Finding]:
    if present.identity == source:
        yield error(
            "target-is-source",
            "The target is the source itself.",
            str(place),
            f"A copy needs a database of its own. {_ELSEWHERE}",
        )
    elif present.identity in productions:
        yield error(
            "target-is-production",
            "The target is a production database.",
            str(place),
            f"Production is never replaced. {_ELSEWHERE}",
        )
    elif present.marker is None:
        yield error(
            "target-not-ours",
            "A database that Sandkeeper did not make stands at the target.",
            str(place),
            f"Rename or drop it by hand if it is not needed. {_ELSEWHERE}",
        )
    elif not fits(present.marker, present.identity, target.environment, signer):
        yield error(
            "target-mark-foreign",
            "The database at the target carries a mark that was not made for it here: it was copied, restored or "
            "altered.",
            str(place),
            f"Rename or drop it by hand if it is not needed. {_ELSEWHERE}",
        )
    elif not present.usable and not _can_join(session, place, target, present, signer):
        owner = login_name(place.database, target.environment.id)
        yield error(
            "target-rights",
            f"The sandbox belongs to {present.owner}, whose rights the worker's role does not have.",
            str(place),
            f"As a superuser: ALTER DATABASE {quoted(place.database)} OWNER TO {quoted(owner)}; "
            f"GRANT {quoted(owner)} TO {quoted(session.info.user)};",
        )


def _can_join(session: Session, place: Place, target: Target, present: Database, signer: Signer) -> bool:
    """Whether the worker's role can make itself a member of the owner again: of its own login, before 16 with
    CREATEROLE alone, since then as the one that made it."""
    login = find_login(session, target, place)
    if login is None or login.name != present.owner or not ours(login, target.environment, signer):
        return False
    may = "SELECT pg_has_role(%s::name, 'MEMBER WITH ADMIN OPTION')"
    row = session.execute(may, (login.name,)).fetchone()
    return session.info.server_version < 160000 or (row is not None and bool(row[0]))


def _login(session: Session, place: Place, target: Target, signer: Signer) -> Iterator[Finding]:
    login = find_login(session, target, place)
    if login is None:
        return
    if not ours(login, target.environment, signer):
        yield error(
            "login-not-ours",
            "A role that Sandkeeper did not make has the name of the sandbox's login.",
            login.name,
            "Look at what it is, and drop or rename it.",
        )
    elif login.mighty:
        yield error(
            "login-too-mighty",
            "The sandbox's login was given rights over the whole server.",
            login.name,
            f"ALTER ROLE {quoted(login.name)} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;",
        )


def _open(session: Session, place: Place, productions: frozenset[Identity]) -> Iterator[Finding]:
    """Productions beside the target that any login of the server may connect to, the sandbox's too."""
    row = session.execute("SELECT system_identifier::text FROM pg_control_system()").fetchone()
    here = [p.minor for p in productions if row is not None and (p.engine, p.major) == ("postgresql", row[0])]
    for (name,) in session.execute(_OPEN, (here,)).fetchall():
        yield error(
            "production-open-to-all",
            f"Every login of the server may connect to the production database {name}, so the sandbox's own could too.",
            f"{name} on {place.server}",
            f"As its owner: REVOKE CONNECT ON DATABASE {quoted(str(name))} FROM PUBLIC; its own roles may need GRANT "
            f"CONNECT ON DATABASE {quoted(str(name))} TO them first.",
        )
