"""Streets, cities and postcodes: plausible, and nowhere."""

import re
from collections.abc import Iterable

from app.domain.findings import Finding
from app.domain.plan import ColumnPlan
from app.policy.masks.codes import few_digits
from app.policy.masks.declarations import CODES, TEXTS, Example, Mask, MaskDeclaration
from app.policy.masks.keyed import TOKEN_LETTERS, Subkeys, encoded, is_token, remembered, token_of
from app.policy.masks.names import picker, styled
from app.policy.masks.permutation import Digits, Letters
from app.policy.masks.shapes import reshaper
from app.policy.masks.space import needs_room
from app.policy.masks.values import Spare, otherwise
from app.policy.masks.words import fitting, folded, words
from app.ports.databases import RowValue

HOUSES = 199
HOUSE_ROOM = 4
"""Characters that a house number and the blank beside it take."""
_NUMBER_LAST = re.compile(r"\d\s*[A-Za-z]?$")


def _text_of(value: RowValue) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) else ""


def _street(column: ColumnPlan, keys: Subkeys) -> Mask:
    number, names, limit = keys.number("street"), words("streets"), column.length
    token = token_of(keys.state("street token"))
    short = tuple(w for w in names if limit is None or len(w) <= limit - HOUSE_ROOM) or fitting("streets", limit)

    def text(value: str) -> str:
        core = value.strip()
        if not core:
            return value[:limit]
        drawn = number(encoded(core.lower()))
        name, house = short[drawn % len(short)], drawn // len(short) % HOUSES + 1
        if core[0].isdigit():
            masked = f"{house} {name}"
        elif core[-1].isdigit() or _NUMBER_LAST.search(core, max(0, len(core) - 4)):
            masked = f"{name} {house}"
        else:
            masked = name
        masked = styled(masked, core)
        if column.unique:
            mark = token(value)
            room = len(masked) if limit is None else limit - len(mark) - 1
            masked = f"{masked[:room]} {mark}" if room > 0 else mark
        if limit is not None and len(masked) > limit:
            masked = name[:limit]
        return masked if masked != value else token(value)[:limit]

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str or not value:
            return fallback(value)
        return text(value)

    return mask


def _street_produces(column: ColumnPlan, value: RowValue) -> bool:
    found = _text_of(value).lower().split()
    if column.unique and found and is_token(found[-1]):
        found.pop()
    return " ".join(word for word in found if not word.isdigit()) in folded("streets")


def _city(column: ColumnPlan, keys: Subkeys) -> Mask:
    pick, limit, token = (
        picker("cities", "city", keys, column.length),
        column.length,
        token_of(keys.state("city token")),
    )

    def text(value: str) -> str:
        core = value.strip()
        if not core:
            return value[:limit]
        if not column.unique:
            return pick(core)
        mark = token(value)
        room = 99 if limit is None else limit - len(mark) - 1
        return f"{pick(core)[:room]} {mark}" if room > 0 else mark[:limit]

    other = otherwise(text, column, keys)
    return other if column.unique else remembered(other)


def _city_produces(column: ColumnPlan, value: RowValue) -> bool:
    text = _text_of(value).strip().lower()
    head, _, tail = text.rpartition(" ")
    if column.unique and head and is_token(tail):
        text = head
    return text in folded("cities") or (text != "" and any(w[: column.length] == text for w in folded("cities")))


def _postcode(column: ColumnPlan, keys: Subkeys) -> Mask:
    reshape, spare, limit = reshaper(Digits(keys), Letters(keys)), Spare(column, keys), column.length

    def text(value: str) -> str:
        masked = reshape(value)
        return spare.text(value) if masked is None or (limit is not None and len(masked) > limit) else masked

    other = otherwise(text, column, keys)
    return remembered(other)


def _postcode_produces(column: ColumnPlan, value: RowValue) -> bool:
    """Postcodes are few: any of them can come out, and meeting one proves nothing. An address or a name is none."""
    return few_digits(value) or is_token(_text_of(value).strip())


def _room(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    return needs_room(column, rows, TOKEN_LETTERS, 4) if column.unique else ()


STREET = MaskDeclaration(
    name="street",
    title="Street address",
    help="Replaces a street and house number by invented ones, the number on the side where it was.",
    keeps="The same address for the same address everywhere, so households stay together.",
    breaks="Maps, routes, flood zones and anything else looked up by address; flat and floor are gone.",
    families=TEXTS,
    examples=(
        Example(before="12 Main Street", after="33 Sparrow Avenue"),
        Example(before="Storgata 5 B", after="Quartz Court 83"),
    ),
    make=_street,
    produces=_street_produces,
    limits=_room,
)
CITY = MaskDeclaration(
    name="city",
    title="City",
    help="Replaces a place by an invented one.",
    keeps="The same place for the same place everywhere.",
    breaks="Agreement between city, postcode and country.",
    families=TEXTS,
    examples=(Example(before="Oslo", after="Mossgrove"),),
    make=_city,
    produces=_city_produces,
    limits=_room,
)
POSTCODE = MaskDeclaration(
    name="postcode",
    title="Postcode",
    help="Replaces digits by digits and letters by letters; the rest stays in place.",
    keeps="Length and format; different postcodes stay different.",
    breaks="Territories and rates by postcode; the result may be a real postcode elsewhere.",
    families=CODES,
    examples=(
        Example(before="90210", after="53074"),
        Example(before="SW1A 1AA", after="MN3V 1WR"),
    ),
    make=_postcode,
    produces=_postcode_produces,
)
DECLARATIONS = (STREET, CITY, POSTCODE)
