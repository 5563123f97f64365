"""Tables and columns of a policy file."""

import pytest

from app.domain.policy import Clause, ColumnPolicy, Operator, Option, OptionRef, OptionType, Rows, RowsKind, Treatment
from app.policy.positions import read_tree
from app.policy.reading import Reader
from app.policy.tables import read_tables

OPTIONS = {
    "box": Option(id="box", type=OptionType.EMAIL, title="Mailbox"),
    "days": Option(id="days", type=OptionType.TEXT, title="Days", default="many"),
    "history": Option(id="history", type=OptionType.CHOICE, title="History", choices=("all", "none")),
    "extras": Option(id="extras", type=OptionType.BOOLEAN, title="Extras"),
    "colour": Option(id="colour", type=OptionType.CHOICE, title="Colour", choices=("red", "none")),
}


def _table(text: str) -> tuple[dict[str, ColumnPolicy], Rows, list[str]]:
    reader = Reader()
    reader.options = OPTIONS
    table = read_tables(reader, read_tree(f"t: {text}"))["t"]
    return dict(table.columns), table.rows, [p.message for p in reader.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("keep", ColumnPolicy(treatment=Treatment.KEEP)),
        ("review", ColumnPolicy(treatment=Treatment.REVIEW)),
        ("{keep: it is public}", ColumnPolicy(treatment=Treatment.KEEP, reason="it is public")),
        ("{review: free text}", ColumnPolicy(treatment=Treatment.REVIEW, reason="free text")),
        (
            "{treatment: keep, reason: why, decided_by: anna, decided_at: '2026-01-02T03:04:05Z'}",
            ColumnPolicy(treatment=Treatment.KEEP, reason="why", decided_by="anna", decided_at="2026-01-02T03:04:05Z"),
        ),
        ("{mask: email}", ColumnPolicy(treatment=Treatment.MASK, mask="email")),
        ("{treatment: mask, mask: email}", ColumnPolicy(treatment=Treatment.MASK, mask="email")),
        (
            "{mask: email, domain: x.invalid, reason: why}",
            ColumnPolicy(treatment=Treatment.MASK, mask="email", parameters={"domain": "x.invalid"}, reason="why"),
        ),
        (
            "{mask: email, parameters: {domain: x.invalid}}",
            ColumnPolicy(treatment=Treatment.MASK, mask="email", parameters={"domain": "x.invalid"}),
        ),
        (
            "{mask: email, alias: {option: box}}",
            ColumnPolicy(treatment=Treatment.MASK, mask="email", parameters={"alias": OptionRef("box")}),
        ),
        ("{mask: 'null'}", ColumnPolicy(treatment=Treatment.MASK, mask="null")),
        (
            "{mask: json, keep: [kind]}",
            ColumnPolicy(treatment=Treatment.MASK, mask="json", parameters={"keep": ("kind",)}),
        ),
    ],
)
def test_each_way_of_writing_a_treatment_is_read(text: str, expected: ColumnPolicy) -> None:
    columns, _, problems = _table(f"{{columns: {{c: {text}}}}}")
    assert problems == []
    assert columns == {"c": expected}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keeep", "not 'keeep'; did you mean 'keep'?"),
        ("email", "'email' is a mask; write {mask: email}"),
        ("drop", "must be keep, review or {mask: NAME}, not 'drop'"),
        ("true", "not true"),
        ("[keep]", "must be a mapping"),
        ("{}", "needs 'mask', 'keep', 'review' or 'treatment'"),
        ("{maks: email}", "did you mean 'mask'?"),
        ("{mask: emial}", "there is no mask 'emial'; did you mean 'email'?"),
        ("{mask: null}", "written 'null' in quotes"),
        ("{mask: email, domian: x.invalid}", "did you mean domain?"),
        ("{mask: email, domain: 3 4}", "domain is not a domain name"),
        ("{mask: email, alias: {option: bx}}", "there is no option 'bx' in this policy; did you mean 'box'?"),
        ("{mask: date_shift, days: {option: days}}", "days is not a whole number"),
        ("{mask: email, domain: a.invalid, parameters: {domain: b.invalid}}", "gives 'domain' twice"),
        ("{keep: why, review: why}", "only one can hold"),
        ("{keep: why, reason: why}", "gives its reason twice"),
        ("{keep: why, domain: x}", "only a mask has parameters"),
        ("{treatment: mask}", "names no mask"),
        ("{treatment: keep, mask: email}", "its treatment can only be mask"),
        ("{mask: email, reason: 3}", "'reason' must be a text"),
    ],
)
def test_a_treatment_that_means_nothing_is_refused(text: str, said: str) -> None:
    _, _, problems = _table(f"{{columns: {{c: {text}}}}}")
    assert len(problems) == 1
    assert said in problems[0]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("all", Rows()),
        ("none", Rows(kind=RowsKind.NONE)),
        ("{option: history}", Rows(option="history")),
        ("{option: extras}", Rows(option="extras")),
        (
            "{where: {active: 1}}",
            Rows(kind=RowsKind.WHERE, condition=(Clause(column="active", operator=Operator.IS, value=1),)),
        ),
    ],
)
def test_each_way_of_choosing_rows_is_read(text: str, rows: Rows) -> None:
    assert _table(f"{{rows: {text}}}") == ({}, rows, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("some", "are all, none, {option: …} or {where: …}, not 'some'"),
        ("{option: colour}", "cannot decide rows"),
        ("{option: nothing}", "there is no option 'nothing'"),
        ("{when: {a: 1}}", "has no 'when'"),
        ("'id > 5'", "not 'id > 5'"),
    ],
)
def test_rows_chosen_in_a_way_that_means_nothing_are_refused(text: str, said: str) -> None:
    _, _, problems = _table(f"{{rows: {text}}}")
    assert any(said in problem for problem in problems)


def test_a_table_of_ten_thousand_characters_is_read_and_shown_short() -> None:
    reader = Reader()
    name = "t" * 10_000
    tables = read_tables(reader, read_tree(f"? {name}\n: {{rows: all}}\n"))
    assert list(tables) == [name]
    read_tables(reader, read_tree(f"? {name}\n: {{rowz: all}}\n"))
    assert len(reader.problems[0].message) < 200
