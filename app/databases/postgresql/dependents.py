"""What cannot be made without an object: the server's own record of dependencies, followed to its end."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.connections import Session

Identified = tuple[int, int]
"""An object of a database: the oid of the catalog it stands in, and its own."""


@dataclass(frozen=True, slots=True)
class Dependent:
    """An object in words: `kind` such as `table` or `index`, `name` as one writes it in SQL. `rows` says that it holds
    rows of the user's: a table, or a partitioned one."""

    identity: Identified
    kind: str
    name: str
    rows: bool

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}"


_PARTS: Final = frozenset(
    {
        "publication namespace",
        "publication relation",
        "user mapping",
        "default acl",
        "function of access method",
        "operator of access method",
    }
)
"""Kinds that are no objects to a person, but something said of one."""

# What the catalogs keep apart and a dump writes as one: a view and its rule, a table and its defaults and CHECKs, a
# composite type and its fields, a constraint and its index.
_ONE: Final = """
    SELECT CASE
        WHEN d.classid = 'pg_rewrite'::regclass AND w.rulename = '_RETURN' THEN 'pg_class'::regclass::oid
        WHEN a.oid IS NOT NULL THEN 'pg_class'::regclass::oid
        WHEN k.contype IN ('c', 'n') AND k.conrelid <> 0 AND k.convalidated THEN 'pg_class'::regclass::oid
        WHEN k.contypid <> 0 THEN 'pg_type'::regclass::oid
        WHEN c.relkind = 'c' THEN 'pg_type'::regclass::oid
        WHEN i.oid IS NOT NULL THEN 'pg_constraint'::regclass::oid
        ELSE d.classid END,
    CASE
        WHEN d.classid = 'pg_rewrite'::regclass AND w.rulename = '_RETURN' THEN w.ev_class
        WHEN a.oid IS NOT NULL THEN a.adrelid
        WHEN k.contype IN ('c', 'n') AND k.conrelid <> 0 AND k.convalidated THEN k.conrelid
        WHEN k.contypid <> 0 THEN k.contypid
        WHEN c.relkind = 'c' THEN c.reltype
        WHEN i.oid IS NOT NULL THEN i.oid
        ELSE d.objid END
"""
_CLOSURE: Final = f"""
WITH RECURSIVE gone (class, object) AS (
    SELECT * FROM unnest(%s::bigint[]::oid[], %s::bigint[]::oid[])
    UNION
    SELECT one.class, one.object FROM gone
    JOIN pg_depend d ON d.refclassid = gone.class AND d.refobjid = gone.object AND d.deptype <> 'p'
    LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
    LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
    LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
    LEFT JOIN pg_constraint i ON c.relkind IN ('i', 'I') AND i.conindid = c.oid AND i.contype IN ('p', 'u', 'x')
    CROSS JOIN LATERAL ({_ONE}) AS one (class, object)
)
SELECT gone.class::bigint, gone.object::bigint, i.type, i.identity,
    gone.class = 'pg_class'::regclass AND EXISTS (
        SELECT FROM pg_class c WHERE c.oid = gone.object AND c.relkind IN ('r', 'p')) AS rows,
    EXISTS (SELECT FROM pg_depend e WHERE e.classid = gone.class AND e.objid = gone.object AND e.deptype = 'e')
        OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE gone.class = 'pg_class'::regclass AND c.oid = gone.object AND n.nspname = 'pg_toast')
        OR EXISTS (SELECT FROM pg_type t WHERE gone.class = 'pg_type'::regclass AND t.oid = gone.object
            AND (t.typrelid <> 0 OR EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))
            AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')) AS inner_part
FROM gone CROSS JOIN LATERAL pg_identify_object(gone.class, gone.object, 0) AS i ORDER BY 4
"""


def dependents(session: Session, roots: Collection[Identified]) -> tuple[frozenset[Identified], tuple[Dependent, ...]]:
    """All that goes when the `roots` go, themselves among it; and of that, what a person would name."""
    rows = session.execute(_CLOSURE, ([catalog for catalog, _ in roots], [oid for _, oid in roots])).fetchall()
    named = (
        Dependent((catalog, oid), kind, name, holds)
        for catalog, oid, kind, name, holds, inner in rows
        if not inner and name is not None and kind not in _PARTS and (catalog, oid) not in roots
    )
    return frozenset((catalog, oid) for catalog, oid, *_ in rows), tuple(named)
