"""What the sampled values alone say, whatever the column is called."""

from datetime import UTC, datetime, timedelta

from app.domain.schema import TypeFamily
from app.policy.suggest.meanings import Meaning
from app.policy.suggest.values import ValueFacts
from app.policy.suggest.verdict import Verdict, mask, review

# kind of value: meaning, share from which a mask is suggested, share from which it is at least looked at, in words
_TEXT = (
    ("email", Meaning.EMAIL, 0.4, 0.0, "e-mail addresses"),
    ("iban", Meaning.BANK_ACCOUNT, 0.4, 0.0, "bank accounts with valid check digits"),
    ("national", Meaning.NATIONAL_ID, 0.7, 0.7, "national ids with valid check digits"),
    ("card", Meaning.CARD, 0.6, 0.1, "card numbers with valid check digits"),
    ("mac", Meaning.DEVICE, 0.4, 0.0, "hardware addresses"),
    ("ip", Meaning.IP, 0.5, 0.2, "network addresses"),
    ("secret", Meaning.SECRET, 0.5, 0.0, "password hashes or tokens"),
    ("phone", Meaning.PHONE, 0.6, 0.25, "phone numbers"),
    ("full", Meaning.FULL_NAME, 0.55, 0.2, "persons' names"),
    ("street", Meaning.STREET, 0.5, 0.2, "street addresses"),
    ("given", Meaning.FIRST_NAME, 0.7, 0.35, "given names"),
    ("family", Meaning.LAST_NAME, 0.8, 0.4, "family names"),
    ("company", Meaning.COMPANY, 0.5, 0.25, "company names"),
)
_LOOKS = frozenset({"full", "given", "family", "company", "street"})  # shapes that other words have as well
_FEW = 3  # distinct values; fewer prove little


def seen(facts: ValueFacts, family: TypeFamily, *, firmly_named: bool = False) -> Verdict | None:
    """A verdict that the values force, None where they force nothing.

    `firmly_named` says that the name promises something harmless (a code, a label of a thing): then names of persons
    must be frequent and codes that look like phone numbers are not believed at once.
    """
    if facts.distinct == 0:
        return None
    if family in (TypeFamily.INTEGER, TypeFamily.NUMBER):
        return _seen_in_numbers(facts)
    strongest: Verdict | None = None
    for kind, meaning, sure, some, words in _TEXT:
        share = facts.share(kind)
        if firmly_named and kind in _LOOKS | {"phone", "secret"}:
            some = max(some, 0.45)
        if kind in _LOOKS and facts.distinct < _FEW:
            continue
        verdict: Verdict | None = None
        if share >= sure and (facts.distinct >= _FEW or kind in ("email", "iban", "secret")):
            verdict = mask(meaning, f"{_part(share)} of the sampled values are {words}", min(0.97, 0.6 + 0.4 * share))
            if firmly_named and kind not in ("email", "iban", "national", "card"):
                verdict = review(meaning, verdict.reason, 0.5)
        elif share > some or (share >= some > 0):
            verdict = review(meaning, f"{_part(share)} of the sampled values are {words}", 0.4 + 0.3 * share)
        if verdict is not None and (strongest is None or verdict.weight > strongest.weight):
            strongest = verdict
    if facts.personal_inside > 0 and (strongest is None or strongest.weight < (2, 0.0)):
        found = max(facts.inside, key=lambda kind: facts.inside[kind])
        verdict = mask(Meaning.NOTE, f"some sampled texts hold {found}", 0.85)
        if facts.personal_inside < 0.02 or firmly_named:
            verdict = review(Meaning.NOTE, f"few sampled texts hold {found}", 0.5)
        strongest = verdict
    return strongest


def _seen_in_numbers(facts: ValueFacts) -> Verdict | None:
    if facts.distinct < 5:
        return None
    if facts.share("national") >= 0.9:
        return mask(Meaning.NATIONAL_ID, "the sampled numbers are national ids with valid check digits", 0.9)
    if facts.share("card") >= 0.8:
        return mask(Meaning.CARD, "the sampled numbers are card numbers with valid check digits", 0.9)
    return None


def birth_like(facts: ValueFacts, newest: int) -> bool:
    """Whether the dates spread like dates of birth: over decades, most of them long before the newest date known."""
    if len(facts.years) < 5:
        return False
    middle = facts.years[len(facts.years) // 2]
    return facts.years[-1] - facts.years[0] >= 12 and 15 <= newest - middle <= 100 and facts.years[0] >= 1880


def telling_numbers(facts: ValueFacts, newest: int) -> Verdict | None:
    """What numbers of an empty name may be: births in any spelling, positions, phone or account numbers."""
    if facts.distinct < _FEW_NUMBERS or facts.low is None or facts.high is None:
        return None
    years = _years_in(facts)
    if years and _spread_like_births(years, max(newest, years[-1])):
        return review(Meaning.BIRTH_DATE, "The numbers spread like dates of birth.", 0.45)
    if facts.repeated >= 0.3:
        return None
    if facts.share("fine number") >= 0.7 and 2 < max(abs(facts.low), abs(facts.high)) <= 180:
        return review(Meaning.GEO, "Numbers of many decimals that could be positions on earth.", 0.4)
    if facts.share("long number") >= 0.8:
        return review(Meaning.NUMBER, "Long numbers that hardly repeat: they could be phone or account numbers.", 0.4)
    return None


_FEW_NUMBERS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _years_in(facts: ValueFacts) -> tuple[int, ...]:
    """The years of whole numbers that are all years, all dates as 19800131, or all seconds or milliseconds since 1970;
    empty where they are none of these."""
    try:
        numbers = [int(text) for text in facts.texts]
    except ValueError:
        return ()
    if all(1880 <= n <= 2100 for n in numbers):
        return tuple(sorted(numbers))
    if all(18800101 <= n <= 21001231 and 1 <= n // 100 % 100 <= 12 and 1 <= n % 100 <= 31 for n in numbers):
        return tuple(sorted(n // 10_000 for n in numbers))
    for each in (1, 1000):
        seconds = [n / each for n in numbers]
        if all(-2_840_000_000 <= s <= 4_102_000_000 for s in seconds) and max(map(abs, seconds)) > 100_000_000:
            return tuple(sorted((_EPOCH + timedelta(seconds=s)).year for s in seconds))
    return ()


def _spread_like_births(years: tuple[int, ...], newest: int) -> bool:
    middle = years[len(years) // 2]
    return years[-1] - years[0] >= 25 and 18 <= newest - middle <= 100


def _part(share: float) -> str:
    if share >= 0.995:
        return "all"
    if share >= 0.75:
        return "most"
    if share >= 0.4:
        return "many"
    return "some"
