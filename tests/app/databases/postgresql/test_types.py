"""What is underneath a column's type."""

from collections.abc import Iterator

import pytest

from app.databases.postgresql.shapes import ColumnShape, Shapes
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.reading import column_of, shapes_of, source
from tests.app.databases.postgresql.servers import CONTRIB, FEATURES, Server

SQL = """
CREATE DOMAIN inner_name AS varchar(30);
CREATE DOMAIN outer_name AS inner_name NOT NULL;
CREATE DOMAIN names AS inner_name[];
CREATE DOMAIN price AS numeric(10, 2);
CREATE TYPE mood AS ENUM ('glad', 'so-so', 'it''s');
CREATE TYPE spot AS (at point, label text, tags text[], what regclass);
CREATE TYPE pay AS RANGE (subtype = numeric);
CREATE TABLE t (
    o outer_name, os outer_name[], n names, ns names[], p price, ps price[], m mood, ms mood[], s spot, r pay,
    c char(5), v varchar, x numeric(6, 0), y numeric, u uuid, i inet, j jsonb, b bytea, k "char", d date,
    z timestamptz(3), e time, f interval, w regtype, g oid, l money, q bool, a aclitem
);
"""


@pytest.fixture(scope="module")
def shapes(server18: Server) -> Iterator[Shapes]:
    with source(server18, SQL) as name:
        yield shapes_of(server18, name)


@pytest.fixture
def columns(shapes: Shapes) -> dict[str, ColumnShape]:
    (table,) = shapes.tables
    return {column.name: column for column in table.columns}


def test_domains_over_domains_and_arrays_are_seen_through(columns: dict[str, ColumnShape]) -> None:
    outer = columns["o"]
    assert (outer.type, outer.base, outer.length, outer.domain, outer.nullable) == (
        "public.outer_name", "varchar", 30, True, False,
    )  # fmt: skip
    assert len(outer.domains) == 2
    assert (columns["os"].base, columns["os"].array, columns["os"].nullable) == ("varchar", True, True)
    assert (columns["n"].base, columns["n"].array, columns["n"].domain) == ("varchar", True, True)
    assert (columns["ns"].base, columns["ns"].array) == ("nested", False)
    assert [(columns[n].base, columns[n].scale) for n in ("p", "ps", "x", "y")] == [
        ("numeric", 2), ("numeric", 2), ("numeric", 0), ("numeric", None),
    ]  # fmt: skip


def test_types_that_people_make_have_kinds(columns: dict[str, ColumnShape]) -> None:
    assert [(columns[n].base, columns[n].array) for n in ("m", "ms", "s", "r")] == [
        ("enum", False), ("enum", True), ("composite", False), ("range", False),
    ]  # fmt: skip
    assert columns["m"].labels == columns["ms"].labels == ("glad", "so-so", "it's")
    assert [(f.name, f.base, f.array) for f in columns["s"].fields] == [
        ("at", "point", False), ("label", "text", False), ("tags", "text", True), ("what", "regclass", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("o", TypeFamily.TEXT), ("p", TypeFamily.NUMBER), ("m", TypeFamily.TEXT), ("s", TypeFamily.ANY),
        ("c", TypeFamily.TEXT), ("x", TypeFamily.NUMBER), ("u", TypeFamily.TEXT), ("i", TypeFamily.TEXT),
        ("j", TypeFamily.JSON), ("b", TypeFamily.BINARY), ("k", TypeFamily.TEXT), ("d", TypeFamily.DATE),
        ("z", TypeFamily.TIMESTAMP), ("e", TypeFamily.TEXT), ("f", TypeFamily.ANY), ("g", TypeFamily.INTEGER),
        ("l", TypeFamily.NUMBER), ("q", TypeFamily.BOOLEAN),
    ],
)  # fmt: skip
def test_each_type_has_its_family(name: str, family: TypeFamily, columns: dict[str, ColumnShape]) -> None:
    assert columns[name].family is family


def test_what_means_something_else_elsewhere_is_not_portable(columns: dict[str, ColumnShape]) -> None:
    assert {name for name, column in columns.items() if not column.portable} == {"s", "w", "a"}


def test_types_of_extensions_are_known_by_the_extension(server15: Server) -> None:
    mine = "CREATE TYPE public.citext AS ENUM ('not that one'); CREATE TABLE public.mine (c public.citext)"
    with source(server15, mine, file=(FEATURES, CONTRIB)) as name:
        shapes = shapes_of(server15, name)
        theirs = [c for t in shapes.tables for c in t.columns if c.base == "citext"]
        assert theirs
        assert {c.family for c in theirs} == {TypeFamily.TEXT}
        assert column_of(shapes, "public.mine", "c").base == "enum"
        portable = {c.base: c.portable for t in shapes.tables for c in t.columns}
        wanted = {"hstore": True, "isbn13": False, "seg": False, "query_int": False}
        assert {base: portable.get(base) for base in wanted} == wanted
