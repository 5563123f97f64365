"""Whole policy files: the shape is a contract, and bad ones are refused with every mistake at once."""

import pytest

from app.domain.policy import ColumnPolicy, Lifetime, Policy, Position, Rows, RowsKind, TablePolicy, Treatment
from app.policy.parse import PolicyError, Problem, parse_policy

HARBOR = """\
policy: harbor
version: 1
tables:
  customer:
    rows: all                      # all, none, or a condition
    columns:
      customer_id: keep
      email: {mask: email}
      birth_date: {mask: year_only}
      remarks: review              # nobody has decided yet: blocks
  outbox: {rows: none}
"""


def _problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, name="harbor.yaml")
    return caught.value.problems


def test_the_example_of_the_design_is_read() -> None:
    policy = parse_policy(HARBOR)
    assert policy == Policy(
        name="harbor",
        title="harbor",
        version=1,
        tables={
            "customer": TablePolicy(
                name="customer",
                columns={
                    "customer_id": ColumnPolicy(treatment=Treatment.KEEP),
                    "email": ColumnPolicy(treatment=Treatment.MASK, mask="email"),
                    "birth_date": ColumnPolicy(treatment=Treatment.MASK, mask="year_only"),
                    "remarks": ColumnPolicy(treatment=Treatment.REVIEW),
                },
            ),
            "outbox": TablePolicy(name="outbox", rows=Rows(kind=RowsKind.NONE)),
        },
    )
    assert policy.tables["customer"].columns["email"].position == Position(line=8, column=7)


def test_all_mistakes_are_reported_at_once_each_with_its_place_in_the_order_of_the_file() -> None:
    problems = _problems(
        "policy: harbor\ntitel: Harbor\nversion: zero\ntables:\n  customer:\n    columns:\n      email: {mask: emial}\n"
        "  customer: {rows: all}\noutward:\n  - {id: mail, kind: mailbox, check: no-mail}\nlifetime: long\n"
    )
    assert [(p.line, p.column) for p in problems] == [(2, 1), (3, 10), (7, 21), (8, 3), (10, 38), (11, 11)]
    assert problems[0].message == "a policy has no 'titel'; did you mean 'title'?"
    assert problems[3].message == "'customer' stands here twice"


def test_the_error_names_the_file_and_every_line_and_says_what_to_do() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy("policy: harbor\n", name="harbor.yaml")
    assert caught.value.title == "The policy 'harbor.yaml' is not valid"
    assert "line 1, column 1: a policy needs 'tables'" in caught.value.detail
    assert caught.value.hint
    assert caught.value.kind == "usage"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("just words", "a policy must be a mapping"),
        ("- a\n- b\n", "a policy must be a mapping of names to values, not a list"),
        ("policy: ''\ntables: {}\n", "must not be empty"),
        ("policy: a\ntables: []\n", "tables must be a mapping"),
        ("policy: a\ntables: {t: }\n", "has no value"),
        ("policy: a\ntables:\n  t:\n", "table 't' must be a mapping of names to values, not nothing"),
        ("policy: 12\ntables: {}\n", "'policy' must be a text, not a number; put it in quotes"),
        ("policy: a\nversion: 0\ntables: {}\n", "'version' must be at least 1"),
        ("policy: a\nbaseline: maybe\ntables: {}\n", "'baseline' must be true or false"),
        ("policy: a\npolicy: b\ntables: {}\n", "'policy' stands here twice"),
        ("policy: a\n<<: {title: b}\ntables: {}\n", "a policy has no '<<'"),
        (f"policy: {'a' * 10_000}\ntables: {{}}\n", "is 10,000 characters long; 200 is the limit"),
        ('policy: "a\\u202eb"\ntables: {}\n', "characters that do not show"),
        ("policy: a\ntables: {}\nsql: DROP TABLE customer\n", "a policy has no 'sql'"),
    ],
)
def test_what_is_not_a_policy_is_refused(text: str, said: str) -> None:
    problems = _problems(text)
    assert any(said in problem.message for problem in problems)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
    assert all(len(problem.message) < 400 for problem in problems)


def test_a_file_of_nothing_but_mistakes_is_read_in_bounded_time_and_words() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy("policy: a\ntables: {}\n" + "".join(f"key{n}: 1\n" for n in range(3000)))
    assert len(caught.value.problems) == 500
    assert len(caught.value.detail.splitlines()) == 51


def test_lifetime_and_baseline_are_read() -> None:
    policy = parse_policy("policy: a\ntables: {}\nlifetime: 14\nbaseline: false\n")
    assert policy.lifetime == Lifetime(days=14)
    assert not policy.baseline


def test_what_refers_to_an_option_may_stand_before_the_options() -> None:
    policy = parse_policy(
        "policy: a\ntables:\n  t: {rows: {option: o}}\noptions:\n  - {id: o, type: boolean, default: true}\n"
    )
    assert policy.tables["t"].rows == Rows(option="o")


@pytest.mark.parametrize("own", ["rows", "integrity", "preserved", "outward", "proof"])
@pytest.mark.parametrize(
    "part",
    ["checks: [{id: ID, table: t}]", "manual: [{id: ID, title: A}]", "steps: [{id: ID, title: A, manual: Look.}]"],
)
def test_no_item_of_a_policy_takes_the_place_of_one_that_every_checklist_has(own: str, part: str) -> None:
    (problem,) = _problems(f"policy: a\ntables: {{}}\n{part.replace('ID', own)}\n")
    assert f"there are two items '{own}': every checklist has one of its own" in problem.message


def test_checks_manual_items_and_steps_share_their_ids() -> None:
    text = (
        "policy: a\ntables: {}\nchecks: [{id: a, table: t}]\nmanual: [{id: a, title: A}, {id: b, title: B}]\n"
        "steps: [{id: b, title: B, check: a}, {id: c, title: C, check: b}]\n"
    )
    assert [str(problem) for problem in _problems(text)] == [
        "line 4, column 10: there are two items 'a' on the checklist; each needs an id of its own",
        "line 5, column 9: there are two items 'b' on the checklist; each needs an id of its own",
        "line 5, column 63: there is no check 'b' in this policy",
    ]
