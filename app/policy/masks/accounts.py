"""Bank accounts and payment cards that no bank would accept and every form does."""

import re
from collections.abc import Iterable
from typing import Final

from app.domain.findings import Finding, note
from app.domain.plan import ColumnPlan
from app.policy.masks.codes import few_digits
from app.policy.masks.declarations import CODES, Example, Mask, MaskDeclaration
from app.policy.masks.ids import luhn
from app.policy.masks.keyed import Subkeys, encoded
from app.policy.masks.permutation import Digits, Letters
from app.policy.masks.shapes import DIGIT_SHAPE, NOT_DIGITS, Forms, digits_in, reshaper
from app.policy.masks.values import Spare, otherwise
from app.ports.databases import RowValue

_IBAN = re.compile(r"[A-Za-z]{2}\d\d(?: ?[A-Za-z0-9]){10,30}")
_BANK: Final = {
    # ISO 13616: how many characters of the account name the bank, where it is not four
    "AT": 5, "BE": 3, "CH": 5, "CY": 3, "CZ": 4, "DE": 8, "DK": 4, "EE": 2, "ES": 8, "FI": 3, "FR": 10, "GR": 7,
    "HR": 7, "HU": 7, "IE": 10, "IS": 4, "IT": 11, "LI": 5, "LT": 5, "LU": 3, "MC": 10, "MT": 9, "NO": 4, "PL": 8,
    "PT": 8, "SE": 3, "SI": 5, "SK": 4, "SM": 11,
}  # fmt: skip
_TEST_ISSUER: Final = {"3": "378282", "4": "400000", "5": "555555", "6": "601111"}
_OTHER_ISSUER: Final = "400000"


def iban_check(country: str, account: str) -> str:
    """The two check digits of an IBAN (ISO 7064, mod 97-10)."""
    return f"{98 - int(''.join(str(int(c, 36)) for c in account + country + '00')) % 97:02d}"


def valid_iban(compact: str) -> bool:
    return bool(_IBAN.fullmatch(compact)) and iban_check(compact[:2].upper(), compact[4:].upper()) == compact[2:4]


def _bank_account(column: ColumnPlan, keys: Subkeys) -> Mask:
    spare, limit = Spare(column, keys), column.length
    reshape, stream = reshaper(Digits(keys), Letters(keys)), keys.stream("iban")

    def iban(compact: str, shift: int = 0) -> str:
        country, account = compact[:2].upper(), compact[4:].upper()
        if column.unique:
            other = (reshape(account) or account).upper()
            return country + iban_check(country, other) + other
        bank = min(_BANK.get(country, 4), len(account) - 4)
        noise = stream(f"{country}{account}{shift or ''}".encode(), len(account))
        new = "".join(
            ("0" if i < bank else chr(48 + byte % 10)) if c.isdigit() else "X" if i < bank else chr(65 + byte % 26)
            for i, (c, byte) in enumerate(zip(account, noise, strict=True))
        )
        masked = country + iban_check(country, new) + new
        return masked if masked != compact.upper() else iban(compact, shift + 1)

    def text(value: str) -> str:
        compact = value.replace(" ", "") if value[:1].isalpha() and value.isascii() else ""
        if 15 <= len(compact) <= 34 and _IBAN.fullmatch(compact):
            letters = iter(iban(compact))
            masked = "".join(" " if c == " " else next(letters) for c in value)
            masked = masked.lower() if compact.islower() else masked
        else:
            found = reshape(value)
            masked = spare.text(value) if found is None else found
        return masked if limit is None else masked[:limit]

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str or not value:
            return fallback(value)
        return text(value)

    return mask


def _bank_account_produces(column: ColumnPlan, value: RowValue) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    compact = text.replace(" ", "").upper()
    if valid_iban(compact):
        bank = compact[4 : 4 + min(_BANK.get(compact[:2], 4), len(compact) - 8)]
        return set(bank) <= {"0", "X"}
    return few_digits(value)


def _bank_account_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.unique and (column.length is None or column.length >= 15):
        yield note(
            "mask.iban",
            "The column is unique: the bank code of an IBAN is replaced by any other, not by zeros, and the result "
            "differs from the same IBAN in a column that is not unique.",
            column.column,
            "Use the mask digits in both columns where they must agree.",
        )


def _card(column: ColumnPlan, keys: Subkeys) -> Mask:
    spare, limit, number, digits = Spare(column, keys), column.length, keys.number("card"), Digits(keys)
    forms = Forms()
    reshape = reshaper(digits, Letters(keys))

    def text(value: str) -> str:
        data = encoded(value)
        size, fill, words = forms[data.translate(DIGIT_SHAPE)]
        old = data.translate(None, NOT_DIGITS).decode()
        if 13 <= size <= 19 and not words:
            if column.unique:
                body = "0" + digits.text(old[1:-1])
            else:
                issuer = _TEST_ISSUER.get(old[0], _OTHER_ISSUER)
                room = 10 ** (size - 7)
                drawn = number(old.encode()) % room
                body = issuer + str(room + drawn)[1:]
                if body == old[:-1]:
                    body = issuer + str(room + (drawn + 1) % room)[1:]
            masked = fill((body + luhn(body)).encode()).decode()
        else:
            found = reshape(value)
            masked = spare.text(value) if found is None else found
        return masked if limit is None else masked[:limit]

    fallback = otherwise(text, column, keys)

    def mask(value: RowValue) -> RowValue:
        if type(value) is not str or not value:
            return fallback(value)
        return text(value)

    return mask


def _card_produces(column: ColumnPlan, value: RowValue) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    digits = digits_in(encoded(text)).decode()
    return few_digits(value) or (
        13 <= len(digits) <= 19
        and luhn(digits[:-1]) == digits[-1]
        and digits.startswith(("0",) if column.unique else tuple(_TEST_ISSUER.values()))
    )


BANK_ACCOUNT = MaskDeclaration(
    name="bank_account",
    title="Bank account",
    help="Replaces an IBAN by one of the same country with right check digits and a bank code of zeros, which no bank "
    "has; any other account number digit by digit.",
    keeps="Country, length and format; the same account is the same everywhere.",
    breaks="Bank and branch; a national check digit inside an IBAN.",
    families=CODES,
    examples=(
        Example(before="DE89 3704 0044 0532 0130 00", after="DE02 0000 0000 5555 2971 18"),
        Example(before="12345678901", after="17574528962"),
    ),
    make=_bank_account,
    produces=_bank_account_produces,
    limits=_bank_account_limits,
)
CARD = MaskDeclaration(
    name="card",
    title="Payment card",
    help="Replaces a card number by one of a test issuer with a right Luhn digit; 13 to 19 digits count as a card.",
    keeps="Length, separators and the card's brand by its first digit.",
    breaks="Payments. In a unique column the number begins with 0, which no issuer has; shorter numbers, such as the "
    "last four digits, are replaced digit by digit.",
    families=CODES,
    examples=(
        Example(before="4111 1111 1111 1111", after="4000 0027 5554 9308"),
        Example(before="378282246310005", after="378282938730874"),
    ),
    make=_card,
    produces=_card_produces,
)
DECLARATIONS = (BANK_ACCOUNT, CARD)
