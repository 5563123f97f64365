"""What an automatic item says of a policy's check."""

import pytest

from app.databases.proof.items import counted, in_words, not_run
from app.domain.operations import ItemKind, ItemState
from app.domain.policy import Check, Clause, Operator, RowSet


def check(at_least: int = 0, at_most: int | None = 0) -> Check:
    return Check(
        id="c",
        title="C",
        table="mailbox",
        condition=(Clause(column="active", operator=Operator.IS, value=1),),
        at_least=at_least,
        at_most=at_most,
    )


@pytest.mark.parametrize(
    ("wanted", "found", "passed", "words"),
    [
        (check(), 0, True, "none may"),
        (check(), 1, False, "none may"),
        (check(1, None), 1, True, "at least 1 are wanted"),
        (check(1, None), 0, False, "at least 1 are wanted"),
        (check(2, 2), 2, True, "2 are wanted"),
        (check(1, 1_000), 1_001, False, "1 to 1,000 are wanted"),
    ],
)
def test_a_check_passes_within_its_bounds_and_says_what_it_counted(
    wanted: Check, found: int, passed: bool, words: str
) -> None:
    item = counted(wanted, found, 5_000)
    assert (item.id, item.kind) == ("c", ItemKind.AUTOMATIC)
    assert (item.state is ItemState.PASSED) == passed
    assert item.evidence == f"{found:,} of 5,000 rows of mailbox match active is 1; {words}."
    assert item.found == f"{found:,} of 5,000"


def test_a_check_that_cannot_be_run_has_not_passed() -> None:
    item = not_run(check(), "there is no such column")
    assert item.state is ItemState.FAILED
    assert item.evidence == "The check cannot be run: there is no such column."


def test_conditions_are_told_in_words() -> None:
    clauses = (
        Clause(column="a", operator=Operator.IN, value=(1, "x")),
        Clause(column="b", operator=Operator.NOT, value=None),
        Clause(column="c", operator=Operator.IS, value=""),
        Clause(column="d", operator=Operator.NOT_IN, value=()),
    )
    assert in_words(clauses) == "a is one of 1, x and b is not empty and c is '' and d is none of (nothing)"


def test_conditions_on_other_tables_are_told_in_words() -> None:
    inner = (Clause(column="kind", operator=Operator.IS, value=1),)
    clauses = (
        Clause(column="a", operator=Operator.IN_ROWS, value=RowSet(table="t", column="id", nothing=(None, 0))),
        Clause(column="b", operator=Operator.NOT_IN_ROWS, value=RowSet(table="u", column="n", condition=inner)),
    )
    assert in_words(clauses) == "a is among the id of t or empty, 0 and b is not among the n of u where (kind is 1)"
