from tests.app.cli.conftest import Run


def test_a_limit_is_set_listed_and_forgotten(run: Run) -> None:
    assert run("limit", "set", "db.example:5432", "2", "--json").json == {"sessions": {"db.example:5432": 2}}
    listed = run("limit", "list", "--json").json["sessions"]
    assert listed["db.example:5432"] == 2
    assert listed["*"] >= 2
    assert "db.example:5432" in run("limit", "list").out
    assert run("limit", "set", "db.example:5432", "0").code == 0
    assert set(run("limit", "list", "--json").json["sessions"]) == {"*"}


def test_a_limit_that_makes_no_sense_is_wrong_usage(run: Run) -> None:
    said = run("limit", "set", "*", "1000")
    assert said.code == 2
    assert "from 1 to 64" in said.err
