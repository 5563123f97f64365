"""The guide's page on policies tells the truth."""

import re
from pathlib import Path

import pytest

from app.domain.policy import Operator, OptionType, OutwardKind
from app.policy.parse import parse_policy
from app.policy.write import write_policy

PAGE = (Path(__file__).parents[3] / "docs" / "guide" / "policies.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.split(":", 1)[0])
def test_every_example_is_a_valid_policy(example: str) -> None:
    text = example if example.startswith("policy:") else f"policy: guide\n{example}"
    policy = parse_policy(text)
    assert parse_policy(write_policy(policy)) == policy


def test_every_operator_option_type_and_kind_of_way_out_is_on_the_page() -> None:
    for word in (*Operator, *OptionType, *OutwardKind):
        assert f"`{word}`" in PAGE, word


def test_every_finding_that_planning_makes_is_on_the_page() -> None:
    planning = Path(__file__).parents[3] / "app" / "planning"
    pattern = re.compile(r'(?:error|warning|note)\(\s*"([a-z-]+)"|"([a-z]+-names-missing-table)"')
    made = {a or b for path in planning.glob("*.py") for a, b in pattern.findall(path.read_text(encoding="utf-8"))}
    assert len(made) > 15
    assert {code for code in made if f"`{code}`" not in PAGE} == {"production-target"}
