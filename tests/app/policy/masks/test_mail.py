"""One person, one address: in every table, in whatever capitals, and no mail reaches anyone."""

import pytest

from app.domain.findings import Severity
from app.policy.masks import could_produce, problems
from tests.app.policy.masks.columns import column, masked


def test_every_address_lies_at_a_reserved_domain() -> None:
    assert str(masked("email")("anna@harbor.example")).endswith("@example.invalid")


def test_the_same_person_is_the_same_in_a_unique_and_in_an_ordinary_column() -> None:
    assert masked("email", unique=True)("anna@x.example") == masked("email")("anna@x.example")
    assert masked("email", length=40)("Anna@X.example") == masked("email", unique=True)("Anna@X.example")


def test_capitals_make_a_difference_in_capitals_alone() -> None:
    mask = masked("email")
    spellings = ["anna@x.example", "Anna@x.example", "ANNA@X.EXAMPLE", "anna@X.example"]
    results = [str(mask(s)) for s in spellings]
    assert len(set(results)) == 4, "a unique column without NOCASE may hold all four"
    assert len({r.lower() for r in results}) == 1, "where case does not count they are one person"


def test_an_alias_reaches_its_owner_and_nobody_else() -> None:
    mask = masked("email_alias", alias="qa@agency.example")
    result = str(mask("anna@x.example"))
    assert result.startswith("qa+")
    assert result.endswith("@agency.example")
    assert result != mask("per@x.example")


def test_the_ordinary_mask_makes_aliases_too_where_an_address_is_given() -> None:
    with_alias = column("email", alias="qa@agency.example")
    made = masked("email", alias="qa@agency.example")("anna@x.example")
    assert made == masked("email_alias", alias="qa@agency.example")("anna@x.example")
    assert could_produce(with_alias, made)
    assert not could_produce(with_alias, masked("email")("anna@x.example"))
    assert [f.severity for f in problems(column("email", alias="qa+x@agency.example"), 5)] == [Severity.ERROR]


def test_a_display_name_goes_and_several_addresses_stay_several() -> None:
    mask = masked("email")
    one, two = mask("anna@x.example"), mask("per@x.example")
    assert mask("Anna Hansen <anna@x.example>") == one
    assert mask("anna@x.example; per@x.example") == f"{one}; {two}"
    assert mask("anna@x.example,per@x.example") == f"{one}; {two}"
    assert mask(" anna@x.example\n") == f" {one}\n"


def test_what_is_no_address_becomes_an_address_all_the_same() -> None:
    result = str(masked("email")("call Anna Hansen instead"))
    assert "Anna" not in result
    assert result.endswith("@example.invalid")


def test_a_narrow_column_gets_a_shorter_token() -> None:
    assert len(str(masked("email", length=30)("somebody.with.a.long.name@x.no"))) == 30


@pytest.mark.parametrize("domain", ["mailinator.com", "gmail.com", "inbox.yopmail.com"])
def test_a_public_inbox_is_warned_of(domain: str) -> None:
    (finding,) = problems(column("email", domain=domain), 10)
    assert (finding.code, finding.severity) == ("mask.public_domain", Severity.WARNING)


def test_a_domain_that_mail_can_be_delivered_to_is_warned_of_and_a_reserved_one_is_not() -> None:
    (finding,) = problems(column("email", domain="harbor-insurance.com"), 10)
    assert finding.code == "mask.live_domain"
    assert problems(column("email", domain="sandbox.example"), 10) == ()


@pytest.mark.parametrize("domain", ["", "no dots", "a..b", "-x.com", "x@y.com", "a.b\n", "x" * 70 + ".com"])
def test_a_malformed_domain_is_an_error(domain: str) -> None:
    (finding,) = problems(column("email", domain=domain), 10)
    assert (finding.code, finding.severity) == ("mask.parameter", Severity.ERROR)


def test_only_masked_addresses_count_as_possible_results() -> None:
    plan = column("email")
    assert could_produce(plan, masked("email")("anna@x.example"))
    assert not could_produce(plan, "anna@x.example")
    assert not could_produce(plan, "anna@example.invalid")


def test_a_unique_column_too_narrow_for_a_token_is_an_error_before_anything_starts() -> None:
    assert [f.code for f in problems(column("email", unique=True, length=24), 1_000_000)] == ["mask.length"]
    assert problems(column("email", unique=True, length=40), 1_000_000) == ()
    assert [f.code for f in problems(column("email", length=20), 5)] == ["mask.length"]
