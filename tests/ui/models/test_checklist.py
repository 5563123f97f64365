"""Which items are listed, under which headings, and what is pasted of them."""

from dataclasses import replace

from app.domain.operations import ItemState
from tests.fakes.checklists import crm_checklist
from ui.models.checklist import Show, counted, groups_of, item_text, item_title, list_text, step_number

ITEMS = crm_checklist()


def _ids(show: Show, words: str = "") -> list[str]:
    return [item.id for group in groups_of(ITEMS, show, words) for item in group.items]


def test_what_waits_for_a_person_stands_first_and_nothing_is_left_out() -> None:
    groups = groups_of(ITEMS, Show.ALL, "")
    assert [group.title for group in groups] == ["Needs you", "Failed", "Done", "Not applicable"]
    assert _ids(Show.ALL)[:3] == ["step-09", "step-10", "step-11"]
    assert sorted(_ids(Show.ALL)) == sorted(item.id for item in ITEMS)
    assert counted(ITEMS) == {
        Show.ALL: 19,
        Show.OPEN: 2,
        Show.FAILED: 1,
        Show.DONE: 15,
        Show.ABSENT: 1,
        Show.STEPS: 12,
    }
    passed = [item for item in ITEMS if item.state is ItemState.PASSED and not item.id.startswith("step-")]
    assert counted(passed) == {Show.ALL: 7, Show.DONE: 7}


def test_steps_stand_in_the_order_of_their_list_whatever_came_of_them() -> None:
    (group,) = groups_of(ITEMS, Show.STEPS, "")
    assert [step_number(item) for item in group.items] == [str(n) for n in range(1, 13)]
    assert group.title.endswith("9 of 12 done")
    assert step_number(ITEMS[0]) == ""
    assert item_title(group.items[8]) == "9. Copy document templates"
    assert item_title(replace(group.items[8], title="09 Copy them")) == "09 Copy them"
    assert item_title(ITEMS[0]) == ITEMS[0].title


def test_a_search_takes_words_of_title_evidence_and_instructions_in_any_order() -> None:
    assert _ids(Show.ALL, "MAIL_IN_FILTER") == ["mailboxes-off"]
    assert _ids(Show.ALL, "letter template") == ["step-09", "step-10"]
    assert _ids(Show.DONE, "letter") == []
    assert groups_of(ITEMS, Show.STEPS, "zebra") == ()


def test_an_item_is_pasted_with_its_evidence_query_and_table() -> None:
    (tasks,) = [item for item in ITEMS if item.id == "tasks-off"]
    said = item_text(tasks)
    assert said.startswith("Scheduled tasks are off, except the chosen ones (tasks-off): passed\nCounted rows")
    assert "Checked 21 Nov 2025" in said
    assert said.endswith(tasks.query)
    (ways,) = [item for item in ITEMS if item.id == "outward"]
    assert "Phone numbers\twaived\tnobody dials" in item_text(ways)
    assert all(item_text(item) in list_text(ITEMS) for item in ITEMS)
