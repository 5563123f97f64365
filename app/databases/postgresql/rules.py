"""Keys, references, exclusions, CHECKs and partition keys, set by set, for all tables at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.databases.postgresql.connections import Session, literal, quoted
from app.databases.postgresql.shapes import Shapes, TableShape
from app.domain.schema import Exclusion, ForeignKey, UniqueKey

_DELETES: Final = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_TOKEN: Final = re.compile(r"""E?'(?:[^']|'')*'|"(?:[^"]|"")*"|[^\W\d][\w$]*""")
_DISTINCT_NULLS: Final = 150000  # since 15 a unique index may say that they are not


@dataclass(slots=True)
class Rules:
    """What holds for one table as policies see it: a partitioned table's partitions add to their root's."""

    unique: dict[UniqueKey, None] = field(default_factory=dict)
    foreign: dict[ForeignKey, None] = field(default_factory=dict)
    exclusions: dict[Exclusion, None] = field(default_factory=dict)
    checks: dict[str, None] = field(default_factory=dict)
    partition_key: dict[str, None] = field(default_factory=dict)


def read_rules(session: Session, shapes: Shapes) -> Mapping[str, Rules]:
    """The rules by policy name."""
    found: dict[str, Rules] = {table.policy_name: Rules() for table in shapes.tables}
    for table, check in _checks(session, shapes):
        found[table.policy_name].checks[check] = None
    for table, key in _foreign_keys(session, shapes):
        found[table.policy_name].foreign[key] = None
    for table, index in _indexes(session, shapes):
        if isinstance(index, UniqueKey):
            found[table.policy_name].unique[index] = None
        else:
            found[table.policy_name].exclusions[index] = None
    for table, column in _partition_keys(session, shapes):
        found[table.policy_name].partition_key[column] = None
    return found


def mentioned(expression: str | None, table: TableShape) -> tuple[str, ...]:
    """The columns that stand in an expression as the server writes it: quoted wherever that makes a difference."""
    tokens = {_name(token) for token in _TOKEN.findall(expression or "") if not token.endswith("'")}
    return tuple(column.name for column in table.columns if column.name in tokens)


def _name(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') else token


def _checks(session: Session, shapes: Shapes) -> Iterator[tuple[TableShape, str]]:
    """The texts of CHECK constraints, also those of the domains of columns, spelt with the column's name. That of an
    enum allows its labels."""
    enforced = "AND k.conenforced" if shapes.version >= 180000 else ""
    for relation, text in session.execute(
        f"SELECT k.conrelid, pg_get_expr(k.conbin, k.conrelid) FROM pg_constraint k WHERE k.contype = 'c' {enforced} "
        'AND k.conrelid <> 0 ORDER BY k.conrelid, k.conname COLLATE "C"'
    ).fetchall():
        table = shapes.by_oid.get(relation)
        if table is not None and text:
            yield table, text
    for table in shapes.tables:
        for column in table.columns:
            if column.labels:
                yield table, f"{quoted(column.name)} IN ({', '.join(literal(label) for label in column.labels)})"
    domains: dict[int, list[str]] = {}
    for domain, text in session.execute(
        f"SELECT k.contypid, pg_get_expr(k.conbin, 0) FROM pg_constraint k WHERE k.contype = 'c' {enforced} "
        'AND k.contypid <> 0 ORDER BY k.contypid, k.conname COLLATE "C"'
    ).fetchall():
        domains.setdefault(domain, []).append(text)
    for table in shapes.tables if domains else ():
        for column in table.columns:
            for domain in column.domains:
                for text in domains.get(domain, ()):
                    yield table, _of_column(text, column.name)


def _of_column(check: str, column: str) -> str:
    """A domain's rule with the column where it says VALUE."""
    return _TOKEN.sub(lambda match: quoted(column) if match.group(0) == "VALUE" else match.group(0), check)


def _foreign_keys(session: Session, shapes: Shapes) -> Iterator[tuple[TableShape, ForeignKey]]:
    for relation, columns, other, referred, on_delete in session.execute(
        "SELECT conrelid, conkey, confrelid, confkey, confdeltype::text FROM pg_constraint "
        "WHERE contype = 'f' AND conparentid = 0 ORDER BY conrelid, conname COLLATE \"C\""
    ).fetchall():
        table, parent = shapes.by_oid.get(relation), shapes.by_oid.get(other)
        if table is None or parent is None:
            continue
        yield (
            table,
            ForeignKey(
                columns=_names(table, columns),
                table=parent.policy_name,
                referred=_names(parent, referred),
                on_delete=_DELETES.get(on_delete, ""),
            ),
        )


def _names(table: TableShape, numbers: Iterable[int]) -> tuple[str, ...]:
    names = {column.number: column.name for column in table.columns}
    return tuple(names[number] for number in numbers if number in names)


def _indexes(session: Session, shapes: Shapes) -> Iterator[tuple[TableShape, UniqueKey | Exclusion]]:
    nulls = "NOT i.indnullsnotdistinct" if shapes.version >= _DISTINCT_NULLS else "true"
    for relation, *row in session.execute(
        f"""
        SELECT i.indrelid, c.relname, i.indisprimary, i.indisexclusion, {nulls},
            (string_to_array(i.indkey::text, ' ')::int[])[1:i.indnkeyatts],
            pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid),
            (SELECT array_agg(o.oprname = '=' ORDER BY u.at) FROM pg_constraint k
                CROSS JOIN LATERAL unnest(k.conexclop) WITH ORDINALITY AS u (operator, at)
                JOIN pg_operator o ON o.oid = u.operator WHERE k.conindid = i.indexrelid AND k.contype = 'x')
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE (i.indisunique OR i.indisexclusion) AND (i.indisvalid OR c.relkind = 'I') AND NOT c.relispartition
        ORDER BY i.indrelid, NOT i.indisprimary, c.relname COLLATE "C"
        """
    ).fetchall():
        table = shapes.by_oid.get(relation)
        if table is not None:
            yield table, _index(table, row)


def _index(table: TableShape, row: list[Any]) -> UniqueKey | Exclusion:
    name, primary, exclusion, nulls_distinct, numbers, expression, condition, equal = row
    plain = _names(table, numbers)
    inside = dict.fromkeys(mentioned(expression, table))
    computed = [c for c in table.columns if c.generated and c.name in (*plain, *inside)]
    for column in computed:  # apart when what it is computed from is
        inside.update(dict.fromkeys(mentioned(column.default, table)))
    if exclusion:
        pairs = list(zip(numbers, equal or [], strict=False))
        same = _names(table, (number for number, is_equal in pairs if is_equal))
        others = _names(table, (number for number, is_equal in pairs if not is_equal))
        return Exclusion(name=name, equal=same, others=tuple(dict.fromkeys((*others, *inside))))
    texts = [expression, *(column.default for column in computed)]
    return UniqueKey(
        name=name,
        columns=tuple(dict.fromkeys((*plain, *inside))),
        primary=primary,
        condition=condition,
        expression=", ".join(text for text in texts if text) or None,
        nulls_distinct=nulls_distinct,
    )


def _partition_keys(session: Session, shapes: Shapes) -> Iterator[tuple[TableShape, str]]:
    for relation, numbers, expression in session.execute(
        "SELECT partrelid, string_to_array(partattrs::text, ' ')::int[], pg_get_expr(partexprs, partrelid) "
        "FROM pg_partitioned_table ORDER BY partrelid"
    ).fetchall():
        table = shapes.by_oid.get(relation)
        if table is not None:
            yield from ((table, name) for name in (*_names(table, numbers), *mentioned(expression, table)))
