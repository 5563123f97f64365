"""What SQLite complains of comes in words; what is a bug stays one."""

import sqlite3

import pytest

from app.catalog.outside import in_words
from app.errors import OutsideError, UserError


def complaint(code: int) -> sqlite3.OperationalError:
    problem = sqlite3.OperationalError("in SQLite's words")
    problem.sqlite_errorcode = code
    return problem


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (sqlite3.SQLITE_BUSY, "The catalog is locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "The catalog is locked"),
        (sqlite3.SQLITE_FULL, "The disk is full"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "The catalog cannot be written"),
        (sqlite3.SQLITE_CANTOPEN, "The catalog cannot be opened"),
        (sqlite3.SQLITE_IOERR_FSYNC, "The disk failed under the catalog"),
        (sqlite3.SQLITE_CORRUPT, "The catalog is damaged"),
        (sqlite3.SQLITE_NOTADB, "This is not a catalog"),
    ],
)
def test_each_failure_of_the_world_says_where_and_what_to_do(code: int, title: str) -> None:
    told = in_words(complaint(code), "/data/catalog.sqlite")
    assert isinstance(told, OutsideError)
    assert told.title == title
    assert "/data/catalog.sqlite" in told.detail
    assert told.hint


@pytest.mark.parametrize(
    "problem", [complaint(sqlite3.SQLITE_ERROR), complaint(sqlite3.SQLITE_MISUSE), ValueError("x")]
)
def test_a_bug_stays_a_bug(problem: Exception) -> None:
    assert in_words(problem, "/data/catalog.sqlite") is problem


def test_a_text_that_cannot_be_stored_is_the_persons_to_mend() -> None:
    with pytest.raises(UnicodeEncodeError) as found:
        "\udcff".encode()
    assert isinstance(in_words(found.value, ""), UserError)
