"""Recognising one value: is this text an e-mail address, a phone number, a national id, somebody's name?

Every function takes a stripped text. They never say "surely not": a False only means that this shape was not seen.
The heavy libraries are imported on first use, because the rest of the program never needs them.
"""

import ipaddress
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from functools import cache

from app.policy.suggest.names import folded

EMAIL_INSIDE = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
PHONE_INSIDE = re.compile(r"(?<![\w.+-])(?:\+|00)\d(?:[\s()./-]?\d){7,13}(?![\w-])|\(\d{2,5}\)\s?\d{3,4}[\s-]?\d{3,5}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\Z")
_PHONE = re.compile(r"[+(]?\d[\d\s()./-]{4,22}\d(?:\s?(?:x|ext\.?)\s?\d{1,6})?\Z", re.IGNORECASE)
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)\S+\Z|\\\\[\w.-]+\\\S+|#.{0,200}(?:://|www\.).{0,200}#", re.IGNORECASE
)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?\Z")
_LOCAL_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{4})\Z|(\d{4})/\d{1,2}/\d{1,2}\Z")
_UUID = re.compile(r"\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?\Z", re.IGNORECASE)
_HASH = re.compile(
    r"\$(?:2[abxy]?|argon2\w*|5|6|1|scrypt|pbkdf2[\w-]*)\$|pbkdf2_\w+\$|\{(?:S?SHA\d*|S?MD5|CRYPT)\}|scrypt:|sha\d+\$|bcrypt\w*\$"
    r"|eyJ[\w-]{8,}\.|(?:sk|pk|rk)_(?:live|test)_|gh[pousr]_\w{20}|xox[abprs]-|AKIA[0-9A-Z]{12}|-----BEGIN|SG\.[\w-]{16}"
)
_HEX = re.compile(
    r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})\Z", re.IGNORECASE
)
_STREET = re.compile(
    r"(?:strasse|str\.|\bstr\b|gasse|platz|\ballee|weg\b|\bstreet\b|\bst\b|\bave\b|\bavenue\b|\broad\b|\brd\b|\bblvd\b|\bboulevard\b"
    r"|\bdrive\b|\bdr\b|\blane\b|\bln\b|\bcourt\b|\bct\b|\bsquare\b|\bterrace\b|\bhighway\b|\bhwy\b|\brue\b|\bplace\b|\bchemin\b|\bquai\b|\bcalle\b|\bavda\b|\bav\b"
    r"|\bplaza\b|\bcarrera\b|\brua\b|\bvia\b|\bpiazza\b|straat|laan\b|gracht|veien|vei\b|gata|gate\b|vagen|gatan|katu|plass\b|p\.?\s?o\.?\s?box|postfach|postboks|\bapt\b|\bsuite\b)",
)
_FORM = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|ug|inc|ltd|llc|llp|plc|corp|corporation|co|company|limited|as|asa|ab|oy|aps|a/s|sa|s\.a|sarl|sas"
    r"|s\.l|sl|srl|s\.r\.l|spa|s\.p\.a|bv|nv|b\.v|n\.v|pty|ltda|e\.v|ev|holding|group|gruppe|konsern)\.?\s*\Z"
    r"|& (?:co|sons|sohne|partners?)\b|\b(?:bank|insurance|versicherung|forsikring|industries|services|solutions"
    r"|restaurant|hotel|bakery|baeckerei|backerei|bakeri|boulangerie|panaderia|clinic|klinik|pharmacy|apotheke|apotek|salon"
    r"|garage|verksted|werkstatt|consulting|studio|dental|farm|brothers|bros|markets?|traders?|imports?)\b"
)


def is_email(text: str) -> bool:
    """An address, whether or not it could be delivered: internal and reserved domains count."""
    if not _EMAIL.match(text):
        return False
    if EMAIL_INSIDE.fullmatch(text):
        return True
    import email_validator

    try:
        email_validator.validate_email(text, check_deliverability=False, allow_quoted_local=True, test_environment=True)
    except email_validator.EmailNotValidError:
        return False
    return True


def is_phone(text: str) -> bool:
    """A phone number with the signs people put between its parts; without a country where a numbering plan knows it."""
    if text.isdigit() or not _PHONE.match(text) or not 6 <= sum(c.isdigit() for c in text) <= 17:
        return False
    if year_of(text) is not None or _is_book(text) or (text.count(".") in (1, 3) and re.fullmatch(r"[\d.]+", text)):
        return False
    return text[0] in "+(" or "(" in text or any(_in_plan(text, region) for region in _REGIONS)


def is_digit_phone(text: str) -> bool:
    """Bare digits that a numbering plan knows as a phone number; many other numbers pass too."""
    if not (text.isdigit() and text.isascii() and 8 <= len(text) <= 15):
        return False
    return any(_in_plan(text, region) for region in ("NO", "US", "DE")) or _in_plan("+" + text, None)


_REGIONS = ("US", "GB", "DE", "FR", "NO", "ES")


def _in_plan(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _is_book(text: str) -> bool:
    from stdnum import isbn

    return bool(isbn.is_valid(text))


def is_url(text: str) -> bool:
    """An address with a scheme, `www.`, or a Windows share."""
    return bool(_URL.match(text))


def is_ip(text: str) -> bool:
    """An IPv4 or IPv6 address, with or without a prefix length."""
    if not (text.count(".") == 3 or text.count(":") >= 2):
        return False
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def is_mac(text: str) -> bool:
    """The hardware address of a network card."""
    return bool(re.fullmatch(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", text, re.IGNORECASE))


def year_of(text: str) -> int | None:
    """The year of a date written in full, None when the text is no date."""
    if match := _DATE.match(text):
        year, month, day = (int(part) for part in match.groups()[:3])
        return year if 1 <= month <= 12 and 1 <= day <= 31 else None
    if match := _LOCAL_DATE.match(text):
        return int(match.group(1) or match.group(2))
    return None


def is_uuid(text: str) -> bool:
    """A UUID, with or without dashes."""
    return bool(_UUID.match(text))


def is_json(text: str) -> bool:
    """A JSON object or list."""
    if text[:1] not in "{[" or text[-1:] not in "}]":
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_secret(text: str) -> bool:
    """A password hash, an access token, a private key, or text as random as one."""
    if _HASH.match(text) or _HEX.match(text):
        return True
    if not 20 <= len(text) <= 4096 or any(c.isspace() for c in text) or is_uuid(text) or is_url(text):
        return False
    mixed = any(c.isdigit() for c in text) and any(c.isupper() for c in text) and any(c.islower() for c in text)
    return mixed and _entropy(text[:256]) >= 3.7 and re.fullmatch(r"[\w+/=.~:-]+", text) is not None


def _entropy(text: str) -> float:
    """Bits per character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def is_iban(text: str) -> bool:
    """An IBAN whose check digits hold."""
    if not re.match(r"[A-Za-z]{2}\d{2}[A-Za-z0-9 ]{11,40}\Z", text):
        return False
    from stdnum import iban

    return bool(iban.is_valid(text, check_country=False))


def is_card(text: str) -> bool:
    """A payment card number: known first digits, right length, Luhn holds."""
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(
        r"(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11})",
        digits,
    ):
        return False
    from stdnum import luhn

    return bool(luhn.is_valid(digits))


# Modules of python-stdnum whose numbers carry a check digit or a birth date, so that chance seldom passes, by how many
# letters and digits a number has; 0 holds those that are not made of digits alone.
_NATIONAL = {
    0: "es.dni es.nie it.codicefiscale fi.hetu ie.pps mx.curp fr.nir",
    8: "nl.bsn",
    9: "nl.bsn ca.sin cz.rc",
    10: "se.personnummer dk.cpr fi.hetu cz.rc bg.egn gb.nhs at.vnr",
    11: "no.fodselsnummer de.idnr be.nn ee.ik lt.asmens hr.oib br.cpf tr.tckimlik pl.pesel",
    12: "se.personnummer in_.aadhaar",
    13: "ro.cnp za.idnr ch.ssn",
    15: "fr.nir",
}
_SHAPE = re.compile(r"[0-9A-Za-z]+(?:[ ./+-][0-9A-Za-z]+)*\Z")


@cache
def _national_checks(size: int) -> tuple[tuple[str, Callable[[str], bool]], ...]:
    from importlib import import_module

    return tuple((name, import_module(f"stdnum.{name}").is_valid) for name in _NATIONAL.get(size, "").split())


def national_ids(text: str) -> frozenset[str]:
    """Which countries' personal numbers this could be, by the names of python-stdnum's modules."""
    if not 8 <= len(text) <= 20:
        return frozenset()
    digits = sum(c.isdigit() for c in text)
    if digits < 6 or not _SHAPE.match(text) or year_of(text) is not None:
        return frozenset()
    size = 0 if any(c.isalpha() for c in text) else digits
    found = {name for name, check in _national_checks(size) if check(text)}
    if re.fullmatch(r"(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}", text):
        found.add("us.ssn")
    if re.fullmatch(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", text):
        found.add("gb.nino")
    return frozenset(found)


def is_street(text: str) -> bool:
    """A house number with a word for a street in one of many languages."""
    return any(c.isdigit() for c in text) and len(text) <= 120 and bool(_STREET.search(folded(text).lower()))


def is_company(text: str) -> bool:
    """A legal form or trade at the end of a name of several words."""
    return len(text) <= 120 and len(text.split()) >= 2 and bool(_FORM.search(folded(text).lower()))


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image"), (b"\x89PNG", "image"), (b"GIF8", "image"), (b"BM", "image"), (b"II*\0", "image"),
    (b"MM\0*", "image"), (b"\x15\x1c\x2f\0", "image"), (b"%PDF", "document"), (b"PK\x03\x04", "document"),
    (b"\xd0\xcf\x11\xe0", "document"), (b"{\\rtf", "document"), (b"OggS", "recording"), (b"ID3", "recording"),
    (b"RIFF", "recording"), (b"fLaC", "recording"),
)  # fmt: skip


def blob_kind(data: bytes) -> str:
    """`image`, `document` or `recording` by the first bytes, else empty."""
    if data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "image" if data[8:12] in (b"WEBP", b"heic", b"avif") else "recording"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
