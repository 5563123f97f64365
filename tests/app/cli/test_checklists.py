from app.domain.operations import OperationKind
from tests.app.cli.conftest import Run
from tests.app.office import Office


def test_items_come_with_evidence_and_a_manual_one_is_ticked(office: Office, run: Run) -> None:
    assert "nothing was copied yet" in run("checklist", "Harbor/sandbox").out
    office.run(OperationKind.PROVISION)
    before = run("--json", "checklist", "Harbor/sandbox").json
    assert before["done"] == before["of"] - 1
    assert all(item["evidence"] for item in before["checklist"] if item["kind"] == "automatic")
    ticked = run("checklist", "Harbor/sandbox", "--tick", "look", "--note", "opened it")
    assert "opened it" in ticked.out
    assert run("--json", "checklist", "Harbor/sandbox").json["done"] == before["of"]


def test_evidence_cannot_be_ticked_and_a_note_needs_an_item(office: Office, run: Run) -> None:
    office.run(OperationKind.PROVISION)
    assert run("checklist", "Harbor/sandbox", "--tick", "no-mail").code == 3
    assert run("checklist", "Harbor/sandbox", "--tick", "nothing").code == 2
    assert run("checklist", "Harbor/sandbox", "--note", "so what").code == 2


def test_an_inspection_says_state_and_counts_without_personal_data(office: Office, run: Run) -> None:
    office.run(OperationKind.PROVISION)
    said = run("--json", "inspect", "Harbor/sandbox")
    assert (said.json["state"], said.json["marker"]) == ("ready", "valid")
    assert {"table": "person", "rows": 60} in said.json["tables"]
    text = run("inspect", "Harbor/sandbox").out
    assert "valid" in text
    for name in ("Harbor/sandbox", "Harbor/production"):
        assert "Quibble" not in run("inspect", name).out
