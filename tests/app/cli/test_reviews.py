"""`policy drift`, `waive`, `approve` and `example`."""

import sqlite3
from contextlib import closing

import pytest

from tests.app.cli.conftest import Run
from tests.app.office import POLICY, Office

REF = "Harbor/sandbox"
MORE = """\
outward:
  - {id: mail, title: Waiting mail, kind: mailbox, check: no-mail}
run:
  - {id: tidy, title: "Tidy up\\t", sql: "DELETE FROM visit WHERE id > 3"}
"""


@pytest.fixture
def moved_on(office: Office) -> Office:
    """Production got a column and lost another since the policy was given."""
    with closing(sqlite3.connect(office.production)) as connection, connection:
        connection.execute("ALTER TABLE person ADD COLUMN phone TEXT")
        connection.execute("UPDATE person SET phone = '+47 55 23 12 ' || (10 + id)")
        connection.execute("ALTER TABLE person DROP COLUMN remarks")
    return office


@pytest.fixture
def more(office: Office) -> Office:
    """The policy has a way out and runs something."""
    office.policy.write_text(POLICY + MORE)
    office.services.environments.set(REF, policy=str(office.policy))
    return office


@pytest.mark.usefixtures("moved_on")
def test_drift_is_listed_with_what_is_suggested_and_accepted(run: Run) -> None:
    data = run("--json", "policy", "drift", REF).json
    assert (data["environment"], data["source"], data["accepted"]) == (REF, "Harbor/production", [])
    phone, remarks = data["drift"]
    assert (phone["kind"], phone["place"], phone["now"]) == (
        "added",
        "person.phone",
        {"type": "TEXT", "nullable": True},
    )
    assert (phone["suggestion"]["mask"], phone["accepting"]["mask"], phone["before"]) == ("phone", "phone", None)
    assert 0.5 < phone["confidence"] <= 1
    assert (remarks["kind"], remarks["accepting"], remarks["before"]["type"]) == ("removed", None, "TEXT")
    said = run("policy", "drift", REF)
    assert said.code == 0
    assert "TEXT, may be empty" in said.out
    assert "leaves the policy" in said.out
    assert run("plan", REF).code == 3

    accepted = run("--json", "policy", "drift", REF, "--accept", "person.phone").json["accepted"]
    assert accepted == ["person.phone"]
    assert run("plan", REF).code == 0
    assert "1 accepted" in run("policy", "drift", REF, "--accept").out
    assert "Nothing changed that needs a decision" in run("policy", "drift", REF).out
    assert "There was nothing to accept" in run("policy", "drift", REF, "--accept").out
    assert run("policy", "drift", REF, "person.name").code == 2


@pytest.mark.usefixtures("moved_on")
def test_a_plan_says_who_decided_on_each_column(run: Run) -> None:
    run("policy", "drift", REF, "--accept")
    columns = run("--json", "plan", REF).json["tables"][0]["columns"]
    assert all(c["decided_by"] and c["decided_at"].startswith("20") for c in columns)


@pytest.mark.usefixtures("office")
def test_what_happens_to_a_reference_is_said_in_one_line(run: Run) -> None:
    assert run("policy", "follow", REF, "visit.person_id", "detach").code == 2
    assert run("policy", "follow", REF, "visit.person_id", "chase").code == 2
    data = run("--json", "policy", "follow", REF, "visit.person_id", "follow").json
    assert (data["table"], data["column"], data["gone"], data["policy"]) == ("visit", "person_id", "follow", "harbor")
    assert "stay behind too" in run("policy", "follow", REF, "visit.person_id", "follow").out


@pytest.mark.usefixtures("more")
def test_a_way_out_is_waived_with_a_reason(run: Run) -> None:
    assert run("policy", "waive", REF, "mail").code == 2
    assert run("policy", "waive", REF, "mail", "--reason", " ").code == 2
    data = run("--json", "policy", "waive", REF, "mail", "--reason", "Switched off").json
    assert (data["way"], data["waived"], data["policy"]) == ("mail", "Switched off", "harbor")
    assert data["decided_by"]
    assert "Waiting mail: waived by" in run("policy", "waive", REF, "mail", "--reason", "Still off").out


@pytest.mark.usefixtures("more")
def test_what_is_run_is_shown_and_approved_by_its_digest(run: Run) -> None:
    shown = run("policy", "approve", REF, "tidy")
    assert shown.code == 3
    assert "DELETE FROM visit WHERE id > 3" in shown.out
    assert "\\t" in shown.out
    (entry,) = run("--json", "policy", "approve", REF).json["runs"]
    assert (entry["run"], entry["approved"], entry["text"]) == ("tidy", False, "DELETE FROM visit WHERE id > 3")
    assert f"--digest {entry['digest']}" in shown.out
    assert run("policy", "approve", REF, "tidy", "--digest", "abc").code == 3
    assert run("policy", "approve", REF, "other", "--yes").code == 2
    assert run("policy", "approve", REF, "--yes").code == 2, "each text for itself"
    approved = run("--json", "policy", "approve", REF, "tidy", "--digest", entry["digest"])
    assert (approved.code, approved.json["runs"][0]["approved"]) == (0, True)
    assert "tidy: approved by" in run("policy", "approve", REF).out


@pytest.mark.usefixtures("more")
def test_what_is_shown_now_can_be_approved_at_once(run: Run) -> None:
    said = run("policy", "approve", REF, "tidy", "--yes")
    assert said.code == 0
    assert "DELETE FROM visit" in said.out


def test_what_is_run_cannot_pass_for_what_is_said_about_it(office: Office, run: Run) -> None:
    sql, title = r"DELETE FROM visit\n\nSHA-256 0\n\e[8m", r"Safe\nsly: approved by the boss"
    office.policy.write_text(f'{POLICY}run: [{{id: sly, title: "{title}", sql: "{sql}"}}]\n')
    office.services.environments.set(REF, policy=str(office.policy))
    said = run("policy", "approve", REF).out
    assert "Safe sly: approved by the boss (sly): sql" in said
    assert "    DELETE FROM visit\n" in said
    assert [line for line in said.splitlines() if line.startswith(("SHA-256", "sly:"))] == [
        f"SHA-256 {office.services.reviews.runs(REF)[0].run.digest}",
        next(line for line in said.splitlines() if line.startswith("sly: not approved")),
    ]
    assert "\x1b" not in said


@pytest.mark.usefixtures("office")
def test_a_policy_that_runs_nothing_says_so(run: Run) -> None:
    said = run("policy", "approve", REF)
    assert (said.code, "runs nothing" in said.out) == (0, True)


def test_a_mask_is_tried_on_real_values(office: Office, run: Run) -> None:
    words = ("policy", "example", REF, "person.email", "email", "--parameter", "domain=x.invalid", "--rows", "2")
    data = run("--json", *words).json
    assert (data["table"], data["column"], data["mask"], data["findings"]) == ("person", "email", "email", [])
    assert [row["before"].endswith("@private.example") for row in data["rows"]] == [True, True]
    assert [row["after"].endswith("@x.invalid") for row in data["rows"]] == [True, True]
    said = run(*words).out
    assert all(row["after"] in said for row in data["rows"])
    wrong = run("policy", "example", REF, "person.id", "email")
    assert (wrong.code, "integer" in wrong.out.casefold()) == (0, True)
    assert run("policy", "example", REF, "person.email", "rot13").code == 2
    assert not [action for action in office.actions() if action.startswith("policy.")]
