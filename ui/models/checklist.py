"""A checklist as a person reads it: what waits for somebody first, and the source system's own steps in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.operations import ChecklistItem, ItemState
from ui.models.kinds import ITEM_WORDS
from ui.models.words import moment


class Show(StrEnum):
    """Which items are listed."""

    ALL = "all"
    OPEN = "open"
    FAILED = "failed"
    DONE = "done"
    ABSENT = "absent"
    STEPS = "steps"


TITLES = {
    Show.ALL: "All",
    Show.OPEN: "Needs you",
    Show.FAILED: "Failed",
    Show.DONE: "Done",
    Show.ABSENT: "Not applicable",
    Show.STEPS: "Steps",
}
_STATES = {
    Show.OPEN: (ItemState.OPEN,),
    Show.FAILED: (ItemState.FAILED,),
    Show.DONE: (ItemState.PASSED, ItemState.TICKED),
    Show.ABSENT: (ItemState.NOT_APPLICABLE,),
}
_STEP = "step-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items under one heading."""

    title: str
    items: tuple[ChecklistItem, ...]


def counted(items: Sequence[ChecklistItem]) -> dict[Show, int]:
    """How many items each filter shows; filters that would show none are left out, `ALL` stays."""
    numbers = {show: len(_chosen(items, show)) for show in Show}
    return {show: number for show, number in numbers.items() if number or show is Show.ALL}


def groups_of(items: Sequence[ChecklistItem], show: Show, words: str) -> tuple[Group, ...]:
    """The items a filter shows and a search finds. All of them are grouped by what they need; steps stand together,
    whatever came of them, in the order of their list."""
    found = [item for item in _chosen(items, show) if _speaks_of(item, words)]
    if show is Show.STEPS:
        done = f"{sum(item.state.done for item in found)} of {len(found)} done"
        return (Group(title=f"Steps of the source system: {done}", items=tuple(found)),) if found else ()
    groups = (
        Group(title=TITLES[kind], items=tuple(item for item in found if item.state in states))
        for kind, states in _STATES.items()
    )
    return tuple(group for group in groups if group.items)


def step_number(item: ChecklistItem) -> str:
    """Which step of the source system's list it is; "" for what is none."""
    number = item.id.removeprefix(_STEP)
    return number.lstrip("0") or number if item.id.startswith(_STEP) else ""


def item_title(item: ChecklistItem) -> str:
    """The title, with the step's number where it does not say it by itself."""
    number = step_number(item)
    return f"{number}. {item.title}" if number and not item.title[:1].isdigit() else item.title


def item_text(item: ChecklistItem) -> str:
    """The item with everything that was found, as text to paste somewhere."""
    lines = [f"{item.title} ({item.id}): {ITEM_WORDS[item.state]}"]
    lines += [part for part in (item.evidence or item.found, signature(item)) if part]
    if item.query:
        lines += ["", item.query]
    if item.details:
        lines += ["", *("\t".join(cells) for cells in item.details)]
    return "\n".join(lines)


def list_text(items: Sequence[ChecklistItem]) -> str:
    """All of it as text."""
    return "\n\n".join(item_text(item) for item in items)


def signature(item: ChecklistItem) -> str:
    """Who said so and when, or when it was checked."""
    when = moment(item.checked_at)
    if item.ticked_by:
        return f"{item.note} · {item.ticked_by}, {when}".strip(" ·")
    return f"Checked {when}" if when else ""


def _chosen(items: Sequence[ChecklistItem], show: Show) -> list[ChecklistItem]:
    if show is Show.ALL:
        return list(items)
    if show is Show.STEPS:
        return [item for item in items if item.id.startswith(_STEP)]
    return [item for item in items if item.state in _STATES[show]]


def _speaks_of(item: ChecklistItem, words: str) -> bool:
    said = " ".join((item.id, item.title, item.evidence, item.found, item.instructions, item.note)).casefold()
    return all(word in said for word in words.casefold().split())
