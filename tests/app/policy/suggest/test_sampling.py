"""How much of a database is read."""

from pathlib import Path

import pytest

from app.databases.sqlite.source import SqliteSource
from app.domain.policy import Treatment
from app.errors import OutsideError
from app.policy.suggest import suggest
from app.ports.databases import RowValue
from tests.app.policy.suggest.databases import database


def test_a_table_that_cannot_be_read_is_an_error_and_never_harmless(tmp_path: Path) -> None:
    path = database(tmp_path / "e.sqlite", "CREATE TABLE thing (id INTEGER PRIMARY KEY, note TEXT)")

    def broken(table: str, names: object, limit: int) -> list[tuple[RowValue, ...]]:
        raise OutsideError("The disk failed")

    with SqliteSource(path) as source, pytest.raises(OutsideError):
        suggest(source.schema(), broken)


def test_samples_are_small_however_heavy_the_rows(tmp_path: Path) -> None:
    path = database(
        tmp_path / "s.sqlite",
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, note TEXT, scan BLOB)",
        {"thing": [(n, "words " * 20_000, b"\xff\xd8\xff" + bytes(2_000_000)) for n in range(60)]},
    )
    read = 0

    with SqliteSource(path) as source:

        def counting(table: str, names: list[str], limit: int) -> list[tuple[RowValue, ...]]:
            nonlocal read
            rows = source.sample(table, names, limit)
            read += sum(len(v) for row in rows for v in row if isinstance(v, str | bytes))
            return rows

        suggestion = suggest(source.schema(), counting)  # type: ignore[arg-type]  # lists are what it gives
    assert suggestion.tables["thing"].columns["scan"].treatment is Treatment.REVIEW
    assert read < 25_000_000
