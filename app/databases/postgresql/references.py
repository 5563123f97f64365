"""References counted: rows that refer to rows which are not there.

What is validated, the server followed in every row when the copy was finished. A key declared NOT VALID (or NOT
ENFORCED), or by the policy alone, may lead nowhere in the source too: the copy must not be worse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.conditions import where_constant
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.shapes import Shapes, TableShape
from app.domain.plan import Plan, ReferencePlan
from app.domain.policy import Clause, Condition, Operator, RowSet, Scalar

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference from the rows of a table to those of another. `validated` when the server followed it in every
    row; `dangling` counts those it leads nowhere, as SQL; `readable` when no row of either table is hidden from the
    role. `declared` says that the database has it as a foreign key. `columns` are pairs of names, own and referred;
    `nothing` are values that lead nowhere by intent, beside NULL."""

    name: str
    table: tuple[str, str]
    parent: tuple[str, str]
    columns: tuple[tuple[str, str], ...]
    dangling: str
    validated: bool = False
    readable: bool = True
    declared: bool = True
    nothing: tuple[Scalar, ...] = ()

    def __str__(self) -> str:
        return self.name


def references(session: Session) -> list[Reference]:
    """Every foreign key of the session's database."""
    return [
        Reference(
            name=f"{schema}.{table} ({name})",
            table=(schema, table),
            parent=(parent_schema, parent),
            columns=tuple(zip(own, referred, strict=True)),
            validated=validated,
            readable=readable,
            dangling=_dangling(
                _place(schema, table, kind),
                _place(parent_schema, parent, parent_kind),
                list(zip(own, referred, (f"OPERATOR({quoted(s)}.{o})" for s, o in zip(at, equal, strict=True)),
                         strict=True)),
            ),
        )
        for name, validated, schema, table, kind, parent_schema, parent, parent_kind, readable, own, referred, equal, at
        in session.execute(_KEYS).fetchall()
    ]  # fmt: skip


def planned(plan: Plan, shapes: Shapes) -> list[Reference]:
    """Those that the policy alone declares, of tables whose rows come along. Raises UserError for one that cannot be
    followed in these tables."""
    return [
        of_policy(table, shapes, reference)
        for entry in plan.tables
        for table in (shapes.topmost(entry.table),)
        if table is not None and entry.copied != "none"
        for reference in entry.references
        if not reference.declared
    ]


def of_policy(table: TableShape, shapes: Shapes, reference: ReferencePlan) -> Reference:
    """The reference that a policy declares of a table. Raises UserError where it cannot be followed."""
    parent = shapes.topmost(reference.table)
    text = where_constant(dangling_condition(reference), table, shapes)
    return Reference(
        name=f"{table.policy_name}.{reference.column} to {reference.table}.{reference.referred}",
        table=(table.schema, table.name),
        parent=(parent.schema, parent.name) if parent is not None else ("", ""),
        columns=((reference.column, reference.referred),),
        dangling=f"SELECT count(*) FROM {shapes.reading(table)} WHERE {text}",
        readable=not any(t.hides_rows for name in (table.policy_name, reference.table) for t in shapes.named(name)),
        declared=False,
        nothing=reference.nothing,
    )


def dangling_condition(reference: ReferencePlan) -> Condition:
    """Holds for rows whose reference leads nowhere, and does not mean nothing by itself."""
    rows = RowSet(table=reference.table, column=reference.referred, nothing=(None, *reference.nothing))
    return (Clause(column=reference.column, operator=Operator.NOT_IN_ROWS, value=rows),)


def broken(session: Session, plan: Plan, shapes: Shapes) -> Mapping[str, int]:
    """By reference that no server vouches for how many rows it leads nowhere; for `Copied`, at the copy's own
    moment."""
    return {str(key): dangling(session, key) for key in _unsure(session, plan, shapes)}


def _unsure(session: Session, plan: Plan, shapes: Shapes) -> Iterator[Reference]:
    yield from (key for key in references(session) if not key.validated and key.readable)
    yield from (key for key in planned(plan, shapes) if key.readable)


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
