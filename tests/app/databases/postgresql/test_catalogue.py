"""Reading the structure: everything that holds rows, whatever the version, in a few queries."""

import time
from collections.abc import Iterator

import pytest

from app.databases.postgresql.catalogue import policy_name, read_shapes
from app.databases.postgresql.connections import connect
from app.databases.postgresql.shapes import Shapes
from tests.app.databases.postgresql.reading import column_of, reading, shapes_of, source, table_of
from tests.app.databases.postgresql.servers import AUDITOR, CONTRIB, FEATURES, READER, Server


@pytest.fixture(scope="module", params=["server18", "server16", "server15"])
def shapes(request: pytest.FixtureRequest) -> Iterator[Shapes]:
    server: Server = request.getfixturevalue(request.param)
    file = (FEATURES, CONTRIB) if server.version == 15 else FEATURES
    with source(server, file=file) as name:
        yield shapes_of(server, name)


def test_partitions_carry_the_name_of_their_root(shapes: Shapes) -> None:
    root = table_of(shapes, "crm.claim")
    leaves = {t.name for t in shapes.named("crm.claim") if t.stored}
    assert leaves == {"claim_east_2025", "claim_east_2026", "claim_west", "claim_rest"}
    assert {t.root for t in shapes.named("crm.claim") if t is not root} == {root.oid}
    assert (root.kind, root.root, root.partition) == ("p", None, False)
    assert table_of(shapes, "archive.claim_rest").policy_name == "crm.claim"


def test_a_partition_may_have_its_columns_in_another_order(shapes: Shapes) -> None:
    assert [c.name for c in table_of(shapes, "crm.claim_west").columns][:2] == ["phone", "claimant"]
    assert "........pg.dropped" not in str(shapes.tables)


def test_children_are_tables_of_their_own(shapes: Shapes) -> None:
    boat = table_of(shapes, "crm.boat")
    assert (boat.policy_name, boat.root, boat.stored) == ("crm.boat", None, True)
    assert [c.name for c in boat.columns] == ["id", "keeper", "plate", "draught", "sails"]


def test_names_are_quoted_only_where_they_would_be_misread(shapes: Shapes) -> None:
    assert policy_name("public", "order") == "order"
    assert policy_name("public", "a.b") == '"a.b"'
    assert policy_name("crm", 'say "x"') == 'crm."say ""x"""'
    odd = table_of(shapes, 'Odd Names.Select * from "x"; --')
    assert odd.policy_name == 'Odd Names."Select * from ""x""; --"'
    assert shapes.named(odd.policy_name) == (odd,)
    assert [c.name for c in odd.columns] == ['a column, "quoted"', "ÜNÏCÖDE", "user", "%s", "it's"]


def test_what_kind_of_table_it_is_shows(shapes: Shapes) -> None:
    assert table_of(shapes, "public.scratch").unlogged
    assert table_of(shapes, "public.nothing").columns == ()
    assert table_of(shapes, "crm.partner_customer").kind == "f"
    assert not table_of(shapes, "crm.partner_customer").stored
    assert table_of(shapes, "crm.customer").pages > 1
    assert table_of(shapes, "crm.customer").size_bytes > 8192
    assert table_of(shapes, "public.empty").pages == 0


def test_columns_say_how_they_come_by_their_values(shapes: Shapes) -> None:
    assert column_of(shapes, "crm.customer", "id").identity == "a"
    assert column_of(shapes, "crm.customer", "number").identity == "d"
    full_name = column_of(shapes, "crm.customer", "full_name")
    assert (full_name.generated, full_name.copied) == ("s", False)
    assert "first_name" in (full_name.default or "")
    assert (column_of(shapes, "crm.customer", "active").default, full_name.nullable) == ("true", True)
    assert not column_of(shapes, "crm.customer", "last_name").nullable
    assert column_of(shapes, "crm.customer", "last_name").collation == "plain"
    if shapes.version >= 180000:
        assert {c.generated for c in table_of(shapes, "crm.invoice").columns} == {"", "v"}


def test_the_database_itself_is_described(shapes: Shapes) -> None:
    assert (shapes.encoding, shapes.role, shapes.standby) == ("UTF8", READER[0], False)
    assert shapes.version // 10000 in (15, 16, 18)
    assert shapes.locale_provider == "c"


def test_rows_and_objects_that_the_role_cannot_see_are_told(server: Server) -> None:
    with source(server, file=FEATURES) as name:
        seen = shapes_of(server, name)
        salary = table_of(seen, "crm.salary")
        assert (salary.row_security, salary.hides_rows) == (True, True)
        assert (seen.large_objects, seen.large_objects_unreadable) == (2, 2)
        audited = shapes_of(server, name, AUDITOR)
        assert (table_of(audited, "crm.salary").row_security, table_of(audited, "crm.salary").hides_rows) == (
            True,
            False,
        )
        assert (audited.large_objects, audited.large_objects_unreadable) == (2, 0)


def test_tables_of_extensions_are_told_apart(server15: Server) -> None:
    extension = "RESET ROLE; CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE TABLE public.t (a int); "
    with source(server15, extension + "ALTER EXTENSION pg_trgm ADD TABLE public.t; CREATE TABLE public.own ()") as name:
        shapes = shapes_of(server15, name)
        assert [(t.name, t.of_extension) for t in shapes.tables] == [("own", False), ("t", True)]
        assert [t.name for t in shapes.stored] == ["own"]


def test_a_table_that_another_session_locks_does_not_hold_up_the_reading(server: Server) -> None:
    with source(server, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)") as name:
        with connect(server.admin(name), read_only=False) as holder:
            holder.execute("BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE")
            begun = time.monotonic()
            assert (
                table_of(shapes_of(server, name), "public.t").pages == 0
            )  # as far as the server knows without looking
            assert time.monotonic() - begun < 3
        assert table_of(shapes_of(server, name), "public.t").pages == 1


def test_thousands_of_tables_are_read_in_as_many_queries_as_one(server: Server) -> None:
    def queries(count: int) -> int:
        many = "; ".join(f"CREATE TABLE t{n} (id int, name varchar(20))" for n in range(count))
        with source(server, many) as name, reading(server, name) as session:
            asked = 0
            plain = session.execute

            def counting(*args: object, **kwargs: object) -> object:
                nonlocal asked
                asked += 1
                return plain(*args, **kwargs)  # type: ignore[call-overload]

            session.execute = counting  # type: ignore[method-assign, assignment]
            assert len(read_shapes(session).tables) == count
            return asked

    assert queries(300) == queries(1)
