"""Two operations on one environment at once; a tenant removed while its sandbox is being made; the clock set back; a
home directory that is read-only."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap import build
from app.cli import main
from app.domain.operations import OperationKind
from app.errors import RefusedError
from app.system.clock import SystemClock
from tests.app.office import Office
from tests.app.operations.conftest import NoWorkers
from tests.invariants.conftest import ALL, interfering
from tests.journeys.bad_input.conftest import GIVEN, Say, nothing_lost

ROOT = Path(__file__).parents[3]


def test_a_second_operation_is_refused_with_the_first_ones_id_and_the_first_goes_on(copied: Office, say: Say) -> None:
    copied.workers.idle = True
    first = say("refresh", "Harbor/sandbox", *GIVEN, "--detach")
    assert first.code == 0
    for verb in ("refresh", "reset", "wipe"):
        said = say(verb, "Harbor/sandbox", *GIVEN)
        assert said.code == 3
        assert said.json["operation"] == first.json["id"]
        assert first.json["id"] in said.error["hint"]
    copied.workers.idle = False
    copied.workers.work()
    assert say("operation", "show", first.json["id"]).json["state"] == "succeeded"
    assert len(say("operation", "list").json["operations"]) == 2


def test_a_tenant_is_not_removed_while_its_sandbox_is_being_made(office: Office, say: Say) -> None:
    refused: list[str] = []

    def remove() -> None:
        for act in (
            lambda: office.services.tenants.remove("Harbor"),
            lambda: office.services.environments.remove("Harbor/sandbox"),
            lambda: office.services.environments.remove("Harbor/production"),
            lambda: office.services.environments.set("Harbor/sandbox", database=f"sqlite:///{office.folder}/x.sqlite"),
        ):
            with pytest.raises(RefusedError) as problem:
                act()
            refused.append(problem.value.title)

    for moment in ("inside copy", "before publish", "before settle"):
        with interfering(office, moment, remove) as interference:
            kind = "provision" if not office.sandbox.exists() else "refresh"
            said = say(kind, "Harbor/sandbox", *GIVEN)
        assert interference.happened
        assert said.code == 0, said.text
    assert len(refused) == 12
    assert say("environment", "show", "Harbor/sandbox").json["state"] == "ready"


def test_a_tenant_that_vanishes_from_the_catalog_all_the_same_leaves_no_file_of_the_copy(office: Office) -> None:
    """Somebody deleted the rows by hand: the worker finds nothing to work for, publishes nothing, and ends."""
    office.workers.idle = True
    office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    from tests.invariants.conftest import alter

    catalog = office.home / "catalog.sqlite"
    alter(catalog, "DELETE FROM operation")
    alter(catalog, "DELETE FROM environment WHERE name = 'sandbox'")
    office.workers.idle = False
    office.workers.work()
    assert not office.sandbox.exists()
    assert not office.sandbox.with_name(".sandbox.sqlite.sandkeeper").exists()


def test_a_clock_that_is_set_back_confuses_nothing(
    office: Office, say: Say, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, back = SystemClock.now, [timedelta()]

    def now(self: SystemClock) -> datetime:
        return real(self) - back[0]

    monkeypatch.setattr(SystemClock, "now", now)
    first = say("provision", "Harbor/sandbox", *GIVEN)
    assert first.code == 0
    with interfering(office, "inside copy", lambda: back.__setitem__(0, timedelta(days=400))) as interference:
        second = say("refresh", "Harbor/sandbox", *GIVEN)
    assert interference.happened
    assert second.code == 0, second.text
    third = say("reset", "Harbor/sandbox", *GIVEN)
    assert third.code == 0, third.text
    listed = [operation["id"] for operation in say("operation", "list").json["operations"]]
    assert listed == [third.json["id"], second.json["id"], first.json["id"]]
    for said in (first, second, third):
        assert said.json["seconds"] is None or said.json["seconds"] >= 0
        assert all(phase["seconds"] is None or phase["seconds"] >= 0 for phase in said.json["phases"])
    assert say("audit", "verify").json["valid"]
    for words in (("operation", "list"), ("environment", "list"), ("operation", "show", second.json["id"])):
        assert main(("--home", str(office.home), *words), services=office.services) == 0
    shown = capsys.readouterr().out
    assert " in -" not in shown
    assert "-1 " not in shown
    assert say("inspect", "Harbor/sandbox").json["state"] == "ready"
    nothing_lost(office, office.sandbox.read_bytes())


def command(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The real program, in a process of its own."""
    environment = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--home", str(home), "--json", *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("a file, no folder")
    done = command(tmp_path / "letter" / "home", "tenant", "add", "Harbor")
    assert done.returncode == 1, done.stdout + done.stderr
    error = json.loads(done.stdout)["error"]
    assert "cannot be written" in error["title"]
    assert "--home" in error["hint"]
    assert "Traceback" not in done.stderr
    assert (tmp_path / "letter").read_text() == "a file, no folder"


def test_a_home_that_became_read_only_is_told_and_nothing_in_it_is_lost(small_disk: Path) -> None:
    home = small_disk / "home"
    assert command(home, "tenant", "add", "Harbor").returncode == 0
    before = (home / "catalog.sqlite").read_bytes()
    assert os.system(f"mount -o remount,ro {small_disk}") == 0
    try:
        for words in (("tenant", "add", "Orchard"), ("demo", "create")):
            done = command(home, *words)
            assert done.returncode == 1, done.stdout + done.stderr
            error = json.loads(done.stdout)["error"]
            assert error["title"]
            assert error["hint"]
            assert "bug" not in error["title"], error
            assert "Traceback" not in done.stderr
        assert (home / "catalog.sqlite").read_bytes() == before
    finally:
        assert os.system(f"mount -o remount,rw {small_disk}") == 0
    assert json.loads(command(home, "audit", "verify").stdout)["valid"]


def test_a_home_on_a_full_disk_is_told_and_the_next_command_works(small_disk: Path, tmp_path: Path) -> None:
    from tests.journeys.bad_input.test_sources import fill

    services = build(small_disk / "home", workers=NoWorkers())
    services.tenants.add("Harbor")
    services.close()
    fill(small_disk)
    code = main(("--home", str(small_disk / "home"), "--json", "tenant", "add", "O" * 100))
    (small_disk / "filler").unlink()
    assert code in (0, 1)
    again = build(small_disk / "home", workers=NoWorkers())
    try:
        assert again.tenants.get("Harbor")
        assert again.audit.verify().valid
    finally:
        again.close()
