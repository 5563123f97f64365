import io

import pytest

from app.domain.operations import OperationKind
from tests.app.cli.conftest import Run
from tests.app.office import Office

KEYS = {
    "tenant",
    "name",
    "kind",
    "state",
    "database",
    "source",
    "policy",
    "copied_at",
    "proven",
    "checklist",
    "size_bytes",
    "marker",
}


def test_every_environment_has_the_keys_of_the_contract(office: Office, run: Run) -> None:
    environments = run("--json", "environment", "list").json["environments"]
    assert [e["name"] for e in environments] == ["production", "sandbox"]
    assert all(set(e) >= KEYS for e in environments)
    assert environments[0]["state"] == "registered"
    assert environments[1]["state"] == "absent"
    assert environments[1]["checklist"] == {"done": 0, "of": 0}
    one = run("--json", "environment", "show", "Harbor/sandbox").json
    assert one == environments[1]


def test_a_copy_shows_its_age_checklist_and_proof(office: Office, run: Run) -> None:
    office.run(OperationKind.PROVISION)
    said = run("environment", "list")
    assert "ago" in said.out
    assert "proven" in said.out
    one = run("environment", "show", "Harbor/sandbox", "--json").json
    assert (one["marker"], one["proven"], one["state"]) == ("valid", True, "ready")
    assert one["copied_at"].endswith("+00:00")


def test_an_environment_is_added_changed_and_removed(office: Office, run: Run) -> None:
    url = f"sqlite:///{office.folder}/training.sqlite"
    added = run("--json", "environment", "add", "Harbor", "training-01", "--kind", "training", "--database", url)
    assert (added.code, added.json["source"], added.json["policy"]) == (0, "production", None)
    changed = run("--json", "environment", "set", "Harbor/training-01", "--policy", str(office.policy))
    assert changed.json["policy"] == "harbor"
    assert run("environment", "remove", "Harbor/training-01").code == 0
    assert run("environment", "show", "Harbor/training-01").code == 2


def test_production_carries_a_lock(office: Office, run: Run) -> None:
    said = run("environment", "list")
    line = next(line for line in said.out.splitlines() if " production" in line)
    assert "🔒" in line


def test_an_unknown_kind_is_wrong_usage_and_names_those_there_are(office: Office, run: Run) -> None:
    said = run("environment", "add", "Harbor", "x", "--kind", "staging", "--database", "sqlite:///x.sqlite")
    assert said.code == 2
    assert "training" in said.err


def test_an_empty_home_says_how_to_begin(run: Run) -> None:
    assert "demo create" in run("environment", "list").out


def test_a_password_is_read_from_standard_input_and_never_shown(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hunter2\n"))
    said = run("environment", "set", "Harbor/sandbox", "--ask-password")
    assert said.code == 2
    assert "has no password" in said.err
    assert "hunter2" not in said.out + said.err
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "No password was given" in run("environment", "set", "Harbor/sandbox", "--ask-password").err


def test_the_way_into_a_copy_is_told(office: Office, run: Run) -> None:
    assert run("environment", "login", "Harbor/sandbox").code == 3
    office.run(OperationKind.PROVISION)
    url = f"sqlite:///{office.sandbox}"
    assert url in run("environment", "login", "Harbor/sandbox").out
    told = run("environment", "login", "Harbor/sandbox", "--password", "--json").json
    assert told == {"url": url, "login": None, "password": None}
