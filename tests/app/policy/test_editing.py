"""Decisions, removals and waivers written into somebody's own file."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.policy import ColumnPolicy, Gone, Policy, ReferencePolicy, Rows, RowsKind, TablePolicy, Treatment
from app.errors import UserError
from app.policy.editing import (
    Decision,
    with_decision,
    with_decisions,
    with_reference,
    with_waiver,
    without_places,
)
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
FLOW = "policy: f\ntables: {t: {rows: all, columns: {a: keep, b: keep, c: {mask: email}}}, u: {rows: none}}\n"


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


def test_several_decisions_are_written_at_once_each_in_its_place() -> None:
    kept = ColumnPolicy(treatment=Treatment.KEEP)
    after = with_decisions(
        FILE,
        [
            ("customer", "email", EMAIL),
            ("customer", "notes", kept),
            ("customer", "fax", kept),
            ("customer", "pager", kept),
            ("outbox", "to", kept),
            ("invoice", "id", kept),
            ("invoice", "mail", EMAIL),
        ],
    )
    assert [line for line in _changes(FILE, after) if line[0] == "+"] == [
        f"+      email: {WRITTEN}    # nobody has decided",
        "+      # what they said",
        "+      # looks real",
        "+      notes: keep",
        "+      fax: keep",
        "+      pager: keep",
        "+  outbox: {columns: {to: keep}, rows: none}",
        "+  invoice:",
        "+    columns:",
        "+      id: keep",
        f"+      mail: {WRITTEN}",
    ]


@given(st.lists(st.tuples(names, names, columns), min_size=1, max_size=4), st.sampled_from([FILE, FLOW]))
@settings(max_examples=20)
def test_several_decisions_at_once_say_what_they_say_one_after_the_other(decisions: list[Decision], text: str) -> None:
    text += "options:\n  - {id: box, type: email}\n"
    one_by_one = text
    for table, column, decision in decisions:
        one_by_one = with_decision(one_by_one, table, column, decision)
    at_once = parse_policy(with_decisions(text, decisions))
    assert _folded(at_once) == _folded(parse_policy(one_by_one))


def _folded(policy: Policy) -> dict[str, dict[str, ColumnPolicy]]:
    """What is decided, names that differ in case alone being one: which spelling came first does not matter."""
    found: dict[str, dict[str, ColumnPolicy]] = {}
    for name, table in policy.tables.items():
        columns = found.setdefault(name.casefold(), {})
        columns.update({column.casefold(): decision for column, decision in table.columns.items()})
    return found


def test_a_decision_that_cannot_be_written_is_named_among_several() -> None:
    text = "policy: a\ntables:\n  one: &t {columns: {c: keep}}\n  two: *t\n  three: {columns: {c: keep}}\n"
    with pytest.raises(UserError, match="'two' 'c'"):
        with_decisions(text, [("three", "c", EMAIL), ("two", "c", EMAIL)])


def test_a_whole_table_is_added_with_its_reason() -> None:
    queue = TablePolicy(name="queue", rows=Rows(kind=RowsKind.NONE), reason="Mail that waits.")
    assert _changes(FILE, with_decisions(FILE, [], tables=[queue])) == [
        "+  queue:",
        "+    rows: none",
        "+    reason: Mail that waits.",
    ]


def test_what_is_gone_leaves_the_file_and_nothing_else_does() -> None:
    after = without_places(FILE, [("customer", "email"), ("customer", "notes"), ("customer", "never"), ("ghost", None)])
    assert _changes(FILE, after) == [
        "-      email: review    # nobody has decided",
        "-      notes:",
        "-        # what they said",
        "-        mask: lorem    # looks real",
        "-        reason: free text",
    ]
    assert _changes(FILE, without_places(FILE, [("outbox", None)])) == ["-  outbox: {rows: none}"]
    assert without_places(FILE, [("ghost", None), ("ghost", "c")]) == FILE


@pytest.mark.parametrize("gone", [["a"], ["b"], ["c"], ["a", "b"], ["b", "c"], ["a", "c"], ["a", "b", "c"]])
@pytest.mark.parametrize(
    "text", [FLOW, "policy: f\ntables:\n  t:\n    columns:  # ours\n      a: keep\n      b: keep\n      c: keep"]
)
def test_any_columns_leave_a_mapping_of_any_kind(text: str, gone: list[str]) -> None:
    left = parse_policy(without_places(text, [("t", column) for column in gone])).tables["t"].columns
    assert list(left) == [column for column in "abc" if column not in gone]


def test_what_is_said_of_a_column_as_a_reference_goes_with_it() -> None:
    text = """\
policy: a
tables:
  t:
    references:
      c: {to: u.id}
    columns: {c: keep, d: keep}
  u: {columns: {id: keep}}
"""
    policy = parse_policy(without_places(text, [("t", "c")]))
    assert (policy.tables["t"].references, list(policy.tables["t"].columns)) == ((), ["d"])


@pytest.mark.parametrize("block", [True, False])
def test_checks_of_what_is_gone_and_the_ways_out_they_proved_closed_go_with_it(*, block: bool) -> None:
    url = "id: url, title: No address, table: t, where: {url: {not: null}}"
    mail = "id: mail, title: No mail, table: q"
    way = "id: way, title: Addresses, kind: endpoint, check: url"
    if block:
        lists = (
            f"checks:\n  # ours\n  - {{{mail}}}\n  - {url.replace(', ', chr(10) + '    ')}\noutward:\n  - {{{way}}}\n"
        )
    else:
        lists = f"checks: [{{{url}}}, {{{mail}}}]\noutward: [{{{way}}}]\n"
    text = f"policy: a\ntables:\n  t: {{columns: {{url: keep, id: keep}}}}\n  q: {{rows: none}}\n{lists}"
    written = without_places(text, [("t", "url")])
    policy = parse_policy(written)
    assert ([check.id for check in policy.checks], policy.outward) == (["mail"], ())
    assert ("# ours" in written) is block


def test_what_others_share_is_not_removed_behind_their_back() -> None:
    text = "policy: a\ntables:\n  one: &t {columns: {c: keep, d: keep}}\n  two: *t\n"
    with pytest.raises(UserError, match="could not be written"):
        without_places(text, [("one", "c")])


WAYS = """\
policy: a
tables: {queue: {rows: none}}
checks:
  - {id: empty, title: Nothing waits, table: queue}
outward:
  - id: mail    # the queue
    title: Mail
    kind: mailbox
    check: empty    # counted
  - {id: hook, title: Hook, kind: webhook, check: empty}
  - check: empty
    id: first
    kind: other
# the end
"""


@pytest.mark.parametrize("way", ["mail", "hook", "first"])
def test_a_waiver_takes_the_place_of_the_check_and_may_be_given_again(way: str) -> None:
    after = with_waiver(WAYS, way, "Nobody: listens", by="ana@host", at="2026-11-22T08:00:00+00:00")
    waived = {w.id: w for w in parse_policy(after).outward}[way]
    assert (waived.check, waived.waived, waived.decided_by) == (None, "Nobody: listens", "ana@host")
    assert len([line for line in _changes(WAYS, after) if line[0] == "-"]) == 1
    assert "# the queue" in after
    again = with_waiver(after, way, "It was turned off", by="bob@host", at="2026-11-23T08:00:00+00:00")
    waived = {w.id: w for w in parse_policy(again).outward}[way]
    assert (waived.waived, waived.decided_by, waived.decided_at[:10]) == ("It was turned off", "bob@host", "2026-11-23")
    assert parse_policy(again).checks == parse_policy(WAYS).checks


def test_a_way_out_that_is_not_there_cannot_be_waived() -> None:
    with pytest.raises(UserError, match="did you mean 'mail'") as refused:
        with_waiver(WAYS, "mall", "because", by="a", at="")
    assert "mail, hook, first" in refused.value.detail


LEADING = """\
policy: a
tables:
  visit:   # who came
    references:
      host_id: {to: person.id, none: [0]}   # nobody
      room: follow
    columns: {id: keep, host_id: keep, room: keep, guest: keep}
  note: {columns: {id: keep, visit_id: keep}}
  bare:
    columns:
      id: keep
      visit_id: keep
"""


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        (
            "visit",
            "HOST_ID",
            ReferencePolicy(column="host_id", table="person", referred="id", nothing=(0,), gone=Gone.DETACH),
        ),
        ("visit", "room", ReferencePolicy(column="room", gone=Gone.DETACH)),
        ("visit", "guest", ReferencePolicy(column="guest", gone=Gone.DETACH)),
        ("NOTE", "visit_id", ReferencePolicy(column="visit_id", gone=Gone.DETACH)),
        ("bare", "visit_id", ReferencePolicy(column="visit_id", gone=Gone.DETACH)),
    ],
)
def test_what_happens_to_a_reference_is_written_where_the_table_stands(
    table: str, column: str, expected: ReferencePolicy
) -> None:
    after = with_reference(LEADING, table, column, Gone.DETACH)
    before, now = parse_policy(LEADING), parse_policy(after)
    found = {r.column: r for t in now.tables.values() if t.name == table.casefold() for r in t.references}
    assert found[expected.column] == expected
    assert len(_changes(LEADING, after)) <= 3
    assert [line for line in ("# who came", "# nobody") if line not in after] == []
    assert {n: t.columns for n, t in now.tables.items()} == {n: t.columns for n, t in before.tables.items()}
    assert parse_policy(with_reference(after, table, column, Gone.STOP)).tables[table.casefold()].references


def test_among_many_decisions_the_one_that_cannot_be_written_is_named() -> None:
    own = "".join(f"      c{number}: keep\n" for number in range(99))
    text = f"policy: a\ntables:\n  own:\n    columns:\n{own}  one: &t {{columns: {{d: keep}}}}\n  two: *t\n"
    masked = ColumnPolicy(treatment=Treatment.MASK, mask="null")
    decisions = [("own", f"c{number}", masked) for number in range(99)]
    decisions.insert(70, ("two", "d", masked))
    with pytest.raises(UserError, match="The decision on 'two' 'd' could not be written"):
        with_decisions(text, decisions)


def test_a_policy_does_not_grow_past_what_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "policy: a\ntables:\n  t:\n    columns:\n      c: keep\n"
    for module in ("positions", "editing"):
        monkeypatch.setattr(f"app.policy.{module}.MAX_BYTES", len(text) + 50)
    decisions = [("t", f"c{number}", ColumnPolicy(treatment=Treatment.KEEP)) for number in range(9)]
    with pytest.raises(UserError, match="would become too large"):
        with_decisions(text, decisions)


def test_a_reference_of_a_table_nobody_decided_on_is_refused() -> None:
    with pytest.raises(UserError, match="says nothing of the table 'vist'; did you mean 'visit'"):
        with_reference(LEADING, "vist", "room", Gone.FOLLOW)
    shared = "policy: a\ntables:\n  one: &t {columns: {c: keep}}\n  two: *t\n"
    with pytest.raises(UserError, match="could not be written"):
        with_reference(shared, "two", "c", Gone.FOLLOW)
