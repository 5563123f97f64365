"""Lines for tests: on a real database, or on one the test makes itself."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.databases.sqlite.line import Line


@pytest.fixture
def chinook(realdb: Path, tmp_path: Path) -> Line:
    shutil.copy(realdb / "chinook.sqlite", tmp_path / "production.sqlite")
    (tmp_path / "production.sqlite").chmod(0o644)
    return Line(tmp_path / "production.sqlite", tmp_path / "sandbox.sqlite")


@pytest.fixture
def northwind(realdb: Path, tmp_path: Path) -> Line:
    shutil.copy(realdb / "northwind.sqlite", tmp_path / "production.sqlite")
    (tmp_path / "production.sqlite").chmod(0o644)
    return Line(tmp_path / "production.sqlite", tmp_path / "sandbox.sqlite")


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], Line]:
    """A line whose source is made by the SQL given."""

    def make(sql: str) -> Line:
        path = tmp_path / "production.sqlite"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript(sql)
        return Line(path, tmp_path / "sandbox.sqlite")

    return make


def rows(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a query gives on the file."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(sql, values))
