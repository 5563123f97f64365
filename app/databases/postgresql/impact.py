"""What a sandbox has that its copy had not, by the server's own counters, and who is connected to it.

The counters of a database begin at zero when it is made; one that is published beside a baseline was made last of all.
They count what was done, not what differs: a row changed twice counts twice. TRUNCATE is not counted.
"""

from dataclasses import replace
from typing import Final

import psycopg

from app.databases.postgresql.catalogue import policy_name
from app.databases.postgresql.connected import connected
from app.databases.postgresql.connections import Session, connect_maintenance
from app.databases.postgresql.failures import told
from app.databases.postgresql.looking import SECONDS, hurried, look_inside
from app.databases.postgresql.marker import made_at
from app.databases.postgresql.names import baseline_name
from app.databases.postgresql.owned import Database, find
from app.databases.postgresql.urls import Place
from app.databases.postgresql.wipe import owns
from app.domain.environments import Target
from app.domain.plan import Impact, TableChange
from app.errors import SandkeeperError

_CHANGES: Final = """
SELECT rn.nspname, rc.relname, sum(s.n_tup_ins)::bigint, sum(s.n_tup_upd)::bigint, sum(s.n_tup_del)::bigint
FROM pg_stat_user_tables s
JOIN pg_class rc ON rc.oid = coalesce(pg_partition_root(s.relid), s.relid)
JOIN pg_namespace rn ON rn.oid = rc.relnamespace
WHERE rc.relpersistence <> 't'
GROUP BY rn.nspname, rc.relname HAVING sum(s.n_tup_ins) + sum(s.n_tup_upd) + sum(s.n_tup_del) > 0
ORDER BY rn.nspname, rc.relname
"""
_FORGOTTEN: Final = """
SELECT greatest((SELECT stats_reset FROM pg_stat_bgwriter),
                (SELECT stats_reset FROM pg_stat_database WHERE datid = %s::oid))
"""


def impact_of(place: Place, target: Target) -> Impact:
    """Never raises: what cannot be found out is said in `note`."""
    environment = target.environment
    nothing = Impact(exists=environment.identity is not None, last_copied_at=environment.copied_at, exact=False)
    try:
        with told(place, "while looking at what is in it"):
            session = connect_maintenance(hurried(place), statement_seconds=SECONDS)
            try:
                return _impact(session, place, target)
            finally:
                session.close()
    except SandkeeperError as error:
        return replace(nothing, note=f"Changes since the copy are not known: {error.sentence}")


def _impact(session: Session, place: Place, target: Target) -> Impact:
    environment = target.environment
    destroys = owns(session, place, target)
    found = find(session, place.database)
    if found is None:
        return Impact(exists=False, last_copied_at=environment.copied_at, destroys=destroys)
    note = _uncounted(session, found, target)
    changes: tuple[TableChange, ...] = ()
    if not note:
        changes, note = _changes(place)
    return Impact(
        exists=True,
        last_copied_at=environment.copied_at,
        changes=changes,
        exact=not note,
        note=note,
        connected=connected(session, found.oid),
        size_bytes=_size(session, found),
        destroys=destroys,
    )


def _uncounted(session: Session, found: Database, target: Target) -> str:
    """Why the server's counters do not tell, in words."""
    marker = found.marker
    made = None if marker is None else made_at(marker)
    if found.identity != target.environment.identity or made is None:
        return "It is not the copy that Sandkeeper published, so changes since then are not known."
    if find(session, baseline_name(target.environment.id)) is None:
        return "It was published without a baseline, so the server's counters hold what the copy itself did too."
    row = session.execute(_FORGOTTEN, (found.oid,)).fetchone()
    if row is not None and row[0] is not None and row[0] > made and session.info.server_version >= 150000:
        return "The server lost its counters since the copy (a crash, or somebody reset them)."
    return ""


def _changes(place: Place) -> tuple[tuple[TableChange, ...], str]:
    try:
        with told(place, "while asking for its counters"):
            session = look_inside(place)
            try:
                rows = session.execute(_CHANGES).fetchall()
            finally:
                session.close()
    except SandkeeperError as error:
        return (), f"The sandbox cannot be looked into, so changes since the copy are not known: {error.sentence}"
    return tuple(
        TableChange(table=policy_name(schema, name), added=int(added), changed=int(changed), removed=int(removed))
        for schema, name, added, changed, removed in rows
    ), ""


def _size(session: Session, found: Database) -> int | None:
    try:
        row = session.execute("SELECT pg_database_size(%s::oid)", (found.oid,)).fetchone()
    except psycopg.Error:
        return None
    return None if row is None else int(row[0])
