import pytest

from app.errors import UserError
from app.services.names import clean_name, shown, split_ref, the_environment, the_tenant
from tests.app.office import Office


@pytest.mark.parametrize(
    "name", ["O'Brien & Söhne", '"Quoted" GmbH', "保険代理店", "שלום", "a/b", "x" * 120, "👩‍🚒"[0]]
)
def test_names_in_any_script_with_quotes_and_blanks_are_fine(name: str) -> None:
    assert clean_name(name, "tenant", slash=True) == name


def test_two_spellings_of_the_same_letters_are_one_name() -> None:
    assert clean_name(" Zu\u0308rich ", "tenant", slash=True) == "Z\u00fcrich"


@pytest.mark.parametrize(
    "name",
    ["", "   ", "two\nlines", "tab\there", "\u202egnitar", "zero\u200bwidth", "nul\0", "x" * 121, "\ud800", "\u2028"],
)
def test_names_that_are_empty_too_long_or_hide_something_are_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(UserError) as refused:
        clean_name(name, "tenant", slash=True)
    assert refused.value.hint
    assert str(refused.value).isprintable() or "\n" in str(refused.value)
    assert not {"\u202e", "\u200b", "\0", "\t"} & set(str(refused.value))


def test_ten_thousand_characters_are_refused_without_repeating_them() -> None:
    with pytest.raises(UserError) as refused:
        clean_name("x" * 10_000, "tenant", slash=True)
    assert len(str(refused.value)) < 400
    assert "10,000" in refused.value.detail


def test_an_environment_has_no_slash_in_its_name() -> None:
    with pytest.raises(UserError, match="slash"):
        clean_name("a/b", "environment", slash=False)


def test_the_last_slash_parts_tenant_and_environment() -> None:
    assert split_ref("North/South Brokers/sandbox") == ("North/South Brokers", "sandbox")


@pytest.mark.parametrize("ref", ["sandbox", "/sandbox", "Harbor/", "/", ""])
def test_a_ref_without_both_parts_is_refused(ref: str) -> None:
    with pytest.raises(UserError) as refused:
        split_ref(ref)
    assert "environment list" in refused.value.hint


def test_what_is_shown_of_a_hostile_text_cannot_steer_a_terminal() -> None:
    assert shown("\x1b[2J\u202e") == '"\\x1b[2J\\u202e"'
    assert len(shown("x" * 500)) < 90


def test_a_mistyped_tenant_or_environment_gets_a_suggestion(office: Office) -> None:
    with office.parts.catalog.read() as tx:
        with pytest.raises(UserError, match="Did you mean Harbor"):
            the_tenant(tx, "Habor")
        with pytest.raises(UserError, match="Did you mean sandbox"):
            the_environment(tx, "Harbor/sandbx")
        assert the_environment(tx, " Harbor / sandbox ").name == "sandbox"
