"""Rows of the old sandbox that survive a refresh: taken over into the new copy, before it has triggers or keys.

They come by way of temporary tables, where rows that refer to something the new copy lacks are found. All of it is one
transaction, so that either everything survives or the operation stops with the copy as it was.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import psycopg

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.conditions import where_constant
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.former import unlike
from app.databases.postgresql.neutralise import number_on, rows_of, said
from app.databases.postgresql.pairing import keys
from app.databases.postgresql.references import Reference
from app.databases.postgresql.shapes import ColumnShape, Shapes, TableShape
from app.databases.postgresql.stoppable import attended
from app.databases.proof.items import item, not_applicable
from app.domain.operations import ChecklistItem
from app.domain.policy import Clause, Operator, Preserve
from app.errors import OutsideError, UserError
from app.ports.context import PhaseContext

ITEM: Final = ("preserved", "What the policy preserves survived")
_HEADING: Final = ("What", "Table", "Rows taken over", "Rows that made way", "Rows left out")

_MOST_KNOWN: Final = 10_000
"""Rows of an entry that are looked for again once scripts have run."""


@dataclass(slots=True, kw_only=True)
class Survivors:
    """Those of one entry. `here` is the temporary table they stand in, with the columns both sides have; `known` holds
    of the first rows what they are told apart by, as text."""

    entry: Preserve
    table: TableShape
    here: TableShape
    rows: int = 0
    replaced: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    known: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def columns(self) -> str:
        return ", ".join(quoted(column.name) for column in self.here.columns)

    @property
    def words(self) -> str:
        text = f"{self.entry.title}: {_rows(self.rows)} of the old sandbox taken over, {self.replaced:,} made way"
        for why, count in self.left_out.items():
            text += f"; {_rows(count)} left out, {why}"
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of it. `effects` are rows more or fewer by table; `filled` counts, by table and column, the values
    that came without any mask."""

    words: tuple[str, ...] = ()
    effects: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    items: tuple[ChecklistItem, ...] = ()
    rows: tuple[Survivors, ...] = ()


def none_before(why: str = "There was no copy before.") -> Taken:
    """For a first copy, or where the old one is gone: nothing can survive."""
    return Taken(items=(not_applicable(*ITEM, why),))


def take_over(
    old: Session,
    session: Session,
    entries: Sequence[Preserve],
    shapes: Shapes,
    references: Sequence[Reference],
    ctx: PhaseContext,
) -> Taken:
    """Take the rows of each entry from `old` into the copy. `shapes` are the copy's tables, `references` all that
    will hold in it.

    Raises OutsideError that says what to do when a row cannot survive, and the driver's errors.
    """
    before = attended(old, partial(read_shapes, old), ctx)
    with session.transaction():
        all_ = [
            s
            for number, entry in enumerate(entries)
            for s in _brought(old, before, session, entry, shapes, number, ctx)
        ]
        for each in all_:
            each.replaced = attended(session, partial(_make_way, session, each), ctx)
        _without_orphans(session, all_, shapes, references, ctx)
        filled: dict[tuple[str, str], int] = {}
        for each in all_:
            each.rows = attended(session, partial(_insert, session, each), ctx)
            counts = session.execute(f"SELECT {_counts(each)} FROM {each.here.sql}".encode()).fetchone() or ()
            for column, count in zip(each.here.columns, counts, strict=True):
                at = (each.table.policy_name, column.name)
                filled[at] = filled.get(at, 0) + int(count)
            each.known = session.execute(_told_apart(each).encode()).fetchall()
            number_on(session, each.table, (), ctx)
            session.execute(f"DROP TABLE {each.here.sql}")
            ctx.checkpoint(each.table.policy_name)
    effects: Counter[str] = Counter()
    for each in all_:
        effects[each.table.policy_name] += each.rows - each.replaced
    absent = {entry.id for entry in entries} - {each.entry.id for each in all_}
    gone = [f"{entry.title}: the old sandbox has no table {entry.table}" for entry in entries if entry.id in absent]
    words = (*(each.words for each in all_), *gone)
    return Taken(words=words, effects=dict(effects), filled=filled, items=(_item(all_, words),), rows=tuple(all_))


def still_there(session: Session, taken: Taken, ctx: PhaseContext) -> tuple[ChecklistItem, ...]:
    """The item, after scripts may have changed the copy: rows that survived must still be there."""
    gone: list[str] = []
    for each in taken.rows:
        names = [f"concat(t.{quoted(column.name)})".replace("%", "%%") for column in _matched(each)]
        keys = [f"k{number}" for number in range(len(names))]
        alike = " AND ".join(f"{name} = k.{key}" for name, key in zip(names, keys, strict=True))
        rows = rows_of(each.table).replace("%", "%%")
        query = (
            f"SELECT count(*) FROM unnest({', '.join(['%s::text[]'] * len(keys))}) AS k ({', '.join(keys)}) "
            f"WHERE NOT EXISTS (SELECT FROM {rows} AS t WHERE {alike})"
        )
        values = [list(column) for column in zip(*each.known, strict=True)] or [[] for _ in keys]
        try:
            row = attended(session, partial(_first, session, query.encode(), values), ctx)
        except psycopg.ProgrammingError:
            row = (len(each.known),)  # the table, or a column of it, is not there any more
        if row is not None and row[0]:
            gone.append(f"{each.entry.title}: {int(row[0]):,} of the rows that survived were removed by what ran")
    if not gone:
        return taken.items
    return (item(*ITEM, False, "; ".join(gone) + ".", gone[0], details=taken.items[0].details),)


def _item(all_: Sequence[Survivors], words: Sequence[str]) -> ChecklistItem:
    total = sum(each.rows for each in all_)
    details = [_HEADING]
    for each in all_:
        left = sum(each.left_out.values())
        details.append((each.entry.title, each.entry.table, f"{each.rows:,}", f"{each.replaced:,}", f"{left:,}"))
    return item(*ITEM, True, "; ".join(words) + ".", f"{total:,} rows", details=tuple(details))


def _brought(
    old: Session, before: Shapes, session: Session, entry: Preserve, shapes: Shapes, number: int, ctx: PhaseContext
) -> Iterator[Survivors]:
    """The entry's rows in a temporary table; nothing where the old sandbox has no such table."""
    table, former = shapes.topmost(entry.table), before.topmost(entry.table)
    if table is None or former is None:
        return
    common = tuple(column for column in table.columns if column.copied and _there(former.column(column.name)))
    known = {column.name for column in common}
    missing = next((name for name in entry.match if name not in known), None)
    if missing is not None:
        raise unlike(entry, UserError(f"There is no column {missing} in {entry.table}", "", ""))
    try:
        condition = where_constant(entry.condition, former, before)
    except UserError as error:
        raise unlike(entry, error) from None
    here = replace(
        table,
        oid=0,
        schema="pg_temp",
        name=f"sandkeeper_{number}",
        kind="r",
        policy_name=f"pg_temp.{number}",
        columns=common,
    )
    found = Survivors(entry=entry, table=table, here=here)
    session.execute(f"CREATE TEMPORARY TABLE {here.sql} AS SELECT {found.columns} FROM {table.sql} WHERE false")
    out = f"COPY (SELECT {found.columns} FROM {before.reading(former)} WHERE {condition}) TO STDOUT"
    into = f"COPY {here.sql} ({found.columns}) FROM STDIN"
    try:
        attended(old, partial(_pour, old, out, session, into), ctx)
    except psycopg.DataError:
        raise unlike(entry, UserError("Its values do not fit the columns of the new copy", "", "")) from None
    yield found


def _there(column: ColumnShape | None) -> bool:
    return column is not None and column.generated != "v"


def _pour(old: Session, out: str, session: Session, into: str) -> None:
    with (
        old.cursor() as reader,
        session.cursor() as writer,
        reader.copy(out.encode()) as rows,
        writer.copy(into.encode()) as target,
    ):
        for block in rows:
            target.write(block)


def _make_way(session: Session, each: Survivors) -> int:
    """Rows of the new copy that agree in all columns of `match`, deleted. A NULL agrees with nothing."""
    alike = " AND ".join(_alike(column, column, "t", "p") for column in _matched(each))
    return session.execute(
        f"DELETE FROM {rows_of(each.table)} AS t USING {each.here.sql} AS p WHERE {alike}".encode()
    ).rowcount


def _matched(each: Survivors) -> list[ColumnShape]:
    return [column for column in each.here.columns if column.name in each.entry.match]


def _told_apart(each: Survivors) -> str:
    fields = ", ".join(f"concat({quoted(column.name)})" for column in _matched(each))
    return f"SELECT {fields} FROM {each.here.sql} LIMIT {_MOST_KNOWN}"


def _without_orphans(
    session: Session, all_: Sequence[Survivors], shapes: Shapes, references: Sequence[Reference], ctx: PhaseContext
) -> None:
    """Leave out rows that refer to something the new copy lacks, as long as that makes others such. Raises
    OutsideError for those that may not be left out."""
    again = True
    while again:
        again = False
        for each in all_:
            for why, lost in _lost(each, all_, shapes, references) if each.entry.leave_orphans else ():
                query = f"DELETE FROM {each.here.sql} AS c WHERE {lost}".encode()
                count = attended(session, partial(_count_changed, session, query), ctx)
                each.left_out[why] += count
                again = again or count > 0
    for each in all_:
        each.left_out = Counter({why: count for why, count in each.left_out.items() if count})
    stopped: list[str] = []
    for each in all_:
        for why, lost in _lost(each, all_, shapes, references) if not each.entry.leave_orphans else ():
            query = f"SELECT count(*) FROM {each.here.sql} AS c WHERE {lost}".encode()
            row = attended(session, partial(_first, session, query), ctx)
            if row is not None and row[0]:
                stopped.append(f"{_rows(int(row[0]))} of {each.entry.table} ({each.entry.title}), {why}")
    if stopped:
        raise OutsideError(
            "Rows that are to survive refer to others that the new copy does not have",
            f"{'; '.join(stopped[:10])}. The environment is as it was.",
            "Preserve the rows they refer to as well, change them in the sandbox, or say `orphans: leave` in the "
            "policy, so that they are left out.",
        )


def _lost(
    each: Survivors, all_: Sequence[Survivors], shapes: Shapes, references: Sequence[Reference]
) -> Iterator[tuple[str, str]]:
    """By reference: in words, and what holds for a row, called `c`, that it leads nowhere."""
    for reference in references:
        parent = next((t for t in shapes.tables if (t.schema, t.name) == reference.parent), None)
        own = [each.here.column(name) for name, _ in reference.columns]
        there = [column for column in own if column is not None]
        if reference.table != (each.table.schema, each.table.name) or parent is None or len(there) < len(own):
            continue
        filled = [f"c.{quoted(column.name)} IS NOT NULL" for column in there]
        if reference.nothing:
            nothing = (Clause(column=there[0].name, operator=Operator.NOT_IN, value=reference.nothing),)
            filled.append(where_constant(nothing, each.here, shapes))
        places = [(rows_of(parent), parent)]
        places += [(s.here.sql, s.here) for s in all_ if (s.table.schema, s.table.name) == reference.parent]
        absent = []
        for place, shape in places:
            referred = [shape.column(name) for _, name in reference.columns]
            if all(column is not None for column in referred):
                pairs = zip(there, (c for c in referred if c is not None), strict=True)
                alike = " AND ".join(_alike(mine, its, "c", "p") for mine, its in pairs)
                absent.append(f"NOT EXISTS (SELECT FROM {place} AS p WHERE {alike})")
        why = f"whose {', '.join(name for name, _ in reference.columns)} leads to no row of {parent.policy_name}"
        yield why, " AND ".join((*filled, *absent))


def _alike(one: ColumnShape, other: ColumnShape, left: str, right: str) -> str:
    pair = keys(one, f"{left}.{quoted(one.name)}", other, f"{right}.{quoted(other.name)}")
    return f"{pair[0]} = {pair[1]}" if pair is not None else "false"


def _insert(session: Session, each: Survivors) -> int:
    query = (
        f"INSERT INTO {each.table.sql} ({each.columns}) OVERRIDING SYSTEM VALUE "
        f"SELECT {each.columns} FROM {each.here.sql}"
    )
    try:
        return _count_changed(session, query.encode())
    except psycopg.errors.UniqueViolation as error:
        raise OutsideError(
            f"{each.entry.title}: a row that is to survive has a key that another row of the new copy has",
            f"Both are in {each.entry.table}, which keeps {error.diag.constraint_name} unique. The environment is as "
            "it was.",
            "Name the columns of that key under `match`, so that the new copy's row makes way; or give the sandbox's "
            "row another value.",
        ) from None
    except psycopg.errors.NotNullViolation as error:
        raise OutsideError(
            f"{each.entry.title}: a row that is to survive has no value for {error.diag.column_name}",
            f"In production {each.entry.table}.{error.diag.column_name} must have one by now. The environment is as it "
            "was.",
            "Give the column a value in the sandbox's rows (add it there if it is missing), or leave them behind.",
        ) from None
    except psycopg.errors.IntegrityError as error:
        raise OutsideError(
            f"{each.entry.title}: a row that is to survive breaks a rule of the new copy",
            f"{said(error)} The environment is as it was.",
            "Change the row in the sandbox so that it keeps the rule, or leave it behind.",
        ) from None


def _counts(each: Survivors) -> str:
    return ", ".join(f"count({quoted(column.name)})" for column in each.here.columns)


def _count_changed(session: Session, query: bytes) -> int:
    return session.execute(query).rowcount


def _first(session: Session, query: bytes, values: Sequence[Any] | None = None) -> tuple[Any, ...] | None:
    return session.execute(query, values).fetchone()


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
