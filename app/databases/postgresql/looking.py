"""One look at a database: what it is, and whose mark it carries. No row of a user's table is read.

A sandbox is looked at from the maintenance database: its owner may have planted things inside. Production's role may
reach nothing but production, so that one is looked at from within.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Final

import psycopg

from app.databases.marks import fits
from app.databases.postgresql.catalogue import policy_name
from app.databases.postgresql.connections import Session, connect, connect_maintenance, quoted
from app.databases.postgresql.failures import absent, told
from app.databases.postgresql.owned import Database, find
from app.databases.postgresql.urls import Place
from app.domain.environments import EnvironmentKind, MarkerState, Target
from app.domain.inspection import TableFacts
from app.errors import SandkeeperError
from app.ports.databases import Look, Signer

SECONDS: Final = 5
"""How long connecting or a question may take when a person waits for the answer."""

_TABLES: Final = """
SELECT n.nspname, c.relname, c.relkind, c.reltuples::float8, s.n_live_tup
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND d.deptype = 'e')
ORDER BY 1, 2
"""
_LEAVES: Final = """
SELECT sum(greatest(CASE WHEN c.reltuples >= 0 THEN c.reltuples ELSE coalesce(s.n_live_tup, 0) END, 0))::float8
FROM pg_partition_tree(%s::regclass) p JOIN pg_class c ON c.oid = p.relid
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid WHERE p.isleaf
"""


def look(place: Place, kind: EnvironmentKind) -> Look:
    """Never raises; `problem` says in words why it could not be looked at."""
    hasty = hurried(place)
    try:
        if kind is EnvironmentKind.PRODUCTION:
            session = connect(hasty, read_only=True, statement_seconds=SECONDS, doing="while looking at it")
        else:
            session = connect_maintenance(hasty, statement_seconds=SECONDS)
    except SandkeeperError as error:
        cause = error.__context__
        if kind is EnvironmentKind.PRODUCTION and isinstance(cause, psycopg.Error) and absent(cause):
            return Look(exists=False)
        return Look(exists=False, problem=error.sentence)
    try:
        with told(place, "while looking at it"):
            return _seen(session, place)
    except SandkeeperError as error:
        return Look(exists=False, problem=error.sentence)
    finally:
        session.close()


def marker_state(target: Target, seen: Look, signer: Signer) -> MarkerState:
    """What the marker is worth: VALID only when signature, identity, nonce and catalog agree."""
    if not seen.exists or seen.identity is None:
        return MarkerState.MISSING
    if seen.marker is None:
        return MarkerState.NONE
    return MarkerState.VALID if fits(seen.marker, seen.identity, target.environment, signer) else MarkerState.FOREIGN


def table_facts(place: Place, kind: EnvironmentKind) -> tuple[TableFacts, ...]:
    """Tables with the server's own estimates of their rows, None where it has none yet.

    Raises OutsideError when the database cannot be read.
    """
    with told(place, "while listing its tables"):
        session = look_inside(place) if kind is not EnvironmentKind.PRODUCTION else _into_production(place)
        try:
            return tuple(
                TableFacts(table=policy_name(schema, name), rows=_rows(session, schema, name, relkind, counted, live))
                for schema, name, relkind, counted, live in session.execute(_TABLES).fetchall()
            )
        finally:
            session.close()


def look_inside(place: Place) -> Session:
    """A short read-only session inside a sandbox, for catalogs of the server alone: its owner may have planted anything
    else there. Raises OutsideError, also when the owner keeps everybody out."""
    more = {"idle_session_timeout": "0"}
    probe = connect_maintenance(hurried(place), statement_seconds=SECONDS)
    try:
        with told(place, "while looking at it"):
            row = probe.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if row is not None and row[0] and probe.info.server_version >= 170000:
            more["event_triggers"] = "off"  # one that fires at login would run as the superuser that looks
    finally:
        probe.close()
    return connect(
        hurried(place),
        read_only=True,
        statement_seconds=SECONDS,
        lock_seconds=1,
        more=more,
        doing="while looking at it",
    )


def hurried(place: Place) -> Place:
    """The same place, given up soon when it does not answer."""
    given = place.parameters.get("connect_timeout", "")
    seconds = min(int(given), SECONDS) if given.isdigit() and int(given) > 0 else SECONDS
    return replace(place, parameters={**place.parameters, "connect_timeout": str(seconds)})


def _into_production(place: Place) -> Session:
    return connect(
        hurried(place), read_only=True, statement_seconds=SECONDS, lock_seconds=1, doing="while looking at it"
    )


def _seen(session: Session, place: Place) -> Look:
    found = find(session, place.database)
    version = str(session.info.parameter_status("server_version") or "").split(" ")[0]
    engine = f"postgresql {version}".strip()
    if found is None:
        return Look(exists=False, engine=engine)
    return Look(
        exists=True, identity=found.identity, marker=found.marker, size_bytes=_size(session, found), engine=engine
    )


def _size(session: Session, found: Database) -> int | None:
    """None where the role may not know, or it takes too long."""
    with suppress(psycopg.Error):
        row = session.execute("SELECT pg_database_size(%s::oid)", (found.oid,)).fetchone()
        return None if row is None else int(row[0])
    return None


def _rows(session: Session, schema: str, name: str, kind: str, counted: float, live: int | None) -> int | None:
    if kind == "p":
        row = session.execute(_LEAVES, (quoted(schema, name),)).fetchone()
        return None if row is None or row[0] is None else int(row[0])
    if counted >= 0:
        return int(counted)
    return live or None
