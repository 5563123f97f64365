"""Reading the table of contents of what `pg_dump --format=custom` writes.

Read from the archive itself, every object comes with its exact statements, its identity in the source's catalogs and
what it needs to stand before it. A script of pg_restore's would have to be cut at comments, which a function's text
can imitate. The layout is that of `ReadHead` and `ReadToc` in PostgreSQL's pg_backup_archiver.c.
"""

from dataclasses import dataclass
from typing import Final

from app.errors import OutsideError

_MAGIC: Final = b"PGDMP"
_CUSTOM: Final = 1
_OLDEST, _NEWEST = (1, 14), (1, 16)
"""Layouts of pg_dump 12 to 18."""
_COMPRESSION_NAMED: Final = (1, 15)
_RELATION_KIND: Final = (1, 16)
_SECTIONS: Final = {1: "", 2: "pre-data", 3: "data", 4: "post-data"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One object of the source, and the statements that make it.

    `kind` and `name` are pg_dump's: `CONSTRAINT` and `orders orders_pkey` (table and constraint), `INDEX` and the
    index's name. `catalog` and `oid` are its identity in the source (a catalog's oid, a row's), 0 where it has none.
    `needs` are the `id`s of entries that come before it. `method` is the access method of a table, if it names one.
    """

    id: int
    kind: str
    schema: str
    name: str
    sql: str
    section: str
    needs: tuple[int, ...] = ()
    catalog: int = 0
    oid: int = 0
    method: str = ""

    @property
    def title(self) -> str:
        """For messages: `index public.orders_date`."""
        where = f"{self.schema}." if self.schema else ""
        return f"{self.kind.lower()} {where}{self.name}"


def read_contents(archive: bytes) -> tuple[Entry, ...]:
    """All entries, in the order in which they are to be made. Raises OutsideError for a layout we do not know."""
    try:
        return tuple(_entries(_Reader(archive)))
    except (IndexError, ValueError):
        raise OutsideError(
            "What pg_dump wrote cannot be read",
            "It broke off, or it is of a version that this Sandkeeper does not know.",
            "Use the pg_dump that comes with Sandkeeper: take other ones out of the PATH.",
        ) from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        if self.bytes(5) != _MAGIC:
            raise ValueError
        self.version = (self.byte(), self.byte())
        self.byte()  # revision
        self._width, self.offset_width = self.byte(), self.byte()
        if self.byte() != _CUSTOM or not _OLDEST <= self.version <= _NEWEST:
            raise ValueError

    def bytes(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise IndexError
        self._at += count
        return part

    def byte(self) -> int:
        return self.bytes(1)[0]

    def number(self) -> int:
        negative = self.byte()
        value = int.from_bytes(self.bytes(self._width), "little")
        return -value if negative else value

    def maybe_text(self) -> str | None:
        length = self.number()
        return None if length < 0 else self.bytes(length).decode()  # --encoding=UTF8; else a UnicodeDecodeError

    def text(self) -> str:
        return self.maybe_text() or ""


def _entries(reader: _Reader) -> list[Entry]:
    if reader.version >= _COMPRESSION_NAMED:
        reader.byte()
    else:
        reader.number()
    for _ in range(7):  # when it was made
        reader.number()
    for _ in range(3):  # database, the server's version, pg_dump's
        reader.text()
    return [_entry(reader) for _ in range(reader.number())]


def _entry(reader: _Reader) -> Entry:
    number = reader.number()
    reader.number()  # whether data follow
    catalog, oid = int(reader.text() or 0), int(reader.text() or 0)
    name, kind = reader.text(), reader.text()
    section = _SECTIONS[reader.number()]
    sql = reader.text()
    reader.text()  # how to drop it
    reader.text()  # how to copy its rows
    schema = reader.text()
    reader.text()  # tablespace: the copy uses the server's default
    method = reader.text()
    if reader.version >= _RELATION_KIND:
        reader.number()
    reader.text()  # owner
    reader.text()  # WITH OIDS, of long ago
    needs = []
    while (need := reader.maybe_text()) is not None:
        needs.append(int(need))
    reader.bytes(1 + reader.offset_width)  # where its rows stand: nowhere
    return Entry(
        id=number, kind=kind, schema=schema, name=name, sql=sql, section=section, needs=tuple(needs),
        catalog=catalog, oid=oid, method=method,
    )  # fmt: skip
