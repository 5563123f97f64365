"""Rows that stay behind."""

import pytest

from app.domain.schema import ForeignKey, Table
from tests.app.planning.building import codes, number, plan, text


def _tables(*, parent_rows: int | None = 5, child_rows: int | None = 5, nullable: bool = True) -> tuple[Table, Table]:
    parent = Table(name="parent", columns=(number("id"), text("kind")), primary_key=("id",), rows=parent_rows)
    child = Table(
        name="child",
        columns=(number("id"), number("parent_id", nullable=nullable), text("kind")),
        primary_key=("id",),
        foreign_keys=(ForeignKey(columns=("parent_id",), table="parent", referred=("id",)),),
        rows=child_rows,
    )
    return parent, child


def _found(
    parent: str, child: str, tables: tuple[Table, Table] | None = None, reference: str = "keep"
) -> list[tuple[str, str, str]]:
    policy = (
        f"tables: {{parent: {{rows: {parent}, columns: {{id: keep, kind: keep}}}}, "
        f"child: {{rows: {child}, columns: {{id: keep, parent_id: {reference}, kind: keep}}}}}}"
    )
    return codes(plan(policy, *(tables or _tables())))


ERROR = [("error", "rows-lose-their-parent", "child")]
WARNING = [("warning", "rows-may-lose-their-parent", "child")]


@pytest.mark.parametrize(
    ("parent", "child", "found"),
    [
        ("all", "all", []),
        ("none", "none", []),
        ("all", "none", []),
        ("none", "all", ERROR),
        ("none", "{where: {kind: a}}", ERROR),
        ("none", "{where: {parent_id: null}}", []),
        ("{where: {kind: a}}", "all", WARNING),
        ("{where: {id: [1, 2]}}", "{where: {parent_id: [1, 2]}}", []),
        ("{where: {id: [1, 2]}}", "{where: {parent_id: [1, 2, 3]}}", WARNING),
        ("{where: {kind: a}}", "{where: {kind: a}}", WARNING),
    ],
)
def test_rows_that_refer_to_rows_left_behind_are_found(
    parent: str, child: str, found: list[tuple[str, str, str]]
) -> None:
    assert _found(parent, child) == found


@pytest.mark.parametrize("tables", [_tables(parent_rows=0), _tables(child_rows=0)])
def test_where_there_are_no_rows_nothing_is_lost(tables: tuple[Table, Table]) -> None:
    assert _found("none", "all", tables) == []


def test_an_emptied_reference_loses_nothing() -> None:
    assert _found("none", "all", reference="{mask: 'null'}") == []


def test_the_remedy_names_the_mask_only_where_the_column_may_be_empty() -> None:
    policy = "tables: {parent: {rows: none}, child: {columns: {id: keep, parent_id: keep, kind: keep}}}"
    assert "mask null" in plan(policy, *_tables()).findings[0].hint
    assert "mask null" not in plan(policy, *_tables(nullable=False)).findings[0].hint


def test_some_rows_of_a_table_that_refers_to_itself_are_a_warning() -> None:
    table = Table(
        name="employee",
        columns=(number("id"), number("boss", nullable=True)),
        primary_key=("id",),
        foreign_keys=(ForeignKey(columns=("boss",), table="employee", referred=("id",)),),
        rows=9,
    )
    made = plan("tables: {employee: {rows: {where: {id: [1, 2]}}, columns: {id: keep, boss: keep}}}", table)
    assert codes(made) == [("warning", "rows-may-lose-their-parent", "employee")]
