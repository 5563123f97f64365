from pathlib import Path

import pytest

from tests.app.cli.conftest import Run
from tests.app.office import Office

OPERATION_KEYS = {
    "id",
    "kind",
    "environment",
    "state",
    "reason",
    "started",
    "finished",
    "seconds",
    "phases",
    "tables",
    "checklist",
    "proof",
    "findings",
    "certificate",
}
GO = ("--acknowledge", "all", "--confirm", "sandbox")


def test_a_finished_operation_has_the_keys_of_the_contract(office: Office, run: Run) -> None:
    said = run("--json", "provision", "Harbor/sandbox", *GO)
    assert said.code == 0
    operation = said.json
    assert set(operation) >= OPERATION_KEYS
    assert operation["state"] == "succeeded"
    assert [p["name"] for p in operation["phases"]][:3] == ["preflight", "stage", "copy"]
    assert all(p["state"] == "done" and p["seconds"] is not None for p in operation["phases"])
    assert {t["table"]: t["rows"] for t in operation["tables"]}["person"] == 60
    assert set(operation["proof"]) >= {"state", "originals", "values", "hits"}
    assert operation["proof"]["state"] == "clean"
    assert {"id", "title", "kind", "state", "evidence"} <= set(operation["checklist"][0])
    assert Path(operation["certificate"]).is_file()
    assert "copy" in said.err


def test_what_is_missing_is_listed_with_ids_and_the_exact_command(office: Office, run: Run) -> None:
    said = run("provision", "Harbor/sandbox")
    assert said.code == 3
    assert said.out == ""
    for word in ("not-a-backup", "told", "--acknowledge told", "--confirm sandbox"):
        assert word in said.err
    asked = run("--json", "provision", "Harbor/sandbox")
    assert asked.code == 3
    assert asked.json["error"]["kind"] == "refused"
    ids = [w["id"] for w in asked.json["warnings"]] + [f["fingerprint"] for f in asked.json["findings"]]
    words = [word for id_ in ids for word in ("--acknowledge", id_)]
    assert run("provision", "Harbor/sandbox", *words, "--confirm", "sandbox").code == 0


@pytest.mark.parametrize("typed", [(), ("--confirm", "Sandbox"), ("--confirm", "Harbor/sandbox")])
def test_the_name_must_be_typed_as_it_is(office: Office, run: Run, typed: tuple[str, ...]) -> None:
    said = run("provision", "Harbor/sandbox", "--acknowledge", "all", *typed)
    assert said.code == 3
    assert not office.sandbox.exists()


def test_the_wrong_one_of_the_two_names_the_right_one(office: Office, run: Run) -> None:
    assert "provision" in run("refresh", "Harbor/sandbox", *GO).err
    assert run("provision", "Harbor/sandbox", *GO).code == 0
    said = run("--json", "provision", "Harbor/sandbox", *GO)
    assert (said.code, "refresh" in said.json["error"]["hint"]) == (3, True)


def test_a_detached_operation_is_printed_and_found_again(office: Office, run: Run) -> None:
    office.workers.idle = True
    queued = run("--json", "provision", "Harbor/sandbox", *GO, "--detach").json
    assert queued["state"] == "queued"
    busy = run("--json", "provision", "Harbor/sandbox", *GO)
    assert (busy.code, busy.json["operation"]) == (3, queued["id"])
    assert run("operation", "list", "--json").json["operations"][0]["id"] == queued["id"]
    cancelled = run("--json", "operation", "cancel", queued["id"])
    assert (cancelled.code, cancelled.json["state"]) == (0, "cancelled")
    office.workers.idle = False
    resumed = run("--json", "operation", "resume", queued["id"])
    assert (resumed.code, resumed.json["state"]) == (0, "succeeded")


def test_a_failed_operation_says_why_and_exits_with_1(office: Office, run: Run) -> None:
    office.policy.write_text(office.policy.read_text().replace("expect: 0}", "expect: {at_least: 1}}"))
    run("environment", "set", "Harbor/sandbox", "--policy", str(office.policy))
    said = run("--json", "provision", "Harbor/sandbox", *GO)
    assert said.code == 1
    assert said.json["state"] == "failed"
    assert "No mail waits" in said.json["reason"]
    assert not office.sandbox.exists()
    assert "No mail waits" in run("operation", "show", said.json["id"]).out


def test_several_are_reset_at_once_each_with_its_name_typed(office: Office, run: Run) -> None:
    run(
        "environment", "add", "Harbor", "training", "--kind", "training",
        "--database", f"sqlite:///{office.folder}/training.sqlite", "--policy", str(office.policy),
    )  # fmt: skip
    assert run("provision", "Harbor/sandbox", *GO).code == 0
    both = ("reset", "Harbor/sandbox", "Harbor/training", "--acknowledge", "all", "--confirm", "sandbox")
    refused = run("--json", *both, "--confirm", "training")
    assert refused.code == 3, "one of them has no copy, so none is started"
    assert len(run("--json", "operation", "list").json["operations"]) == 1
    assert run("provision", "Harbor/training", "--acknowledge", "all", "--confirm", "training").code == 0
    assert run(*both).code == 3
    done = run("--json", *both, "--confirm", "training")
    assert done.code == 0
    assert [o["environment"] for o in done.json["operations"]] == ["Harbor/sandbox", "Harbor/training"]
    assert {o["state"] for o in done.json["operations"]} == {"succeeded"}
    assert run("reset", "Harbor/sandbox", "Harbor/sandbox", *GO).code == 2
    assert run("reset", "Harbor/sandbox", "--baseline", "monday", *GO).code == 2


def test_production_is_never_a_target(office: Office, run: Run) -> None:
    for verb in ("provision", "refresh", "reset", "wipe"):
        said = run(verb, "Harbor/production", "--acknowledge", "all", "--confirm", "production")
        assert said.code == 3
        assert "production" in said.err


def test_an_operation_is_shown_with_phases_tables_and_log(office: Office, run: Run) -> None:
    operation = run("--json", "provision", "Harbor/sandbox", *GO).json
    out = run("operation", "show", operation["id"]).out
    for word in ("preflight", "person", "60", "Copied", "succeeded"):
        assert word in out
    assert run("--json", "operation", "show", operation["id"]).json["log"]
    assert run("operation", "show", "nope").code == 2
    assert operation["id"] in run("operation", "list", "--state", "succeeded").out
    assert operation["id"] not in run("operation", "list", "--state", "failed").out
