"""What a database holds beside its rows: the texts of its structure, statistics of its values, large objects."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.databases.postgresql.connections import Session

_TEXTS: Final = (
    ("defaults and computed columns", "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef"),
    (
        "views and rules",
        "SELECT CASE WHEN r.rulename = '_RETURN' THEN pg_get_viewdef(r.ev_class) ELSE pg_get_ruledef(r.oid) END "
        "FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace NOT IN (SELECT oid FROM ours)",
    ),
    ("constraints", "SELECT pg_get_constraintdef(oid) FROM pg_constraint"),
    (
        "indexes",
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid "
        "WHERE c.relnamespace NOT IN (SELECT oid FROM ours)",
    ),
    ("statistics objects", "SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext"),
    ("triggers", "SELECT concat_ws(' ', tgname, encode(tgargs, 'escape'), pg_get_triggerdef(oid)) FROM pg_trigger"),
    (
        "functions",
        "SELECT concat_ws(' ', p.proname, p.prosrc, pg_get_function_arguments(p.oid), p.proconfig, "
        "pg_get_function_sqlbody(p.oid)) FROM pg_proc p WHERE p.pronamespace NOT IN (SELECT oid FROM ours)",
    ),
    ("comments", "SELECT description FROM pg_description d WHERE d.objoid >= 16384 OR d.classoid >= 16384"),
    (
        "comments on the database",
        "SELECT description FROM pg_shdescription WHERE classoid = 'pg_database'::regclass AND objoid = "
        "(SELECT oid FROM pg_database WHERE datname = current_database()) AND description !~ '\"sandkeeper\"'",
    ),
    ("labels of enums", "SELECT enumlabel::text FROM pg_enum"),
    ("bounds of partitions", "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relpartbound IS NOT NULL"),
    (
        "row security",
        "SELECT concat_ws(' ', polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) "
        "FROM pg_policy",
    ),
    (
        "names and options of relations",
        "SELECT concat_ws(' ', relname, reloptions) FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM ours)",
    ),
    (
        "names and options of columns",
        "SELECT concat_ws(' ', attname, attoptions, attfdwoptions, attmissingval) FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace NOT IN (SELECT oid FROM ours)",
    ),
    (
        "types",
        "SELECT concat_ws(' ', typname, typdefault) FROM pg_type WHERE typnamespace NOT IN (SELECT oid FROM ours)",
    ),
    ("schemas", "SELECT concat_ws(' ', nspname) FROM pg_namespace WHERE oid NOT IN (SELECT oid FROM ours)"),
    (
        "foreign servers",
        "SELECT concat_ws(' ', srvname, srvtype, srvversion, srvoptions) FROM pg_foreign_server "
        "UNION ALL SELECT concat_ws(' ', fdwname, fdwoptions) FROM pg_foreign_data_wrapper "
        "UNION ALL SELECT concat_ws(' ', ftoptions) FROM pg_foreign_table "
        "UNION ALL SELECT concat_ws(' ', usename, umoptions) FROM pg_user_mappings",
    ),
    ("text search", "SELECT concat_ws(' ', dictname, dictinitoption) FROM pg_ts_dict"),
    ("publications", "SELECT pubname::text FROM pg_publication"),
    ("event triggers", "SELECT concat_ws(' ', evtname, evttags) FROM pg_event_trigger"),
    ("labels", "SELECT label FROM pg_seclabel"),
    (
        "settings",
        "SELECT concat_ws(' ', setconfig) FROM pg_db_role_setting "
        "WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())",
    ),
)
"""Where the structure holds texts that people wrote, and the query that shows them."""

_PUBLISHED: Final = "SELECT pg_get_expr(prqual, prrelid) FROM pg_publication_rel WHERE prqual IS NOT NULL"

_OURS: Final = (
    "WITH ours AS "
    "(SELECT oid FROM pg_namespace WHERE nspname = 'information_schema' OR nspname ~ '^pg_(catalog|toast)')"
)

_STATISTICS: Final = """
    SELECT schemaname, tablename, attname, concat_ws(chr(31),
        array_to_string(most_common_vals::text::text[], chr(31)),
        array_to_string(histogram_bounds::text::text[], chr(31)),
        array_to_string(most_common_elems::text::text[], chr(31)))
    FROM pg_stats WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
    UNION ALL
    SELECT schemaname, tablename, array_to_string(attnames, ', '), array_to_string(most_common_vals, chr(31))
    FROM pg_stats_ext WHERE most_common_vals IS NOT NULL
    UNION ALL
    SELECT schemaname, tablename, expr, concat_ws(chr(31),
        array_to_string(most_common_vals::text::text[], chr(31)),
        array_to_string(histogram_bounds::text::text[], chr(31)),
        array_to_string(most_common_elems::text::text[], chr(31)))
    FROM pg_stats_ext_exprs"""

_BATCH: Final = 64
_FIRST: Final = 64 * 1024
_SLICE: Final = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Statistic:
    """Values that the server keeps of a column, or of several."""

    schema: str
    table: str
    column: str
    text: bytes


def texts(session: Session) -> Iterator[bytes]:
    """Every text of the structure that is not the server's own."""
    queries = [query for _, query in _TEXTS]
    if session.info.server_version >= 150000:
        queries.append(_PUBLISHED)
    for query in queries:
        for (text,) in _raw(session, f"{_OURS} {query}"):
            if text:
                yield text


def statistics(session: Session) -> Iterator[Statistic]:
    """What `pg_statistic` and its extended kind hold of the values of user tables, in cells."""
    for schema, table, column, text in _raw(session, _STATISTICS):
        if text and schema and table and column:
            yield Statistic(schema.decode(), table.decode(), column.decode("utf-8", "replace"), text)


def large_objects(session: Session, overlap: int) -> Iterator[tuple[int, bytes]]:
    """The bytes of every large object: 1 and its first, 0 and each slice after; slices overlap by so many bytes."""
    oids = [oid for (oid,) in session.execute("SELECT oid FROM pg_largeobject_metadata ORDER BY oid")]
    for at in range(0, len(oids), _BATCH):
        rows = session.execute(
            "SELECT o, lo_get(o, 0, %s) FROM unnest(%s::oid[]) AS o", (_FIRST, oids[at : at + _BATCH]), binary=True
        ).fetchall()
        for oid, data in rows:
            yield 1, data
            if len(data) == _FIRST:
                for part in _rest(session, oid, overlap):
                    yield 0, part


def _rest(session: Session, oid: int, overlap: int) -> Iterator[bytes]:
    at = _FIRST - min(overlap, _FIRST)
    while True:
        row = session.execute("SELECT lo_get(%s::oid, %s::bigint, %s)", (oid, at, _SLICE), binary=True).fetchone()
        data = row[0] if row else b""
        yield data
        if len(data) < _SLICE:
            return
        at += _SLICE - overlap


def _raw(session: Session, query: str) -> Iterator[tuple[bytes | None, ...]]:
    """The rows as the server writes them: in a database without an encoding a text may be no UTF-8."""
    result: Any = session.execute(query.encode()).pgresult
    for row in range(result.ntuples):
        yield tuple(result.get_value(row, at) for at in range(result.nfields))
