"""Versions: what differs, going back, files out and in; waivers and approvals."""

from pathlib import Path

from app.domain.operations import OperationKind
from app.domain.policy import ColumnPolicy, Treatment
from tests.ui.views.policies.conftest import REF, Seen, cells
from ui.actions.policies import export_to, import_from
from ui.actions.policy_reading import FileRead
from ui.views.policies.detail import OUTWARD, SCRIPTS, USES, VERSIONS
from ui.views.policies.wrong_file import WrongFileDialog
from ui.widgets.badge import Badge
from ui.widgets.buttons import Button


def _keeps_remarks(seen: Seen) -> None:
    seen.office.services.reviews.decide_many(
        REF, [("person", "remarks", ColumnPolicy(treatment=Treatment.KEEP, reason="Needed"))]
    )
    seen.page.activate(REF)
    seen.stage.settle()


def _imports(seen: Seen, path: Path) -> list[FileRead]:
    wrong: list[FileRead] = []
    import_from(
        owner=seen.page,
        desk=seen.stage.desk,
        ref=REF,
        path=path,
        on_wrong=wrong.append,
        on_settled=seen.page.detail.load,
    )
    seen.stage.settle()
    return wrong


def test_two_versions_are_compared_in_words_and_as_text_and_the_old_one_restored(seen: Seen) -> None:
    _keeps_remarks(seen)
    seen.opens(VERSIONS)
    tab = seen.page.detail.versions
    assert cells(tab.table)[0][1] == "in force"
    ((what, before, after),) = cells(tab.words)
    assert what == "person.remarks"
    assert before.startswith("masked with redact_text")
    assert after.startswith("kept: Needed")
    tab.shape.choose("text")
    assert tab.text.isVisible()
    assert "-      remarks: {mask: redact_text}" in tab.text.toPlainText()

    tab.table.selectRow(1)
    seen.stage.settle()
    tab.restore.click()
    assert seen.numbers() == [3, 2, 1], "it asks first"
    seen.answers()
    assert seen.numbers() == [4, 3, 2, 1]
    remarks = seen.office.services.policies.policy_of(REF).tables["person"].columns["remarks"]
    assert remarks.mask == "redact_text"
    assert not tab.restore.isEnabled(), "what is in force needs no restoring"


def test_a_copy_made_with_an_older_version_is_named(seen: Seen) -> None:
    seen.office.services.reviews.accept(REF)
    run = seen.office.services.reviews.runs(REF)[0].run
    seen.office.services.reviews.approve(REF, run.id, digest=run.digest)
    seen.office.run(OperationKind.PROVISION)
    _keeps_remarks(seen)
    assert "its copy was made with version 3" in seen.page.detail._sentence.text()
    seen.opens(USES)
    ((environment, number, made_with, _),) = cells(seen.page.detail.uses.table)
    assert (environment, number, made_with) == (REF, "version 4", "version 3, an older one")
    seen.opens(VERSIONS)
    assert [row[1] for row in cells(seen.page.detail.versions.table)][:2] == ["in force", "the copy has it"]


def test_a_policy_goes_out_as_a_file_and_comes_in_again(seen: Seen, tmp_path: Path) -> None:
    path = tmp_path / "out.yaml"
    export_to(owner=seen.page, desk=seen.stage.desk, ref=REF, path=path)
    seen.stage.settle()
    assert path.read_text() == seen.office.services.policies.text_of(REF)
    path.write_text(path.read_text().replace("title: No mail waits", "title: No mail waits at all"))
    assert _imports(seen, path) == []
    seen.answers()
    assert seen.office.services.policies.policy_of(REF).checks[0].title == "No mail waits at all"
    seen.undoes()
    assert seen.office.services.policies.policy_of(REF).checks[0].title == "No mail waits"


def test_a_folder_that_is_not_there_is_told_when_exporting(seen: Seen, tmp_path: Path) -> None:
    export_to(owner=seen.page, desk=seen.stage.desk, ref=REF, path=tmp_path / "none" / "out.yaml")
    seen.stage.settle()
    assert seen.stage.dialogs.shown[-1].title == "out.yaml could not be written"


def test_what_is_wrong_with_a_file_is_shown_by_line_and_column_and_nothing_changes(seen: Seen, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("policy: mine\ntables:\n  person:\n    columns:\n      name: {mask: nonsense}\n      id: hide\n")
    (found,) = _imports(seen, path)
    dialog = WrongFileDialog(found, seen.stage.shell)
    seen.stage.dialogs.show(dialog)
    assert [row[0] for row in cells(dialog.table)] == ["5", "6"]
    dialog.table.selectRow(1)
    assert dialog.text.textCursor().selectedText() == "      id: hide"
    assert seen.numbers() == [2, 1]
    dialog.accept()


def test_a_way_out_is_waived_for_a_reason_and_the_badge_says_so(seen: Seen) -> None:
    seen.opens(OUTWARD)
    tab = seen.page.detail.outward
    assert [badge.text for badge in tab.findChildren(Badge)] == ["closed"]
    seen.stage.find(Button, "Waive…").click()
    seen.answers("It leads to a test server")
    (way,) = seen.office.services.policies.policy_of(REF).outward
    assert way.waived == "It leads to a test server"
    assert [badge.text for badge in tab.findChildren(Badge) if badge.isVisible()] == ["waived"]


def test_what_is_run_is_shown_exactly_and_approved_by_its_digest(seen: Seen) -> None:
    seen.opens(SCRIPTS)
    (before,) = seen.office.services.reviews.runs(REF)
    assert before.approval is None
    seen.stage.find(Button, "Approve…").click()
    seen.answers()
    (after,) = seen.office.services.reviews.runs(REF)
    assert after.approval is not None
    assert after.approval.text == "DELETE FROM outbox"
    assert "approved" in [b.text for b in seen.page.detail.scripts.findChildren(Badge) if b.isVisible()]


def test_a_change_by_somebody_else_is_seen(seen: Seen) -> None:
    seen.office.services.reviews.accept(REF)
    seen.page.catalog_changed({"environment"}, set())
    seen.stage.settle()
    assert not seen.columns()["person.nickname"].unreviewed
    assert seen.stage.shell.page is seen.page
