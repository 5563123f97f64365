"""Masks that would move rows to other partitions, or let them meet where they may not."""

from app.domain.schema import Column, Exclusion, Table, TypeFamily, UniqueKey
from tests.app.planning.building import codes, number, plan, text

MASKED = "tables: {t: {columns: {c: {mask: token}}}}"
EMPTIED = "tables: {t: {columns: {c: {mask: 'null'}}}}"
KEPT = "tables: {t: {columns: {c: keep}}}"


def test_a_partition_key_cannot_be_masked() -> None:
    table = Table(name="t", columns=(text("c"),), partition_key=("c",), rows=9)
    for policy in (MASKED, EMPTIED):
        assert codes(plan(policy, table)) == [("error", "mask-on-partition-key", "t.c")]
    assert codes(plan(KEPT, table)) == []
    assert codes(plan("tables: {t: {rows: none}}", table)) == []


def test_what_an_exclusion_constraint_compares_is_kept_empty_or_asked_about() -> None:
    table = Table(name="t", columns=(text("c"),), exclusions=(Exclusion(name="no_overlap", others=("c",)),), rows=9)
    assert codes(plan(MASKED, table)) == [("warning", "mask-may-break-exclusion", "t.c")]
    assert codes(plan(EMPTIED, table)) == codes(plan(KEPT, table)) == []


def test_what_it_compares_for_equality_is_kept_apart_like_a_key() -> None:
    table = Table(name="t", columns=(text("c"),), exclusions=(Exclusion(name="no_overlap", equal=("c",)),), rows=9)
    made = plan(MASKED, table)
    assert codes(made) == []
    assert made.tables[0].columns[0].unique
    crowded = plan("tables: {t: {columns: {c: {mask: fixed, value: x}}}}", table)
    assert [severity for severity, _, _ in codes(crowded)] == ["error"]


def test_a_unique_index_over_an_expression_is_asked_about_and_its_column_kept_apart() -> None:
    key = UniqueKey(name="t_lower", columns=("c",), expression="lower(c)")
    made = plan(MASKED, Table(name="t", columns=(text("c"),), unique_keys=(key,), rows=9))
    assert codes(made) == [("warning", "mask-may-break-unique", "t.c")]
    assert made.tables[0].columns[0].unique


def test_nulls_that_are_alike_cannot_stand_in_a_unique_index() -> None:
    key = UniqueKey(name="t_c", columns=("c",), nulls_distinct=False)
    table = Table(name="t", columns=(text("c"),), unique_keys=(key,), rows=9)
    assert codes(plan(EMPTIED, table)) == [("error", "null-in-unique", "t.c")]
    assert codes(plan(MASKED, table)) == []


def test_a_column_computed_from_masked_ones_may_fail_where_it_converts_them() -> None:
    def found(expression: str, *, nullable: bool = True, check: str = "") -> list[tuple[str, str, str]]:
        computed = Column(
            name="g",
            type="integer",
            family=TypeFamily.INTEGER,
            generated=True,
            nullable=nullable,
            expression=expression,
        )
        table = Table(name="t", columns=(text("c"), computed), checks=(check,) if check else (), rows=9)
        return codes(plan(MASKED, table))

    expected = [("warning", "mask-may-break-generated", "t.c")]
    assert found('("substring"(c, 1, 4))::integer') == expected
    assert found("length(c)", nullable=False) == expected
    assert found("length(c)", check="(g < 100)") == expected
    assert found("length((c || ' '::text))") == []
    assert found("(c)::text || 'x'::character varying") == []


def test_a_key_made_of_two_names_that_differ_in_case_keeps_them_apart() -> None:
    table = Table(
        name="t",
        columns=(text("Name"), text("name"), number("id")),
        unique_keys=(UniqueKey(name="u", columns=("name",)),),
        rows=9,
    )
    made = plan("tables: {t: {columns: {Name: {mask: token}, name: {mask: token}, id: keep}}}", table)
    assert codes(made) == []
    assert {c.column: c.unique for c in made.tables[0].columns} == {"Name": False, "name": True, "id": False}


def test_one_of_two_names_that_differ_in_case_does_not_stand_for_the_other() -> None:
    table = Table(name="t", columns=(text("Name"), text("name")), rows=9)
    made = plan("tables: {t: {columns: {Name: keep}}}", table)
    assert codes(made) == [("error", "uncovered-column", "t.name")]


def test_two_spellings_of_one_column_are_an_error() -> None:
    table = Table(name="t", columns=(text("Name"),), rows=9)
    made = plan("tables: {t: {columns: {Name: {mask: token}, name: keep}}}", table)
    assert codes(made) == [("error", "policy-names-column-twice", "t.Name")]
    acting = plan(
        "tables: {t: {columns: {Name: keep}}}\nactions: [{id: a, table: t, set: {Name: x, NAME: y}}]",
        table,
    )
    assert codes(acting) == [("error", "action-names-column-twice", "t.Name")]
