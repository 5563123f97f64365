"""Materialised views: filled from the copy's own rows, in the order in which they build on one another."""

from collections import defaultdict
from typing import Final

from app.databases.postgresql.archive import Archive
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.lanes import NOT_YET, Lanes, Work
from app.databases.postgresql.restoring import make
from app.databases.postgresql.urls import Place
from app.ports.context import PhaseContext

_VIEWS: Final = """
SELECT c.oid::bigint, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""
_BUILD_ON: Final = """
SELECT DISTINCT r.ev_class::bigint, d.refobjid::bigint FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
JOIN pg_class c ON c.oid = d.refobjid WHERE c.relkind IN ('v', 'm') AND d.refobjid <> r.ev_class
"""


def refresh_views(place: Place, session: Session, archive: Archive, lanes: int, ctx: PhaseContext) -> None:
    """Fill those that hold rows in the source; one that was never filled there stays so.

    What a function reads is not known to the server: views that fail for that are tried again after the others, with
    the search path that the source's own sessions have. Raises OutsideError naming the view.
    """
    entries = {
        (entry.schema, entry.name): entry
        for entry in archive.contents
        if entry.kind == "MATERIALIZED VIEW" and entry.oid in archive.populated
    }
    with told(place, "while finishing the copy", ctx):
        views = {
            int(oid): (schema, name)
            for oid, schema, name in session.execute(_VIEWS).fetchall()
            if (schema, name) in entries
        }
        below: defaultdict[int, set[int]] = defaultdict(set)
        for view, other in session.execute(_BUILD_ON).fetchall():
            below[int(view)].add(int(other))
    works = [
        Work(
            id=oid,
            title=f"materialised view {schema}.{name}",
            sql=(_statement(schema, name), f"ANALYZE {quoted(schema, name)}"),
            needs=frozenset(_under(oid, below)),
            later=NOT_YET,
        )
        for oid, (schema, name) in views.items()
    ]
    path = {"search_path": f"pg_catalog, {archive.search_path}"}
    with Lanes(place, lanes, works) as running:
        running.finish(ctx)
    left = running.postponed
    while left:
        with Lanes(place, lanes, left, settings=path) as again:
            again.finish(ctx)
        if len(again.postponed) == len(left):
            schema, name = views[left[0].id]
            make(session, entries[schema, name], _statement(schema, name))  # once more, to say why it does not work
        left = again.postponed


def _statement(schema: str, name: str) -> str:
    return f"REFRESH MATERIALIZED VIEW {quoted(schema, name)}"


def _under(view: int, below: dict[int, set[int]]) -> set[int]:
    """All views that one builds on, also through others."""
    found: set[int] = set()
    ahead = list(below.get(view, ()))
    while ahead:
        other = ahead.pop()
        if other not in found:
            found.add(other)
            ahead += below.get(other, ())
    return found
