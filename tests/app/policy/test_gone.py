"""Checks of what is gone from the source."""

import pytest

from app.policy.gone import pointless
from app.policy.parse import parse_policy

POLICY = parse_policy(
    """\
policy: a
tables: {t: {columns: {a: keep, b: keep}}, u: {rows: none}}
checks:
  - {id: one, title: One, table: T, where: {A: {not: null}}}
  - {id: both, title: Both, table: t, where: {a: 1, b: 2}}
  - {id: all, title: All, table: t}
  - {id: empty, title: Empty, table: u}
  - {id: step, title: Step, table: t, where: {a: 1}}
  - {id: among, title: Rows, table: t, where: {b: {in_rows: {table: u, column: a}}}}
steps:
  - {id: first, title: First, check: step}
"""
)


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ([("t", "a")], ["one"]),
        ([("t", "a"), ("t", "b")], ["one", "both", "among"]),
        ([("u", None)], ["empty"]),
        ([("u", "a")], []),
        ([], []),
    ],
)
def test_a_check_is_pointless_when_all_it_looked_at_is_gone(
    gone: list[tuple[str, str | None]], expected: list[str]
) -> None:
    assert [check.id for check in pointless(POLICY, gone)] == expected
