"""Columns of every type, as a real server describes them, with values at the edges of what they hold."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from hypothesis import settings
from hypothesis import strategies as st

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import Session, connect, quoted
from app.databases.postgresql.masks import Keys, sql_mask
from app.databases.postgresql.masks.reference import text_mask
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY, column

TYPES: Final = """
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TYPE address AS (street text, postcode varchar(5), born date, mood mood, tags text[]);
    CREATE DOMAIN cents AS numeric(6,2);
    CREATE DOMAIN words AS text[];
"""
EDGES: Final[Mapping[str, tuple[str, ...]]] = {
    "int2": ("0", "1", "-32768", "32767", "999"),
    "int4": ("-2147483648", "2147483647", "0", "7"),
    "int8": ("-9223372036854775808", "9223372036854775807", "12"),
    "numeric": ("0", "NaN", "Infinity", "-Infinity", "1.5", "0.000000000000000000000000000001", "1" + "0" * 100,
                "-12345678901234567890.123456789", "9" * 5000, "1.50"),
    "numeric(5,2)": ("999.99", "-999.99", "0.01", "0.00", "NaN", "-0.10"),
    "numeric(3,0)": ("999", "1"),
    "numeric(20,0)": ("99999999999999999999", "9223372036854775808", "5"),
    "cents": ("9999.99", "0.01"),
    "float4": ("NaN", "Infinity", "-Infinity", "0.1", "16777216", "3.4028235e+38", "1e-45", "-0"),
    "float8": ("NaN", "Infinity", "1.7976931348623157e+308", "5e-324", "0.1", "-0", "1e+100"),
    "money": ("1249.50", "-92233720368547758.08", "92233720368547758.07", "0"),
    "bool": ("t", "f"),
    "text": ("", "Anna", "  x ", "é漢", "a\nb\\c\t\"", "123-45-6789"),
    "varchar(5)": ("", "Anna", "12345"),
    "char(7)": ("abc", ""),
    "name": ("x" * 63,),
    '"char"': ("a", ""),
    "date": ("2024-02-29", "0044-03-15 BC", "infinity", "-infinity", "5874897-12-31", "0001-01-01", "9999-12-31"),
    "timestamp": ("2024-02-29 12:00:01.5", "infinity", "294276-12-31 23:59:59.999999", "4713-01-01 00:00:00 BC",
                  "9999-12-31 23:59:59", "0001-01-01"),
    "timestamptz": ("2024-02-29 12:00:01.123456+02", "-infinity", "294276-12-31 23:59:59+00", "0001-01-01 00:00+00"),
    "time": ("24:00:00", "12:00:01.5"),
    "timetz": ("12:00+05:30",),
    "interval": ("1 year 2 mons -3 days 04:05:06.7",),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000",),
    "inet": ("10.1.2.3", "10.1.2.3/24", "fe80::1", "::ffff:1.2.3.4", "2001::/3"),
    "cidr": ("10.1.0.0/16", "2001:db8::/32", "128.0.0.0/1", "10.1.2.3/32"),
    "macaddr": ("08:00:2b:01:02:03",),
    "macaddr8": ("08:00:2b:01:02:03:04:05",),
    "bit(5)": ("10101",),
    "varbit": ("", "101"),
    "json": ('{"a": 1}', '"\\ud800"', "1e999", "null", '{"a":1,"a":2}', "[1e400]", '"\\u0000"'),
    "jsonb": ('{"a": [1.5,"x@y.no",null,true]}', "1e400", '"é"', "12345678901234567890.123456789"),
    "bytea": ("\\xff00", "\\x416e6e61"),
    "tsvector": ("a fat cat",),
    "tsquery": ("a & b",),
    "oid": ("12",),
    "pg_lsn": ("1/2",),
    "point": ("(1,2)",),
    "box": ("(1,2),(0,0)",),
    "circle": ("<(1,2),3>",),
    "path": ("[(1,2),(3,4)]",),
    "polygon": ("((1,2),(3,4))",),
    "lseg": ("[(1,2),(3,4)]",),
    "line": ("{1,2,3}",),
    "int4range": ("[1,5)", "empty"),
    "int4multirange": ("{[1,5)}",),
    "mood": ("sad",),
    "address": ('("Main \\"St\\" 1",12345,2020-01-01,sad,"{a,b}")',),
    "text[]": ("{}", '{a,"b c",NULL,"NULL","q\\"\\\\"}', "{{a,b},{c,d}}", "[2:3]={a,b}"),
    "date[]": ("{2024-01-01,infinity,NULL}",),
    "numeric(5,2)[]": ("{1.5,NaN}",),
    "address[]": ('{"(\\"a b\\",1,,,)",NULL}',),
    "bytea[]": ('{"\\\\x00ff"}',),
    "box[]": ("{(1,1),(0,0);(2,2),(1,1)}",),
    "words": ("{a,b}",),
    "jsonb[]": ('{"{\\"a\\": \\"x\\"}"}',),
    "char(3)[]": ("{ab,abc}",),
    "uuid[]": ("{123e4567-e89b-12d3-a456-426614174000}",),
}  # fmt: skip
"""Every type and values it holds, as a person writes them."""


@contextmanager
def typed_database(server: Server, types: Mapping[str, tuple[str, ...]] = EDGES, sql: str = TYPES) -> Iterator[Session]:
    """A database with one table, `typed`, whose columns `c0`, `c1` ... have these types; a session on it."""
    columns = ", ".join(f"c{number} {type_}" for number, type_ in enumerate(types))
    name = server.create_database(sql=f"{sql} CREATE TABLE typed ({columns})", encoding="UTF8")
    try:
        session = connect(server.admin(name), read_only=False)
        try:
            yield session
        finally:
            session.close()
    finally:
        server.drop_database(name)


def shapes_of(session: Session, types: Mapping[str, tuple[str, ...]] = EDGES) -> Mapping[str, ColumnShape]:
    """The columns of `typed_database` by the types they were given."""
    (table,) = read_shapes(session).tables
    return dict(zip(types, table.columns, strict=True))


def spelled(session: Session, shape: ColumnShape, values: tuple[str, ...]) -> list[str]:
    """Values as the server writes them in a COPY."""
    type_, found = typed(shape), list[str]()
    for value in values:
        row = session.execute(f"SELECT format('%%s', CAST(%s AS {type_}))", (value,)).fetchone()
        assert row is not None
        found.append(row[0])
    return found


def typed(shape: ColumnShape) -> str:
    """The type as a query with an empty search path names it."""
    return quoted(*shape.type.split(".")) if shape.type.startswith("public.") and "[" not in shape.type else shape.type


def shape_of(base: str, family: TypeFamily, type_: str = "", length: int | None = None) -> ColumnShape:
    """A column of a built-in type."""
    return ColumnShape(number=1, name="c", type=type_ or base, base=base, family=family, length=length)


def plan_of(shape: ColumnShape, mask: str, *, unique: bool = False, **parameters: Any) -> ColumnPlan:
    """The column treated with a mask."""
    made = column(mask, family=shape.family, unique=unique, length=shape.length, **parameters)
    return replace(made, column=shape.name, type=shape.type)


FEW: Final = settings(max_examples=25)
"""For tests that ask a server about many values at each example."""

_KEYS: WeakKeyDictionary[Session, tuple[Keys, set[str]]] = WeakKeyDictionary()


def compare_typed(session: Session, plan: ColumnPlan, shape: ColumnShape, values: Sequence[str]) -> float:
    """Assert that a mask as SQL equals the reference wherever it fits, on values of any type; the share that did."""
    keys, told = _KEYS.setdefault(session, (Keys(KEY), set()))
    mask = sql_mask(plan, shape, 't."c"', keys)
    assert mask is not None, "SQL does not do this column"
    for name in keys.settings.keys() - told:
        session.execute("SELECT set_config(%s, %s, false)", (name, keys.settings[name]))
        told.add(name)
    type_ = typed(shape)
    source = f"(SELECT CAST(u.c AS {type_}) AS c, n FROM unnest(%s::text[]) WITH ORDINALITY AS u(c, n) OFFSET 0) AS t"
    fits = (mask.fits or "true").replace("%", "%%")
    value = mask.value.replace("%", "%%")
    rows = session.execute(
        f"SELECT n, format('%%s', c), {fits}, CASE WHEN {fits} THEN format('%%s', CAST({value} AS {type_})) END "
        f"FROM {source} ORDER BY n",
        (list(values),),
    ).fetchall()
    reference = text_mask(plan, shape, KEY)
    wanted = [reference(text) for _, text, _, _ in rows]
    stored = session.execute(
        f"SELECT n, format('%%s', c) FROM {source} ORDER BY n",
        (wanted,),
    ).fetchall()
    for (_, text, fitting, masked), (_, expected) in zip(rows, stored, strict=True):
        assert not fitting or masked == expected, f"{plan.mask} of {text!r}: {masked!r}, not {expected!r}"
    return len([row for row in rows if row[2]]) / max(1, len(rows))


def texts(of: str) -> st.SearchStrategy[str]:
    """Texts of the given characters, and any a database can hold."""
    anything = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
    return st.text(st.sampled_from(of), max_size=24) | anything
