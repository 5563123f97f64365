"""Reading comparisons out of a constraint."""

import pytest

from app.planning.comparisons import comparisons, mentions


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("status = 1", True),
        ('"status" = 1', True),
        ("[status] = 1", True),
        ("`status` = 1", True),
        ("STATUS = 1", True),
        ("t.status = 1", True),
        ("substatus = 1", False),
        ("status_code = 1", False),
        ("other = 'status'", False),
    ],
)
def test_a_column_is_mentioned_by_its_whole_name_outside_of_texts(expression: str, found: bool) -> None:
    assert mentions(expression, "status") is found


@pytest.mark.parametrize(
    "expression",
    [
        "c = 'a'",
        "c IS NULL OR c <> 'it''s'",
        "c IN ('a', 'b')",
        "c not in (1, 2)",
        "length(c) < 5 AND c LIKE 'a%'",
        "c BETWEEN 1 AND 9",
        "c >= -1.5",
    ],
)
def test_simple_comparisons_leave_nothing_unread(expression: str) -> None:
    assert not comparisons(expression, "c").rest


@pytest.mark.parametrize(
    "expression",
    [
        "c = other",
        "c + 1 > 0",
        "c > 1 + other",
        "upper(c) = 'A'",
        "c LIKE 'a%' ESCAPE '!'",
        "c IN (SELECT 1)",
        "c ~ '^(a)\\1'",
    ],
)
def test_what_is_not_simple_is_known_to_be_unread(expression: str) -> None:
    assert comparisons(expression, "c").rest


def test_samples_satisfy_the_comparison_they_are_made_for() -> None:
    for expression in ("c = 'a'", "c LIKE '%_@_%'", "c IN (1, 2)", "length(c) = 3", "c BETWEEN 1 AND 9", "c > 5"):
        for comparison in comparisons(expression, "c").found:
            assert any(comparison.holds(sample) for sample in comparison.samples), expression


def test_a_value_of_another_kind_cannot_be_compared() -> None:
    (comparison,) = comparisons("c > 5", "c").found
    assert comparison.holds("6") is None
    assert comparison.holds(None) is None
    assert comparison.holds(6) is True


def test_a_test_for_a_value_is_noticed() -> None:
    assert comparisons("c IS NOT NULL", "c").needs_value
    assert not comparisons("c IS NULL", "c").needs_value
