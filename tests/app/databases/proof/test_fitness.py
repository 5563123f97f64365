"""Which originals are evidence, and why the others are none."""

import pytest

from app.databases.proof.fitness import NOT_TEXT, PRODUCIBLE, SHORT, per_column, unfitness
from app.domain.plan import ColumnPlan
from app.domain.policy import Treatment
from app.ports.databases import RowValue

ANY = ColumnPlan(column="c", type="text", family="text", treatment=Treatment.MASK, mask="token")
CITY = ColumnPlan(
    column="c", type="text", family="text", treatment=Treatment.MASK, mask="fixed", parameters={"value": "Springfield"}
)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("ana@quack.example", ""),
        ("Kestrel", ""),
        ("Ann", SHORT),
        ("12-34", SHORT),
        ("12 34 56", ""),
        (12345, SHORT),
        (123456, ""),
        (1234567.5, NOT_TEXT),
        (b"Wilhelmina", NOT_TEXT),
    ],
)
def test_what_is_short_or_no_text_is_no_evidence(value: RowValue, why: str) -> None:
    assert unfitness(ANY, value) == why


def test_what_the_mask_could_write_by_itself_is_no_evidence() -> None:
    assert unfitness(CITY, "Springfield") == PRODUCIBLE
    assert unfitness(CITY, "Quackenburg") == ""


def test_many_columns_share_the_room_for_originals() -> None:
    assert per_column(1) == per_column(100) == 2_000
    assert per_column(1_000) == 200
    assert per_column(1_000_000) == 50
