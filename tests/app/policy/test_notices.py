"""Manual items, ways out, warnings and lifetime of a policy file."""

import pytest

from app.domain.policy import Check, Lifetime, ManualItem, Outward, OutwardKind, PolicyWarning
from app.policy.notices import read_lifetime, read_manual, read_outward, read_warnings
from app.policy.positions import read_tree
from app.policy.reading import Reader

CHECKS = (Check(id="no-mail", title="No mail", table="mail"),)


def test_a_manual_item_is_read() -> None:
    reader = Reader()
    items = read_manual(reader, read_tree("- {id: call, title: Call them, instructions: Ask.}"))
    assert items == (ManualItem(id="call", title="Call them", instructions="Ask."),)
    assert reader.problems == []


def test_a_way_out_is_closed_by_a_check_or_waived_with_a_reason() -> None:
    reader = Reader()
    ways = read_outward(
        reader,
        read_tree("- {id: a, title: Mail, kind: mailbox, check: no-mail}\n- {id: b, kind: address, waived: masked}"),
        CHECKS,
    )
    assert reader.problems == []
    assert ways == (
        Outward(id="a", title="Mail", kind=OutwardKind.MAILBOX, check="no-mail"),
        Outward(id="b", title="b", kind=OutwardKind.ADDRESS, waived="masked"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- {id: a, kind: mailbox, check: no-mial}",
            "there is no check 'no-mial' in this policy; did you mean 'no-mail'?",
        ),
        ("- {id: a, kind: mailbox}", "needs either 'check'"),
        ("- {id: a, kind: mailbox, check: no-mail, waived: x}", "needs either 'check'"),
        ("- {id: a, kind: mailbox, waived: '  '}", "needs a reason in words"),
        ("- {id: a, kind: pigeon, check: no-mail}", "there is no kind of way out 'pigeon'"),
        ("- {id: a, kind: task, check: no-mail}\n- {id: a, kind: task, check: no-mail}", "two ways out 'a'"),
    ],
)
def test_a_way_out_that_nothing_closes_is_refused(text: str, said: str) -> None:
    reader = Reader()
    read_outward(reader, read_tree(text), CHECKS)
    assert len(reader.problems) == 1
    assert said in reader.problems[0].message


def test_a_warning_is_shown_before_the_operations_it_names() -> None:
    reader = Reader()
    warnings = read_warnings(reader, read_tree("- {id: a, text: T, on: [refresh]}\n- {id: b, text: U}"))
    assert warnings == (
        PolicyWarning(id="a", text="T", on=("refresh",)),
        PolicyWarning(id="b", text="U", on=("provision", "refresh", "reset", "wipe")),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: a, text: T, on: [refesh]}", "there is no operation 'refesh'; did you mean 'refresh'?"),
        ("- {id: a, text: T, on: []}", "would never be shown"),
        ("- {id: all, text: T}", "'all' cannot be the id"),
        ("- {id: a}", "a warning needs 'text'"),
        ("- {id: a, text: T}\n- {id: a, text: T}", "two warnings 'a'"),
    ],
)
def test_a_warning_that_means_nothing_is_refused(text: str, said: str) -> None:
    reader = Reader()
    read_warnings(reader, read_tree(text))
    assert len(reader.problems) == 1
    assert said in reader.problems[0].message


@pytest.mark.parametrize(
    ("text", "lifetime"),
    [
        ("14", Lifetime(days=14)),
        ("1", Lifetime(days=1, remind_days=1)),
        ("{days: 30, remind_days: 7}", Lifetime(days=30, remind_days=7)),
    ],
)
def test_a_lifetime_is_read(text: str, lifetime: Lifetime) -> None:
    assert read_lifetime(Reader(), read_tree(text)) == lifetime


@pytest.mark.parametrize(
    "text", ["0", "-1", "two weeks", "{days: 5, remind_days: 6}", "{remind_days: 1}", "1.5", "true"]
)
def test_a_lifetime_that_means_nothing_is_refused(text: str) -> None:
    reader = Reader()
    read_lifetime(reader, read_tree(text))
    assert len(reader.problems) == 1
