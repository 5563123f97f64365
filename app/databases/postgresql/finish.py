"""What comes when the rows are as they should be: rules among tables, views of them, statistics; then the last touches.

Triggers and rules come after the last change of a row, so none ever fired. What would keep ourselves from looking at
the rows, or fire on what we do, comes at the very end (`complete`).
"""

from collections.abc import Iterator
from typing import Final

import psycopg

from app.databases.postgresql.archive import Archive
from app.databases.postgresql.build import built_before_rows_change, work_of
from app.databases.postgresql.connections import Session, connect, quoted
from app.databases.postgresql.contents import Entry
from app.databases.postgresql.failures import told
from app.databases.postgresql.lanes import Lanes, Work
from app.databases.postgresql.refreshing import refresh_views
from app.databases.postgresql.restoring import make
from app.databases.postgresql.sequences import SequenceValue, set_sequences
from app.databases.postgresql.shapes import Shapes
from app.databases.postgresql.urls import Place
from app.errors import OutsideError
from app.ports.context import PhaseContext

_LAST: Final = "EVENT TRIGGER"
_FOREIGN_KEYS: Final = """
SELECT c.oid::bigint, n.nspname, r.relname, c.conname, c.conrelid::bigint, r.relpages
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE c.contype = 'f' AND NOT c.convalidated AND c.conparentid = 0
"""
_TO_ANALYSE: Final = """
SELECT c.oid::bigint, n.nspname, c.relname, c.relpages FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_table_privilege(c.oid, 'MAINTAIN')
"""
_OWNED: Final = "pg_has_role(c.relowner, 'USAGE')"
"""Before 17 there is no right of its own to analyse a table."""


def finish(
    place: Place,
    archive: Archive,
    shapes: Shapes,
    sequences: list[SequenceValue],
    lanes: int,
    ctx: PhaseContext,
) -> None:
    """Foreign keys, triggers, rules, policies; sequences; materialised views from the copy's own rows; statistics.

    `sequences` were read from the source by `read_sequences`. Raises OutsideError naming what does not hold.
    """
    with connect(place, read_only=False, doing="while finishing the copy") as session:
        with told(place, "while setting the sequences", ctx):
            set_sequences(session, sequences)
        entries = [entry for entry in _rest(archive) if not _is_last(entry, archive)]
        quick = {entry.id: _unchecked(entry, archive, shapes) for entry in entries if entry.kind == "FK CONSTRAINT"}
        with Lanes(place, lanes, _works(entries, quick, archive, shapes)) as first:
            first.finish(ctx)
        checked_later = {(entry.schema, entry.name) for entry in entries if quick.get(entry.id)}
        with told(place, "while finishing the copy", ctx):
            second = [*_validations(session, checked_later), *_analyses(session)]
        with Lanes(place, lanes, second) as running:
            running.finish(ctx)
        refresh_views(place, session, archive, lanes, ctx)


def complete(session: Session, archive: Archive) -> None:
    """The last of all, after checks and proof, when the copy has its owner: event triggers, and row security that binds
    the owner. Raises OutsideError naming what could not be made."""
    for schema, name in archive.forced:
        session.execute(f"ALTER TABLE {quoted(schema, name)} FORCE ROW LEVEL SECURITY")
    for entry in _rest(archive):
        if _is_last(entry, archive):
            make(session, entry)


def _rest(archive: Archive) -> list[Entry]:
    """The entries that `build` has not made."""
    built = built_before_rows_change(archive)
    return [entry for entry in archive.entries("post-data") if entry.id not in built]


def _is_last(entry: Entry, archive: Archive) -> bool:
    """Whether it is an event trigger, or a comment on one."""
    return entry.kind == _LAST or any(archive.needed(entry, _LAST))


def _unchecked(entry: Entry, archive: Archive, shapes: Shapes) -> str:
    """The statement that adds a foreign key without checking the rows; empty where that is not possible or not wanted.

    Adding one locks both tables, checking it only one: so keys that lead to one table are checked side by side.
    """
    statement = entry.sql.strip()
    tables = [shapes.by_oid.get(needed.oid) for needed in archive.needed(entry, "TABLE")]
    plain = all(table is not None and table.kind == "r" for table in tables)
    if not plain or not statement.endswith(";") or statement.endswith((" NOT VALID;", " NOT ENFORCED;")):
        return ""
    return f"{statement.removesuffix(';')} NOT VALID;"


def _works(entries: list[Entry], quick: dict[int, str], archive: Archive, shapes: Shapes) -> Iterator[Work]:
    for entry in entries:
        statement = quick.get(entry.id)
        yield work_of(entry, archive, shapes, *([statement] if statement else []))


def _validations(session: Session, wanted: set[tuple[str, str]]) -> Iterator[Work]:
    for oid, schema, table, name, table_oid, pages in session.execute(_FOREIGN_KEYS).fetchall():
        if (schema, f"{table} {name}") not in wanted:
            continue

        def refused(
            _: Session, error: psycopg.Error, name: str = name, where: str = f"{schema}.{table}"
        ) -> OutsideError:
            return _broken(name, where, error)

        yield Work(
            id=oid,
            title=f"foreign key {schema}.{table} {name}",
            sql=(f"ALTER TABLE {quoted(schema, table)} VALIDATE CONSTRAINT {quoted(name)}",),
            alone=frozenset({table_oid}),
            weight=pages,
            refused=refused,
        )


def _analyses(session: Session) -> Iterator[Work]:
    """Statistics come from the copy's own rows: the source's hold values of its rows."""
    query = _TO_ANALYSE
    if session.info.server_version < 170000:
        query = query.replace("has_table_privilege(c.oid, 'MAINTAIN')", _OWNED)
    for oid, schema, name, _pages in session.execute(query).fetchall():
        yield Work(
            id=-oid,
            title=f"statistics of {schema}.{name}",
            sql=(f"ANALYZE {quoted(schema, name)}",),
            alone=frozenset({oid}),
        )


def _broken(name: str, where: str, error: psycopg.Error) -> OutsideError:
    if error.sqlstate == "23503":
        return OutsideError(
            f"The foreign key {name} of {where} does not hold in the copy",
            "Rows refer to others that are not there: they were left out, or masked in another way.",
            "Give both sides of the key the same mask, and leave out the rows of both tables or of none.",
        )
    return OutsideError(
        f"The foreign key {name} of {where} cannot be checked",
        f"The server said: {(error.diag.message_primary or type(error).__name__).rstrip('.')}.",
    )
