from tests.app.cli.conftest import Run
from tests.app.office import Office


def test_tenants_are_added_shown_and_removed(run: Run) -> None:
    assert run("tenant", "add", "O'Brien & Söhne / Nord").code == 0
    listed = run("--json", "tenant", "list").json
    assert [t["name"] for t in listed["tenants"]] == ["O'Brien & Söhne / Nord"]
    assert run("tenant", "show", "O'Brien & Söhne / Nord", "--json").json["environments"] == []
    assert run("tenant", "remove", "O'Brien & Söhne / Nord", "--json").json == {"removed": "O'Brien & Söhne / Nord"}
    assert run("tenant", "list").out.startswith("There are no tenants yet")


def test_a_list_shows_how_many_environments_each_has(office: Office, run: Run) -> None:
    lines = run("tenant", "list").out.splitlines()
    assert lines[1].split() == ["Harbor", "2"]
    shown = run("tenant", "show", "Harbor").out
    assert "production" in shown
    assert "sandbox" in shown


def test_a_name_that_cannot_be_used_is_wrong_usage(run: Run) -> None:
    said = run("tenant", "add", "two\nlines")
    assert said.code == 2
    assert said.out == ""
    assert "do not show" in said.err
    assert run("tenant", "add", "Harbor").code == 0
    assert run("tenant", "add", "Harbor").code == 3
