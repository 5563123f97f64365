"""Rows given by name, in the order of the table's columns."""

from random import Random

import pytest

from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.schema import schema
from app.databases.demo.world import Row


@pytest.fixture
def rows() -> dict[str, list[Row]]:
    return {}


@pytest.fixture
def filling(rows: dict[str, list[Row]]) -> Filling:
    return Filling(Random(1), lambda table, batch: rows.setdefault(table, []).extend(batch))


def test_what_is_not_given_is_none_in_the_manner_of_its_column(filling: Filling, rows: dict[str, list[Row]]) -> None:
    assert filling.coming("ticket") == 1
    assert filling.add("ticket", title="Help", status=1) == 1
    filling.finish()
    row = dict(zip((c.name for c in schema().tables["ticket"].c), rows["ticket"][0], strict=True))
    assert (row["id"], row["title"], row["connect_id"], row["closed_at"]) == (1, "Help", -1, None)


def test_a_column_that_the_table_has_not_is_an_error(filling: Filling) -> None:
    with pytest.raises(KeyError, match="titel"):
        filling.add("ticket", titel="Help")


def test_numbers_go_on_after_one_that_was_given(filling: Filling) -> None:
    filling.add("ticket", id=40)
    assert filling.add("ticket") == 41


def test_a_seal_and_who_wrote_it_come_by_themselves(filling: Filling, rows: dict[str, list[Row]]) -> None:
    filling.associates = [7]
    filling.add("Role", name="User")
    filling.finish()
    row = dict(zip((c.name for c in schema().tables["Role"].c), rows["Role"][0], strict=True))
    assert len(str(row["encryptedCheck"])) == 64
    assert row["registered_associate_id"] == 7
    assert str(row["registered"]) <= str(row["updated"] or "9999")
