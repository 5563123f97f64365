"""Foreign keys that the server does not vouch for, counted: rows that refer to rows which are not there.

What is validated, the server followed in every row when the copy was finished. A key declared NOT VALID (or NOT
ENFORCED) may lead nowhere in the source too: the copy must not be worse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.connections import Session, quoted

_KEYS: Final = """
    SELECT c.conname, c.convalidated, n.nspname, t.relname, t.relkind::text, rn.nspname, r.relname, r.relkind::text,
        NOT (row_security_active(t.oid) OR row_security_active(r.oid)),
        array(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place),
        array(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.place),
        array(SELECT o.oprname::text FROM unnest(c.conpfeqop) WITH ORDINALITY AS k (oid, place)
            JOIN pg_operator o ON o.oid = k.oid ORDER BY k.place),
        array(SELECT s.nspname::text FROM unnest(c.conpfeqop) WITH ORDINALITY AS k (oid, place)
            JOIN pg_operator o ON o.oid = k.oid JOIN pg_namespace s ON s.oid = o.oprnamespace ORDER BY k.place)
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_class r ON r.oid = c.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
    WHERE c.contype = 'f' AND c.conparentid = 0
    ORDER BY n.nspname, t.relname, c.conname"""


@dataclass(frozen=True, slots=True)
class Reference:
    """One foreign key. `validated` when the server followed it in every row; `dangling` counts those it leads nowhere,
    as SQL; `readable` when no row of either table is hidden from the role."""

    name: str
    validated: bool
    readable: bool
    dangling: str

    def __str__(self) -> str:
        return self.name


def references(session: Session) -> list[Reference]:
    """Every foreign key of the session's database."""
    return [
        Reference(
            f"{schema}.{table} ({name})",
            validated,
            readable,
            _dangling(
                _place(schema, table, kind),
                _place(parent_schema, parent, parent_kind),
                list(zip(own, referred, (f"OPERATOR({quoted(s)}.{o})" for s, o in zip(at, equal, strict=True)),
                         strict=True)),
            ),
        )
        for name, validated, schema, table, kind, parent_schema, parent, parent_kind, readable, own, referred, equal, at
        in session.execute(_KEYS).fetchall()
    ]  # fmt: skip


def broken(session: Session) -> Mapping[str, int]:
    """By foreign key that is not validated how many rows it leads nowhere; for `Copied`, at the copy's own moment."""
    return {str(key): dangling(session, key) for key in references(session) if not key.validated and key.readable}


def dangling(session: Session, reference: Reference) -> int:
    """How many rows refer to a row that is not there; a NULL refers to nothing."""
    row = session.execute(reference.dangling.encode()).fetchone()
    return int(row[0]) if row else 0


def _dangling(child: str, parent: str, columns: list[tuple[str, str, str]]) -> str:
    given = " AND ".join(f"c.{quoted(own)} IS NOT NULL" for own, _, _ in columns)
    match = " AND ".join(f"p.{quoted(referred)} {equal} c.{quoted(own)}" for own, referred, equal in columns)
    return f"SELECT count(*) FROM {child} AS c WHERE {given} AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {match})"


def _place(schema: str, name: str, kind: str) -> str:
    return quoted(schema, name) if kind == "p" else f"ONLY {quoted(schema, name)}"
