"""Rows of the old sandbox that survive a refresh: which there are, and taking them over into the new copy."""

import sqlite3
from collections.abc import Mapping, Sequence

from app.databases.sqlite.connections import open_readonly
from app.databases.sqlite.failures import in_words, interrupted
from app.databases.sqlite.looking import out_of_time
from app.databases.sqlite.marker import read_marker
from app.databases.sqlite.quoting import quoted, table_name, where
from app.databases.sqlite.shapes import Shapes, TableShape, read_shapes
from app.databases.sqlite.urls import path_of
from app.domain.environments import Target
from app.domain.policy import Condition, Preserve, RowSet
from app.errors import OutsideError

SECONDS = 5.0
"""How long counting may take."""


def preserved_rows(target: Target, entries: Sequence[Preserve]) -> Mapping[str, int]:
    """As `Adapter.preserved`. Nothing where there is no copy, or none that the catalog knows."""
    environment = target.environment
    if environment.identity is None:
        return {}
    path = path_of(environment.database)
    connection, identity = open_readonly(path)
    try:
        connection.execute("BEGIN")
        marker = read_marker(connection)
        if identity != environment.identity or marker is None or marker.nonce != environment.marker_nonce:
            return {}
        shapes = read_shapes(connection)
        connection.set_progress_handler(out_of_time(SECONDS), 10_000)
        found = {}
        for entry in entries:
            table = old_table(shapes, entry)
            if table is not None:
                condition, values = where(entry.condition, table.name)
                sql = f"SELECT count(*) FROM main.{quoted(table.name)} WHERE {condition}"
                found[entry.id] = int(connection.execute(sql, values).fetchone()[0])
        return found
    except sqlite3.Error as error:
        if interrupted(error):
            raise OutsideError(
                "What is preserved could not be counted",
                f"Counting took longer than {SECONDS:.0f} seconds.",
                "Narrow the condition of `preserve`, or give the sandbox an index for it.",
            ) from None
        raise in_words(error, path, "while counting what is preserved") from None
    finally:
        connection.close()


def old_table(shapes: Shapes, entry: Preserve) -> TableShape | None:
    """The sandbox's table that an entry means; None where it has none of that name. Never a view or a virtual table:
    what those give is made by statements of whoever used the sandbox.

    Raises OutsideError where the table lacks a column the entry names.
    """
    table = shapes.table(table_name(entry.table))
    if table is None or not table.ordinary:
        return None
    _must_have(table, entry.match, entry)
    _must_fit(shapes, table, entry.condition, entry)
    return table


def _must_fit(shapes: Shapes, table: TableShape, condition: Condition, entry: Preserve) -> None:
    _must_have(table, [clause.column for clause in condition], entry)
    for clause in condition:
        if isinstance(clause.value, RowSet):
            other = shapes.table(table_name(clause.value.table))
            if other is None or not other.ordinary:
                raise _cannot(entry, f"no table {clause.value.table}, which the condition looks at")
            _must_have(other, [clause.value.column], entry)
            _must_fit(shapes, other, clause.value.condition, entry)


def _must_have(table: TableShape, columns: Sequence[str], entry: Preserve) -> None:
    known = {column.name.casefold() for column in table.columns}
    missing = [name for name in columns if name.casefold() not in known]
    if missing:
        raise _cannot(entry, f"no column {missing[0]} in {table.policy_name}")


def _cannot(entry: Preserve, lacks: str) -> OutsideError:
    return OutsideError(
        f"{entry.title}: the old sandbox cannot be asked for it",
        f"What the policy preserves as {entry.id} needs something the old sandbox does not have: {lacks}.",
        "Correct the entry of `preserve`, or take it out for this refresh. The environment is as it was.",
    )
