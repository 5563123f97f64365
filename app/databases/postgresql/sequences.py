"""Where the source's sequences stand, so that the copy's go on from there."""

from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.connections import Session, literal, quoted

_AT_ONCE: Final = 200
"""Sequences read by one query."""
_NAMES: Final = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
AND (c.relpersistence = 'p' OR NOT pg_is_in_recovery())
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class SequenceValue:
    """`called` says that `value` was given out; else it is the next one."""

    schema: str
    name: str
    value: int
    called: bool


def read_sequences(session: Session) -> list[SequenceValue]:
    """All sequences of the source, those behind identity columns among them.

    A sequence knows no snapshots: it is at its value of now, which is never behind that of the snapshot. Unlogged ones
    cannot be read on a standby, and begin anew.
    """
    names = [(str(schema), str(name)) for schema, name in session.execute(_NAMES).fetchall()]
    values: list[SequenceValue] = []
    for at in range(0, len(names), _AT_ONCE):
        part = names[at : at + _AT_ONCE]
        queries = (f"SELECT {number}, last_value, is_called FROM {quoted(*name)}" for number, name in enumerate(part))
        rows = session.execute(" UNION ALL ".join(queries)).fetchall()
        values += [SequenceValue(*part[number], value, called) for number, value, called in rows]
    return values


def set_sequences(session: Session, values: list[SequenceValue]) -> None:
    """Set those that came along, in the staged database; one that gave out numbers there already is not set back."""
    for at in range(0, len(values), _AT_ONCE):
        rows = ", ".join(
            f"({literal(quoted(v.schema, v.name))}, {int(v.value)}::bigint, {bool(v.called)})"
            for v in values[at : at + _AT_ONCE]
        )
        session.execute(
            "SELECT setval(s.seqrelid, v.value, v.called) "
            f"FROM (VALUES {rows}) AS v (name, value, called) JOIN pg_sequence s ON s.seqrelid = to_regclass(v.name) "
            "WHERE (pg_sequence_last_value(s.seqrelid) < v.value) IS NOT DISTINCT FROM (s.seqincrement > 0) "
            "OR pg_sequence_last_value(s.seqrelid) IS NULL"
        )
