"""How connections behave: what each transaction may do, and when it takes the write lock."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.catalog.engine import make_engine


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    made = make_engine(URL.create("sqlite", database=str(path)))
    with made.execution_options(writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE t (a TEXT UNIQUE)"))
    yield made
    made.dispose()


def test_a_write_takes_the_lock_before_its_first_statement(engine: Engine, path: Path) -> None:
    other = sqlite3.connect(path, timeout=0)
    with engine.execution_options(writes=True).begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_one_connection_reads_and_writes_in_turn_and_only_writes_where_it_may(engine: Engine) -> None:
    for number in range(3):
        with engine.begin() as connection, pytest.raises(OperationalError, match="readonly"):
            connection.execute(text("INSERT INTO t VALUES ('x')"))
        with engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": str(number)})
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 3


def test_values_show_in_no_error(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": "hunter2"})
    with pytest.raises(IntegrityError) as told, engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": "hunter2"})
    assert "hunter2" not in str(told.value)


def test_a_text_that_is_no_utf8_is_read_with_marks_in_it(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (CAST(X'61ff62' AS TEXT))"))
        assert connection.execute(text("SELECT a FROM t")).scalar() == "a�b"
