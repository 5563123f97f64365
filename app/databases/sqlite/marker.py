"""Sandkeeper's signed mark inside a database: one table with one row, never part of what is copied or counted."""

import secrets
import sqlite3
import time

from app.domain.environments import Identity, Marker
from app.domain.ids import EnvironmentId, OperationId
from app.errors import OutsideError
from app.ports.databases import Signer

TABLE = "sandkeeper_marker"

_CREATE = f"""CREATE TABLE IF NOT EXISTS {TABLE} (
    environment TEXT NOT NULL, operation TEXT NOT NULL, engine TEXT NOT NULL, major TEXT NOT NULL,
    minor TEXT NOT NULL, nonce TEXT NOT NULL, signature TEXT NOT NULL)"""


_STEP = 2 * 10**9
"""The coarsest step in which a file system tells time, in nanoseconds."""


def new_marker(environment: EnvironmentId, operation: OperationId, identity: Identity, signer: Signer) -> Marker:
    """A mark with a nonce of its own, signed for this very database. The nonce ends in the time it was made, which
    `made_at` reads."""
    nonce = f"{secrets.token_hex(16)}-{time.time_ns() // _STEP * _STEP}"
    blank = Marker(environment=environment, operation=operation, identity=identity, nonce=nonce, signature="")
    return Marker(
        environment=environment,
        operation=operation,
        identity=identity,
        nonce=nonce,
        signature=signer.sign(blank.signed_text()),
    )


def write_marker(connection: sqlite3.Connection, marker: Marker) -> None:
    """Put it in, in place of any that is there."""
    connection.execute(_CREATE)
    connection.execute(f"DELETE FROM {TABLE}")
    connection.execute(
        f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            marker.environment,
            marker.operation,
            marker.identity.engine,
            marker.identity.major,
            marker.identity.minor,
            marker.nonce,
            marker.signature,
        ),
    )


def read_marker(connection: sqlite3.Connection, database: str = "main") -> Marker | None:
    """The mark in the database, verified or not; None when there is none, or none that can be read as one."""
    there = connection.execute(
        f"SELECT 1 FROM {database}.sqlite_master WHERE type = 'table' AND name = ?", (TABLE,)
    ).fetchone()
    if there is None:
        return None
    try:
        rows = connection.execute(
            f"SELECT environment, operation, engine, major, minor, nonce, signature FROM {database}.{TABLE} LIMIT 2"
        ).fetchall()
    except sqlite3.OperationalError:
        return None  # a table of that name with other columns is no mark of ours
    if len(rows) != 1 or not all(isinstance(part, str) for part in rows[0]):
        return None
    environment, operation, engine, major, minor, nonce, signature = rows[0]
    return Marker(
        environment=EnvironmentId(environment),
        operation=OperationId(operation),
        identity=Identity(engine=engine, major=major, minor=minor),
        nonce=nonce,
        signature=signature,
    )


def must_be_marked(connection: sqlite3.Connection, marker: Marker) -> None:
    """Raises OutsideError when the mark is not the one that was put in, or anything was hung on to its table."""
    objects = connection.execute(
        "SELECT name, replace(sql, 'IF NOT EXISTS ', '') FROM main.sqlite_master WHERE tbl_name = ? COLLATE NOCASE",
        (TABLE,),
    ).fetchall()
    if objects != [(TABLE, _CREATE.replace("IF NOT EXISTS ", ""))] or read_marker(connection) != marker:
        raise OutsideError(
            "Sandkeeper's mark in the copy was changed",
            f"The table {TABLE} is how a copy is known again; something that was run altered or removed it.",
            "Leave that table alone in what is run on the copy. The environment is as it was.",
        )


def made_at(marker: Marker) -> int | None:
    """When the mark was made, in nanoseconds since 1970, as the signature covers it; None where it does not say."""
    _, _, made = marker.nonce.partition("-")
    return int(made) if made.isascii() and made.isdigit() else None
