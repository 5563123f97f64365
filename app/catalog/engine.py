"""The engine under a catalog: how each connection behaves, and how a transaction begins."""

import sqlite3
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from app.catalog.outside import BUSY_SECONDS


def make_engine(url: URL) -> Engine:
    """An engine whose reads are read-only snapshots and whose writes, marked with the execution option `writes`, take
    the write lock at their beginning, so that they follow one another among all processes.

    `synchronous` is FULL: the audit head kept outside must never be ahead of what a power cut leaves of the catalog.
    """
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=8,
        max_overflow=24,
        hide_parameters=True,  # values must not show in an error's text
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_on_begin` says, not where sqlite3 guesses
    # A text somebody made invalid must reach the audit's verification as a changed one, not break the reading of all.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA trusted_schema=OFF")


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")
