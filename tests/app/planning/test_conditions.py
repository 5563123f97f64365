"""Conditions that lead through other tables."""

from app.domain.policy import Clause, Operator, RowSet
from app.domain.schema import Table
from tests.app.planning.building import codes, number, plan, text

POOL = Table(name="Pool", columns=(number("Id"), number("Sandbox")), primary_key=("Id",), rows=3)
LINK = Table(name="link", columns=(number("pool_id"), text("kind")), rows=3)
TABLES = (
    "tables: {pool: {columns: {id: keep, sandbox: keep}}, link: {columns: {pool_id: keep, kind: keep}}%s}\n"
    "checks: [{id: c, table: link, where: {POOL_ID: {in_rows: %s}}}]"
)


def test_names_are_spelt_as_the_database_does_on_every_level() -> None:
    made = plan(TABLES % ("", "{table: pool, column: id, where: {sandbox: 1}}"), POOL, LINK)
    inner = (Clause(column="Sandbox", operator=Operator.IS, value=1),)
    rows = RowSet(table="Pool", column="Id", condition=inner)
    assert made.checks[0].condition == (Clause(column="pool_id", operator=Operator.IN_ROWS, value=rows),)
    assert codes(made) == []


def test_options_are_filled_in_on_every_level() -> None:
    options = "options: [{id: o, type: list, title: O}]\n"
    policy = options + TABLES % ("", "{table: pool, column: id, where: {sandbox: {option: o}}}")
    made = plan(policy, POOL, LINK, options={"o": ("1", "2")})
    rows = made.checks[0].condition[0].value
    assert isinstance(rows, RowSet)
    assert rows.condition[0].value == ("1", "2")


def test_what_is_not_there_is_found() -> None:
    made = plan(TABLES % ("", "{table: pol, column: id}"), POOL, LINK)
    assert codes(made) == [("error", "condition-names-missing-table", "pol")]
    made = plan(TABLES % ("", "{table: pool, column: id, where: {sandbx: 1}}"), POOL, LINK)
    assert codes(made) == [("error", "condition-names-missing-column", "Pool.sandbx")]


def test_what_looks_at_an_optional_table_that_is_not_there_has_nothing_to_look_at() -> None:
    absent = ", gone: {optional: true, rows: none}"
    made = plan(TABLES % (absent, "{table: gone, column: id}"), POOL, LINK)
    assert codes(made) == []
    assert made.checks == ()
    assert [(item.id, item.reason) for item in made.not_applicable] == [("c", "In the source, there is no table gone.")]
