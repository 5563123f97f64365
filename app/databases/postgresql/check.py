"""The automatic items of the checklist: what was looked at in the finished copy, and what was found."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import psycopg

from app.databases.postgresql.as_copied import AsCopied
from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.conditions import where, where_constant
from app.databases.postgresql.connections import Session, place_of
from app.databases.postgresql.failures import told
from app.databases.postgresql.neutralise import said, table_named
from app.databases.postgresql.references import Reference, dangling, planned, references
from app.databases.postgresql.shapes import Copied, Shapes, TableShape
from app.databases.postgresql.stoppable import attended
from app.databases.proof.items import counted, item, not_run
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.domain.policy import Check, RowSet
from app.errors import OutsideError, UserError
from app.ports.context import PhaseContext

_UNSOUND: Final = """
    SELECT format('the index %s.%s is not valid', n.nspname, c.relname)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'i' AND NOT (i.indisvalid AND i.indisready AND i.indislive)"""

_CONSTRAINTS: Final = """
    SELECT count(*) FILTER (WHERE convalidated), count(*) FILTER (WHERE NOT convalidated)
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE c.contype <> 'n' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"""

_HEADING: Final = ("Reference", "Declared by", "Lead nowhere in the source", "In the sandbox")
_MOST_TOLD: Final = 50


def run_checks(
    session: Session,
    copied: Copied,
    plan: Plan,
    before: AsCopied,
    ctx: PhaseContext,
    others: Sequence[ChecklistItem] = (),
) -> tuple[ChecklistItem, ...]:
    """The built-in items, `others` that were found out elsewhere, and the policy's own checks, each with its evidence;
    a failed one is an item, no error. All but `before` and `others` speak of the copy as it is now.

    Raises OutsideError when the server does not answer, and what `ctx.checkpoint` raises.
    """
    with told(place_of(session), "while checking the copy", ctx):
        checks = _Checks(session, copied, read_shapes(session), ctx)
        items = [before.rows, before.masked, checks.references(plan), checks.integrity(before), *others]
        for check in plan.checks:
            items.append(checks.of_policy(check))
            ctx.checkpoint(check.table)
    return tuple(items)


class _Checks:
    """`there` are the tables as they are now."""

    def __init__(self, session: Session, copied: Copied, there: Shapes, ctx: PhaseContext) -> None:
        self._session, self._copied, self._there, self._ctx = session, copied, there, ctx

    def references(self, plan: Plan) -> ChecklistItem:
        """Those that the database declares and those that the policy does."""
        try:
            keys = [*references(self._session), *planned(plan, self._there)]
        except UserError as error:
            return item("references", "References hold", False, f"{error.title}. {error.detail}", "cannot be followed")
        counts = dict[str, int]()
        for key in keys:
            if not key.validated:
                counts[str(key)] = attended(self._session, partial(dangling, self._session, key), self._ctx)
            self._ctx.checkpoint(str(key))
        return _references(keys, counts, self._copied.broken)

    def integrity(self, before: AsCopied) -> ChecklistItem:
        """Tables and columns came as those of the source, indexes can be used, constraints are held by the server."""
        problems = [*before.differences, *(str(text) for (text,) in self._session.execute(_UNSOUND))]
        row = self._session.execute(_CONSTRAINTS).fetchone()
        held, unheld = row if row is not None else (0, 0)
        evidence = (
            "Every table has the source's columns, every index is valid, and the server holds "
            f"{held:,} constraints in every row"
        )
        evidence += f"; {unheld:,} are declared but not held, as in the source." if unheld else "."
        if problems:
            evidence = "; ".join(problems[:10]) + "."
        found = problems[0] if problems else "nothing wrong"
        return item("integrity", "The database is sound", not problems, evidence, found, query=_UNSOUND.strip())

    def of_policy(self, check: Check) -> ChecklistItem:
        try:
            table = table_named(self._there, check.table)
            found, total = self._row(*self._counting(check, table))
            asked = self._shown(check, table)
        except OutsideError as error:
            return item(check.id, check.title, False, f"{error.title}.", "no such table")
        except UserError as error:
            return not_run(check, f"{error.title}. {error.detail}".rstrip("."))
        except (psycopg.DataError, psycopg.ProgrammingError) as error:
            return not_run(check, said(error).rstrip("."))
        return counted(check, int(found), int(total), asked)

    def _counting(self, check: Check, table: TableShape) -> tuple[str, list[str]]:
        """One look at the table, or two where other tables are looked at: those can only be joined in a WHERE."""
        condition, values = where(check.condition, table, self._there)
        rows = self._there.reading(table).replace("%", "%%")
        if any(isinstance(clause.value, RowSet) for clause in check.condition):
            return f"SELECT (SELECT count(*) FROM {rows} WHERE {condition}), (SELECT count(*) FROM {rows})", values
        return f"SELECT count(*) FILTER (WHERE {condition}), count(*) FROM {rows}", values

    def _shown(self, check: Check, table: TableShape) -> str:
        condition = where_constant(check.condition, table, self._there)
        return f"SELECT count(*) FROM {self._there.reading(table)} WHERE {condition}"

    def _row(self, query: str, values: Sequence[Any]) -> tuple[Any, ...]:
        def ask() -> tuple[Any, ...]:
            return self._session.execute(query.encode(), values).fetchone() or ()

        return attended(self._session, ask, self._ctx)


def _references(keys: Sequence[Reference], counts: Mapping[str, int], before: Mapping[str, int]) -> ChecklistItem:
    """`counts` are the rows that lead nowhere, by reference that the server does not vouch for; `before` those of the
    source."""
    asked = [key.dangling for key in keys if str(key) in counts][:_MOST_TOLD]
    details = [_HEADING]
    for key in keys:
        if str(key) in counts:
            by = "the database" if key.declared else "the policy"
            details.append((str(key), by, f"{before.get(str(key), 0):,}", f"{counts[str(key)]:,}"))
    query, table = ";\n".join(asked), tuple(details[: _MOST_TOLD + 1]) if len(details) > 1 else ()
    title = "References hold"
    worse = {key: count for key, count in counts.items() if count > before.get(key, 0)}
    if worse:
        named = "; ".join(f"{n:,} rows of {key} refer to rows that are not there" for key, n in worse.items())
        broken = f"{sum(worse.values()):,} broken"
        return item("references", title, False, f"{named}.", broken, query=query, details=table)
    declared, known = sum(key.declared for key in keys), sum(counts.values())
    told, found = f"{declared:,} foreign keys", f"{len(keys):,} foreign keys"
    if declared < len(keys):
        told += f" that the database declares and {len(keys) - declared:,} references that the policy names"
        found = f"{len(keys):,} references"
    end = f"{known:,} rows lead nowhere, as in the source." if known else "all lead somewhere."
    evidence = f"{told} were followed in every row; {end}"
    return item("references", title, True, evidence, found, query=query, details=table)
