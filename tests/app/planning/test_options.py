"""What a person chose, put where the policy refers to it."""

import pytest

from app.domain.policy import OptionRef, Scalar
from app.domain.schema import Table
from app.planning.options import resolve
from app.policy.parse import parse_policy
from tests.app.planning.building import codes, column, plan, text

OPTIONS = """\
options:
  - {id: box, type: email, title: Mailbox}
  - {id: logins, type: list, title: Logins}
  - {id: history, type: choice, title: History, choices: [all, none], default: all}
  - {id: extras, type: boolean, title: Extras}
  - {id: days, type: integer, title: Days, default: 3}
  - {id: note, type: text, title: Note}
"""
POLICY = parse_policy(f"policy: test\ntables: {{}}\n{OPTIONS}")


def test_defaults_hold_where_nothing_was_chosen() -> None:
    resolved = resolve(POLICY, {})
    assert resolved.findings == ()
    assert resolved.values == {
        "box": None,
        "logins": (),
        "history": "all",
        "extras": False,
        "days": 3,
        "note": None,
    }


@pytest.mark.parametrize(
    ("id_", "given", "value"),
    [
        ("extras", "yes", True),
        ("extras", "FALSE", False),
        ("extras", True, True),
        ("days", "14", 14),
        ("days", 14, 14),
        ("logins", "AAB, AAC,", ("AAB", "AAC")),
        ("logins", ("AAB",), ("AAB",)),
        ("history", "none", "none"),
        ("box", " qa@agency.example ", "qa@agency.example"),
        ("note", " as it is ", " as it is "),
    ],
)
def test_choices_come_typed_from_a_form_or_as_text_from_a_command_line(
    id_: str, given: Scalar | tuple[Scalar, ...], value: object
) -> None:
    resolved = resolve(POLICY, {id_: given})
    assert resolved.findings == ()
    assert resolved.values[id_] == value


@pytest.mark.parametrize(
    ("id_", "given", "code"),
    [
        ("extras", "maybe", "option-value"),
        ("days", "many", "option-value"),
        ("days", "9" * 30, "option-value"),
        ("days", True, "option-value"),
        ("history", "some", "option-value"),
        ("box", "nobody", "option-value"),
        ("logins", (1,), "option-value"),
        ("hstory", "all", "unknown-option"),
    ],
)
def test_a_choice_that_does_not_fit_is_an_error_finding(id_: str, given: Scalar, code: str) -> None:
    (finding,) = resolve(POLICY, {id_: given}).findings
    assert (finding.code, finding.where) == (code, id_)
    assert str(given) not in finding.message


def test_a_choice_without_a_default_must_be_made() -> None:
    policy = parse_policy("policy: a\ntables: {}\noptions: [{id: c, type: choice, choices: [x, y]}]\n")
    assert [f.code for f in resolve(policy, {}).findings] == ["option-missing"]
    assert resolve(policy, {"c": "x"}).findings == ()


def test_references_are_replaced_everywhere() -> None:
    resolved = resolve(POLICY, {"logins": "AAB", "box": "qa@agency.example"})
    assert resolved.value(OptionRef("logins")) == ("AAB",)
    assert resolved.value("as it is") == "as it is"
    assert resolved.columns({"a": OptionRef("box"), "b": 0}) == {"a": "qa@agency.example", "b": 0}
    assert resolved.parameters({"alias": OptionRef("box")}) == {"alias": "qa@agency.example"}


def test_a_mask_parameter_whose_option_is_empty_falls_back_to_its_default() -> None:
    table = Table(name="t", columns=(text("c"),), rows=5)
    policy = f"tables: {{t: {{columns: {{c: {{mask: email, alias: {{option: box}}}}}}}}}}\n{OPTIONS}"
    for options in ({}, {"box": ""}):
        made = plan(policy, table, options=options)
        assert made.findings == ()
        assert column(made, "t", "c").parameters == {}
    made = plan(policy, table, options={"box": "qa@agency.example"})
    assert column(made, "t", "c").parameters == {"alias": "qa@agency.example"}
    assert made.chosen["box"] == "qa@agency.example"


@pytest.mark.parametrize(("chosen", "copied"), [("all", "all"), ("none", "none")])
def test_an_option_decides_whether_rows_come_along(chosen: str, copied: str) -> None:
    table = Table(name="t", columns=(text("c"),), rows=5)
    made = plan(
        f"tables: {{t: {{rows: {{option: history}}, columns: {{c: keep}}}}}}\n{OPTIONS}",
        table,
        options={"history": chosen},
    )
    assert made.tables[0].copied == copied


def test_a_comparison_with_an_option_nobody_chose_is_an_error_and_never_means_rows_without_a_value() -> None:
    table = Table(name="t", columns=(text("owner"),), rows=5)
    policy = (
        "tables: {t: {columns: {owner: keep}}}\n"
        f"{OPTIONS}actions: [{{id: a, table: t, delete: true, where: {{owner: {{option: note}}}}}}]\n"
    )
    assert codes(plan(policy, table)) == [("error", "option-missing", "note")]
    made = plan(policy, table, options={"note": "anna"})
    assert made.findings == ()
    assert made.actions[0].condition[0].value == "anna"


def test_wrong_choices_block_the_plan() -> None:
    made = plan(f"tables: {{t: {{rows: none}}}}\n{OPTIONS}", Table(name="t", columns=()), options={"days": "x"})
    assert codes(made) == [("error", "option-value", "days")]
