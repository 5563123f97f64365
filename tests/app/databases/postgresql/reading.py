"""A source open for reading, for tests of what is read out of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.shapes import ColumnShape, Shapes, TableShape
from tests.app.databases.postgresql.servers import READER, Server, create_source


@contextmanager
def source(server: Server, sql: str = "", *, file: Path | tuple[Path, ...] = ()) -> Iterator[str]:
    """A production database for a block."""
    name = create_source(server, sql, sql_file=file)
    try:
        yield name
    finally:
        server.drop_database(name)


@contextmanager
def reading(server: Server, database: str, role: tuple[str, str] = READER) -> Iterator[Session]:
    with connect(server.place(database, *role), read_only=True) as session:
        yield session


def shapes_of(server: Server, database: str, role: tuple[str, str] = READER) -> Shapes:
    with reading(server, database, role) as session:
        return read_shapes(session)


def table_of(shapes: Shapes, name: str) -> TableShape:
    """By `schema.table`, as it stands in the catalogs."""
    return next(t for t in shapes.tables if f"{t.schema}.{t.name}" == name)


def column_of(shapes: Shapes, table: str, name: str) -> ColumnShape:
    column = table_of(shapes, table).column(name)
    assert column is not None
    return column
