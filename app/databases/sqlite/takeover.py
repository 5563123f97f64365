"""Rows of the old sandbox taken over into the new copy, before it is finished."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.databases.marks import fits
from app.databases.proof.items import item, not_applicable
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.marker import read_marker
from app.databases.sqlite.neutralise import table_named
from app.databases.sqlite.owned import must_be_ours, not_ours
from app.databases.sqlite.preserve import old_table
from app.databases.sqlite.quoting import any_of, quoted, shown, where
from app.databases.sqlite.references import Reference, references
from app.databases.sqlite.shapes import Shapes, TableShape, read_shapes
from app.databases.sqlite.staging import Staging
from app.domain.environments import Environment
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.domain.policy import Preserve, Scalar
from app.errors import OutsideError
from app.ports.context import PhaseContext
from app.ports.databases import Signer

_TITLE = "What was to be preserved is there"
_HEADING = ("Preserved", "Table", "Rows", "Made way", "Left out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of it. `effects` are rows more or fewer by table; `filled` says of columns, by their table's and their
    own folded name, how many values came along in them that no mask saw."""

    item: ChecklistItem
    words: tuple[str, ...] = ()
    effects: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Kept:
    """The rows of one entry, which wait in a temporary table; `columns` are those that both sides have."""

    entry: Preserve
    table: TableShape
    place: str
    columns: tuple[str, ...]
    lost: tuple[str, ...] = ()
    rows: int = 0
    made_way: int = 0
    left_out: int = 0

    def has(self, names: Sequence[str]) -> bool:
        return {name.casefold() for name in names} <= {column.casefold() for column in self.columns}

    def chosen(self, alias: str) -> str:
        """The columns that tell rows apart, as one value."""
        return _together(alias, self.entry.match)


def take_over(
    staging: Staging,
    copied: Copied,
    plan: Plan,
    environment: Environment,
    path: Path,
    signer: Signer,
    ctx: PhaseContext,
) -> Taken:
    """The rows the plan preserves, out of the environment's database at `path`, which is only read.

    Raises RefusedError when that is not the one Sandkeeper made, OutsideError when preserved rows do not fit the new
    copy: something they refer to is missing, another row has the same key, a column must have a value.
    """
    if environment.identity is None:
        return Taken(item=not_applicable("preserved", _TITLE, "There was no copy before."))
    if not os.path.lexists(path):
        return Taken(item=not_applicable("preserved", _TITLE, "The copy there was before is not there any more."))
    must_be_ours(path, environment, signer)
    with (
        staging.attached(path, environment.identity, "before"),
        staging.working(ctx, "while taking over what is preserved", path) as connection,
    ):
        if not fits(read_marker(connection, "before"), environment.identity, environment, signer):
            raise not_ours(environment, "Its mark changed while it was being read.")
        old = read_shapes(connection, "before")
        kept = []
        for number, entry in enumerate(plan.preserve):
            kept.append(_gathered(connection, copied, old, entry, number))
            ctx.checkpoint(entry.table)
        there = [one for one in kept if one.columns]
        links = list(references(connection, copied.shapes, plan.tables))
        _leave_out_orphans(connection, there, links, ctx)
        filled, effects = Counter[tuple[str, str]](), Counter[str]()
        for one in there:
            _put_in(connection, one)
            effects[one.table.policy_name] += one.rows - one.made_way
            filled.update(_filled(connection, copied, one))
            ctx.checkpoint(one.table.policy_name)
        for one in there:
            connection.execute(f"DROP TABLE {one.place}")
    return Taken(item=_item(kept), words=tuple(map(_words, kept)), effects=dict(effects), filled=dict(filled))


def _gathered(connection: sqlite3.Connection, copied: Copied, old: Shapes, entry: Preserve, number: int) -> _Kept:
    table, before = table_named(copied, entry.table), old_table(old, entry)
    place = f"temp.sandkeeper_kept_{number}"
    if before is None:
        return _Kept(entry=entry, table=table, place=place, columns=())
    theirs = {column.name.casefold() for column in before.columns}
    columns = tuple(column.name for column in table.stored if column.name.casefold() in theirs)
    ours = {column.name.casefold() for column in table.columns}
    lost = tuple(column.name for column in before.stored if column.name.casefold() not in ours)
    kept = _Kept(entry=entry, table=table, place=place, columns=columns, lost=lost)
    if not kept.has(entry.match):
        raise OutsideError(
            f"{entry.title}: rows cannot be told apart",
            f"What is preserved as {entry.id} is told apart by {', '.join(entry.match)}, which is not written by hand "
            f"in {entry.table}.",
            "Name other columns under `match`. The environment is as it was.",
        )
    condition, values = where(entry.condition, before.name, "before")
    names = ", ".join(f"{quoted(before.name)}.{quoted(column)} AS {quoted(column)}" for column in columns)
    connection.execute(
        f"CREATE TABLE {place} AS SELECT {names} FROM before.{quoted(before.name)} WHERE {condition}", values
    )
    return kept


def _leave_out_orphans(
    connection: sqlite3.Connection, kept: Sequence[_Kept], links: Sequence[Reference], ctx: PhaseContext
) -> None:
    """Take those away that refer to nothing, as far as the policy says so: leaving out one may orphan the next. Raises
    OutsideError where others are left that do."""
    again = True
    while again:
        again = False
        for one, link in _leading_away(kept, links):
            if one.entry.leave_orphans:
                condition, values = _orphaned(one, link, kept)
                gone = connection.execute(f"DELETE FROM {one.place} AS c WHERE {condition}", values).rowcount
                one.left_out += gone
                again = again or gone > 0
                ctx.checkpoint(one.table.policy_name)
    found = []
    for one, link in _leading_away(kept, links):
        condition, values = _orphaned(one, link, kept)
        count = connection.execute(f"SELECT count(*) FROM {one.place} AS c WHERE {condition}", values).fetchone()[0]
        if count:
            found.append(f"{count:,} of {one.entry.id} in {link}, which leads to {link.goal}")
    if found:
        raise OutsideError(
            "Preserved rows refer to what the new copy does not have",
            f"Rows that lead nowhere: {'; '.join(found)}. The environment is as it was.",
            "Preserve what they refer to as well, say `orphans: leave` to leave such rows out, or mend them in the "
            "sandbox, and start again.",
        )


def _leading_away(kept: Sequence[_Kept], links: Sequence[Reference]) -> Iterator[tuple[_Kept, Reference]]:
    """Each entry with the references of its table whose columns come along."""
    for one in kept:
        for link in links:
            if link.table == one.table.name and one.has([own for own, _ in link.columns]):
                yield one, link


def _orphaned(one: _Kept, link: Reference, kept: Sequence[_Kept]) -> tuple[str, list[Scalar]]:
    """That a waiting row `c` refers to something that neither stays in the copy nor is preserved itself."""
    own = _together("c", [column for column, _ in link.columns])
    referred = [column for _, column in link.columns]
    terms = [f"c.{quoted(column)} IS NOT NULL" for column, _ in link.columns]
    values: list[Scalar] = []
    if link.nothing:
        text, values = any_of(own, link.nothing)
        terms.append(f"({text}) IS NOT TRUE")
    beside = [other for other in kept if other.table.name == link.parent]
    staying = [f"({other.chosen('p')} IN {_listed(other, other.entry.match)}) IS NOT TRUE" for other in beside]
    copy = f"(SELECT {_columns('p', referred)} FROM main.{quoted(link.parent)} AS p WHERE {' AND '.join(staying) or 1})"
    found = [copy, *(_listed(other, referred) for other in beside if other.has(referred))]
    terms.extend(f"({own} IN {rows}) IS NOT TRUE" for rows in found)
    return " AND ".join(terms), values


def _put_in(connection: sqlite3.Connection, one: _Kept) -> None:
    name, names = f"main.{quoted(one.table.name)}", ", ".join(quoted(column) for column in one.columns)
    condition = f"{one.chosen('t')} IN {_listed(one, one.entry.match)}"
    one.made_way = connection.execute(f"DELETE FROM {name} AS t WHERE {condition}").rowcount
    try:
        one.rows = connection.execute(f"INSERT OR ABORT INTO {name} ({names}) SELECT {names} FROM {one.place}").rowcount
    except sqlite3.IntegrityError as error:
        raise _misfit(one.entry, error) from None


def _misfit(entry: Preserve, error: sqlite3.IntegrityError) -> OutsideError:
    """In words; SQLite's own name columns and rules, never values."""
    kind, (rule, _, columns) = error.sqlite_errorname, str(error).partition(": ")
    if kind in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID"):
        return OutsideError(
            f"{entry.title}: a preserved row has the same {columns} as another row",
            f"What is preserved as {entry.id} cannot stand beside it, for that may occur only once in the new copy.",
            "Name these columns under `match`, so that the copy's row makes way, or narrow the condition. The "
            "environment is as it was.",
        )
    if kind == "SQLITE_CONSTRAINT_NOTNULL":
        return OutsideError(
            f"{entry.title}: a preserved row has no {columns}",
            f"In the new copy it must have a value, and rows preserved as {entry.id} have none.",
            "Fill it in the old sandbox if it has that column, or take the entry out of `preserve` for this refresh. "
            "The environment is as it was.",
        )
    return OutsideError(
        f"{entry.title}: a preserved row breaks a rule of the new copy",
        f"SQLite said of what is preserved as {entry.id}: {rule}{': ' + columns if columns else ''}.",
        "Mend the rows in the old sandbox, or narrow the condition. The environment is as it was.",
    )


def _filled(connection: sqlite3.Connection, copied: Copied, one: _Kept) -> dict[tuple[str, str], int]:
    """Values in columns that the copy itself leaves empty."""
    found = {}
    for masked in copied.masked:
        column = masked.plan.column
        if masked.table == one.table.name and masked.constant and one.has([column]):
            count = connection.execute(f"SELECT count({quoted(column)}) FROM {one.place}").fetchone()[0]
            found[masked.table.casefold(), column.casefold()] = int(count)
    return found


def _together(alias: str, names: Sequence[str]) -> str:
    columns = _columns(alias, names)
    return columns if len(names) == 1 else f"({columns})"


def _columns(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{quoted(name)}" for name in names)


def _listed(one: _Kept, names: Sequence[str]) -> str:
    return f"(SELECT {_columns('k', names)} FROM {one.place} AS k)"


def _words(one: _Kept) -> str:
    if not one.columns:
        return f"{one.entry.title}: the old sandbox has no table {one.entry.table}"
    said = f"{one.entry.title}: {one.rows:,} rows of {one.entry.table} preserved, {one.made_way:,} of the copy made way"
    if one.left_out:
        said += f", {one.left_out:,} left out that refer to what the copy does not have"
    if one.lost:
        said += f"; columns the copy does not have: {', '.join(one.lost)}"
    return said


def _item(kept: Sequence[_Kept]) -> ChecklistItem:
    rows = sum(one.rows for one in kept)
    details = [
        (one.entry.title, one.entry.table, f"{one.rows:,}", f"{one.made_way:,}", f"{one.left_out:,}") for one in kept
    ]
    asked = []
    for one in kept:
        text, values = where(one.entry.condition, one.table.name)
        asked.append(shown(f"SELECT count(*) FROM {quoted(one.table.name)} WHERE {text}", values))
    return item(
        "preserved",
        _TITLE,
        True,
        f"{'. '.join(map(_words, kept))}.",
        f"{rows:,} {'row' if rows == 1 else 'rows'}",
        query=";\n".join(asked),
        details=(_HEADING, *details),
    )
