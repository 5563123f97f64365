"""The structure in planning's words, and what a plan makes of it."""

from collections.abc import Iterator

import pytest

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.schema import schema_of
from app.domain.schema import Column, Schema, Table, TypeFamily
from tests.app.databases.postgresql.reading import reading, source
from tests.app.databases.postgresql.servers import CONTRIB, FEATURES, Server
from tests.app.planning.building import codes, plan


@pytest.fixture(scope="module", params=["server18", "server15"])
def schema(request: pytest.FixtureRequest) -> Iterator[Schema]:
    server: Server = request.getfixturevalue(request.param)
    file = (FEATURES, CONTRIB) if server.version == 15 else FEATURES
    with source(server, file=file) as name, reading(server, name) as session:
        yield schema_of(session, read_shapes(session))


def _table(schema: Schema, name: str) -> Table:
    found = schema.table(name)
    assert found is not None
    return found


def _column(schema: Schema, table: str, name: str) -> Column:
    found = _table(schema, table).column(name)
    assert found is not None
    return found


def test_a_partitioned_table_is_one_table(schema: Schema) -> None:
    names = {table.name for table in schema.tables}
    assert "crm.claim" in names
    assert not names & {"crm.claim_east", "crm.claim_east_2025", "archive.claim_rest", "crm.claim_west"}
    claim = _table(schema, "crm.claim")
    assert claim.rows == 400
    assert claim.primary_key == ("id", "region", "opened")
    assert claim.partition_key == ("region", "opened")
    references = {key.table: key.columns for key in _table(schema, "crm.claim_note").foreign_keys}
    assert references["crm.claim"] == ("claim", "region", "opened")


def test_rows_are_counted_where_tables_are_small(schema: Schema) -> None:
    assert [_table(schema, name).rows for name in ("crm.asset", "empty", "nothing")] == [1, 0, 2]


def test_lengths_come_from_types_domains_and_rules(schema: Schema) -> None:
    assert _column(schema, "crm.customer", "first_name").length == 40
    assert _column(schema, "crm.customer", "tax_id").length == 11
    assert _column(schema, "crm.employee", "email").length == 80
    assert _column(schema, "crm.customer", "notes").length is None


def test_computed_and_foreign_columns_never_travel(schema: Schema) -> None:
    full_name = _column(schema, "crm.customer", "full_name")
    assert (full_name.generated, full_name.default) == (True, None)
    assert "last_name" in (full_name.expression or "")
    assert _column(schema, "crm.customer", "id").identity
    assert _column(schema, "crm.employee", "id").identity
    foreign = _table(schema, "crm.partner_customer")
    assert (foreign.virtual, foreign.rows, {c.generated for c in foreign.columns}) == ("foreign", None, {True})


def test_what_a_type_can_hold_is_said_by_its_masks(schema: Schema) -> None:
    assert _column(schema, "crm.customer", "notes").masks is None
    assert _column(schema, "crm.customer", "stay").masks == frozenset({"null", "fixed"})
    assert "ip" in (_column(schema, "crm.customer", "last_ip").masks or ())
    assert _column(schema, "crm.customer", "home").masks is None


def test_large_objects_are_a_table_that_somebody_must_decide_about(schema: Schema) -> None:
    table = _table(schema, "pg_largeobject")
    assert (table.rows, [(c.name, c.family) for c in table.columns]) == (2, [("data", TypeFamily.BINARY)])
    assert ("error", "uncovered-table", "pg_largeobject") in codes(plan("tables: {}", *schema.tables))


def test_a_database_without_large_objects_has_no_such_table(server: Server) -> None:
    with source(server, "CREATE TABLE t ()") as name, reading(server, name) as session:
        assert [t.name for t in schema_of(session, read_shapes(session)).tables] == ["t"]


def test_views_triggers_and_indexes_are_named(schema: Schema) -> None:
    assert {"crm.active_customer", "everybody", "crm.claims_by_person"} <= set(schema.views)
    assert {"customer_changed", "claim_checked"} <= set(schema.triggers)
    assert {"crm.customer_email_folded", "crm.claim_claimant"} <= set(schema.indexes)
    assert schema.engine.startswith("postgresql 1")


def test_tables_of_extensions_are_left_out(server15: Server) -> None:
    sql = "RESET ROLE; CREATE EXTENSION pg_trgm; CREATE TABLE t (a int); ALTER EXTENSION pg_trgm ADD TABLE t"
    with source(server15, sql) as name, reading(server15, name) as session:
        assert schema_of(session, read_shapes(session)).tables == ()


def test_masks_that_rules_of_the_database_forbid_are_found_before_the_copy(schema: Schema) -> None:
    def found(table: str, column: str, mask: str) -> list[tuple[str, str]]:
        columns = ", ".join(
            f"{c.name}: {mask if c.name == column else 'keep'}"
            for c in _table(schema, table).columns
            if not c.generated
        )
        made = plan(f"tables: {{{table}: {{columns: {{{columns}}}}}}}", *schema.tables)
        return [(s, code) for s, code, where in codes(made) if where == f"{table}.{column}"]

    assert found("crm.claim", "region", "{mask: token}") == [("error", "mask-on-partition-key")]
    assert found("crm.customer", "standing", "{mask: token}") == [("error", "mask-breaks-check")]
    assert found("crm.customer", "standing", "{mask: fixed, value: former}") == []
    assert found("crm.customer", "phone", "{mask: phone}") == []
    assert found("crm.customer", "email", "{mask: email}") == [("warning", "mask-may-break-unique")]
    assert found("crm.booking", "during", "{mask: 'null'}")[0][0] == "error"  # NOT NULL
    assert found("crm.booking", "guest", "{mask: full_name}") == []
    assert found("crm.booking", "guest", "{mask: fixed, value: x}")[0][0] == "error"


def test_comments_on_tables_and_columns_come_along(schema: Schema) -> None:
    assert _table(schema, "crm.customer").comment == "Everybody we ever spoke to"
    assert _column(schema, "crm.customer", "notes").comment.startswith("Free text; see what")
    assert _column(schema, "crm.customer", "email").comment == ""
    assert "Everybody" not in repr(_table(schema, "crm.customer"))
