"""What a source has that its copy must know, as findings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.databases.sqlite.clone import Misfit
from app.databases.sqlite.connections import sidecars
from app.databases.sqlite.quoting import table_name
from app.databases.sqlite.shapes import Content, Shapes, TableShape
from app.databases.sqlite.statements import module_call
from app.domain.findings import Finding, error, note, warning
from app.domain.plan import Plan
from app.domain.policy import Condition, RowSet


def source_findings(path: Path, shapes: Shapes, misfits: Iterable[Misfit], journal: str) -> tuple[Finding, ...]:
    """Errors for what cannot be copied, warnings for what will be missing, notes for what is good to know."""
    return tuple(
        finding for part in (_itself(path, shapes, journal), _misfits(misfits), _contents(shapes)) for finding in part
    )


def _itself(path: Path, shapes: Shapes, journal: str) -> Iterator[Finding]:
    if shapes.marked:
        yield error(
            "source-is-a-copy",
            "The source carries Sandkeeper's mark: it is a scrubbed copy, not production.",
            path.name,
            "Give the production database itself; data of a sandbox never goes anywhere.",
        )
    if journal == "wal":
        wal, shm, _ = sidecars(path)
        if not (wal.exists() and shm.exists()):
            yield note(
                "source-wal-files",
                "Reading this source leaves an empty -wal and a -shm file beside it, as any reader does.",
                path.name,
                "The next program that opens and closes the database removes them.",
            )
    else:
        yield note(
            "source-writers-wait",
            "Programs that write to the source wait while it is being copied, because it is not in write-ahead mode.",
            path.name,
            "Copy when little is written, or switch the source to write-ahead mode with its own program.",
        )


def _misfits(misfits: Iterable[Misfit]) -> Iterator[Finding]:
    for misfit in misfits:
        what = f"{misfit.kind} {misfit.name}"
        if misfit.fatal:
            yield error(
                "cannot-be-made",
                f"The {what} cannot be made again: {misfit.why}.",
                misfit.name,
                "It needs something that the source's own program adds to SQLite; Sandkeeper has only SQLite's own.",
            )
        else:
            yield note(
                "needs-its-program",
                f"The {what} works only inside the source's own program: {misfit.why}.",
                misfit.name,
                "It comes along unchanged and works there.",
            )


def _contents(shapes: Shapes) -> Iterator[Finding]:
    for table in shapes.tables:
        if table.content is Content.NONE:
            yield warning(
                "contentless-index",
                f"The full-text index {table.name} keeps no text of its own and comes along empty.",
                table.name,
                "Its program has to fill it again in the copy.",
            )
        elif table.content is Content.EXTERNAL and not shapes.rebuildable(table):
            yield warning(
                "index-without-text",
                f"The full-text index {table.name} refers to a table that is not there and comes along empty.",
                table.name,
                "Its program has to fill it again in the copy.",
            )
        call = module_call(table.sql)
        if call is not None and call.module == "fts4":
            yield from _of_fts4(table.name, call.options)
    for table in shapes.tables:
        if table.copied and table.module is None and not table.without_rowid and table.rowid is None:
            yield note(
                "rowids-change",
                f"The hidden row numbers of {table.name} cannot be kept: its columns take all their names.",
                table.name,
            )


def _of_fts4(table: str, options: Mapping[str, str]) -> Iterator[Finding]:
    if "compress" in options or "uncompress" in options:
        yield error(
            "cannot-be-made",
            f"The full-text index {table} packs its text with functions of its own program.",
            table,
            "Leave the index out of the source, or have its program make a copy without it.",
        )
    if "languageid" in options:
        yield warning(
            "languages-lost",
            f"The full-text index {table} notes a language for each row, which does not come along.",
            table,
            "Its program has to build the index again in the copy.",
        )


def of_plan(shapes: Shapes, plan: Plan) -> tuple[Finding, ...]:
    """What of a plan SQLite does otherwise than its reader would think. Any column holds any value, so nothing else
    cannot be done."""
    return (*_of_references(shapes, plan), *_of_preserve(shapes, plan), *_of_conditions(shapes, plan))


def _of_references(shapes: Shapes, plan: Plan) -> Iterator[Finding]:
    for table in plan.tables:
        child = shapes.table(table_name(table.table))
        for reference in table.references:
            parent = shapes.table(table_name(reference.table))
            if reference.declared or child is None or parent is None:
                continue
            if not (child.ordinary and parent.ordinary):
                yield error(
                    "reference-not-checked",
                    f"The reference {reference.column} of {table.table} cannot be followed: one end of it is a virtual "
                    "table, whose rows cannot be looked up.",
                    f"{table.table}.{reference.column}",
                    "Take the reference out of the policy.",
                )
            else:
                ends = (table.table, child, reference.column), (reference.table, parent, reference.referred)
                yield from _compared(*ends, "The reference")


def _of_preserve(shapes: Shapes, plan: Plan) -> Iterator[Finding]:
    for entry in plan.preserve:
        table = shapes.table(table_name(entry.table))
        if table is None:
            continue
        stored = {column.name.casefold() for column in table.stored}
        if not table.ordinary:
            why = f"{entry.table} is a virtual table"
        elif not {name.casefold() for name in entry.match} <= stored:
            why = f"SQLite computes {', '.join(entry.match)} by itself, and rows are told apart by it"
        else:
            continue
        yield error(
            "preserve-cannot-work",
            f"What is preserved as {entry.id} cannot be taken over: {why}.",
            entry.table,
            "Preserve rows of ordinary tables, told apart by columns that are written.",
        )


def _of_conditions(shapes: Shapes, plan: Plan) -> Iterator[Finding]:
    entries: list[tuple[str, Condition]] = [(t.table, t.condition) for t in plan.tables if t.copied == "where"]
    for named in (plan.actions, plan.checks, plan.preserve):
        entries.extend((entry.table, entry.condition) for entry in named)
    told: set[str] = set()
    for name, condition in entries:
        for finding in _inside(shapes, name, condition):
            if finding.where not in told:
                told.add(finding.where)
                yield finding


def _inside(shapes: Shapes, name: str, condition: Condition) -> Iterator[Finding]:
    table = shapes.table(table_name(name))
    for clause in condition:
        rows = clause.value
        other = shapes.table(table_name(rows.table)) if isinstance(rows, RowSet) else None
        if table is not None and other is not None and isinstance(rows, RowSet):
            ends = (name, table, clause.column), (rows.table, other, rows.column)
            yield from _compared(*ends, "The condition")
            yield from _inside(shapes, rows.table, rows.condition)


_End = tuple[str, TableShape, str]


def _compared(one: _End, other: _End, what: str) -> Iterator[Finding]:
    """SQLite takes a number and a text of the same digits for equal unless one column has no type and the other holds
    text: then they never are, without a word."""
    kinds = {_affinity(one), _affinity(other)}
    if kinds == {"", "TEXT"}:
        yield warning(
            "types-never-equal",
            f"{what} compares {one[0]}.{one[2]} with {other[0]}.{other[2]}: one column holds text, the other has no "
            "type, and to SQLite a number in the latter is equal to no text.",
            f"{one[0]}.{one[2]}",
            "Make sure that both hold values of one kind, or compare other columns.",
        )


def _affinity(end: _End) -> str:
    """TEXT, NUMERIC for all that holds numbers, nothing where SQLite converts nothing (datatype3.html, 3.1)."""
    declared = next((c.type.upper() for c in end[1].columns if c.name.casefold() == end[2].casefold()), "")
    if "INT" in declared:
        return "NUMERIC"
    if any(word in declared for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    return "" if not declared or "BLOB" in declared else "NUMERIC"
