"""Single tables of a certificate."""

from datetime import UTC, datetime

import pytest

from app.domain.findings import note, warning
from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import (
    ChecklistItem,
    Choices,
    ItemKind,
    ItemState,
    Operation,
    OperationKind,
    OperationState,
    Proof,
    ProofHit,
    ProofState,
    TableRun,
)
from app.domain.policy import Outward, OutwardKind
from app.domain.schema import Table
from app.planning.certificate_tables import (
    checklist_parts,
    findings_table,
    options_table,
    outward_parts,
    outward_table,
    proof_parts,
    rows_table,
    treatments_table,
)
from tests.app.planning.building import plan, text

OPERATION = Operation(
    id=OperationId("o"),
    kind=OperationKind.PROVISION,
    environment_id=EnvironmentId("e"),
    environment="Harbor/sandbox",
    state=OperationState.SUCCEEDED,
    requested_by="anna",
)


def _item(state: ItemState, **more: str) -> ChecklistItem:
    return ChecklistItem(id="i", title="Item", kind=ItemKind.AUTOMATIC, state=state, **more)  # type: ignore[arg-type]  # test data


def test_a_ticked_item_names_the_person_and_their_note() -> None:
    made = "".join(checklist_parts((_item(ItemState.TICKED, ticked_by="anna", note="called them"),)))
    assert "Ticked by anna: called them" in made
    assert "done by a person" in made


@pytest.mark.parametrize(
    ("state", "said"),
    [(ItemState.PASSED, "closed"), (ItemState.FAILED, "failed"), (ItemState.OPEN, "open")],
)
def test_a_way_out_is_as_closed_as_its_check(state: ItemState, said: str) -> None:
    way = Outward(id="w", title="Mail", kind=OutwardKind.MAILBOX, check="i")
    assert f">{said}<" in outward_table((way,), (_item(state),))


def test_a_way_out_whose_check_did_not_run_is_not_called_closed() -> None:
    way = Outward(id="w", title="Mail", kind=OutwardKind.MAILBOX, check="i")
    made = outward_table((way,), ())
    assert "not checked" in made
    assert "closed" not in made


def test_ways_out_are_counted_and_a_waived_one_says_who_and_why() -> None:
    ways = (
        Outward(id="a", title="Mail", kind=OutwardKind.MAILBOX, check="i"),
        Outward(id="b", title="Hook", kind=OutwardKind.WEBHOOK, check="gone"),
        Outward(
            id="c",
            title="Fax",
            kind=OutwardKind.OTHER,
            waived="unplugged",
            decided_by="bob",
            decided_at="2026-11-22T08:00:00+00:00",
        ),
        Outward(id="d", title="Pager", kind=OutwardKind.OTHER, waived="sold"),
    )
    made = "".join(outward_parts(ways, (_item(ItemState.PASSED),)))
    assert "4 ways out: 1 closed with evidence, 2 waived, 1 not closed." in made
    assert "Waived by bob, 2026-11-22: unplugged" in made
    assert "Waived in the policy: sold" in made
    assert "1 way out: 1 closed with evidence, 0 waived." in "".join(
        outward_parts(ways[:1], (_item(ItemState.PASSED),))
    )


def test_each_treatment_names_who_decided() -> None:
    table = Table(name="t", columns=(text("a"), text("b")), rows=3)
    signed = "{keep: fine, decided_by: bob, decided_at: '2026-11-22T08:00:00+00:00'}"
    made = treatments_table(plan(f"tables: {{t: {{columns: {{a: {signed}, b: review}}}}}}", table))
    assert "<td>bob, 2026-11-22</td>" in made
    assert made.count("2026") == 1


def test_hits_are_counted_by_column() -> None:
    proof = Proof(state=ProofState.HITS, originals=5, values=9, hits=(ProofHit(table="note", column="body", count=3),))
    made = "".join(proof_parts(proof))
    assert '<td>note</td><td>body</td><td class="number">3</td>' in made
    assert "None was found" not in made


def test_undecided_and_conditional_treatments_are_named() -> None:
    table = Table(name="t", columns=(text("a"), text("b", generated=True)), rows=3)
    made = treatments_table(plan("tables: {t: {rows: {where: {a: x}}, columns: {a: review}}}", table))
    assert "undecided" in made
    assert "computed" in made
    assert "only rows the policy" in made


def test_a_parameter_of_several_values_is_listed() -> None:
    table = Table(name="t", columns=(text("a"),), rows=3)
    made = treatments_table(plan("tables: {t: {columns: {a: {mask: json, keep: [kind, size]}}}}", table))
    assert "masked: json (keep: kind, size)" in made


def test_options_show_what_was_chosen() -> None:
    policy = "tables: {}\noptions: [{id: a, type: boolean, title: On}, {id: b, type: list, title: Who}]\n"
    table = Table(name="t", columns=(text("a"),))
    made = options_table(plan(policy, table, options={"a": "yes", "b": "x,y"}))
    assert "<td>On (a)</td><td>yes</td>" in made
    assert "<td>Who (b)</td><td>x, y</td>" in made


def test_only_warnings_among_the_findings_are_acknowledged() -> None:
    careful = warning("w", "Careful.")
    made = plan("tables: {t: {rows: none}}", Table(name="t", columns=()), findings=(careful, note("n", "By the way.")))
    acknowledged = Operation(
        id=OperationId("o"),
        kind=OperationKind.PROVISION,
        environment_id=EnvironmentId("e"),
        environment="Harbor/sandbox",
        state=OperationState.SUCCEEDED,
        requested_by="anna",
        choices=Choices(acknowledged=(careful.fingerprint,)),
    )
    assert findings_table(acknowledged, made).count("anna") == 1
    assert "not acknowledged" in findings_table(OPERATION, made)


def test_rows_are_summed_up() -> None:
    operation = Operation(
        id=OperationId("o"),
        kind=OperationKind.PROVISION,
        environment_id=EnvironmentId("e"),
        environment="Harbor/sandbox",
        state=OperationState.SUCCEEDED,
        started=datetime(2026, 1, 1, tzinfo=UTC),
        tables=(TableRun(table="a", rows=1000, of=1000), TableRun(table="b", rows=2, of=None)),
    )
    assert "1,002" in rows_table(operation)
