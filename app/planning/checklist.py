"""The checklist of a copy: what was checked in it, the source system's own steps, ways out, and what people must do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.domain.operations import ChecklistItem, ItemKind, ItemState
from app.domain.plan import NotApplicable, Plan
from app.domain.policy import Outward, Step


def assembled(plan: Plan, checked: Sequence[ChecklistItem], now: datetime) -> tuple[ChecklistItem, ...]:
    """All items in their order: those checked, those without anything to look at, the ways out, the steps, and those
    that wait for a person."""
    absent = [_absent(item, now) for item in plan.not_applicable]
    known = {item.id: item for item in (*checked, *absent)}
    if plan.outward:
        known["outward"] = _ways_out(plan.outward, known, now)
    steps = [_step(step, known, now) for step in plan.steps]
    manual = [_manual(item.id, item.title, item.instructions) for item in plan.manual]
    return (*known.values(), *steps, *manual)


def closed(way: Outward, items: Mapping[str, ChecklistItem]) -> bool:
    """Whether a way out is closed, as the item of its check proves."""
    item = items.get(way.check or "")
    return item is not None and item.state in (ItemState.PASSED, ItemState.NOT_APPLICABLE)


def _absent(item: NotApplicable, now: datetime) -> ChecklistItem:
    return ChecklistItem(
        id=item.id,
        title=item.title,
        kind=ItemKind.AUTOMATIC,
        state=ItemState.NOT_APPLICABLE,
        evidence=item.reason,
        found="not applicable",
        checked_at=now,
    )


def _manual(id_: str, title: str, instructions: str) -> ChecklistItem:
    return ChecklistItem(
        id=id_, title=title, kind=ItemKind.MANUAL, state=ItemState.OPEN, instructions=instructions, found="open"
    )


def _ways_out(ways: Sequence[Outward], items: Mapping[str, ChecklistItem], now: datetime) -> ChecklistItem:
    waived = [way for way in ways if way.waived is not None]
    shut = [way for way in ways if way.waived is None and closed(way, items)]
    open_ = [way for way in ways if way.waived is None and way not in shut]
    total = f"{len(ways):,} {'way' if len(ways) == 1 else 'ways'} out"
    found = f"{len(shut):,} closed, {len(waived):,} waived"
    if open_:
        found += f", {len(open_):,} open"
    named = f" Open: {_listed(open_)}." if open_ else f" Waived: {_listed(waived)}." if waived else ""
    details = [("Way out", "State", "Shown by")]
    for way in ways:
        if way.waived is not None:
            by = f" ({way.decided_by}, {way.decided_at[:10]})" if way.decided_by else ""
            details.append((way.title, "waived", way.waived + by))
        else:
            item = items.get(way.check or "")
            details.append(
                (way.title, "open" if way in open_ else "closed", item.evidence if item is not None else "no check")
            )
    return ChecklistItem(
        id="outward",
        title="Every way out is closed or waived",
        kind=ItemKind.AUTOMATIC,
        state=ItemState.FAILED if open_ else ItemState.PASSED,
        evidence=f"{total}: {found}.{named}",
        found=found,
        checked_at=now,
        details=tuple(details),
    )


def _listed(ways: Iterable[Outward]) -> str:
    return ", ".join(way.title for way in ways)


def _step(step: Step, items: Mapping[str, ChecklistItem], now: datetime) -> ChecklistItem:
    if step.manual:
        return _manual(step.id, step.title, step.manual)
    if step.not_applicable:
        return _absent(NotApplicable(id=step.id, title=step.title, reason=step.not_applicable), now)
    named = [items.get(name) or _absent(_not_asked(name), now) for name in step.checks]
    failed = any(item.state is ItemState.FAILED for item in named)
    looked = [item for item in named if item.state is not ItemState.NOT_APPLICABLE]
    state = ItemState.FAILED if failed else ItemState.PASSED if looked else ItemState.NOT_APPLICABLE
    shown = looked or named
    return ChecklistItem(
        id=step.id,
        title=step.title,
        kind=ItemKind.AUTOMATIC,
        state=state,
        evidence=" ".join(f"{item.title}: {item.evidence}" for item in shown),
        found=shown[0].found if len(shown) == 1 else f"{len(shown):,} items",
        checked_at=now,
        query=";\n".join(item.query for item in shown if item.query),
        details=shown[0].details if len(shown) == 1 else (),
    )


def _not_asked(name: str) -> NotApplicable:
    return NotApplicable(id=name, title=name.capitalize(), reason="The policy asks for nothing of the kind.")
