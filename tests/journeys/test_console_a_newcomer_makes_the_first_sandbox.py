"""From an empty home through the demo and the flow to a sandbox with its checklist and its certificate."""

import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app.domain.environments import EnvironmentState
from app.domain.operations import OperationState
from tests.journeys.sitting import Sitting

REF = "Harbor Insurance/sandbox"


class Browser(QObject):
    """What the desktop would open a document with."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


def test_a_newcomer_opens_the_demo_and_makes_a_sandbox_of_it(sitting: Sitting) -> None:
    sitting.opens_the_console()
    sitting.waits_to_read("Welcome to Sandkeeper")
    sitting.presses("Make the demo")
    sitting.waits_to_read("The demo is ready")
    sitting.presses("Open its sandbox")
    sitting.waits_to_read("No copy yet")
    sitting.presses("Provision…")
    production = sitting.person.home / "demo" / "harbor-insurance" / "production.sqlite"

    sitting.waits_to_read("What is copied", "read only, never changed", "agency-management")
    sitting.presses("Continue")
    sitting.types("Address that receives the sandbox's mail", "qa@harbor.example")
    sitting.presses("Continue")
    originals = _column(production, "SELECT email FROM customer")
    sitting.clicks_row("Columns", "customer.email")
    assert not _on_screen(sitting, originals), "real values are hidden until they are asked for"
    sitting.presses("Show real values")
    assert _on_screen(sitting, originals)
    sitting.presses("Continue")

    told = sitting.acknowledges_and_starts("sandbox", "Provision sandbox")
    assert any("A sandbox is not a backup" in words for words in told)
    assert any("no continuity" in words for words in told)

    operation = sitting.watches_it_end()
    assert operation.state is OperationState.SUCCEEDED, operation.reason
    sitting.waits_to_read("Provisioned sandbox in ", "None of ", "was found in ")
    sitting.opens_tab("Checklist")
    assert len(sitting.cells("Checklist")) == len(operation.checklist) > 5

    browser = Browser()
    QDesktopServices.setUrlHandler("file", browser, "show")
    try:
        sitting.presses("Open certificate")
    finally:
        QDesktopServices.unsetUrlHandler("file")
    (certificate,) = browser.opened
    assert certificate == Path(operation.certificate or "")
    assert "Harbor Insurance" in certificate.read_text()

    sitting.presses("Show the environment")
    sitting.waits_to_read("Proven clean", "copied just now from production")
    environment = sitting.environment(REF)
    assert (environment.state, environment.proven) == (EnvironmentState.READY, True)
    copied = _column(production.with_name("sandbox.sqlite"), "SELECT email FROM customer")
    assert len(copied) > 1_000
    assert all(email.startswith("qa+") and email.endswith("@harbor.example") for email in copied)
    assert not sitting.console.dialogs.shown, "nothing went wrong on the way"


def _column(database: Path, query: str) -> set[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {value for (value,) in connection.execute(query) if value}


def _on_screen(sitting: Sitting, values: set[str]) -> set[str]:
    """Which of them can be read, in the columns' samples or beside the decision."""
    cells = {cell for row in sitting.cells("Columns") for cell in row}
    return values & (cells | set(sitting.reads().splitlines()))
