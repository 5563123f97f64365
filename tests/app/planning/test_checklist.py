"""The checklist put together from what was checked, the ways out, and the source system's own steps."""

from datetime import UTC, datetime

from app.domain.operations import ChecklistItem, ItemKind, ItemState
from app.domain.plan import NotApplicable, Plan
from app.domain.policy import ManualItem, Outward, OutwardKind, Step
from app.planning.checklist import assembled

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def _item(id_: str, state: ItemState = ItemState.PASSED, found: str = "0 of 4") -> ChecklistItem:
    return ChecklistItem(
        id=id_,
        title=f"Title {id_}",
        kind=ItemKind.AUTOMATIC,
        state=state,
        evidence=f"Evidence {id_}.",
        found=found,
        query=f"SELECT {id_}",
    )


def _plan(**parts: object) -> Plan:
    return Plan(operation="provision", environment="A/b", source="A/p", policy="x", policy_hash="y", **parts)  # type: ignore[arg-type]  # test data


def _made(plan: Plan, *checked: ChecklistItem) -> dict[str, ChecklistItem]:
    return {item.id: item for item in assembled(plan, checked, NOW)}


def test_what_has_nothing_to_look_at_stands_there_with_its_reason() -> None:
    plan = _plan(not_applicable=(NotApplicable(id="c", title="C", reason="There is no table."),))
    item = _made(plan, _item("rows"))["c"]
    assert (item.state, item.evidence, item.checked_at) == (ItemState.NOT_APPLICABLE, "There is no table.", NOW)


def test_manual_items_wait_for_a_person() -> None:
    made = _made(_plan(manual=(ManualItem(id="m", title="M", instructions="Look."),)))
    assert (made["m"].kind, made["m"].state, made["m"].instructions) == (ItemKind.MANUAL, ItemState.OPEN, "Look.")


def test_a_step_is_as_good_as_the_items_it_stands_on() -> None:
    steps = (
        Step(id="s1", title="One", checks=("a",)),
        Step(id="s2", title="Two", checks=("a", "b")),
        Step(id="s3", title="Three", checks=("a", "none")),
        Step(id="s4", title="Four", checks=("none",)),
        Step(id="s5", title="Five", manual="Do it."),
        Step(id="s6", title="Six", not_applicable="Not here."),
        Step(id="s7", title="Seven", checks=("preserved",)),
    )
    plan = _plan(steps=steps, not_applicable=(NotApplicable(id="none", title="None", reason="No table."),))
    made = _made(plan, _item("a"), _item("b", ItemState.FAILED))
    assert [(made[f"s{n}"].kind, made[f"s{n}"].state) for n in range(1, 8)] == [
        (ItemKind.AUTOMATIC, ItemState.PASSED),
        (ItemKind.AUTOMATIC, ItemState.FAILED),
        (ItemKind.AUTOMATIC, ItemState.PASSED),
        (ItemKind.AUTOMATIC, ItemState.NOT_APPLICABLE),
        (ItemKind.MANUAL, ItemState.OPEN),
        (ItemKind.AUTOMATIC, ItemState.NOT_APPLICABLE),
        (ItemKind.AUTOMATIC, ItemState.NOT_APPLICABLE),
    ]
    assert (made["s1"].evidence, made["s1"].found, made["s1"].query) == ("Title a: Evidence a.", "0 of 4", "SELECT a")
    assert made["s2"].query == "SELECT a;\nSELECT b"
    assert made["s4"].evidence == "None: No table."
    assert made["s7"].evidence == "Preserved: The policy asks for nothing of the kind."


def _way(id_: str, check: str | None = None, waived: str | None = None, by: str = "") -> Outward:
    at = "2026-11-20T09:00:00+00:00" if by else ""
    return Outward(
        id=id_, title=f"Way {id_}", kind=OutwardKind.OTHER, check=check, waived=waived, decided_by=by, decided_at=at
    )


def test_ways_out_are_counted_closed_and_waived() -> None:
    plan = _plan(
        outward=(_way("x", "a"), _way("y", waived="Nobody dials.", by="ana"), _way("z", "none")),
        not_applicable=(NotApplicable(id="none", title="None", reason="No table."),),
    )
    item = _made(plan, _item("a"))["outward"]
    assert (item.state, item.found) == (ItemState.PASSED, "2 closed, 1 waived")
    assert item.evidence == "3 ways out: 2 closed, 1 waived. Waived: Way y."
    assert item.details == (
        ("Way out", "State", "Shown by"),
        ("Way x", "closed", "Evidence a."),
        ("Way y", "waived", "Nobody dials. (ana, 2026-11-20)"),
        ("Way z", "closed", "No table."),
    )


def test_a_way_out_that_is_open_fails() -> None:
    made = _made(_plan(outward=(_way("x", "a"), _way("y", "gone"))), _item("a", ItemState.FAILED))
    assert (made["outward"].state, made["outward"].found) == (ItemState.FAILED, "0 closed, 0 waived, 2 open")
    assert "Open: Way x, Way y." in made["outward"].evidence
