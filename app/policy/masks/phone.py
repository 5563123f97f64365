"""Telephone numbers that ring nowhere."""

import re
from collections.abc import Iterable

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.policy.masks.declarations import CODES, Example, Mask, MaskDeclaration
from app.policy.masks.keyed import LETTERS_ONLY, Subkeys, encoded, number_of
from app.policy.masks.shapes import DIGIT_SHAPE, NOT_DIGITS, Forms, digits_in
from app.policy.masks.space import crowded
from app.policy.masks.values import Spare, otherwise
from app.ports.databases import RowValue

_EXTENSION = 12
_ONE = ord("1")
_WITHIN = re.compile(r"[+(]?[0-9](?:[0-9]|[-(). /](?=[-(). /]*[0-9])){6,}")
_CODE = re.compile("1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
"""Calling codes of one and two digits; all others have three."""


_WRITTEN = re.compile(rf" x\d{{{_EXTENSION}}}\Z")


def calling_code(digits: str) -> str:
    """The country calling code at the start of an international number (ITU-T E.164)."""
    match = _CODE.match(digits)
    return match[0] if match else digits[:3]


def _replaced(old: str, plus: bool, drawn: int) -> str:
    """As many other digits for those that are not ten of North America: what stays, what makes them undialable, then
    drawn ones.

    North America has no area code 555, and 555-0100 to 0199 are for fiction. After another country's code no number
    begins with 00. Where the country is unknown, 000 is no area. Six digits and fewer become zeros: short codes ring.
    """
    count = len(old)
    if not plus:
        if count == 11 and old[0] == "1" and old[1] > "1" and old[4] > "1":
            return f"1555{2_000_000 + drawn % 8_000_000}"
        if count <= 6:
            return "0" * count
    access = "" if plus else "00" if old.startswith("00") and count > 9 else None
    if access is None:
        prefix = "55501" if count == 7 else "000"
    else:
        code = calling_code(old[len(access) :])
        if code == "1" and count == len(access) + 11:
            return f"{access}1555{2_000_000 + drawn % 8_000_000}"
        prefix = f"{access}{code}00"[:count]
    rest = count - len(prefix)
    return prefix + (f"{drawn % 10 ** min(rest, 18):0{rest}d}" if rest else "")


def _phone(column: ColumnPlan, keys: Subkeys) -> Mask:
    copy, spare, limit, forms = keys.state("phone").copy, Spare(column, keys), column.length, Forms()

    def text(value: str) -> str:
        data = encoded(value)
        shape = data.translate(DIGIT_SHAPE)
        size, fill, words = forms[shape]
        if words or not size:
            return beside_words(value) if size > 6 else spare.text(value)
        old = data.translate(None, NOT_DIGITS)
        # the national part is hashed, so that a number is the same with and without the country code 1
        state = copy()
        state.update(old[1:] if size == 11 and old[0] == _ONE else old)
        drawn = number_of(state.digest())[0]
        if size == 10 and old[0] > _ONE and old[3] > _ONE and b"+" not in shape:
            new = b"555%d" % (2_000_000 + drawn % 8_000_000)
        else:
            new = _replaced(old.decode(), b"+" in shape, drawn).encode()
        if new == old:
            new = new[:-1] + b"%d" % ((new[-1] - 47) % 10)
        masked = fill(new).decode()
        if column.unique:
            masked += f" x{drawn // 8_000_000 % 10**_EXTENSION:0{_EXTENSION}d}"
        return masked if limit is None or len(masked) <= limit else new[:limit].decode()

    def beside_words(value: str) -> str:
        """A number with words beside it: the words go, the number is masked."""
        match = _WITHIN.search(value)
        return text(match[0].strip()) if match else spare.text(value)

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str or not value:
            return fallback(value)
        return text(value)

    return mask


def _produces(column: ColumnPlan, value: RowValue) -> bool:
    data = value if isinstance(value, bytes) else encoded(str(value))
    digits = digits_in(data).decode()
    words = _WRITTEN.sub("", data.decode("utf-8", "replace"))
    if any(c.isalpha() for c in words):
        return LETTERS_ONLY.issuperset(words.strip().lower())  # what is no number becomes a token
    bare = digits.removeprefix("1") if len(digits) == 11 or column.unique else digits
    if len(digits) <= 6 or (isinstance(value, int) and len(digits) < 10) or bare.startswith(("555", "000")):
        return True
    access = digits.removeprefix("00")
    code = calling_code(access)
    return access.startswith((f"{code}00", "1555"))


def _limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if not column.unique:
        return
    if column.family == "integer" and crowded(rows, 10**7):
        yield error(
            "mask.unique",
            "Masked telephone numbers are too few to stay different in a unique column of numbers.",
            column.column,
            "Use the mask digits.",
        )
    elif column.length is not None and column.length < 16 + _EXTENSION + 2:
        yield error(
            "mask.unique",
            f"A unique telephone number needs an extension: {18 + _EXTENSION} characters, and the column holds "
            f"{column.length}.",
            column.column,
            "Use the mask digits.",
        )


PHONE = MaskDeclaration(
    name="phone",
    title="Telephone number",
    help="Replaces a number by one that cannot be dialled: area code 555 in North America, 00 after another country's "
    "code, 000 where the country is unknown.",
    keeps="The country code and the way a number is written; the same number is the same everywhere.",
    breaks="Area codes and extensions. In a unique column an extension of 12 digits follows.",
    families=CODES,
    examples=(
        Example(before="(415) 234-5678", after="(555) 618-6054"),
        Example(before="+1 415-234-5678", after="+1 555-618-6054"),
        Example(before="+47 912 34 567", after="+47 006 41 376"),
        Example(before="call 4152345678", after="5556186054"),
    ),
    make=_phone,
    produces=_produces,
    limits=_limits,
)
DECLARATIONS = (PHONE,)
