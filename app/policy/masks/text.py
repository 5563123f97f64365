"""Removal and filler: nothing of the original stays but perhaps its length."""

import re
from collections.abc import Iterable

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.domain.schema import TypeFamily
from app.policy.masks.declarations import EVERYTHING, TEXTS, Example, Given, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import TOKEN_LETTERS, Subkeys, encoded, is_token, number_of, token_of
from app.policy.masks.space import needs_room
from app.policy.masks.values import LARGEST
from app.policy.masks.words import folded, words
from app.ports.databases import RowValue

VALUE = Parameter(
    name="value",
    type=OptionType.TEXT,
    title="Value",
    help="What stands in every row. In a column of numbers it must be a number.",
    default="",
)
TEXT = Parameter(
    name="text",
    type=OptionType.TEXT,
    title="Text in its place",
    help="Stands in place of every text, cut to what the column holds.",
    default="[removed]",
)
KEEP_LENGTH = Parameter(
    name="keep_length",
    type=OptionType.BOOLEAN,
    title="Keep the length",
    help="Writes one x for each character instead, and keeps line breaks.",
    default=False,
)
_NUMBERS = (TypeFamily.INTEGER, TypeFamily.NUMBER, TypeFamily.BOOLEAN)
_FILLER_LIMIT = 20_000
_SPACE = re.compile(" ")
_STEPS = (5, 11, 13, 17, 19, 23, 25, 29, 31, 37)
"""Ways through the list of filler words; none has a divisor in common with its 63."""


def _null(column: ColumnPlan, keys: Subkeys) -> Mask:
    def mask(value: RowValue) -> RowValue:
        return None

    return mask


def _null_produces(column: ColumnPlan, value: RowValue) -> bool:
    return False


def _null_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if not column.nullable:
        yield error(
            "mask.not_null",
            "The mask null empties the column, and the column must not be empty.",
            column.column,
            "Use fixed, token or redact_text.",
        )


def _as_number(given: Given) -> int | float | None:
    if isinstance(given, int | float):
        return given if not isinstance(given, int) or -LARGEST <= given <= LARGEST else None
    for kind in (int, float):
        try:
            number = kind(str(given))
        except ValueError:
            continue
        return number if abs(number) <= LARGEST else None
    return None


def fixed_value(column: ColumnPlan) -> RowValue:
    """The parameter in the class of the column; the text as it is where it cannot be."""
    given = VALUE.of(column)
    if column.family in _NUMBERS:
        number = _as_number(given)
        return int(number) if isinstance(number, bool) else str(given) if number is None else number
    if column.family == TypeFamily.BINARY:
        return encoded(str(given))
    if isinstance(given, bool):
        return int(given)
    return given if isinstance(given, int | float) and column.family == TypeFamily.ANY else str(given)


def _fixed(column: ColumnPlan, keys: Subkeys) -> Mask:
    fixed = fixed_value(column)

    def mask(value: RowValue) -> RowValue:
        return None if value is None else fixed

    return mask


def _fixed_produces(column: ColumnPlan, value: RowValue) -> bool:
    return value == fixed_value(column)


def _fixed_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    value = fixed_value(column)
    if column.unique and (rows is None or rows > 1):
        yield error(
            "mask.unique",
            "The mask fixed gives all rows the same value, and the column is unique.",
            column.column,
            "Use token, or null where the column may be empty.",
        )
    if isinstance(value, str) and column.family in _NUMBERS:
        yield error("mask.parameter", "The value of the mask fixed is no number.", column.column, "Give a number.")
    if isinstance(value, str) and column.length is not None and len(value) > column.length:
        yield error(
            "mask.length",
            f"The value of the mask fixed has {len(value)} characters and the column holds {column.length}.",
            column.column,
            "Give a shorter value.",
        )


def _redact(column: ColumnPlan, keys: Subkeys) -> Mask:
    limit = column.length
    text = TEXT.text(column)[:limit]
    data, same_length = text.encode(), KEEP_LENGTH.of(column) is True

    def crossed(value: str) -> str:
        return "\n".join("x" * len(line) for line in value.split("\n"))[:limit]

    def mask(value: RowValue) -> RowValue:
        if value is None or value == "" or value == b"":
            return value
        if isinstance(value, str):
            return crossed(value) if same_length else text
        if isinstance(value, bytes):
            return b"x" * len(value) if same_length else data
        return 0 if isinstance(value, int) else 0.0

    return mask


def _redact_produces(column: ColumnPlan, value: RowValue) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if isinstance(text, int | float):
        return text == 0
    if KEEP_LENGTH.of(column) is True:
        return text is not None and set(text) <= {"x", "\n"}
    return text == TEXT.text(column)[: column.length]


def _redact_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.unique and (rows is None or rows > 1):
        yield error(
            "mask.unique",
            "The mask redact_text gives all rows the same text, and the column is unique.",
            column.column,
            "Use token or lorem.",
        )


def filler_lines() -> list[str]:
    """The lines that filler is cut from: all its words, each line in an order of its own. They repeat without end."""
    choice = words("lorem")
    count = len(choice)
    return [" ".join(choice[(i * step + step) % count] for i in range(count)) + " " for step in _STEPS]


def word_begins(line: str) -> list[int]:
    """The places of a line where a word begins, and filler may."""
    return [0, *(match.end() for match in _SPACE.finditer(line, 0, len(line) - 1))]


def _lorem(column: ColumnPlan, keys: Subkeys) -> Mask:
    copy, limit, token, lines = keys.state("lorem").copy, column.length, token_of(keys.state("lorem")), filler_lines()
    ways = [line * (600 // len(line) + 2) for line in lines]  # most texts need not make theirs longer
    begins = [
        (way, begin, way[begin : begin + 1].upper())
        for way, line in zip(ways, lines, strict=True)
        for begin in word_begins(line)
    ]

    def text(value: str) -> str:
        """Words up to the length of the original, from a keyed place in a keyed order, ending in a full stop."""
        size = min(len(value), _FILLER_LIMIT if limit is None else limit)
        if not value.strip():
            return value[:limit]
        state = copy()
        state.update(encoded(value))
        drawn = number_of(state.digest())[0]
        if column.unique:
            mark = token(value)
            return f"{mark} {filler(drawn, size - len(mark) - 1)}".rstrip()[:limit]
        return filler(drawn, size)

    def filler(drawn: int, size: int) -> str:
        if size <= 0:
            return ""
        way, begin, capital = begins[drawn % len(begins)]
        if begin + size > len(way):
            way *= (begin + size) // len(way) + 1
        if size < 8:
            return way[begin : begin + size].rstrip().ljust(size, "e")
        end = way.rfind(" ", begin, begin + size)
        return f"{capital}{way[begin + 1 : end if end > 0 else begin + size - 1]}."

    def mask(value: RowValue) -> RowValue:
        if isinstance(value, str):
            masked = text(value)
            return masked if masked != value or not value.strip() else token(value)[: min(len(value), limit or 16)]
        if isinstance(value, bytes):
            return encoded(text(value.decode("utf-8", "replace"))) if value else value
        if value is None:
            return None
        return 0 if isinstance(value, int) else 0.0

    return mask


def _lorem_produces(column: ColumnPlan, value: RowValue) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if isinstance(text, int | float):
        return text == 0
    if text is None:
        return False
    found = text.lower().rstrip(".").split()
    if column.unique and found and is_token(found[0]):
        del found[0]
    known = folded("lorem")
    return len(text) < 8 or (
        all(word in known for word in found[:-1]) and (not found or any(word.startswith(found[-1]) for word in known))
    )


def _lorem_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    return needs_room(column, rows, TOKEN_LETTERS, 0) if column.unique else ()


NULL = MaskDeclaration(
    name="null",
    title="Empty",
    help="Makes every value NULL.",
    keeps="Nothing.",
    breaks="Anything that needs the value. Refused for a column that must not be empty.",
    families=EVERYTHING,
    examples=(Example(before="anything", after=None),),
    make=_null,
    produces=_null_produces,
    limits=_null_limits,
)
FIXED = MaskDeclaration(
    name="fixed",
    title="Fixed value",
    help="Puts the same value in every row; NULL stays NULL.",
    keeps="Whether there was a value.",
    breaks="Telling rows apart. Refused for a unique column.",
    families=EVERYTHING,
    parameters=(VALUE,),
    examples=(
        Example(before="Oslo", after="Anytown", parameters={"value": "Anytown"}),
        Example(before=7, after=0, parameters={"value": "0"}, family=TypeFamily.INTEGER),
    ),
    make=_fixed,
    produces=_fixed_produces,
    limits=_fixed_limits,
)
REDACT_TEXT = MaskDeclaration(
    name="redact_text",
    title="Removed text",
    help="Puts a remark in place of every text, or one x for each character. Numbers become 0.",
    keeps="Whether there was a text; with keep_length also how long it was.",
    breaks="Reading and searching. Refused for a unique column.",
    families=TEXTS | {TypeFamily.BINARY},
    parameters=(TEXT, KEEP_LENGTH),
    examples=(
        Example(before="Anna called about her divorce", after="[removed]"),
        Example(before="Anna called", after="xxxxxxxxxxx", parameters={"keep_length": True}),
    ),
    make=_redact,
    produces=_redact_produces,
    limits=_redact_limits,
)
LOREM = MaskDeclaration(
    name="lorem",
    title="Filler text",
    help="Puts Latin filler of about the same length in place of every text. Numbers become 0.",
    keeps="About the length, so that screens and reports look real.",
    breaks="Reading, searching, line breaks and markup. In a unique column a token comes first.",
    families=TEXTS,
    examples=(
        Example(
            before="Anna called about her divorce and will move in May.",
            after="Dolore sed excepteur adipiscing lorem cupidatat.",
        ),
    ),
    make=_lorem,
    produces=_lorem_produces,
    limits=_lorem_limits,
)
DECLARATIONS = (NULL, FIXED, REDACT_TEXT, LOREM)
