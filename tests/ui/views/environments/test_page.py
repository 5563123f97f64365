"""The environments page, as a person uses it."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.environments import Identity
from app.domain.operations import ItemState, OperationKind
from app.errors import OutsideError
from tests.fakes.world import HARBOR, NORDLYS, ORCHARD, environment
from tests.shots.stage import Stage
from ui.models.navigation import FlowRequest, Go
from ui.views.environments.form import EnvironmentForm
from ui.views.environments.page import EnvironmentsPage
from ui.widgets.buttons import DangerButton, DestroyButton
from ui.widgets.text import Text

DESTRUCTIVE = ("Refresh…", "Reset…", "Wipe…", "Provision…")


@pytest.fixture
def page(stage: Stage) -> EnvironmentsPage:
    stage.open(Go.ENVIRONMENTS, f"{HARBOR}/sandbox")
    return stage.find(EnvironmentsPage)


def _buttons(widget: QWidget) -> list[str]:
    return [b.text() for b in widget.findChildren(QAbstractButton) if b.isVisible() and b.text()]


def _go(stage: Stage, page: EnvironmentsPage, ref: str) -> None:
    page.activate(ref)
    stage.settle()


def test_production_is_shown_with_a_lock_and_without_any_destructive_button(
    stage: Stage, page: EnvironmentsPage
) -> None:
    _go(stage, page, f"{HARBOR}/production")
    assert not set(DESTRUCTIVE) & set(_buttons(stage.shell))
    assert not [b for b in stage.shell.findChildren(DangerButton) if b.isVisible()]
    assert not [b for b in stage.shell.findChildren(DestroyButton) if b.isVisible()]
    for kind in OperationKind:
        page.detail.do(kind)  # by shortcut or by mistake
    stage.settle()
    assert stage.services.operations.started == []
    assert stage.dialogs.shown == []


def test_a_copy_offers_refresh_reset_and_wipe_and_one_without_copy_only_provision(
    stage: Stage, page: EnvironmentsPage
) -> None:
    assert set(DESTRUCTIVE) & set(_buttons(page)) == {"Refresh…", "Reset…", "Wipe…"}
    _go(stage, page, f"{ORCHARD}/scratch")
    assert set(DESTRUCTIVE) & set(_buttons(page)) == {"Provision…"}


def test_refresh_opens_the_flow(stage: Stage, page: EnvironmentsPage) -> None:
    went: list[tuple[str, object]] = []
    page.navigate.disconnect()
    page.navigate.connect(lambda key, subject: went.append((key, subject)))
    stage.find(QAbstractButton, "Refresh…").click()  # type: ignore[type-abstract]  # only looked for
    assert went == [(Go.FLOW, FlowRequest(ref=f"{HARBOR}/sandbox", kind=OperationKind.REFRESH))]


def test_reset_and_wipe_open_the_flow_too(stage: Stage, page: EnvironmentsPage) -> None:
    went: list[tuple[str, object]] = []
    page.navigate.disconnect()
    page.navigate.connect(lambda key, subject: went.append((key, subject)))
    stage.find(QAbstractButton, "Reset…").click()  # type: ignore[type-abstract]  # only looked for
    stage.find(DangerButton, "Wipe…").click()
    assert went == [
        (Go.FLOW, FlowRequest(ref=f"{HARBOR}/sandbox", kind=OperationKind.RESET)),
        (Go.FLOW, FlowRequest(ref=f"{HARBOR}/sandbox", kind=OperationKind.WIPE)),
    ]
    assert stage.services.operations.started == []


def test_a_busy_environment_can_be_watched_and_not_touched(stage: Stage, page: EnvironmentsPage) -> None:
    _go(stage, page, f"{ORCHARD}/sandbox")
    provision = stage.find(QAbstractButton, "Provision…")  # type: ignore[type-abstract]  # only looked for
    assert not provision.isEnabled()
    page.detail.do(OperationKind.PROVISION)
    assert stage.services.operations.started == []
    assert page.detail.summary.running.isVisible()


def test_a_failed_operation_says_why_and_what_helps(stage: Stage, page: EnvironmentsPage) -> None:
    _go(stage, page, f"{NORDLYS}/sandbox")
    said = " ".join(text.text() for text in page.detail.summary.trouble.findChildren(Text))
    assert "2 of 7 webhook endpoints are still live" in said
    assert "The old copy is intact" in said


def test_a_change_in_the_catalog_shows_without_losing_what_is_chosen(stage: Stage, page: EnvironmentsPage) -> None:
    stage.services.environments.change(f"{HARBOR}/sandbox", checklist_done=7)
    stage.shell.catalog_changed(frozenset({"environment"}), frozenset({f"{HARBOR}/sandbox"}))
    stage.settle()
    chosen = page.tree.chosen
    assert chosen is not None
    assert (chosen.ref, chosen.checklist_done) == (f"{HARBOR}/sandbox", 7)


def test_many_changes_while_it_reads_make_one_more_reading(stage: Stage, page: EnvironmentsPage) -> None:
    reads: list[int] = []
    original = stage.services.environments.all
    stage.services.environments.all = lambda tenant=None: (reads.append(1), original(tenant))[1]  # type: ignore[assignment,method-assign]
    for _ in range(20):
        page.catalog_changed({"environment"}, set())
    stage.settle()
    assert len(reads) == 2


def test_progress_of_a_run_reads_the_runs_and_leaves_the_database_alone(stage: Stage, page: EnvironmentsPage) -> None:
    looked: list[str] = []
    original = stage.services.inspection.inspect
    stage.services.inspection.inspect = lambda ref: (looked.append(ref), original(ref))[1]  # type: ignore[method-assign]
    _go(stage, page, f"{ORCHARD}/sandbox")
    assert looked == [f"{ORCHARD}/sandbox"]
    run = stage.services.operations.all(f"{ORCHARD}/sandbox")[0]
    stage.services.operations.cancel(run.id)
    stage.shell.catalog_changed(frozenset({"operation"}), frozenset({run.id}))
    stage.settle()
    assert looked == [f"{ORCHARD}/sandbox"]
    assert page.detail.summary.run == stage.services.operations.get(run.id)


def test_search_keeps_the_detail_and_says_when_nothing_is_found(
    stage: Stage, page: EnvironmentsPage, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.search, "nordlys")
    assert page.model.rowCount() == 3
    assert page.detail.isVisible()
    page.search.setText("zebra")
    assert "Nothing found" in [text.text() for text in page.findChildren(Text) if text.isVisible()]
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert page.tree.chosen is not None
    assert page.tree.currentIndex().isValid()


def test_everything_is_reached_from_the_keyboard(stage: Stage, page: EnvironmentsPage, qtbot: QtBot) -> None:
    page.search.setFocus()
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    qtbot.keyClick(page.tree, Qt.Key.Key_Down)
    stage.settle()
    assert page.tree.chosen is not None
    assert page.tree.chosen.ref == f"{HARBOR}/training-01"
    qtbot.keyClick(page.tree, Qt.Key.Key_Left)
    assert page.model.rowCount() == 9 + 2 - 3
    qtbot.keyClick(page.tree, Qt.Key.Key_Right)
    page.detail.tabs.setCurrentIndex(0)
    qtbot.keyClick(page.detail.tabs, Qt.Key.Key_Right)
    assert page.detail.tabs.currentIndex() == 1


def test_a_manual_item_is_ticked_with_a_note(stage: Stage, page: EnvironmentsPage, qtbot: QtBot) -> None:
    _go(stage, page, f"{NORDLYS}/sandbox")
    page.detail.tabs.setCurrentIndex(1)
    note = next(f for f in page.detail.checklist.findChildren(QLineEdit) if "owner of the data" in f.accessibleName())
    tick = next(
        b
        for b in page.detail.checklist.findChildren(QAbstractButton)
        if b.text() == "Tick" and b.parent() is note.parent()
    )
    assert not tick.isEnabled()
    qtbot.keyClicks(note, "Agreed by mail of 20 November")
    tick.click()
    stage.settle()
    items = {i.id: i for i in stage.services.inspection.checklist(f"{NORDLYS}/sandbox")}
    assert items["owner"].state is ItemState.TICKED
    assert items["owner"].note == "Agreed by mail of 20 November"


def test_copy_connection_puts_the_url_on_the_clipboard(stage: Stage, page: EnvironmentsPage) -> None:
    stage.find(QAbstractButton, "Copy connection").click()  # type: ignore[type-abstract]  # only looked for
    assert QGuiApplication.clipboard().text() == "sqlite:////srv/data/harbor/sandbox.sqlite"
    assert stage.notify.said[-1].text.endswith("copied")


def test_a_copy_on_a_server_is_reached_with_its_own_login(stage: Stage, page: EnvironmentsPage, qtbot: QtBot) -> None:
    ref = f"{HARBOR}/sandbox"
    stage.services.environments.change(
        ref,
        database="postgresql://worker@db:5432/sandbox",
        identity=Identity(engine="postgresql", major="1", minor="2"),
    )
    stage.shell.catalog_changed(frozenset({"environment"}), frozenset({ref}))
    qtbot.waitUntil(lambda: "worker@db" in (page.detail.environment.database if page.detail.environment else ""))
    stage.find(QAbstractButton, "Copy connection").click()  # type: ignore[type-abstract]  # only looked for
    stage.settle()
    assert QGuiApplication.clipboard().text() == "postgresql://sandbox_login@db:5432/sandbox"
    page.detail.copy_password.trigger()
    stage.settle()
    assert QGuiApplication.clipboard().text() == "open sesame"
    assert "30 seconds" in stage.notify.said[-1].text
    assert "sesame" not in stage.notify.said[-1].text


def test_a_password_is_asked_for_where_a_server_is_named(stage: Stage, page: EnvironmentsPage) -> None:
    page.add.click()
    stage.settle()
    form = next(w for w in QApplication.topLevelWidgets() if isinstance(w, EnvironmentForm) and w.isVisible())
    assert not form.password.isVisible()
    form.tenant.setText("Falk Agency")
    form.kind.choose("production")
    form.name.setText("production")
    form.database.setText("postgresql://reader@db/crm")
    assert form.password.isVisible()
    assert form.password.echoMode() is QLineEdit.EchoMode.Password
    form.password.setText("hush")
    stage.find(QAbstractButton, "Add").click()  # type: ignore[type-abstract]  # only looked for
    stage.settle()
    assert stage.services.environments.password == "hush"
    assert stage.services.environments.get("Falk Agency/production").database == "postgresql://reader@db/crm"


def test_an_environment_is_added_with_its_tenant(stage: Stage, page: EnvironmentsPage) -> None:
    page.add.click()
    stage.settle()
    form = next(w for w in QApplication.topLevelWidgets() if isinstance(w, EnvironmentForm) and w.isVisible())
    form.tenant.setText("Falk Agency")
    form.kind.choose("production")
    form.name.setText("production")
    form.database.setText("/srv/falk/live.sqlite")
    stage.find(QAbstractButton, "Add").click()  # type: ignore[type-abstract]  # only looked for
    stage.settle()
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, EnvironmentForm) and w.isVisible()]
    added = stage.services.environments.get("Falk Agency/production")
    assert added.database == "sqlite:////srv/falk/live.sqlite"
    assert "Falk Agency" in {t.name for t in stage.services.tenants.all()}


def test_a_database_that_cannot_be_looked_at_says_why_in_place(
    stage: Stage, page: EnvironmentsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(ref: str) -> None:
        raise OutsideError("The database could not be opened", "It is locked.", "Close the other program.")

    monkeypatch.setattr(stage.services.inspection, "inspect", refuse)
    _go(stage, page, f"{HARBOR}/training-01")
    said = " ".join(t.text() for t in page.detail.summary.trouble.findChildren(Text))
    assert "It is locked." in said
    assert stage.dialogs.shown == []


def test_every_control_has_a_name_for_a_screen_reader(stage: Stage, page: EnvironmentsPage) -> None:
    for ref, tab in ((f"{HARBOR}/sandbox", 0), (f"{NORDLYS}/sandbox", 1), (f"{HARBOR}/sandbox", 2)):
        _go(stage, page, ref)
        page.detail.tabs.setCurrentIndex(tab)
        stage.settle()
        nameless = [
            w
            for w in stage.shell.findChildren(QWidget)
            if w.isVisible()
            and w.focusPolicy() is not Qt.FocusPolicy.NoFocus
            and not (w.accessibleName() or w.parentWidget() is None or w.objectName().startswith("qt_"))
        ]
        assert nameless == []


@pytest.mark.parametrize("name", ["a'\"b", "line\nbreak", "\u202egnp.exe", "x" * 10_000, "<b>bold</b>", "  "])
def test_hostile_names_stay_one_line_of_plain_text(stage: Stage, name: str) -> None:
    made = environment(HARBOR, name, "sandbox", source="production", policy="agency-management")
    stage.services.world.environments[made.ref] = made
    stage.open(Go.ENVIRONMENTS, made.ref)
    assert stage.shell.width() == 1280
    page = stage.find(EnvironmentsPage)
    assert page.tree.chosen is not None
    assert page.tree.chosen.name == name
    assert not stage.grab().isNull()


@pytest.fixture
def main_thread_calls(stage: Stage) -> list[str]:
    """Names of services that were called on the main thread."""
    calls: list[str] = []
    for part in ("tenants", "environments", "operations", "inspection", "policies", "settings"):
        service = getattr(stage.services, part)
        for name in [n for n in dir(type(service)) if not n.startswith("_") and callable(getattr(service, n))]:
            original = getattr(service, name)

            def watched(*args: object, _original: object = original, _name: str = name, **more: object) -> object:
                if threading.current_thread() is threading.main_thread():
                    calls.append(_name)
                return _original(*args, **more)  # type: ignore[operator]  # it was callable

            setattr(service, name, watched)
    return calls


def test_no_service_is_ever_called_on_the_main_thread(stage: Stage, main_thread_calls: list[str]) -> None:
    stage.open(Go.ENVIRONMENTS, f"{HARBOR}/sandbox")
    page = stage.find(EnvironmentsPage)
    page.add.click()
    stage.settle()
    page.catalog_changed({"environment"}, set())
    stage.settle()
    assert main_thread_calls == []
