"""The settings page, over the invented world and over a real home."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QPushButton

from app.ports.processes import WorkerStatus
from tests.app.office import Office
from tests.shots.stage import Stage
from ui.models.navigation import Go
from ui.theme.appearance import Scheme
from ui.theme.scheme import Theme, colours
from ui.views.settings.page import SettingsPage, shown_catalog
from ui.widgets.facts import KeyValue
from ui.widgets.text import ElidedLabel


@pytest.fixture(autouse=True)
def light_again(theme: Theme) -> Iterator[None]:
    yield
    theme.force(Qt.ColorScheme.Light)


def _page(stage: Stage) -> SettingsPage:
    stage.open(Go.SETTINGS)
    return stage.find(SettingsPage)


def _facts(page: SettingsPage) -> list[str]:
    return [w.accessibleName() for facts in page.findChildren(KeyValue) for w in facts.findChildren(ElidedLabel)]


def test_a_scheme_is_put_on_at_once_and_remembered(stage: Stage) -> None:
    page = _page(stage)
    assert page.scheme.key == Scheme.SYSTEM
    stage.find(QAbstractButton, "Dark").click()
    assert colours().dark
    assert stage.remembered == ["dark"]


def test_really_it_says_where_everything_lies(stage: Stage, office: Office) -> None:
    page = _page(stage)
    assert page.home.path == str(office.home)
    assert page.catalog.path == str(office.parts.home.catalog_path)
    assert page.certificates.path == str(office.parts.home.certificates)
    assert page.logs.path == str(office.parts.home.logs)
    assert "keychain" in page.secrets.text().lower()
    facts = _facts(page)
    assert "Sandkeeper: 0.1.0" in facts
    assert "Licence: Apache-2.0" in facts
    assert any(fact.startswith("SQLAlchemy ") and fact.endswith(": MIT") for fact in facts)


def test_a_path_is_copied_and_its_folder_opened(stage: Stage, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    page = _page(stage)
    page.home.open.click()
    assert opened == [str(office.home)]
    copy = next(b for b in page.home.findChildren(QPushButton) if b.accessibleName() == "Copy the path of home")
    copy.click()
    assert QGuiApplication.clipboard().text() == str(office.home)


def test_a_folder_that_is_not_there_is_said_and_not_opened(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    page = _page(stage)
    page.logs.open.click()
    assert opened == []
    assert stage.notify.said[-1].text == f"Nothing was written to {page.logs.path} yet"


@pytest.mark.parametrize(
    ("status", "words", "can_start"),
    [
        (WorkerStatus(running=True, process=7), "Running", False),
        (WorkerStatus(running=False), "Idle", True),
        (WorkerStatus(running=False, stalled=True, process=7), "Stalled", True),
    ],
)
def test_the_worker_in_words(stage: Stage, status: WorkerStatus, words: str, can_start: bool) -> None:
    stage.services.settings.status = status
    page = _page(stage)
    assert page.worker.text() == words
    assert page.start.isVisible() is can_start


def test_start_starts_one_and_says_so(stage: Stage) -> None:
    stage.services.settings.status = WorkerStatus(running=False)
    page = _page(stage)
    page.start.click()
    assert not page.start.isEnabled()
    stage.settle()
    assert page.worker.text() == "Running"
    assert stage.notify.said[-1].text == "A worker runs"


def test_really_a_worker_that_does_not_come_up_is_told_in_its_words(stage: Stage, office: Office) -> None:
    office.workers.absent = True
    page = _page(stage)
    page.start.click()
    stage.settle()
    assert stage.dialogs.shown[-1].title == "The worker did not come up"
    assert page.start.isEnabled()
    assert page.worker.text() == "Idle"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/ana/a b/catalog.sqlite", "/srv/ana/a b/catalog.sqlite"),
        ("postgresql://ana:tres%40or@db:5432/sand?password=x", "postgresql://ana@db:5432/sand"),
        ("postgresql://db/sand", "postgresql://db/sand"),
        ("postgresql://[broken", "a catalog whose URL cannot be shown"),
    ],
)
def test_a_catalog_is_shown_without_any_password(url: str, shown: str) -> None:
    assert shown_catalog(url) == shown
