"""Keys survive masking."""

import pytest

from app.domain.schema import Column, ForeignKey, Table, TypeFamily, UniqueKey
from tests.app.planning.building import codes, column, number, plan, text


def _unique(*columns: str, condition: str | None = None) -> UniqueKey:
    return UniqueKey(name="u", columns=columns, condition=condition)


def test_a_masked_column_of_a_unique_key_must_keep_its_values_apart() -> None:
    table = Table(name="t", columns=(text("a"), text("b")), unique_keys=(_unique("a"),), rows=10)
    made = plan("tables: {t: {columns: {a: {mask: token}, b: {mask: token}}}}", table)
    assert column(made, "t", "a").unique
    assert not column(made, "t", "b").unique


def test_a_key_of_two_columns_needs_both_masks_to_keep_values_apart() -> None:
    table = Table(name="t", columns=(text("a"), text("b")), unique_keys=(_unique("a", "b"),))
    made = plan("tables: {t: {columns: {a: keep, b: {mask: token}}}}", table)
    assert column(made, "t", "b").unique


def test_a_key_that_holds_by_its_kept_part_already_asks_nothing_of_the_mask() -> None:
    table = Table(name="t", columns=(number("id"), text("b")), primary_key=("id",), unique_keys=(_unique("id", "b"),))
    made = plan("tables: {t: {columns: {id: keep, b: {mask: first_name}}}}", table)
    assert not column(made, "t", "b").unique
    assert made.findings == ()


def test_a_mask_that_would_break_a_unique_key_is_an_error() -> None:
    table = Table(name="t", columns=(text("a"),), unique_keys=(_unique("a"),), rows=100_000)
    made = plan("tables: {t: {columns: {a: {mask: fixed, value: x}}}}", table)
    assert [(severity, where) for severity, _, where in codes(made)] == [("error", "t.a")]


PARENT = Table(
    name="parent", columns=(text("code", nullable=False, length=20), text("name")), primary_key=("code",), rows=3
)


def _child(length: int | None = None, family: TypeFamily = TypeFamily.TEXT) -> Table:
    code = Column(name="parent_code", type="X", family=family, length=length)
    key = ForeignKey(columns=("parent_code",), table="parent", referred=("code",))
    return Table(name="child", columns=(code,), foreign_keys=(key,), rows=3)


def _plan(parent: str, child: str, table: Table | None = None) -> list[tuple[str, str, str]]:
    policy = (
        f"tables: {{parent: {{columns: {{code: {parent}, name: keep}}}}, child: {{columns: {{parent_code: {child}}}}}}}"
    )
    return codes(plan(policy, PARENT, table or _child()))


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ("{mask: token}", "keep"),
        ("keep", "{mask: token}"),
        ("{mask: token}", "{mask: digits}"),
        ("{mask: token}", "{mask: token, prefix: x}"),
    ],
)
def test_ends_of_a_reference_that_are_treated_differently_are_an_error(parent: str, child: str) -> None:
    assert _plan(parent, child) == [("error", "foreign-key-masks-differ", "child.parent_code")]


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ("keep", "keep"),
        ("{mask: token}", "{mask: token}"),
        ("{mask: token}", "{mask: 'null'}"),
        ("keep", "{mask: 'null'}"),
    ],
)
def test_ends_of_a_reference_that_are_treated_alike_or_cut_are_not(parent: str, child: str) -> None:
    assert _plan(parent, child) == []


def test_an_undecided_end_is_reported_once_as_undecided() -> None:
    assert _plan("{mask: token}", "review") == [("error", "review", "child.parent_code")]


def test_both_ends_are_bound_with_the_same_facts_so_that_values_still_meet() -> None:
    policy = (
        "tables: {parent: {columns: {code: {mask: token}, name: keep}}, child: {columns: {parent_code: {mask: token}}}}"
    )
    made = plan(policy, PARENT, _child(length=30))
    assert [column(made, *at).unique for at in (("parent", "code"), ("child", "parent_code"))] == [True, True]
    assert [column(made, *at).length for at in (("parent", "code"), ("child", "parent_code"))] == [20, 20]


def test_ends_of_different_types_cannot_both_be_masked() -> None:
    found = _plan("{mask: token}", "{mask: token}", _child(family=TypeFamily.INTEGER))
    assert ("error", "foreign-key-types-differ", "child.parent_code") in found


def test_a_reference_that_leaves_out_the_columns_means_the_primary_key() -> None:
    child = Table(
        name="child",
        columns=(text("parent_code"),),
        foreign_keys=(ForeignKey(columns=("parent_code",), table="parent", referred=()),),
    )
    assert _plan("{mask: token}", "keep", child) == [("error", "foreign-key-masks-differ", "child.parent_code")]


def test_a_table_that_refers_to_itself_is_no_exception() -> None:
    table = Table(
        name="employee",
        columns=(text("code", nullable=False), text("boss")),
        primary_key=("code",),
        foreign_keys=(ForeignKey(columns=("boss",), table="employee", referred=("code",)),),
    )
    made = plan("tables: {employee: {columns: {code: {mask: token}, boss: keep}}}", table)
    assert codes(made) == [("error", "foreign-key-masks-differ", "employee.boss")]
    made = plan("tables: {employee: {columns: {code: {mask: token}, boss: {mask: token}}}}", table)
    assert made.findings == ()
    assert column(made, "employee", "boss").unique


def test_a_reference_to_a_table_that_is_not_there_is_left_to_the_database() -> None:
    child = Table(
        name="t",
        columns=(text("a"),),
        foreign_keys=(ForeignKey(columns=("a",), table="gone", referred=("b",)),),
    )
    assert plan("tables: {t: {columns: {a: keep}}}", child).findings == ()
