"""On a real screen, without a mouse: from an empty home to a provisioned sandbox."""

import queue
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.services.demo import TENANTS
from tests.journeys.conftest import ROOT, Person, fact
from tests.journeys.screen import HEIGHT, WIDTH, Screen, screen

REF = "Harbor Insurance/sandbox"
DEMO = sum(1 + len(tenant.copies) for tenant in TENANTS)
"""How many environments the demo has."""


class Ear:
    """Hears where the keys go."""

    def __init__(self, console: "subprocess.Popen[str]") -> None:
        self._console = console
        self._heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.all: list[str] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        assert self._console.stdout is not None
        for line in self._console.stdout:
            self._heard.put(line.strip())

    def waits_for(self, *names: str) -> str:
        """Until a control whose name begins so gets the focus."""
        while True:
            try:
                name = self._heard.get(timeout=30)
            except queue.Empty:
                pytest.fail(f"none of {names} got the keys, but {self.all[-12:]}")
            self.all.append(name)
            if name.startswith(names):
                return name

    def now(self) -> str:
        """What has the keys once nothing moves any more."""
        patience = 1.0
        while True:
            try:
                self.all.append(self._heard.get(timeout=patience))
            except queue.Empty:
                return self.all[-1] if self.all else ""
            patience = 0.15

    def close(self) -> None:
        self._thread.join(30)


@contextmanager
def the_console(person: Person, display: Screen) -> Iterator[Ear]:
    environment = {**person.environment, "DISPLAY": display.environment["DISPLAY"], "QT_QPA_PLATFORM": "xcb"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.told", str(person.home)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        ear = Ear(process)
        try:
            yield ear
        finally:
            process.terminate()
            process.wait(30)
            ear.close()


def test_somebody_without_a_mouse_makes_a_sandbox(person: Person) -> None:
    shots = ROOT / "build" / "shots"
    shots.mkdir(parents=True, exist_ok=True)
    with screen(person.folder) as display, the_console(person, display) as ear:
        window = display.window()

        def photograph(name: str) -> None:
            picture = display.settled()
            assert (picture.width(), picture.height()) == (WIDTH, HEIGHT)
            assert picture.save(str(shots / f"journey-{name}.png"))

        ear.waits_for("Overview")
        reach(display, ear, "Make the demo")
        photograph("1-welcome")
        display.press("space")
        fact(lambda: len(person.does("environment", "list")["environments"]) == DEMO)
        display.press("ctrl+2")
        ear.waits_for("Tenants and environments")
        fact(lambda: display.title(window).startswith("Environments"))
        deadline = time.monotonic() + 30
        while not display.title(window).startswith("Flow") and time.monotonic() < deadline:
            photograph("2-environments")
            display.press("ctrl+r")

        ear.waits_for("Continue")
        photograph("3-source")
        display.press("space")
        reach(display, ear, "Address that receives")
        display.type("qa@harbor.example")
        photograph("4-options")
        reach(display, ear, "Continue")
        display.press("space")
        ear.waits_for("Columns")
        photograph("5-preview")
        reach(display, ear, "Continue")
        display.press("space")
        name = ear.waits_for("A sandbox is not a backup")
        for _ in range(12):
            if name.startswith("Type sandbox"):
                break
            display.press("space")
            display.press("Tab")
            name = ear.now()
        else:
            pytest.fail(f"the name was never asked for: {ear.all}")
        display.type("sandbox")
        photograph("6-warnings")
        reach(display, ear, "Provision sandbox")
        display.press("space")
        ear.waits_for("Run", "Parts of this run")
        (started,) = person.does("operation", "list")["operations"]
        fact(lambda: person.does("operation", "show", started["id"])["state"] not in ("queued", "running"))
        photograph("7-run")
        display.press("ctrl+q")

    done = person.does("operation", "show", started["id"])
    assert (done["kind"], done["environment"], done["state"]) == ("provision", REF, "succeeded"), done["reason"]
    assert done["proof"]["state"] == "clean"
    assert Path(done["certificate"]).is_file()
    demo = person.home / "demo" / "harbor-insurance"
    assert not emails(demo / "sandbox.sqlite") & emails(demo / "production.sqlite")
    assert all(email.startswith("qa+") for email in emails(demo / "sandbox.sqlite"))
    assert person.does("inspect", REF)["marker"] == "valid"
    assert person.does("audit", "verify")["valid"] is True


def reach(display: Screen, ear: Ear, name: str) -> None:
    """With the tabulator key, however long it takes the page to fill."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        display.press("Tab")
        if ear.now().startswith(name):
            return
    pytest.fail(f"{name} cannot be reached with the keyboard: {ear.all[-40:]}")


def emails(database: Path) -> set[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = {email for (email,) in connection.execute("SELECT email FROM customer") if email}
    assert len(found) > 1_000
    return found
