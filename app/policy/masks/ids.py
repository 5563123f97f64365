"""National identity numbers: of the same form, with the right check digit, and where possible never issued."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from app.domain.findings import Finding, note
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.policy.masks.codes import few_digits
from app.policy.masks.declarations import CODES, Example, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import Subkeys, encoded
from app.policy.masks.permutation import Digits, Letters
from app.policy.masks.shapes import DIGIT_SHAPE, NOT_DIGITS, Forms, digits_in, reshaper
from app.policy.masks.values import Spare, otherwise
from app.ports.databases import RowValue

_SSN = re.compile(r"(?!000|666|9)\d{3}-?(?!00)\d\d-?(?!0000)\d{4}").fullmatch
_ITIN: Final = frozenset((*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)))
FREE_GROUPS: Final = tuple(f"{group:02d}" for group in range(1, 100) if group not in _ITIN)


_TWICE = bytes(sum(divmod(2 * (b - 48), 10)) if 48 <= b <= 57 else 0 for b in range(256))


def luhn(body: str) -> str:
    """The Luhn check digit (ISO/IEC 7812-1) that belongs after `body`."""
    data = body.encode()
    single = data[-2::-2]
    return str(-(sum(data[::-2].translate(_TWICE)) + sum(single) - 48 * len(single)) % 10)


def weighted(body: str, weights: tuple[int, ...], modulus: int = 11) -> int:
    return sum(int(d) * w for d, w in zip(body, weights, strict=True)) % modulus


def _swedish(body: str) -> str:
    return body + luhn(body[-9:])


def _dutch(body: str) -> str | None:
    check = weighted(body, (9, 8, 7, 6, 5, 4, 3, 2))
    return None if check == 10 else body + str(check)


def _brazilian(body: str) -> str:
    for start in (10, 11):
        rest = weighted(body, tuple(range(start, 1, -1)))
        body += str(0 if rest < 2 else 11 - rest)
    return body


def _norwegian(body: str) -> str | None:
    one = -weighted(body, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    two = -weighted(body + str(one), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11 if one < 10 else 10
    return None if two == 10 else f"{body}{one}{two}"


def _canadian(body: str) -> str:
    return body + luhn(body)


_CHECKED: Final[dict[str, tuple[int, int, Callable[[str], str | None]]]] = {
    # kind: (digits in all, check digits, completes a body or refuses it)
    "no_fodselsnummer": (11, 2, _norwegian),
    "se_personnummer": (10, 1, _swedish),
    "nl_bsn": (9, 1, _dutch),
    "br_cpf": (11, 2, _brazilian),
    "ca_sin": (9, 1, _canadian),
}
_ELEVEN, _NINE = ("no_fodselsnummer", "br_cpf"), ("nl_bsn", "ca_sin")
KIND = Parameter(
    name="kind",
    type=OptionType.CHOICE,
    title="Kind of number",
    help="Which number it is. `auto` decides by form and check digits; name the kind where the column holds one alone.",
    default="auto",
    choices=("auto", "us_ssn", *_CHECKED, "other"),
)


def kind_of(value: str, digits: str) -> str:
    """The kind whose form and check digits a value has; `other` when none or when it has letters."""
    if len(digits) == 9:
        if _SSN(value) and (len(value) > 9 or all(not _valid(kind, digits) for kind in _NINE)):
            return "us_ssn"
        return next((kind for kind in _NINE if _valid(kind, digits)), "other")
    candidates = _ELEVEN if len(digits) == 11 else ("se_personnummer",) if len(digits) == 10 else ()
    return next((kind for kind in candidates if _valid(kind, digits)), "other")


def _valid(kind: str, digits: str) -> bool:
    size, checks, complete = _CHECKED[kind]
    return len(digits) == size and complete(digits[:-checks]) == digits


def _checked(kind: str, digits: str, permute: Digits) -> str:
    """Another number of that kind: the body permuted again until it has check digits; one for one."""
    _, checks, complete = _CHECKED[kind]
    body = digits[:-checks]
    for _ in range(64):
        body = permute.text(body)
        done = complete(body)
        if done is not None and done != digits:
            return done
    return permute.text(digits)


def _national_id(column: ColumnPlan, keys: Subkeys) -> Mask:
    digits, spare, limit, fixed = Digits(keys), Spare(column, keys), column.length, KIND.text(column)
    reshape, number = reshaper(digits, Letters(keys)), keys.number("us_ssn")
    forms, unique = Forms(), column.unique

    heads = [f"9{area:02d}{group}" for area in range(100) for group in FREE_GROUPS]

    def social(old: str) -> str:
        """Area 9xx, a group that no taxpayer number has, a serial number from 0001 to 9999."""
        serial, head = divmod(number(old.encode()), len(heads))
        new = heads[head] + str(serial % 9999 + 10_001)[1:]
        return new if new != old else heads[head - 1] + new[5:]

    expected = fixed in ("auto", "us_ssn") and not unique and (limit is None or limit >= 11)

    def text(value: str) -> str:
        if expected and len(value) == 11 and value[3] == "-" and value.isascii() and _SSN(value):
            new = social(value[:3] + value[4:6] + value[7:])
            return f"{new[:3]}-{new[3:5]}-{new[5:]}"
        data = encoded(value)
        size, fill, words = forms[data.translate(DIGIT_SHAPE)]
        old = data.translate(None, NOT_DIGITS).decode()
        kind = "other" if words or not old else kind_of(value.strip(), old) if fixed == "auto" else fixed
        if kind == "us_ssn" and size == 9 and not unique:
            new = social(old)
        elif kind in _CHECKED and _valid(kind, old):
            new = _checked(kind, old, digits)
        else:
            masked = reshape(value)
            masked = spare.text(value) if masked is None else masked
            return masked if limit is None else masked[:limit]
        masked = fill(new.encode()).decode()
        return masked if limit is None else masked[:limit]

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is str and value:
            return text(value)
        if type(value) is int and 0 < value < 10**9:  # leading zeros are lost in a number
            masked = int(text(f"{value:09d}")) if fixed == "us_ssn" else None
            if masked is not None and masked != value:
                return masked
        return fallback(value)

    return mask


def _produces(column: ColumnPlan, value: RowValue) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    digits = digits_in(encoded(text))
    return few_digits(value) or (len(digits) == 9 and digits.startswith(b"9"))


def _limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.unique and KIND.text(column) in ("auto", "us_ssn"):
        yield note(
            "mask.social_security",
            "The column is unique: a US social security number is replaced by any nine digits, not by one of the "
            "unassigned area 9xx, and differs from the same number in a column that is not unique.",
            column.column,
            "Use the mask digits in both columns where they must agree.",
        )


NATIONAL_ID = MaskDeclaration(
    name="national_id",
    title="National identity number",
    help="Replaces a US social security number by one of the unassigned area 9xx, a number of another known kind by "
    "one with right check digits, and any other digit by digit and letter by letter.",
    keeps="Length, separators and check digits; the same number is the same everywhere.",
    breaks="Birth date, gender and region read from a number. Kinds it does not know get wrong check digits.",
    families=CODES,
    parameters=(KIND,),
    examples=(
        Example(before="123-45-6789", after="942-19-3697"),
        Example(before="529.982.247-25", after="812.657.971-45"),
        Example(before="AB 12 34 56 C", after="VQ 26 90 02 Z"),
    ),
    make=_national_id,
    produces=_produces,
    limits=_limits,
)
DECLARATIONS = (NATIONAL_ID,)
