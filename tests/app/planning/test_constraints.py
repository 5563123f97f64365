"""What masks would do to CHECK constraints and partial unique indexes."""

import pytest

from app.domain.schema import Column, Table, TypeFamily, UniqueKey
from tests.app.planning.building import codes, plan, text


def _found(
    check: str, mask: str, *, family: TypeFamily = TypeFamily.TEXT, other: str = "keep", length: int | None = None
) -> list[tuple[str, str, str]]:
    table = Table(
        name="t",
        columns=(Column(name="c", type="X", family=family, length=length), text("other")),
        checks=(check,),
        rows=50,
    )
    return codes(plan(f"tables: {{t: {{columns: {{c: {mask}, other: {other}}}}}}}", table))


BREAKS = [("error", "mask-breaks-check", "t.c")]
MAY_BREAK = [("warning", "mask-may-break-check", "t.c")]


@pytest.mark.parametrize(
    ("check", "mask", "found"),
    [
        ("c IN ('P', 'S', 'B')", "{mask: token}", BREAKS),
        ("c IN ('P', 'S', 'B')", "keep", []),
        ("c IN ('P', 'S', 'B')", "{mask: fixed, value: P}", []),
        ("c IN ('P', 'S', 'B')", "{mask: 'null'}", []),
        ("c = 'open' OR c = 'closed'", "{mask: lorem}", BREAKS),
        ("email LIKE '%@%'", "{mask: token}", []),
        ("c LIKE '%_@_%'", "{mask: email}", []),
        ("c LIKE '%_@_%'", "{mask: token}", BREAKS),
        ("c IS NULL OR c LIKE '%_@_%'", "{mask: email}", []),
        ("c NOT LIKE '%@%'", "{mask: token}", []),
        ("c NOT LIKE '%@%'", "{mask: email}", BREAKS),
        ("length(c) = 3", "{mask: digits}", []),
        ("length(c) = 3", "{mask: email}", BREAKS),
        ("length(c) <= 40", "{mask: token}", []),
        ('LENGTH("c") BETWEEN 2 AND 4', "{mask: token}", BREAKS),
        ("c IS NOT NULL OR other IS NOT NULL", "{mask: last_name}", []),
        ("c IS NOT NULL OR other IS NOT NULL", "{mask: 'null'}", MAY_BREAK),
        ("c GLOB '[A-Z]*'", "{mask: token}", MAY_BREAK),
        ("c < other", "{mask: token}", MAY_BREAK),
        ("NOT (c = 'x')", "{mask: token}", MAY_BREAK),
        ("other IN ('c')", "{mask: token}", []),
        ("cc = 'x' AND other <> 'c'", "{mask: token}", []),
    ],
)
def test_each_kind_of_rule_is_tried_before_the_copy(check: str, mask: str, found: list[tuple[str, str, str]]) -> None:
    assert _found(check, mask) == found


@pytest.mark.parametrize(
    ("check", "found"),
    [("c >= 0", []), ("c IN (0, 1)", BREAKS), ("c BETWEEN 1950 AND 2100", MAY_BREAK)],
)
def test_rules_about_numbers(check: str, found: list[tuple[str, str, str]]) -> None:
    assert _found(check, "{mask: number_noise}", family=TypeFamily.NUMBER) == found


def test_masking_what_a_partial_unique_index_chooses_by_is_a_warning() -> None:
    key = UniqueKey(name="one_open", columns=("owner",), condition="state = 'open'")
    table = Table(name="t", columns=(text("owner"), text("state")), unique_keys=(key,), rows=5)
    made = plan("tables: {t: {columns: {owner: keep, state: {mask: lorem}}}}", table)
    assert codes(made) == [("warning", "mask-in-partial-index", "t.state")]
    assert plan("tables: {t: {columns: {owner: keep, state: keep}}}", table).findings == ()


def test_an_index_over_the_rows_that_have_a_value_does_not_mind() -> None:
    key = UniqueKey(name="u", columns=("owner",), condition="owner IS NOT NULL")
    table = Table(name="t", columns=(text("owner"),), unique_keys=(key,), rows=5)
    assert plan("tables: {t: {columns: {owner: {mask: token}}}}", table).findings == ()


def test_a_table_without_rows_breaks_no_rule() -> None:
    table = Table(name="t", columns=(text("c"),), checks=("c IN ('a')",))
    assert plan("tables: {t: {rows: none}}", table).findings == ()
