"""From a column's name, type and values to a verdict; columns are looked at one by one here."""

from collections.abc import Mapping
from dataclasses import replace

from app.domain.policy import Treatment
from app.domain.schema import Column, TypeFamily
from app.policy.suggest import evidence
from app.policy.suggest.comments import said_in
from app.policy.suggest.meanings import HARMLESS, UNREAD, Meaning, Reading, with_article
from app.policy.suggest.named import by_name
from app.policy.suggest.names import Words, column_words
from app.policy.suggest.tables import Surroundings, TableKind
from app.policy.suggest.values import ValueFacts
from app.policy.suggest.verdict import Verdict, keep, mask, review
from app.policy.suggest.words import word_set

_NUMBERS = frozenset({TypeFamily.INTEGER, TypeFamily.NUMBER})
_DATES = frozenset({TypeFamily.DATE, TypeFamily.TIMESTAMP})
# Values whose check digits or shape leave no doubt, and what a number that is a key may be by its name.
_CERTAIN = frozenset({Meaning.EMAIL, Meaning.BANK_ACCOUNT, Meaning.CARD, Meaning.NATIONAL_ID})
_NUMBER_KEYS = frozenset(
    {
        Meaning.NATIONAL_ID, Meaning.CARD, Meaning.BANK_ACCOUNT, Meaning.PHONE, Meaning.SECRET, Meaning.TOKEN,
        Meaning.DEVICE,
    }
)  # fmt: skip
_MAILS = frozenset({TableKind.MAIL, TableKind.QUEUE})
_QUALIFIERS = word_set("short long kurz lang kort original alternative translated localized english sub")


def classify(
    column: Column,
    reading: Reading,
    facts: ValueFacts,
    around: Surroundings,
    newest_year: int,
    *,
    refers: bool,
    identifies: bool,
) -> Verdict:
    """The verdict about one column. `newest_year` is the newest year seen anywhere in the sample; `refers` says that
    the column refers to another table, `identifies` that it is a whole primary key."""
    if column.generated:
        return keep(Meaning.KEY, "Computed by the database from other columns, so it follows their masks.", 0.95)
    column = as_used(column, facts)
    reading = _of_its_type(in_its_table(reading, column, around), column)
    if column.family is TypeFamily.BOOLEAN:
        return _boolean(reading)
    if column.family is TypeFamily.BINARY or (facts.blobs and not facts.distinct):
        return _binary(reading, facts, around)
    key = refers or (identifies and not _telling_key(column, reading))
    firmly = reading.meaning in HARMLESS and reading.strength >= 0.6
    values = evidence.seen(facts, column.family, firmly_named=firmly or key)
    if key:
        return _key(column, facts, around, values)
    if reading.meaning is Meaning.JSON or column.family is TypeFamily.JSON or facts.share("json") >= 0.5:
        return _structured(facts, around)
    named = by_name(column, reading, facts, around, newest_year)
    if named is None or named.treatment is Treatment.KEEP:
        named = _commented(column, facts, around, newest_year) or named
    if named is None:
        named = _by_type(column, facts, around, newest_year)
    return _combined(named, values, sure_of_name=reading.strength >= 0.7 and reading.meaning not in HARMLESS)


_GEOMETRY = "point lseg box path polygon circle line geometry geography"
_BY_TYPE: Mapping[str, Meaning] = {
    **dict.fromkeys(_GEOMETRY.split(), Meaning.GEO),
    **dict.fromkeys(("inet", "cidr"), Meaning.IP),
    **dict.fromkeys(("macaddr", "macaddr8"), Meaning.DEVICE),
    **dict.fromkeys(("tsvector", "tsquery", "xml", "hstore"), Meaning.NOTE),
}


def _of_its_type(reading: Reading, column: Column) -> Reading:
    """What a type can only be made for, where the name says nothing personal."""
    base = column.type.split("(")[0].removesuffix("[]").rsplit(".", 1)[-1].strip().casefold()
    if base in _BY_TYPE and reading.meaning in (*HARMLESS, Meaning.UNKNOWN, Meaning.NAME):
        return Reading(_BY_TYPE[base], 0.75)
    return reading


def _commented(column: Column, facts: ValueFacts, around: Surroundings, newest: int) -> Verdict | None:
    """The verdict that the column's comment leads to, None where that is none or to keep it."""
    said = in_its_table(said_in(column.comment), column, around) if column.comment else UNREAD
    verdict = by_name(column, said, facts, around, newest)
    if verdict is None or verdict.treatment is Treatment.KEEP:
        return None
    return replace(verdict, reason="By its comment: " + verdict.reason, confidence=min(0.6, verdict.confidence))


def as_used(column: Column, facts: ValueFacts) -> Column:
    """The column with the type its values have: SQLite lets any text into a column declared as a number or a date."""
    if column.family not in _NUMBERS | _DATES | {TypeFamily.BOOLEAN} or not facts.distinct:
        return column
    fits = facts.numeric + facts.share("date") >= 0.9
    if column.family is TypeFamily.BOOLEAN:
        fits = facts.distinct <= 4 and facts.longest <= 5
    elif column.family in _DATES:
        fits = fits or facts.share("email", "person", "phone", "street", "company") == 0
    return column if fits else replace(column, family=TypeFamily.TEXT)


def _telling_key(column: Column, reading: Reading) -> bool:
    """Whether a primary key is itself what its name says: an e-mail address, a national id."""
    if column.family in _NUMBERS:
        return reading.meaning in _NUMBER_KEYS and reading.strength >= 0.7
    return reading.meaning not in (*HARMLESS, Meaning.UNKNOWN) and reading.strength >= 0.6


def _combined(named: Verdict, values: Verdict | None, *, sure_of_name: bool) -> Verdict:
    if values is None:
        return named
    certain = values.treatment is Treatment.MASK and values.meaning in _CERTAIN
    if values.meaning is named.meaning:
        return _agreeing(named, values)
    if sure_of_name and named.treatment is not Treatment.KEEP:
        if not certain or named.meaning in _NUMBER_KEYS:
            return _agreeing(named, values)  # a postcode that also reads as a phone number is a postcode
        return Verdict(values.treatment, values.meaning, _sentence(values.reason), values.confidence)
    if named.weight >= values.weight and named.meaning is not Meaning.NAME:
        return _agreeing(named, values)
    return Verdict(values.treatment, values.meaning, _sentence(values.reason), values.confidence)


def in_its_table(reading: Reading, column: Column, around: Surroundings) -> Reading:
    """What a name that means different things in different tables means in this one."""
    words = column_words(column.name)
    if words.has("bodily") and reading.meaning in (Meaning.UNKNOWN, Meaning.AMOUNT):
        return Reading(Meaning.SENSITIVE if around.personal else Meaning.AMOUNT, 0.8)
    if reading.meaning is Meaning.NAME:
        if around.kind is TableKind.PERSON or (around.personal and around.kind is not TableKind.CATALOG):
            if around.given_name and not around.family_name:
                return Reading(Meaning.LAST_NAME, 0.9)
            if around.family_name and not around.given_name:
                return Reading(Meaning.FIRST_NAME, 0.9)
            return Reading(Meaning.FULL_NAME, 0.85)
        if around.kind is TableKind.COMPANY:
            return Reading(Meaning.COMPANY, 0.85)
        if around.kind is TableKind.CATALOG and _plain(words):
            return Reading(Meaning.LABEL, 0.75)
    if reading.meaning is Meaning.UNKNOWN and reading.strength > 0:  # a title
        if around.kind is TableKind.CATALOG and _plain(words):
            return Reading(Meaning.LABEL, 0.75)
        if around.personal or around.kind is TableKind.COMPANY:
            return Reading(Meaning.TRAIT, 0.75)
        return Reading(Meaning.NOTE, 0.5)
    if column.family in _NUMBERS and reading.meaning is Meaning.TOKEN and "id" in words.last:
        return Reading(Meaning.KEY, 0.7)
    if reading.meaning is Meaning.STREET and around.kind in _MAILS and "address" in words.last and not around.place:
        return Reading(Meaning.EMAIL, 0.75)  # where mail goes to, not where somebody lives
    if words.has("recipient") and around.kind in _MAILS and reading.strength < 0.9:
        return Reading(Meaning.EMAIL, 0.75)
    if reading.meaning is Meaning.LABEL and around.kind is not TableKind.CATALOG and words.any("department"):
        return Reading(Meaning.TRAIT, 0.6)
    if reading.meaning is Meaning.CODE and around.personal and words.any("abbreviation"):
        return Reading(Meaning.INITIALS, 0.65)
    alone = not (around.address or around.personal)
    if reading.meaning is Meaning.REGION and alone and (around.kind is TableKind.CATALOG or words.words[-1] == "state"):
        return Reading(Meaning.CODE, 0.6)
    if reading.meaning is Meaning.CITY and around.kind is TableKind.CATALOG and not around.personal:
        return Reading(Meaning.CITY, 0.5)
    if reading.meaning is Meaning.LABEL and around.personal and around.kind is not TableKind.CATALOG:
        return Reading(Meaning.LABEL, min(reading.strength, 0.55))
    return reading


def _plain(words: Words) -> bool:
    """Whether nothing in the name but words for things stands beside `name` or `title`: not `tenant_name`."""
    things = {"of catalog", "product", "name", "title", "label", "type"}
    return all(word in _QUALIFIERS or things & column_words(word).concepts for word in words.words)


def _boolean(reading: Reading) -> Verdict:
    if reading.meaning in (Meaning.SENSITIVE, Meaning.TRAIT):
        return review(reading.meaning, f"A yes or no about {with_article(reading.meaning)} of a person.", 0.6)
    return keep(Meaning.FLAG, "A yes or no, shared by many rows.", 0.85)


def _binary(reading: Reading, facts: ValueFacts, around: Surroundings) -> Verdict:
    kind = next((k for k in ("image", "document", "recording") if k in facts.blobs), "")
    if facts.filled and not facts.blobs and facts.share("uuid") == 1:
        return keep(Meaning.KEY, "Identifiers without meaning of their own.", 0.6)
    if reading.meaning in (Meaning.SECRET, Meaning.TOKEN):
        return mask(reading.meaning, f"The name says {with_article(reading.meaning)}.", 0.9)
    if around.personal and (kind or reading.meaning is Meaning.IMAGE):
        return mask(Meaning.IMAGE, f"{with_article(kind or 'picture')} in a table about persons.".capitalize(), 0.9)
    if (
        around.kind is TableKind.CATALOG
        and not around.near_person
        and (kind == "image" or reading.meaning is Meaning.IMAGE)
    ):
        return keep(Meaning.LABEL, "A picture in a table of things, not of persons.", 0.6)
    meaning = Meaning.IMAGE if kind == "image" else Meaning.BLOB
    what = with_article(kind).capitalize() if kind else "Binary content"
    return review(meaning, f"{what}: nobody can tell from outside what is in it.", 0.4)


def _structured(facts: ValueFacts, around: Surroundings) -> Verdict:
    if facts.personal_inside > 0 or around.personal:
        return mask(Meaning.JSON, "Structured data about persons: every text in it is replaced.", 0.8)
    return review(Meaning.JSON, "Structured data can hold anything, and its parts are not judged one by one.", 0.5)


def _key(column: Column, facts: ValueFacts, around: Surroundings, values: Verdict | None) -> Verdict:
    if values is not None and values.meaning not in (Meaning.COMPANY, Meaning.SECRET):
        return Verdict(values.treatment, values.meaning, "A key, and " + values.reason + ".", values.confidence)
    if column.family in _NUMBERS:
        return keep(Meaning.KEY, "A key without meaning of its own.", 0.95)
    if facts.distinct and facts.share("uuid") >= 0.9:
        return keep(Meaning.KEY, "A key made of random identifiers.", 0.95)
    if facts.distinct and facts.numeric >= 0.99 and facts.longest <= 7:
        return keep(Meaning.KEY, "A key made of short numbers.", 0.8)
    if around.personal and around.kind is not TableKind.CATALOG and facts.distinct:
        return review(Meaning.KEY, "A key by which a person may be known outside this database.", 0.4)
    return keep(Meaning.KEY, "A key of codes; no sign that it names a person.", 0.7 if facts.distinct else 0.6)


def _by_type(column: Column, facts: ValueFacts, around: Surroundings, newest: int) -> Verdict:
    """Nothing is known by the name."""
    if column.family in _DATES or facts.share("date") >= 0.8:
        if evidence.birth_like(facts, newest):
            return review(Meaning.BIRTH_DATE, "The dates spread like dates of birth.", 0.6)
        if around.personal:
            return review(Meaning.PERSONAL_DATE, "A date in a table about persons.", 0.4)
        return keep(Meaning.DATE, "A date in a table that is not about persons.", 0.65)
    if column.family in _NUMBERS:
        if (telling := evidence.telling_numbers(facts, newest)) is not None:
            return telling
        if around.personal and not facts.enumerated:
            return review(Meaning.AGE, "A number about a person, under a name that says nothing.", 0.35)
        return keep(Meaning.AMOUNT, "A number; no sign that it tells who somebody is.", 0.65)
    if facts.share("named") >= 0.1:
        return review(Meaning.NOTE, "Persons' names stand in the sampled texts.", 0.5)
    if facts.enumerated and facts.share("person", "company", "street") < 0.2:
        if facts.share("proper") >= 0.5:
            return review(Meaning.FULL_NAME, "A few values, written as names of people are.", 0.35)
        return keep(Meaning.CODE, "A few short values that come again and again.", 0.7)
    if facts.distinct and facts.share("uuid") >= 0.9:
        return review(Meaning.TOKEN, "Random identifiers, perhaps of a session or a service.", 0.4)
    if (
        facts.distinct >= 10
        and facts.numeric >= 0.95
        and facts.longest <= 6
        and not around.personal
        and facts.repeated >= 0.5
    ):
        return keep(Meaning.AMOUNT, "Short numbers, written as text.", 0.6)
    if facts.numeric >= 0.8:
        return review(Meaning.NUMBER, "Numbers written as text: they could be known outside.", 0.35)
    if facts.words >= 3.5 or facts.lines:
        return review(Meaning.NOTE, "Free text under a name that says nothing.", 0.4)
    return review(Meaning.UNKNOWN, "Neither the name nor the values say what this is.", 0.3)


def _agreeing(named: Verdict, values: Verdict) -> Verdict:
    """The name's verdict; where the values say the same it is surer, and as strict as the stricter of the two."""
    if values.meaning is not named.meaning:
        return named
    reason = f"{named.reason.rstrip('.')}, and {values.reason}."
    strict = max(named, values, key=lambda v: v.weight)
    confidence = min(0.99, max(named.confidence, values.confidence) + 0.04)
    return Verdict(strict.treatment, named.meaning, reason, confidence)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
