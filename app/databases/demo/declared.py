"""Tables declared once with SQLAlchemy, as statements for either kind of database; and the types they are made of."""

from collections.abc import Iterator

from sqlalchemy import (
    JSON,
    TIMESTAMP,
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Numeric,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, ExecutableDDLElement

Number = BigInteger().with_variant(Integer, "sqlite")
"""A row's number. SQLite numbers rows by itself only where the type is exactly INTEGER."""
Moment = TIMESTAMP(timezone=True)
Json = JSON().with_variant(postgresql.JSONB(), "postgresql")
Money = Numeric(12, 2)


def key() -> Column[int]:
    """The number that names a row; on a server, numbers go on by themselves after the last one."""
    return Column("id", Number, Identity(always=True), primary_key=True)


def to(
    name: str, target: str, *, primary_key: bool = False, nullable: bool = False, index: bool = False
) -> Column[int]:
    """A column that refers to the `id` of another table."""
    return Column(
        name,
        Number,
        ForeignKey(f"{target}.id"),
        primary_key=primary_key,
        nullable=nullable,
        index=index,
        autoincrement=False,
    )


def before(metadata: MetaData, engine: str) -> str:
    """The statements that make the tables, in the order they were declared in.

    On a server the foreign keys come `after` the rows; SQLite can declare them nowhere else, and does not look at them
    while rows go in.
    """
    inline = None if engine == "sqlite" else ()
    return _script(
        (CreateTable(table, include_foreign_key_constraints=inline) for table in metadata.tables.values()), engine
    )


def after(metadata: MetaData, engine: str) -> str:
    """The statements that make indexes, and on a server foreign keys."""

    def elements() -> Iterator[ExecutableDDLElement]:
        for table in metadata.tables.values():
            if engine != "sqlite":
                for constraint in sorted(table.foreign_key_constraints, key=lambda c: str(c.name)):
                    yield AddConstraint(constraint)
            for index in sorted(table.indexes, key=lambda i: str(i.name)):
                yield CreateIndex(index)

    return _script(elements(), engine)


def new_metadata() -> MetaData:
    """Metadata whose constraints and indexes have names that are the same every time."""
    return MetaData(
        naming_convention={
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        }
    )


def _script(elements: Iterator[ExecutableDDLElement], engine: str) -> str:
    dialect: Dialect = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}[engine]()
    return ";\n".join(str(element.compile(dialect=dialect)).strip() for element in elements) + ";\n"
