"""The kinds of column the CRM's tables are made of, and its conventions for them.

No constraint but the primary key is declared, as in the product: what a column refers to stands in its `info` alone
("to", and "none", the values that mean no reference), and is kept by whoever writes the rows.
"""

from datetime import datetime

from sqlalchemy import (
    Column,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

Columns = Column[int] | Column[float] | Column[str] | Column[bytes] | Column[datetime]


def table(metadata: MetaData, number: int, name: str, *columns: Columns, audited: bool = False) -> None:
    """Declare a table. `number` is what the application knows it by; `audited` adds who wrote each row and when."""
    audit = (
        moment("registered", null=False),
        link("registered_associate_id", "associate.associate_id"),
        moment("updated"),
        link("updated_associate_id", "associate.associate_id", null=True),
        small("updatedCount"),
    )
    Table(name, metadata, *columns, *(audit if audited else ()), info={"number": number})


def key(name: str = "id") -> Columns:
    """The primary key. Its numbers come from the table `sequence`, not from the server."""
    return Column(name, Integer, primary_key=True, autoincrement=False)


def link(name: str, to: str, *, null: bool = False, none: tuple[int, ...] = (0,)) -> Columns:
    """A reference to `to`, "table.column"; one of the values `none` where there is no such row."""
    return Column(name, Integer, nullable=null, info={"to": to, "none": none})


def service_link(name: str, to: str, *, null: bool = False) -> Columns:
    """A reference as the Service module writes it: -1 or 0 where there is no such row."""
    return link(name, to, null=null, none=(-1, 0))


def string(name: str, length: int, *, null: bool = True) -> Columns:
    return Column(name, String(length), nullable=null)


def clob(name: str) -> Columns:
    return Column(name, Text, nullable=True)


def blob(name: str) -> Columns:
    return Column(name, LargeBinary, nullable=False)


def whole(name: str, *, null: bool = False) -> Columns:
    return Column(name, Integer, nullable=null)


def small(name: str, *, null: bool = True) -> Columns:
    """A small number or one of an enumeration's values."""
    return Column(name, SmallInteger, nullable=null)


def flag(name: str, *, null: bool = True) -> Columns:
    """A truth: 0 or 1."""
    return Column(name, SmallInteger, nullable=null)


def double(name: str) -> Columns:
    return Column(name, Double, nullable=True)


def moment(name: str, *, null: bool = True) -> Columns:
    return Column(name, DateTime, nullable=null)


def checksum(*, null: bool = False) -> Columns:
    """The application's seal on a row: when it no longer fits the row, the application refuses the row."""
    return Column("encryptedCheck", String(254), nullable=null, info={"checksum": True})


def ranked(metadata: MetaData, number: int, name: str, *more: Columns, key_name: str | None = None) -> None:
    """A list that users choose from: id, name, rank, tooltip, deleted."""
    table(
        metadata, number, name,
        key(key_name or f"{name}_id"), string("name", 239, null=False), small("rank"), string("tooltip", 254),
        small("deleted"), *more, audited=True,
    )  # fmt: skip
