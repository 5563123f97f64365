"""Telephone numbers that ring nowhere."""

import re
from collections.abc import Iterable

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.policy.masks.declarations import CODES, Mask, MaskDeclaration
from app.policy.masks.keyed import Subkeys, encoded, number_of
from app.policy.masks.shapes import Filler, digit_filler, digits_in, shape_only_digits
from app.policy.masks.space import crowded
from app.policy.masks.values import Spare, otherwise
from app.ports.databases import RowValue

_EXTENSION = 12
_SHAPES = 4096
_CODE = re.compile("1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
"""Calling codes of one and two digits; all others have three."""


def calling_code(digits: str) -> str:
    """The country calling code at the start of an international number (ITU-T E.164)."""
    match = _CODE.match(digits)
    return match[0] if match else digits[:3]


def north_american(digits: str) -> bool:
    """Whether ten digits are formed like a number of the North American plan."""
    return len(digits) == 10 and digits[0] in "23456789" and digits[3] in "23456789"


def _prefix(shape: bytes, digits: str) -> str:
    """The digits that a number of this form begins with: what of it stays, then what makes it undialable.

    North America has no area code 555. After a country's code no number begins with 00. Elsewhere 000 is no area.
    """
    plus = shape.lstrip(b" (").startswith(b"+")
    if plus or (digits.startswith("00") and len(digits) > 9):
        access = "" if plus else "00"
        code = calling_code(digits[len(access) :])
        return f"{access}{code}555" if code == "1" else f"{access}{code}00"
    if len(digits) == 11 and digits[0] == "1" and north_american(digits[1:]):
        return "1555"
    return "555" if north_american(digits) else "55501" if len(digits) == 7 else "000"


def _phone(column: ColumnPlan, keys: Subkeys) -> Mask:
    copy, spare, limit = keys.state("phone").copy, Spare(column, keys), column.length
    fillers: dict[bytes, Filler] = {}

    def known(shape: bytes) -> Filler:
        if len(fillers) >= _SHAPES:
            fillers.clear()
        made = fillers[shape] = digit_filler(shape)
        return made

    def text(value: str) -> str:
        data = encoded(value)
        old = digits_in(data).decode()
        if not old or not value.isascii() or any(b in b"abcdfghijklmnopqrsuvwyz@" for b in data.lower()):
            return with_extension(value) if old and len(old) > 4 else spare.text(value)
        count, shape = len(old), shape_only_digits(data)
        # a number is hashed by its national part, so that it is the same with and without the country code 1
        core = old[1:] if count == 11 and old[0] == "1" else old
        state = copy()
        state.update(core.encode())
        drawn = number_of(state.digest())[0]
        prefix = _prefix(shape, old)[:count] if count > 6 else "0" * count
        rest = count - len(prefix)
        if prefix.endswith("555") and rest >= 7:  # exchanges begin with 2 to 9
            new = f"{prefix}{drawn % 8 + 2}{drawn // 8 % 10 ** min(rest - 1, 17):0{rest - 1}d}"
        else:
            new = prefix + (f"{drawn % 10 ** min(rest, 18):0{rest}d}" if rest else "")
        if new == old:
            new = new[:-1] + str((int(new[-1]) + 1) % 10)
        masked = (fillers.get(shape) or known(shape))(new.encode()).decode()
        if column.unique:
            masked += f" x{drawn // 8 % 10**_EXTENSION:0{_EXTENSION}d}"
        return masked if limit is None or len(masked) <= limit else new[:limit]

    def with_extension(value: str) -> str:
        """A number with words or an extension beside it: the words go, the number is masked."""
        head = ""
        for char in value:
            if char.isascii() and (char.isdigit() or char in "+-(). /"):
                head += char
            elif len(digits_in(encoded(head))) > 6:
                break
            else:
                head = ""
        head = head.strip()
        if len(digits_in(encoded(head))) > 6 and head != value:
            return text(head)
        return spare.text(value)

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str or not value:
            return fallback(value)
        return text(value)

    return mask


def _produces(column: ColumnPlan, value: RowValue) -> bool:
    data = value if isinstance(value, bytes) else encoded(str(value))
    digits = digits_in(data).decode()
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
    make=_phone,
    produces=_produces,
    limits=_limits,
)
DECLARATIONS = (PHONE,)
