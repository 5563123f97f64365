"""Decisions, removals and waivers written into somebody's own file."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.policy import ColumnPolicy, Treatment
from app.errors import UserError
from app.policy.editing import with_decision
from app.policy.parse import parse_policy
from tests.app.policy.policies import columns, names

EMAIL = ColumnPolicy(
    treatment=Treatment.MASK,
    mask="email",
    parameters={"domain": "x.invalid"},
    reason="seen, and masked",
    decided_by="anna",
    decided_at="2026-11-21T18:00:00+00:00",
)
WRITTEN = (
    '{mask: email, domain: x.invalid, reason: "seen, and masked", decided_by: anna, '
    'decided_at: "2026-11-21T18:00:00+00:00"}'
)
FILE = """\
# Ours. Ask Anna before changing it.
policy: harbor
tables:
  customer:            # people
    columns:
      id: keep         # a number
      email: review    # nobody has decided
      phone: {mask: phone,
              reason: "called # often"}  # two lines
      notes:
        # what they said
        mask: lorem    # looks real
        reason: free text
      # the last word
  outbox: {rows: none}

lifetime: 14  # days
"""


def _changes(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:3] not in ("---", "+++") and line[:2] != "@@"]


def test_a_decision_changes_one_line_and_keeps_its_comment() -> None:
    after = with_decision(FILE, "customer", "email", EMAIL)
    assert _changes(FILE, after) == [
        "-      email: review    # nobody has decided",
        f"+      email: {WRITTEN}    # nobody has decided",
    ]
    assert parse_policy(after).tables["customer"].columns["email"] == EMAIL


def test_a_decision_over_several_lines_is_replaced_whole() -> None:
    after = with_decision(FILE, "customer", "phone", ColumnPolicy(treatment=Treatment.KEEP))
    assert _changes(FILE, after) == [
        "-      phone: {mask: phone,",
        '-              reason: "called # often"}  # two lines',
        "+      phone: keep  # two lines",
    ]


def test_comments_inside_a_replaced_decision_move_above_it() -> None:
    after = with_decision(FILE, "customer", "notes", ColumnPolicy(treatment=Treatment.KEEP, reason="public"))
    assert "      # what they said\n      # looks real\n      notes: {keep: public}\n      # the last word\n" in after
    assert "free text" not in after


@pytest.mark.parametrize(
    ("table", "column", "added"),
    [
        ("customer", "fax", [f"+      fax: {WRITTEN}"]),
        ("outbox", "to", ["-  outbox: {rows: none}", f"+  outbox: {{columns: {{to: {WRITTEN}}}, rows: none}}"]),
        ("invoice", "mail", ["+  invoice:", "+    columns:", f"+      mail: {WRITTEN}"]),
    ],
)
def test_what_was_not_in_the_file_is_added_in_its_place(table: str, column: str, added: list[str]) -> None:
    after = with_decision(FILE, table, column, EMAIL)
    assert _changes(FILE, after) == added
    assert parse_policy(after).tables[table].columns[column] == EMAIL


def test_names_are_found_without_case_and_not_written_twice() -> None:
    after = with_decision(FILE, "CUSTOMER", "Email", EMAIL)
    assert after == with_decision(FILE, "customer", "email", EMAIL)


@given(columns, names, names)
@settings(max_examples=60)
def test_any_decision_on_any_name_changes_that_and_nothing_else(
    decision: ColumnPolicy, table: str, column: str
) -> None:
    text = FILE + "options:\n  - {id: box, type: email}\n"
    before, after = parse_policy(text), parse_policy(with_decision(text, table, column, decision))
    assert after.table(table) is not None
    assert [t for t in after.tables if t not in before.tables] in ([], [table])
    assert decision in after.tables[next(t for t in after.tables if t.casefold() == table.casefold())].columns.values()
    assert after.lifetime == before.lifetime


@given(st.sampled_from(["\n", "\r\n"]), st.sampled_from(["email", "phone", "notes", "fax"]))
def test_line_ends_do_not_matter(end: str, column: str) -> None:
    after = with_decision(FILE.replace("\n", end), "customer", column, EMAIL)
    assert parse_policy(after) == parse_policy(with_decision(FILE, "customer", column, EMAIL))


def test_a_column_that_is_shared_through_an_alias_is_not_changed_behind_anyones_back() -> None:
    text = "policy: a\ntables:\n  one: &t {columns: {c: keep}}\n  two: *t\n"
    for table in ("one", "two"):
        with pytest.raises(UserError) as caught:
            with_decision(text, table, "c", EMAIL)
        assert "by hand" in caught.value.hint


def test_decisions_fill_a_file_that_has_no_tables_yet() -> None:
    text = "policy: a\ntables: {}\n"
    for table, column in (("t", "a"), ("t", "b"), ("u", "a")):
        text = with_decision(text, table, column, EMAIL)
    assert [(name, list(t.columns)) for name, t in parse_policy(text).tables.items()] == [
        ("u", ["a"]),
        ("t", ["b", "a"]),
    ]


def test_a_name_that_means_another_column_of_the_source_is_not_taken_for_it() -> None:
    text = "policy: a\ntables:\n  person:\n    columns:\n      Name: {mask: full_name}\n"
    beside = parse_policy(with_decision(text, "person", "name", EMAIL, apart={"Name"}))
    assert beside.tables["person"].columns == {**parse_policy(text).tables["person"].columns, "name": EMAIL}
    instead = parse_policy(with_decision(text, "person", "name", EMAIL))
    assert instead.tables["person"].columns == {"Name": EMAIL}
