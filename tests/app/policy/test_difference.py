"""What differs is said once, in the words of the policy's own parts; what means the same is not mentioned."""

from app.domain.versions import ChangeKind, PolicyChange
from app.policy.difference import column_words, difference, text_difference
from app.policy.parse import parse_policy

OLD = """\
policy: harbor
title: Harbor
version: 1
lifetime: {days: 14}
options:
  - {id: history, type: choice, title: History, choices: [all, none], default: all}
tables:
  person:
    columns:
      id: keep
      "e.mail": {mask: email}
      remarks: {keep: nothing in it}   # what people wrote
      phone: review
  visit: {rows: {option: history}, columns: {id: keep}}
  outbox: {rows: none}
actions:
  - {id: first, title: First, table: person, set: {phone: null}}
  - {id: second, title: Second, table: visit, delete: true}
checks:
  - {id: no-mail, title: No mail waits, table: outbox, expect: 0}
reconcile:
  - {table: visit, sums: [amount]}
"""

NEW = """\
policy: harbor
title: Harbor
version: 2
tables:
  outbox: {rows: none}
  person:
    references: {id: follow}
    columns:
      id: keep
      "e.mail": {mask: email, domain: qa.example.invalid}
      remarks: {treatment: keep, reason: nothing in it, decided_by: ana, decided_at: "2026-11-02T09:00:00+00:00"}
      birth: {mask: year_only}
  letter: {reason: Drafts only, rows: {where: {state: draft}}, columns: {id: keep, body: {mask: redact_text}}}
actions:
  - {id: second, title: Second, table: person, delete: true}
  - {id: first, title: First, table: person, set: {phone: null}}
checks:
  - {id: no-mail, title: No mail waits, table: outbox, where: {sent: 0}, expect: 0}
reconcile:
  - {table: visit}
manual:
  - {id: look, title: Somebody looked}
"""


def changed(part: str, name: str, before: str, after: str) -> PolicyChange:
    kind = ChangeKind.ADDED if not before else ChangeKind.REMOVED if not after else ChangeKind.CHANGED
    return PolicyChange(part=part, name=name, kind=kind, before=before, after=after)


def test_everything_that_differs_is_named_with_before_and_after() -> None:
    assert list(difference(parse_policy(OLD), parse_policy(NEW))) == [
        changed("policy", "version", "1", "2"),
        changed("policy", "lifetime", "{days: 14, remind_days: 3}", ""),
        changed("options", "history", "type: choice; title: History; default: all; choices: [all, none]", ""),
        changed("tables", "person", "no references", "references: {id: follow}"),
        changed("columns", 'person."e.mail"', "masked with email", "masked with email (domain: qa.example.invalid)"),
        changed(
            "columns", "person.remarks", "kept: nothing in it", "kept: nothing in it (decided by ana on 2026-11-02)"
        ),
        changed("columns", "person.phone", "nobody has decided", ""),
        changed("columns", "person.birth", "", "masked with year_only"),
        changed("tables", "visit", "rows: {option: history}; id kept", ""),
        changed(
            "tables",
            "letter",
            "",
            "rows: {where: {state: draft}}; reason: Drafts only; id kept; body masked with redact_text",
        ),
        changed("actions", "second", "table: visit", "table: person"),
        changed("actions", "order", "first, second", "second, first"),
        changed("checks", "no-mail", "no where", "where: {sent: 0}"),
        changed("reconcile", "visit", "sums: [amount]", "no sums"),
        changed("manual", "look", "", "title: Somebody looked"),
    ]


def test_backwards_what_was_added_is_removed() -> None:
    there, back = (
        {(c.part, c.name): (c.kind, c.before, c.after) for c in difference(parse_policy(a), parse_policy(b))}
        for a, b in ((OLD, NEW), (NEW, OLD))
    )
    other = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    assert back == {at: (other.get(kind, kind), after, before) for at, (kind, before, after) in there.items()}


def test_comments_layout_and_the_order_of_tables_are_no_difference() -> None:
    said = OLD.replace("   # what people wrote", "").replace("  outbox: {rows: none}\n", "")
    said = said.replace("tables:\n", "tables:\n  # first of all\n  outbox:\n    rows: none\n")
    assert said != OLD
    assert difference(parse_policy(OLD), parse_policy(said)) == ()


def test_the_files_are_compared_line_by_line() -> None:
    text = text_difference(OLD, OLD.replace("version: 1", "version: 2"), "harbor 1", "harbor 2")
    assert text.splitlines()[:2] == ["--- harbor 1", "+++ harbor 2"]
    assert [line for line in text.splitlines()[3:] if line[0] in "+-"] == ["-version: 1", "+version: 2"]
    assert "outbox" not in text, "what is far from a change is left out"
    assert text_difference(OLD, OLD, "a", "b") == ""


def test_a_decision_without_a_name_or_a_day_is_still_one() -> None:
    policy = parse_policy("policy: a\nversion: 1\ntables: {t: {columns: {c: {treatment: keep, decided_by: ana}}}}\n")
    assert column_words(policy.tables["t"].columns["c"]) == "kept (decided by ana)"
