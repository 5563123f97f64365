"""What a source has that its copy must know, as findings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.databases.sqlite.clone import Misfit
from app.databases.sqlite.connections import sidecars
from app.databases.sqlite.shapes import Content, Shapes
from app.databases.sqlite.statements import module_call
from app.domain.findings import Finding, error, note, warning


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
