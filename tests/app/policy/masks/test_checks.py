"""What a mask cannot respect is said before anything starts, in words."""

import pytest

from app.domain.findings import Severity
from app.domain.policy import OptionRef
from app.domain.schema import TypeFamily
from app.policy.masks import MASKS, check_parameters, problems
from tests.app.policy.masks.columns import NEEDED, column


@pytest.mark.parametrize("name", sorted(MASKS))
def test_an_ordinary_column_of_a_fitting_kind_has_no_problem(name: str) -> None:
    for family in MASKS[name].families:
        plan = column(name, family=family, value="1") if name == "fixed" else column(name, family=family)
        assert [f for f in problems(plan, 1000) if f.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", sorted(MASKS))
def test_a_column_of_another_kind_is_an_error_that_names_fitting_masks(name: str) -> None:
    for family in set(TypeFamily) - MASKS[name].families:
        found = [f for f in problems(column(name, family=family), 1000) if f.code == "mask.family"]
        assert found
        assert "null" in found[0].hint


def test_a_number_masked_with_a_name_is_an_error() -> None:
    (finding,) = problems(column("first_name", family=TypeFamily.INTEGER), 10)
    assert (finding.code, finding.severity) == ("mask.family", Severity.ERROR)
    assert "whole numbers" in finding.message


def test_null_in_a_column_that_must_not_be_empty_is_an_error() -> None:
    assert [f.code for f in problems(column("null", nullable=False), 10)] == ["mask.not_null"]
    assert problems(column("null", unique=True), 10) == ()


@pytest.mark.parametrize("name", ["fixed", "redact_text", "year_only", "number_noise", "ip", "json"])
def test_masks_that_make_values_equal_are_refused_on_unique_columns(name: str) -> None:
    assert "mask.unique" in {f.code for f in problems(column(name, unique=True), 1_000_000)}
    assert "mask.unique" in {f.code for f in problems(column(name, unique=True), None)}


@pytest.mark.parametrize("name", ["digits", "postcode", "card", "token"])
def test_masks_that_keep_values_different_fit_unique_columns(name: str) -> None:
    assert [f for f in problems(column(name, unique=True), 100_000_000) if f.severity is Severity.ERROR] == []


def test_a_fixed_value_too_long_or_of_the_wrong_kind_is_an_error() -> None:
    assert [f.code for f in problems(column("fixed", length=3, value="long"), 1)] == ["mask.length"]
    assert [f.code for f in problems(column("fixed", family=TypeFamily.INTEGER, value="long"), 1)] == ["mask.parameter"]


@pytest.mark.parametrize(
    ("mask", "parameters", "said"),
    [
        ("emial", {}, "there is no mask"),
        ("email", {"domian": "x.example"}, "did you mean domain?"),
        ("null", {"value": 1}, "it has none"),
        ("date_shift", {"days": 0}, "from 1 to 3650"),
        ("date_shift", {"days": "ten"}, "whole number"),
        ("date_shift", {"days": True}, "whole number"),
        ("date_shift", {"order": "backwards"}, "is none of"),
        ("redact_text", {"keep_length": "yes"}, "neither true nor false"),
        ("email_alias", {}, "alias is missing"),
        ("email_alias", {"alias": "qa+1@agency.example"}, "without a +"),
        ("email_alias", {"alias": "agency.example"}, "is not an e-mail address"),
        ("url_template", {"template": "a b"}, "white space"),
        ("json", {"keep": 5}, "list of texts"),
        ("json", {"keep": ("a..b",)}, "two dots"),
        ("number_noise", {"percent": 500}, "from 1 to 90"),
    ],
)
def test_a_wrong_parameter_is_named_in_words(mask: str, parameters: dict[str, object], said: str) -> None:
    messages = check_parameters(mask, parameters)  # type: ignore[arg-type]  # wrong on purpose
    assert len(messages) == 1
    assert said in messages[0]


def test_right_parameters_and_those_a_person_chooses_later_are_accepted() -> None:
    assert check_parameters("email", {"domain": "sandbox.example"}) == ()
    assert check_parameters("email_alias", {"alias": OptionRef("mail_alias")}) == ()
    assert check_parameters("date_shift", {"days": OptionRef("days"), "order": "day_first"}) == ()
    assert check_parameters("json", {"keep": ("a.b", "items.*.state")}) == ()


def test_every_default_is_one_the_mask_accepts() -> None:
    for declaration in MASKS.values():
        given = {p.name: p.default for p in declaration.parameters if p.default is not None}
        assert check_parameters(declaration.name, {**NEEDED.get(declaration.name, {}), **given}) == ()
