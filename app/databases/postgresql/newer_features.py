"""What the source has that servers before a version cannot be given."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.connections import Session


@dataclass(frozen=True, slots=True)
class Feature:
    """`since` is the major version that brought it; `found` are the objects that use it."""

    since: int
    title: str
    found: tuple[str, ...]


_COLUMN: Final = "format('%s.%I', a.attrelid::regclass, a.attname)"
_CONSTRAINT: Final = "format('%I on %s', c.conname, c.conrelid::regclass)"
_FEATURES: Final = (
    (18, "virtual generated columns", f"SELECT {_COLUMN} FROM pg_attribute a WHERE a.attgenerated = 'v'"),
    (18, "constraints that are not enforced", f"SELECT {_CONSTRAINT} FROM pg_constraint c WHERE NOT c.conenforced"),
    (18, "keys without overlaps", f"SELECT {_CONSTRAINT} FROM pg_constraint c WHERE c.conperiod"),
    (
        18,
        "NOT NULL constraints that are not valid or not inherited",
        f"SELECT {_CONSTRAINT} FROM pg_constraint c WHERE c.contype = 'n' AND c.conrelid <> 0 "
        "AND (NOT c.convalidated OR c.connoinherit)",
    ),
    (
        18,
        "NOT NULL constraints of their own on inherited columns",
        f"SELECT {_CONSTRAINT} FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid "
        "AND a.attnum = c.conkey[1] WHERE c.contype = 'n' AND c.conislocal AND NOT a.attislocal",
    ),
    (
        18,
        "foreign keys of partitioned tables that are not valid",
        f"SELECT {_CONSTRAINT} FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid "
        "WHERE c.contype = 'f' AND NOT c.convalidated AND r.relkind = 'p'",
    ),
    (
        17,
        "exclusion constraints of partitioned tables",
        f"SELECT {_CONSTRAINT} FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid "
        "WHERE c.contype = 'x' AND r.relkind = 'p'",
    ),
    (
        15,
        "unique keys in which NULLs are alike",
        "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indnullsnotdistinct",
    ),
    (
        15,
        "foreign keys that set some of their columns",
        f"SELECT {_CONSTRAINT} FROM pg_constraint c WHERE c.confdelsetcols IS NOT NULL",
    ),
    (
        15,
        "views that ask for the rights of who reads them",
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'v' AND EXISTS "
        "(SELECT FROM unnest(c.reloptions) AS o (option) WHERE starts_with(o.option, 'security_invoker='))",
    ),
    (
        15,
        "unlogged sequences",
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'S' AND c.relpersistence = 'u'",
    ),
    (
        15,
        "publications of some rows or columns",
        "SELECT p.pubname FROM pg_publication p WHERE EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid "
        "AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL)) "
        "OR EXISTS (SELECT FROM pg_publication_namespace n WHERE n.pnpubid = p.oid)",
    ),
)


def newer_features(source: Session, target_major: int) -> Iterator[Feature]:
    """Those that the source uses and a server of that version does not know."""
    for since, title, query in _FEATURES:
        if target_major < since <= source.info.server_version // 10000:
            found = tuple(name for (name,) in source.execute(f"{query} ORDER BY 1").fetchall())
            if found:
                yield Feature(since, title, found)
