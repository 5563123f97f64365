"""Ctrl-C, a detached operation and its cancel, and a worker that is killed under a waiting command."""

import os
import signal
import subprocess

import pytest

from tests.app.office import POLICY, make_production
from tests.journeys.conftest import Person, fact

GO = ("--acknowledge", "all", "--confirm", "sandbox")
REF = "Harbor/sandbox"


@pytest.fixture
def harbor(person: Person) -> Person:
    """A production large enough that its copy takes a while."""
    make_production(person.folder / "production.sqlite", people=120_000)
    (person.folder / "harbor.yaml").write_text(POLICY)
    person.does("tenant", "add", "Harbor")
    person.does("environment", "add", "Harbor", "production", "--kind", "production",
                "--database", "sqlite:///production.sqlite")  # fmt: skip
    person.does("environment", "add", "Harbor", "sandbox", "--kind", "sandbox",
                "--database", "sqlite:///sandbox.sqlite", "--policy", "harbor.yaml")  # fmt: skip
    return person


def _wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"{words!r} was never said")


def test_ctrl_c_stops_it_and_leaves_nothing_behind(harbor: Person) -> None:
    with harbor.begins("--json", "provision", REF, *GO) as running:
        _wait_for(running, "copy ...")
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 4, out + err
    assert '"state": "cancelled"' in out
    assert "Asked to stop" in err
    assert harbor.does("environment", "show", REF)["state"] == "absent"
    left = sorted(p.name for p in harbor.folder.rglob("*") if "sandbox" in p.name and p.is_file())
    assert left == []


def test_a_detached_operation_is_followed_and_cancelled_by_another_command(harbor: Person) -> None:
    queued = harbor.does("provision", REF, *GO, "--detach")
    assert queued["state"] in ("queued", "running")
    busy = harbor("--json", "refresh", REF, *GO)
    assert (busy.code, busy.json["operation"]) == (3, queued["id"])
    harbor.does("operation", "cancel", queued["id"])
    fact(lambda: harbor.does("operation", "show", queued["id"])["state"] == "cancelled")
    resumed = harbor.does("operation", "resume", queued["id"])
    assert (resumed["id"], resumed["state"]) == (queued["id"], "succeeded")


def test_a_worker_that_is_killed_is_replaced_while_the_command_waits(harbor: Person) -> None:
    with harbor.begins("--json", "provision", REF, *GO) as running:
        _wait_for(running, "copy ...")
        (worker,) = harbor.workers()
        os.kill(worker, signal.SIGKILL)
        out, err = running.communicate(timeout=200)
    assert running.returncode == 0, out + err
    assert '"state": "succeeded"' in out
    assert harbor.workers() != [worker]
    assert harbor.does("inspect", REF)["marker"] == "valid"
