"""What values force, whatever the column is called."""

from app.domain.policy import Treatment
from app.domain.schema import TypeFamily
from app.policy.suggest.evidence import birth_like, seen
from app.policy.suggest.meanings import Meaning
from app.policy.suggest.values import look_at


def test_no_values_force_nothing() -> None:
    assert seen(look_at([None]), TypeFamily.TEXT) is None


def test_one_address_among_many_values_is_a_question_at_least() -> None:
    verdict = seen(look_at(["a@example.org", *(f"word{n}" for n in range(100))]), TypeFamily.TEXT)
    assert verdict is not None
    assert (verdict.treatment, verdict.meaning) == (Treatment.REVIEW, Meaning.EMAIL)


def test_a_name_that_promises_codes_is_believed_longer_about_phone_numbers_than_about_addresses() -> None:
    phones = look_at([f"212-456-{n}" for n in range(7800, 7830)])
    mails = look_at([f"a{n}@example.org" for n in range(30)])
    for facts, treatment in ((phones, Treatment.REVIEW), (mails, Treatment.MASK)):
        verdict = seen(facts, TypeFamily.TEXT, firmly_named=True)
        assert verdict is not None
        assert verdict.treatment is treatment


def test_numbers_that_count_are_not_taken_for_ids() -> None:
    assert seen(look_at(range(10_000_000_000, 10_000_000_300)), TypeFamily.INTEGER) is None


def test_birthdays_spread_over_decades_and_orders_do_not() -> None:
    births = look_at([f"{year}-05-17" for year in range(1940, 2005, 3)])
    orders = look_at([f"{year}-05-17" for year in range(2015, 2025)])
    assert birth_like(births, 2025)
    assert not birth_like(orders, 2025)
    assert not birth_like(look_at(["1970-01-01"]), 2025)
