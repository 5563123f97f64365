"""The audit page, over the invented world and over a real chain."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.audit import AuditRecord
from app.domain.operations import OperationKind
from app.errors import OutsideError
from tests.app.office import Office
from tests.shots.stage import Stage
from ui.actions.audit import export_to
from ui.models.audit import Subject
from ui.models.navigation import Go
from ui.models.table import Role
from ui.theme.tokens import Tone
from ui.views.audit import page as page_module
from ui.views.audit.page import ACTION, DETAIL, AuditPage


def _page(stage: Stage) -> AuditPage:
    stage.open(Go.AUDIT)
    return stage.find(AuditPage)


def _listed(page: AuditPage) -> list[AuditRecord]:
    model = page.table.model()
    return [model.index(row, 0).data(Role.ROW).record for row in range(model.rowCount())]


def _chosen(page: AuditPage) -> int:
    record: AuditRecord = page.table.currentIndex().data(Role.ROW).record
    return record.number


def test_records_stand_newest_first_in_words(stage: Stage) -> None:
    page = _page(stage)
    assert [r.number for r in _listed(page)] == list(range(24, 0, -1))
    assert page.table.model().index(1, ACTION).data() == "Refresh failed"
    assert page.table.model().index(1, DETAIL).data().startswith("2 of 7 webhook endpoints")
    assert page.header.subtitle.text() == "Everything anyone did: 24 records"


@pytest.mark.parametrize(
    ("about", "number"), [(Subject.OPERATIONS, 15), (Subject.ENVIRONMENTS, 6), (Subject.TENANTS, 3)]
)
def test_filters_by_what_it_is_about(stage: Stage, about: Subject, number: int) -> None:
    page = _page(stage)
    page.filter.choose(about)
    assert len(_listed(page)) == number


def test_search_finds_every_word(stage: Stage) -> None:
    page = _page(stage)
    page.search.setText("tomas harbor")
    assert {r.actor for r in _listed(page)} == {"tomas"}
    page.search.setText("zebra")
    stage.find(QPushButton, "Show all").click()
    assert len(_listed(page)) == 24


def test_the_chosen_record_is_told_in_full(stage: Stage, office: Office) -> None:
    office.populate()
    page = _page(stage)
    assert not page.record.isVisible()
    page.table.selectRow(0)
    record = _listed(page)[0]
    assert page.record.isVisible()
    assert str(office.sandbox) in page.record.detail.text()
    assert f"UTC by {record.actor}" in page.record._when.text()
    page.search.setText("zebra")
    assert not page.record.isVisible()


def test_nothing_on_record_says_what_will_be(stage: Stage) -> None:
    stage.services.world.audit.clear()
    page = _page(stage)
    assert not page.export.isEnabled()
    assert page._nothing.isVisible()


def test_a_catalog_that_cannot_be_read_is_told_and_tried_again(stage: Stage) -> None:
    right = stage.services.audit.count

    def fail() -> int:
        raise OutsideError("The catalog could not be read", "The disk does not answer.", "Look at the disk.")

    stage.services.audit.count = fail  # type: ignore[method-assign]  # the disk is gone
    page = _page(stage)
    stage.services.audit.count = right  # type: ignore[method-assign]  # it is back
    stage.find(QPushButton, "Try again").click()
    stage.settle()
    assert len(_listed(page)) == 24


def test_really_a_chain_that_holds_is_said_to_hold_with_its_length(stage: Stage, office: Office) -> None:
    office.populate()
    office.run(OperationKind.PROVISION)
    page = _page(stage)
    assert not page.banner.isVisible()
    page.verify.click()
    assert not page.verify.isEnabled()
    stage.settle()
    assert page.banner.tone is Tone.GOOD
    assert page.banner.words.text() == f"The chain holds: {len(_listed(page))} records, none altered, removed or moved."
    assert page.verify.isEnabled()


def _tamper(office: Office, sql: str) -> None:
    with closing(sqlite3.connect(office.parts.home.catalog_path)) as catalog, catalog:
        for (name,) in catalog.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            catalog.execute(f'DROP TRIGGER "{name}"')
        catalog.execute(sql)


def test_really_a_record_that_was_changed_is_named_and_shown(stage: Stage, office: Office) -> None:
    office.populate()
    for number in range(60):
        office.services.tenants.add(f"Tenant {number:02}")
    page = _page(stage)
    _tamper(office, "UPDATE audit SET actor = 'nobody@nowhere' WHERE number = 5")
    page.search.setText("Tenant 59")  # the record would not be listed
    page.verify.click()
    stage.settle()
    assert page.banner.tone is Tone.DANGER
    assert page.banner.words.text() == "The chain is broken at record 5: its contents were changed."
    assert _chosen(page) == 5
    assert page.table.viewport().rect().intersects(page.table.visualRect(page.table.currentIndex()))
    page.table.selectRow(0)
    stage.find(QPushButton, "Show the record").click()
    stage.settle()
    assert _chosen(page) == 5


def test_really_a_cut_off_end_is_named_though_there_is_no_record_to_show(stage: Stage, office: Office) -> None:
    office.populate()
    page = _page(stage)
    last = _listed(page)[0].number
    _tamper(office, f"DELETE FROM audit WHERE number = {last}")
    page.verify.click()
    stage.settle()
    assert page.banner.words.text().startswith(f"The chain is broken at record {last}: it is missing")
    assert [r.number for r in _listed(page)] == list(range(last - 1, 0, -1))


def test_a_broken_record_older_than_the_list_is_fetched(
    stage: Stage, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "LIMIT", 10)
    for number in range(30):
        office.services.tenants.add(f"Tenant {number:02}")
    page = _page(stage)
    assert len(_listed(page)) == 10
    assert page.header.subtitle.text() == "Everything anyone did: 30 records, of which the newest 10 are listed"
    _tamper(office, "UPDATE audit SET actor = 'nobody@nowhere' WHERE number = 5")
    page.verify.click()
    stage.settle()
    assert _chosen(page) == 5


def test_really_what_happens_meanwhile_appears_and_the_choice_stays(stage: Stage, office: Office) -> None:
    office.populate()
    page = _page(stage)
    page.table.selectRow(1)
    before = _chosen(page)
    office.services.tenants.add("Kestrel")
    page.catalog_changed({"audit"}, {"4"})
    stage.settle()
    assert _listed(page)[0].subject == "Kestrel"
    assert _chosen(page) == before


def test_really_the_export_holds_every_record_and_never_replaces_a_file(stage: Stage, office: Office) -> None:
    office.populate()
    page = _page(stage)
    target = office.folder / "trail.jsonl"
    export_to(owner=page, desk=stage.desk, path=target)
    stage.settle()
    numbers = [json.loads(line)["number"] for line in target.read_text().splitlines()]
    assert numbers == [r.number for r in reversed(_listed(page))]
    assert target.stat().st_mode & 0o077 == 0
    assert stage.notify.said[-1].text == f"{len(numbers)} records exported to trail.jsonl"
    before = target.read_bytes()
    export_to(owner=page, desk=stage.desk, path=target)
    stage.settle()
    assert stage.dialogs.shown[-1].title == f"{target} exists already"
    assert target.read_bytes() == before


@pytest.fixture
def dialogs_remember_elsewhere(tmp_path: Path) -> Iterator[None]:
    """Qt's own file dialog writes down the folder it was last in, among the person's preferences."""
    where = QSettings.Format.NativeFormat, QSettings.Scope.UserScope
    QSettings.setPath(*where, str(tmp_path))
    yield
    QSettings.setPath(*where, os.environ["XDG_CONFIG_HOME"])


@pytest.mark.usefixtures("dialogs_remember_elsewhere")
def test_export_asks_where(stage: Stage) -> None:
    page = _page(stage)
    page.export.click()
    chooser = stage.find(QFileDialog)
    assert chooser.selectedFiles()[0].endswith("sandkeeper-audit-2025-11-21.jsonl")
    chooser.reject()


def test_the_verdict_can_be_put_away(stage: Stage, qtbot: QtBot) -> None:
    page = _page(stage)
    page.verify.click()
    stage.settle()
    close = next(b for b in page.banner.findChildren(QPushButton) if b.accessibleName() == "Close the verdict")
    qtbot.keyClick(close, Qt.Key.Key_Space)
    stage.settle()
    assert not page.banner.isVisible()
