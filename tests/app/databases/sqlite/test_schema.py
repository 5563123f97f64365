"""The structure as planning sees it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from app.databases.sqlite.schema import family_of
from app.domain.schema import ForeignKey, TypeFamily, UniqueKey
from tests.app.databases.sqlite.line import Line
from tests.app.databases.sqlite.test_copying import EVERYTHING

Make = Callable[[str], Line]


def test_declared_types_fall_into_families() -> None:
    families = {
        "": TypeFamily.ANY,
        "NVARCHAR(20)": TypeFamily.TEXT,
        "bigint": TypeFamily.INTEGER,
        "BOOLEAN": TypeFamily.BOOLEAN,
        "DATE": TypeFamily.DATE,
        "DATETIME": TypeFamily.TIMESTAMP,
        "timestamp with time zone": TypeFamily.TIMESTAMP,
        "NUMERIC(10,2)": TypeFamily.NUMBER,
        "double precision": TypeFamily.NUMBER,
        "FLOATING POINT": TypeFamily.ANY,
        "BLOB": TypeFamily.BINARY,
        "JSON": TypeFamily.JSON,
        "UUID": TypeFamily.TEXT,
        "WHATEVER": TypeFamily.ANY,
    }
    assert {name: family_of(name) for name in families} == families


def test_keys_collations_and_computed_columns_are_seen(made: Make) -> None:
    schema = made(EVERYTHING).schema()
    person = schema.table("person")
    assert person is not None
    columns = {c.name: c for c in person.columns}
    assert columns["id"].identity
    assert not columns["id"].nullable
    assert columns["name"].collation == "NOCASE"
    assert columns["name"].length == 59
    assert columns["shout"].generated
    assert columns["kept_shout"].generated
    assert columns["note"].default == "'none'"
    assert UniqueKey(name="", columns=("id",), primary=True) in person.unique_keys
    assert UniqueKey(name="", columns=("email",)) in person.unique_keys
    assert person.rows == 2


def test_virtual_tables_and_their_storage_are_told_apart(made: Make) -> None:
    schema = made(EVERYTHING).schema()
    shadows = {t.name: t.shadow_of for t in schema.tables if t.shadow_of}
    assert shadows["docs_index_data"] == "docs_index"
    assert shadows["place_node"] == "place"
    external, own = schema.table("docs_index"), schema.table("own_index")
    assert external is not None
    assert all(c.generated for c in external.columns)
    assert [c.name for c in external.columns] == ["title", "body"]
    assert own is not None
    assert not any(c.generated for c in own.columns)
    assert own.virtual == "fts5"


def test_a_name_with_a_dot_or_quote_is_written_as_policies_write_it(made: Make) -> None:
    names = {t.name for t in made(EVERYTHING).schema().tables}
    assert '"odd ""name"".[x]"' in names


def test_partial_indexes_and_references_are_seen(made: Make) -> None:
    schema = made(
        "CREATE TABLE a (x TEXT, y TEXT, PRIMARY KEY (x, y)); CREATE TABLE b (p TEXT, q TEXT, z TEXT,"
        "FOREIGN KEY (p, q) REFERENCES a ON DELETE CASCADE);"
        "CREATE UNIQUE INDEX once ON b (z) WHERE p IS NOT NULL; CREATE UNIQUE INDEX low ON b (lower(z));"
    ).schema()
    table = schema.table("b")
    assert table is not None
    assert table.unique_keys == (UniqueKey(name="once", columns=("z",), condition="p IS NOT NULL"),)
    assert table.foreign_keys == (ForeignKey(columns=("p", "q"), table="a", referred=("x", "y"), on_delete="CASCADE"),)


def test_the_fingerprint_follows_the_structure_and_nothing_else(made: Make) -> None:
    line = made(EVERYTHING)
    first = line.schema().fingerprint
    with closing(sqlite3.connect(line.source_path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO docs (title) VALUES ('more')")
        assert line.schema().fingerprint == first
        connection.execute("CREATE INDEX another ON docs (title)")
        assert line.schema().fingerprint != first
