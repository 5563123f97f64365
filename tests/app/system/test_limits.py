"""How many sessions a server is given: a choice that is kept, and a sensible number without one."""

from pathlib import Path

import pytest

from app.errors import UserError
from app.system.home import Home
from app.system.limits import SessionLimits


def test_a_choice_is_kept_and_can_be_taken_back(tmp_path: Path) -> None:
    limits = SessionLimits(Home(tmp_path))
    usual = limits("db.example:5432")
    assert usual >= 2
    limits.set("*", 3)
    limits.set("db.example:5432", 1)
    again = SessionLimits(Home(tmp_path))
    assert (again("db.example:5432"), again("other:5432")) == (1, 3)
    again.set("db.example:5432", None)
    again.set("*", None)
    assert limits("db.example:5432") == usual
    assert limits.all() == {}


@pytest.mark.parametrize("number", [0, -1, 65, 10**9])
def test_a_number_that_makes_no_sense_is_refused(tmp_path: Path, number: int) -> None:
    limits = SessionLimits(Home(tmp_path))
    with pytest.raises(UserError, match="no sense"):
        limits.set("*", number)
    assert limits.all() == {}


@pytest.mark.parametrize("content", ['{"sessions": 3}', '{"sessions": {"a": "x", "b": true, "c": 0}}', "{}"])
def test_something_else_in_the_file_counts_as_not_chosen(tmp_path: Path, content: str) -> None:
    (tmp_path / "limits.json").write_text(content)
    assert SessionLimits(Home(tmp_path)).all() == {}
