"""Policies written and read again."""

from hypothesis import given, settings

from app.domain.policy import Policy
from app.policy.parse import parse_policy
from app.policy.write import write_policy
from tests.app.policy.policies import policies


@given(policies())
@settings(max_examples=60)
def test_a_policy_that_was_written_is_read_as_the_same_policy(policy: Policy) -> None:
    assert parse_policy(write_policy(policy)) == policy
