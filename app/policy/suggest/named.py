"""From what a column's name says to a verdict: the values and the table around it have a word, too."""

from app.domain.schema import Column, TypeFamily
from app.policy.suggest import evidence
from app.policy.suggest.meanings import HARMLESS, Meaning, Reading, with_article
from app.policy.suggest.tables import Surroundings, TableKind
from app.policy.suggest.values import ValueFacts
from app.policy.suggest.verdict import Verdict, keep, mask, review

_NUMBERS = frozenset({TypeFamily.INTEGER, TypeFamily.NUMBER})
_DATES = frozenset({TypeFamily.DATE, TypeFamily.TIMESTAMP})
# Meanings that a number can have; a number under another personal name refers to something kept elsewhere.
_NUMERIC = frozenset(
    {
        Meaning.PHONE, Meaning.POSTCODE, Meaning.NATIONAL_ID, Meaning.BANK_ACCOUNT, Meaning.CARD, Meaning.SECRET,
        Meaning.NUMBER, Meaning.AGE, Meaning.INCOME, Meaning.GEO, Meaning.BIRTH_DATE, Meaning.PERSONAL_DATE,
        Meaning.SENSITIVE, Meaning.DEVICE, Meaning.IP, Meaning.STREET, Meaning.TOKEN, Meaning.VEHICLE,
    }
)  # fmt: skip
# What to ask a person about rather than to mask at once: useful in a sandbox, and telling only together with others.
_ASK = frozenset({Meaning.REGION, Meaning.TRAIT, Meaning.NUMBER, Meaning.ATTRIBUTE, Meaning.FILE, Meaning.BLOB})


def by_name(column: Column, reading: Reading, facts: ValueFacts, around: Surroundings, newest: int) -> Verdict | None:
    """The verdict that a name leads to in its table, with these values; None where it decides nothing. `newest` is the
    newest year seen anywhere in the sample."""
    meaning, strength, family = reading.meaning, reading.strength, column.family
    if meaning is Meaning.UNKNOWN:
        return None
    if meaning in HARMLESS:
        return _harmless(column, reading, facts, around, newest)
    if meaning is Meaning.NAME:
        return _name_of_something(facts, around)
    if family in _NUMBERS and meaning is Meaning.TRAIT:
        return review(meaning, "Says something about a person, as a number.", 0.5)
    if family in _NUMBERS and meaning not in _NUMERIC:
        if (telling := evidence.telling_numbers(facts, newest)) is not None:
            return telling
        return keep(Meaning.KEY, f"A number, so it can only refer to {with_article(meaning)} kept elsewhere.", 0.6)
    if family in _DATES and meaning not in (Meaning.BIRTH_DATE, Meaning.PERSONAL_DATE):
        if meaning in (Meaning.TRAIT, Meaning.SENSITIVE, Meaning.NATIONAL_ID, Meaning.FULL_NAME):
            return review(Meaning.PERSONAL_DATE, f"A date that may belong to {with_article(meaning)}.", 0.4)
        return keep(
            Meaning.DATE, f"When something happened to {with_article(meaning)}; no date of a person's life.", 0.6
        )
    if meaning is Meaning.NOTE:
        return _note(facts, around)
    if meaning in (Meaning.URL, Meaning.IMAGE, Meaning.FILE):
        return _pointer(meaning, facts, around)
    if meaning is Meaning.FULL_NAME and strength < 0.7 and facts.enumerated and facts.share("person") < 0.2:
        return review(Meaning.FULL_NAME, "The name allows persons; the sampled values read as codes.", 0.4)
    if meaning is Meaning.FULL_NAME and around.kind is TableKind.CATALOG and not around.personal and strength <= 0.8:
        return review(meaning, "Persons, though perhaps publicly known for these works.", 0.5)
    if meaning is Meaning.GEO and not (around.personal or around.address or around.near_person):
        return review(meaning, f"The name says {with_article(meaning)}; whose is not clear.", 0.45)
    if meaning in _ASK or strength < 0.7:
        why = {
            Meaning.REGION: "Part of an address: coarse, yet with other columns it can single somebody out.",
            Meaning.TRAIT: "Says something about a person; rare values single somebody out.",
            Meaning.NUMBER: "A number that stands on letters and cards, so outsiders can know whose it is.",
            Meaning.ATTRIBUTE: "Values of any kind: what they say depends on the row.",
        }.get(meaning, f"The name may mean {with_article(meaning)}.")
        return review(meaning, why, 0.3 + 0.3 * strength)
    return mask(
        meaning, f"The name says {with_article(meaning)}.", 0.9 * strength if facts.distinct else 0.85 * strength
    )


def _harmless(column: Column, reading: Reading, facts: ValueFacts, around: Surroundings, newest: int) -> Verdict | None:
    meaning, strength, family = reading.meaning, reading.strength, column.family
    if family in _NUMBERS:
        telling = None if meaning is Meaning.AMOUNT else evidence.telling_numbers(facts, newest)
        if telling is not None and (around.kind is not TableKind.CATALOG or telling.meaning is not Meaning.BIRTH_DATE):
            return telling
        if meaning is Meaning.KEY:
            return keep(meaning, "A number that identifies or refers to a row.", 0.85)
        if meaning in (Meaning.DATE, Meaning.LABEL):
            return keep(Meaning.AMOUNT, "A number; no sign that it tells who somebody is.", 0.75)
        return keep(meaning, f"The name says {with_article(meaning)}, and it is a number.", 0.9)
    if family in _DATES or facts.share("date") >= 0.8:
        if meaning is Meaning.DATE and not (around.personal and strength < 0.8):
            if evidence.birth_like(facts, newest) and (around.personal or around.near_person):
                return review(Meaning.BIRTH_DATE, "The dates spread like dates of birth.", 0.6)
            return keep(Meaning.DATE, "A date of business, not of a person's life.", 0.85)
        return None
    if meaning is Meaning.COUNTRY:
        return keep(meaning, "A country alone is shared by too many to name anybody.", 0.75)
    if facts.share("person") >= 0.4 and around.kind is not TableKind.CATALOG:
        return review(Meaning.FULL_NAME, "The sampled values read as persons' names.", 0.5)
    if facts.share("named") >= (0.4 if around.kind is TableKind.CATALOG else 0.1):
        return review(Meaning.NOTE, "Persons' names stand in the sampled texts.", 0.5)
    if meaning is Meaning.LABEL:
        if not facts.distinct and around.kind in (TableKind.TRANSACTION, TableKind.MAIL) and strength <= 0.6:
            return review(Meaning.NOTE, "A heading that people write, and no row to see what.", 0.4)
        if strength < 0.6 and around.personal:
            return None
        if facts.lines or facts.words > 12:
            return review(Meaning.NOTE, "Long texts that people wrote.", 0.4)
        return keep(meaning, "The name of a thing, not of a person.", 0.85 if facts.distinct else 0.7)
    if meaning is Meaning.KEY:
        if facts.share("uuid") >= 0.9:
            return keep(meaning, "Random identifiers.", 0.85)
        if facts.distinct and not around.personal and not around.near_person and facts.words <= 1.2:
            return keep(meaning, "An identifier; no sign that it names a person.", 0.6)
        return review(meaning, "An identifier that may come from outside and be known there.", 0.4)
    if facts.enumerated:
        return keep(meaning, f"The name says {with_article(meaning)}; a few values come again and again.", 0.9)
    if facts.share("handle") >= 0.3:
        return review(Meaning.USERNAME, "The sampled values are made of persons' names, as logins are.", 0.5)
    if facts.share("long number") >= 0.8 and facts.repeated < 0.3 and meaning is Meaning.AMOUNT:
        return review(Meaning.NUMBER, "Long numbers that hardly repeat: they could be known outside.", 0.4)
    code = meaning in (Meaning.CODE, Meaning.FLAG)
    if code and facts.distinct >= 10 and facts.repeated < 0.3 and facts.share("codelike") < 0.5:
        return review(
            Meaning.NOTE, f"The name says {with_article(meaning)}, the values look like something else.", 0.35
        )
    if meaning is Meaning.AMOUNT and (facts.numeric >= 0.8 or (facts.longest <= 40 and not around.personal)):
        return keep(meaning, "The name says an amount.", 0.8)
    if meaning in (Meaning.CODE, Meaning.FLAG) and facts.words <= 3 and facts.longest <= 40:
        return keep(
            meaning,
            f"The name says {with_article(meaning)}, and the values are short.",
            0.75 if facts.distinct else 0.6,
        )
    if meaning is Meaning.DATE and not facts.distinct:
        return keep(meaning, "The name says a date.", 0.6)
    return review(Meaning.NOTE, f"The name says {with_article(meaning)}, the values look like something else.", 0.35)


def _name_of_something(facts: ValueFacts, around: Surroundings) -> Verdict:
    harmless = facts.distinct >= 3 and facts.share("person", "company") < 0.2 and facts.share("named") < 0.2
    if harmless and around.kind is TableKind.CATALOG:
        return keep(Meaning.LABEL, "A name in a table of things; the values are neither persons nor companies.", 0.65)
    if harmless and around.lookup:
        return keep(
            Meaning.LABEL, "A label in a small table that others refer to; the values are no persons' names.", 0.75
        )
    if facts.enumerated and facts.share("person") < 0.1 and facts.share("proper") < 0.5:
        return keep(Meaning.CODE, "A few values that come again and again and are no persons' names.", 0.65)
    if facts.share("company") >= 0.3:
        return review(Meaning.COMPANY, "A name; the values read as companies.", 0.5)
    return review(Meaning.FULL_NAME, "A name, and nothing says of what.", 0.4)


def _note(facts: ValueFacts, around: Surroundings) -> Verdict:
    if around.personal and around.kind is not TableKind.CATALOG:
        return mask(Meaning.NOTE, "Free text about persons.", 0.85)
    if facts.share("named") >= 0.1:
        return mask(Meaning.NOTE, "Persons' names stand in the sampled texts.", 0.75)
    if facts.enumerated and facts.words <= 4 and facts.share("person") < 0.1:
        return keep(Meaning.CODE, "A few short texts that come again and again.", 0.6)
    if around.kind is TableKind.CATALOG and not around.near_person and not facts.lines and facts.distinct:
        return keep(Meaning.LABEL, "Describes things, not persons; no address or number in the sampled texts.", 0.65)
    if around.lookup and facts.distinct and facts.words <= 8 and facts.share("person") < 0.2:
        return keep(Meaning.LABEL, "Describes the rows of a small table that others refer to.", 0.65)
    if around.near_person:
        return mask(Meaning.NOTE, "Free text on a row that belongs to a person.", 0.75)
    return review(Meaning.NOTE, "Free text: people write anything into it.", 0.45)


def _pointer(meaning: Meaning, facts: ValueFacts, around: Surroundings) -> Verdict:
    if around.personal:
        return mask(meaning, f"A {meaning} in a table about persons often holds their name.", 0.7)
    if around.kind is TableKind.CATALOG and not around.near_person and meaning is Meaning.IMAGE:
        if facts.share("handle", "person") >= 0.2:
            return review(meaning, f"The {meaning}s are called by persons' names.", 0.5)
        return keep(Meaning.LABEL, f"A {meaning} in a table of things.", 0.6)
    return review(meaning, f"A {meaning} can name a person, or lead a copy to the outside world.", 0.45)
