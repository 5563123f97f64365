"""Tables declared once with SQLAlchemy, as statements for either kind of database; and the types they are made of."""

from collections.abc import Iterator

from sqlalchemy import (
    JSON,
    TIMESTAMP,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Numeric,
    Text,
    false,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, ExecutableDDLElement

Number = BigInteger().with_variant(Integer, "sqlite")
"""A row's number. SQLite numbers rows by itself only where the type is exactly INTEGER."""
Moment = TIMESTAMP(timezone=True)
Json = JSON().with_variant(postgresql.JSONB(), "postgresql")
Money = Numeric(12, 2)
Identifier = Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")


def key(name: str = "id") -> Column[int]:
    """The number that names a row; on a server, numbers go on by themselves after the last one."""
    return Column(name, Number, Identity(always=True), primary_key=True)


def flag(name: str, *, default: bool = False) -> tuple[Column[bool], CheckConstraint]:
    """A truth that is never unknown, with what says so in SQLite, where it is a number."""
    kind = Boolean().with_variant(Integer(), "sqlite")
    column: Column[bool] = Column(name, kind, nullable=False, server_default=true() if default else false())
    return column, CheckConstraint(f"{name} IN (0, 1)").ddl_if(dialect="sqlite")


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
                    yield AddConstraint(constraint, isolate_from_table=False)  # else SQLite lost it from then on
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
    # A style of parameters in which a percent sign is not doubled: a CHECK has some.
    dialect: Dialect = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}[engine](paramstyle="named")
    return ";\n".join(str(element.compile(dialect=dialect)).strip() for element in elements) + ";\n"
