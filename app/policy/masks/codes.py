"""Opaque identifiers: tokens that remember nothing, and digits that keep their format."""

import re
from collections.abc import Callable, Iterable

from app.domain.findings import Finding, note
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.domain.schema import TypeFamily
from app.policy.masks.declarations import CODES, Example, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import LETTERS_ONLY, TOKEN_LETTERS, Subkeys, encoded, token_of
from app.policy.masks.permutation import Digits, Letters
from app.policy.masks.shapes import digits_in, reshaper
from app.policy.masks.space import needs_room
from app.policy.masks.values import LARGEST, Spare, otherwise
from app.ports.databases import RowValue

_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_FEWEST_DIGITS = 10
_LETTER = 1.4  # as many choices as so many digits: 26 are 10 to the power of 1.4

PREFIX = Parameter(
    name="prefix",
    type=OptionType.TEXT,
    title="Prefix",
    help="Stands before every token, to show what it is.",
    default="",
)


def _uuid(stream: Callable[[bytes, int], bytes]) -> Callable[[str], str]:
    """A UUID for a UUID, of the same version, in the same case."""

    def masked(value: str) -> str:
        text = stream(value.lower().encode(), 16).hex()
        out = (
            f"{text[:8]}-{text[8:12]}-{value[14]}{text[13:16]}-{'89ab'[int(text[16], 16) % 4]}{text[17:20]}-{text[20:]}"
        )
        return out.upper() if value.isupper() else out

    return masked


def _token(column: ColumnPlan, keys: Subkeys) -> Mask:
    prefix, limit = PREFIX.text(column), column.length
    make, uuid, spare = token_of(keys.state("token")), _uuid(keys.stream("token/uuid")), Spare(column, keys)

    def text(value: str) -> str:
        core = value.strip()
        if not core:
            return value[:limit]
        if len(core) == 36 and not prefix and _UUID.fullmatch(core) and (limit is None or limit >= 36):
            return uuid(core)
        if core is value:
            out = prefix + make(core)
        else:
            start = value.index(core)
            out = f"{value[:start]}{prefix}{make(core)}{value[start + len(core) :]}"
        if limit is not None and len(out) > limit:
            out = f"{prefix}{make(value)}"[:limit]
        return out if out != value else spare.text(value)

    number = keys.number("token")

    def other(value: RowValue) -> RowValue:
        if isinstance(value, int):
            drawn = number(b"%d" % value) & LARGEST
            return drawn if drawn != value else drawn ^ 1
        return fallback(value)

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str:
            return other(value)
        return text(value)

    return mask


def _token_produces(column: ColumnPlan, value: RowValue) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        return False
    core, prefix = text.strip(), PREFIX.text(column)
    return core.startswith(prefix) and len(core) > len(prefix) and LETTERS_ONLY.issuperset(core[len(prefix) :].lower())


def _token_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.family == TypeFamily.INTEGER:
        small = re.search(r"(?i)small|medium|tiny|int2|int4", column.type)
        if small:
            yield note(
                "mask.width",
                f"The mask token writes numbers of 63 bits; the column is declared {column.type}.",
                column.column,
                "Use digits to keep the number of digits.",
            )
    else:
        yield from needs_room(column, rows, TOKEN_LETTERS, len(PREFIX.text(column)))


def _digits(column: ColumnPlan, keys: Subkeys) -> Mask:
    digits, spare, limit = Digits(keys), Spare(column, keys), column.length
    reshape, permute, image = reshaper(digits, Letters(keys)), digits.text, digits.integer

    def text(value: str) -> str:
        masked = reshape(value)
        return spare.text(value) if masked is None else masked

    def cut(value: str) -> str:
        return text(value)[:limit]

    fallback = otherwise(text if limit is None else cut, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is str:
            if value.isdigit() and value.isascii():
                masked = permute(value)
            else:
                found = reshape(value)
                masked = spare.text(value) if found is None else found
            return masked if limit is None or len(masked) <= limit else masked[:limit]
        if type(value) is int:
            if value >= 0:
                return image(value, len(str(value)))
            return spare.integer(value)
        return fallback(value)

    return mask


def few_digits(value: RowValue) -> bool:
    """Whether a value has so few digits and letters that a permutation of such values may well meet it by chance."""
    if value is None or isinstance(value, float):
        return True
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    letters = sum(c.isalpha() for c in text)
    return len(digits_in(encoded(text))) + _LETTER * letters < _FEWEST_DIGITS


def _digits_produces(column: ColumnPlan, value: RowValue) -> bool:
    return few_digits(value)


TOKEN = MaskDeclaration(
    name="token",
    title="Opaque token",
    help="Replaces a value by 16 letters that mean nothing; a UUID by a UUID, a whole number by a 63-bit one, bytes by "
    "bytes.",
    keeps="Equality: the same value is the same token in every column masked so, with or without capitals.",
    breaks="Length and format.",
    families=CODES | {TypeFamily.BINARY},
    parameters=(PREFIX,),
    examples=(
        Example(before="sk_live_4eC39HqLyjWDarjt", after="CMBRqbVgHMSJBDkh"),
        Example(before="123e4567-e89b-12d3-a456-426614174000", after="c8b7b350-9406-126f-8b65-1b244550190d"),
        Example(before="K-1007", after="key-NPJNHGJMNVHRRKBS", parameters={"prefix": "key-"}),
        Example(before=90210, after=6197260764582024138, family=TypeFamily.INTEGER),
    ),
    make=_token,
    produces=_token_produces,
    limits=_token_limits,
)
DIGITS = MaskDeclaration(
    name="digits",
    title="Digits and letters",
    help="Replaces digits by digits and letters by letters, in place; separators, capitals and leading zeros stay.",
    keeps="Length and format. Different values stay different, so it fits unique columns of any length. The same "
    "digits are masked alike with or without separators, as text or as a number.",
    breaks="Check digits, ranges and prefixes with a meaning.",
    families=CODES,
    examples=(
        Example(before="AB-00123", after="ES-00295"),
        Example(before="1234567", after="2857515"),
        Example(before=4711, after=6949, family=TypeFamily.INTEGER),
    ),
    make=_digits,
    produces=_digits_produces,
)
DECLARATIONS = (TOKEN, DIGITS)
