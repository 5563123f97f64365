"""Conditions of a policy file."""

import pytest

from app.domain.policy import Clause, Condition, Operator, Option, OptionRef, OptionType
from app.policy.conditions import condition_data, read_condition
from app.policy.positions import read_tree
from app.policy.reading import Reader
from app.policy.yaml_text import flow_text

OPTIONS = {
    "logins": Option(id="logins", type=OptionType.LIST, title="Logins"),
    "box": Option(id="box", type=OptionType.EMAIL, title="Mailbox"),
}


def _read(text: str) -> tuple[Condition, list[str]]:
    reader = Reader()
    reader.options = OPTIONS
    return read_condition(reader, read_tree(text), "table 't'"), [p.message for p in reader.problems]


def _clause(operator: Operator, value: object) -> Clause:
    return Clause(column="c", operator=operator, value=value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("c: 3", (_clause(Operator.IS, 3),)),
        ("c: null", (_clause(Operator.IS, None),)),
        ("c: [a, b]", (_clause(Operator.IN, ("a", "b")),)),
        ("c: {not: 0}", (_clause(Operator.NOT, 0),)),
        ("c: {not: null}", (_clause(Operator.NOT, None),)),
        ("c: {not_in: [1, 2]}", (_clause(Operator.NOT_IN, (1, 2)),)),
        ("c: {at_least: 1, below: 5}", (_clause(Operator.AT_LEAST, 1), _clause(Operator.BELOW, 5))),
        ("c: {like: '%@%'}", (_clause(Operator.LIKE, "%@%"),)),
        ("c: {option: box}", (_clause(Operator.IS, OptionRef("box")),)),
        ("c: {option: logins}", (_clause(Operator.IN, OptionRef("logins")),)),
        ("c: {not: {option: logins}}", (_clause(Operator.NOT_IN, OptionRef("logins")),)),
        ("c: {not_in: {option: logins}}", (_clause(Operator.NOT_IN, OptionRef("logins")),)),
    ],
)
def test_each_way_of_writing_a_condition_is_read_and_written_back(text: str, clauses: Condition) -> None:
    assert _read(text) == (clauses, [])
    assert _read(flow_text(condition_data(clauses))) == (clauses, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c: {nto: 1}", "there is no operator 'nto'; did you mean 'not'?"),
        ("c: []", "is empty, which no row can match"),
        ("c: [a, null]", "cannot hold null"),
        ("c: {}", "is an empty mapping"),
        ("c: {like: 3}", "like takes a text"),
        ("c: {below: null}", "below takes a number or a text"),
        ("c: {in: 3}", "must be a list"),
        ("c: {in: {option: box}}", "in needs a list"),
        ("c: {below: {option: logins}}", "below needs a single value"),
        ("c: {option: loggins}", "there is no option 'loggins' in this policy; did you mean 'logins'?"),
        ("c: 007", "begins with zeros"),
        ("[]", "must be a mapping"),
        ("{}", "is empty; leave it out to mean every row"),
        ("c = 1", "must be a mapping of names to values, not a text"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(text: str, said: str) -> None:
    _, problems = _read(text)
    assert len(problems) == 1
    assert said in problems[0]
