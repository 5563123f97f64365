"""The policies that come with Sandkeeper."""

import pytest

from app.errors import UserError
from app.policy.packs import pack_names, pack_text
from app.policy.parse import parse_policy
from app.policy.write import write_policy


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_is_valid_bears_its_own_name_and_survives_being_written(name: str) -> None:
    policy = parse_policy(pack_text(name), name=name)
    assert policy.name == name
    assert policy.title
    assert policy.description
    assert parse_policy(write_policy(policy)) == policy


@pytest.mark.parametrize("name", pack_names())
def test_every_way_out_of_a_pack_is_closed_or_waived_and_every_action_is_proved(name: str) -> None:
    policy = parse_policy(pack_text(name))
    assert policy.outward
    assert policy.warnings
    proved = {check.table for check in policy.checks}
    assert {action.table for action in policy.actions} <= proved


def test_the_agency_pack_says_what_the_source_asks_for() -> None:
    """W1 to W9 of the requirements, as far as a policy can say them."""
    policy = parse_policy(pack_text("agency-management"))
    assert policy.tables["employee"].columns["password_hash"].mask == "null"  # W1
    for queue in ("queued_mail", "queued_form", "webhook"):  # W2
        assert policy.tables[queue].rows.kind == "none"
    assert {option.id for option in policy.options} >= {"mail_alias", "active_logins"}  # W1, W3
    assert {warning.id for warning in policy.warnings} >= {"will-be-wiped", "never-to-production"}  # W4, W6
    assert policy.lifetime is not None  # W5
    assert policy.lifetime.days == 14
    for column in ("endpoint", "login", "secret"):  # W7
        assert policy.tables["integration_credential"].columns[column].mask == "null"
    assert {way.id for way in policy.outward} >= {"write-back", "carrier-downloads", "mail-queue", "webhooks"}
    numbers = [policy.tables[t].columns["policy_number"] for t in ("policy", "claim")]
    assert (numbers[0].mask, numbers[0].parameters) == (numbers[1].mask, numbers[1].parameters)


def test_a_pack_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UserError) as caught:
        pack_text("agency-managment")
    assert "did you mean 'agency-management'" in caught.value.title
    assert "agency-management" in caught.value.detail


@pytest.mark.parametrize("name", ["../policies/agency-management", "/etc/passwd", "", "x" * 10_000, "a\nb"])
def test_a_pack_is_never_a_path(name: str) -> None:
    with pytest.raises(UserError):
        pack_text(name)
