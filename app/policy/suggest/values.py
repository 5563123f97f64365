"""What the sampled values of one column look like, as shares; the values themselves stay here."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.policy.suggest import people, recognise
from app.ports.databases import RowValue

_MOST_CHARACTERS = 2000  # of one value that are looked at
_MOST_DISTINCT = 150  # values given to the slower recognisers
_CODE = re.compile(r"(?=[^a-z]*\Z|.*[0-9._/#-])[\w./#+-]{1,20}\Z|\S{1,4}\Z", re.ASCII)
_LONG_NUMBER = re.compile(r"-?\d{8,}\Z", re.ASCII)
_FINE_NUMBER = re.compile(r"-?\d{1,3}\.\d{4,}\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFacts:
    """Shares run from 0 to 1 and are of the distinct values; `texts` (folded, distinct) serves comparing columns and
    shows in no repr."""

    filled: int = 0  # values that are neither NULL nor empty
    distinct: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    inside: dict[str, float] = field(default_factory=dict)  # found within longer text
    national: str = ""  # the country whose personal numbers most values are
    words: float = 0.0  # mean words per value
    longest: int = 0  # characters
    lines: bool = False  # some value has several lines
    repeated: float = 0.0  # share of the rows whose value occurs more than once
    numeric: float = 0.0  # share that are numbers or digits only
    years: tuple[int, ...] = ()  # of dates, sorted
    low: float | None = None  # smallest and largest of the numbers
    high: float | None = None
    blobs: frozenset[str] = frozenset()
    texts: frozenset[str] = field(default=frozenset(), repr=False)

    def share(self, *kinds: str) -> float:
        """The share of values recognised as any one of these kinds (the largest)."""
        return max((self.shares.get(kind, 0.0) for kind in kinds), default=0.0)

    @property
    def personal_inside(self) -> float:
        """The share of values with an address, a number or the like somewhere within."""
        return max(self.inside.values(), default=0.0)

    @property
    def enumerated(self) -> bool:
        """A small set of short values that come again and again."""
        return (
            self.filled >= 10
            and self.distinct <= max(4, min(40, self.filled // 4))
            and self.repeated >= 0.8
            and self.longest <= 40
            and not self.lines
        )


_WHOLE: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email", recognise.is_email),
    ("url", recognise.is_url),
    ("uuid", recognise.is_uuid),
    ("ip", recognise.is_ip),
    ("mac", recognise.is_mac),
    ("iban", recognise.is_iban),
    ("card", recognise.is_card),
    ("json", recognise.is_json),
    ("secret", recognise.is_secret),
    ("phone", recognise.is_phone),
    ("digit phone", recognise.is_digit_phone),
    ("street", recognise.is_street),
    ("company", recognise.is_company),
    ("proper", people.is_proper),
    ("handle", people.is_handle),
    ("codelike", lambda text: bool(_CODE.match(text))),
    ("long number", lambda text: bool(_LONG_NUMBER.match(text))),
    ("fine number", lambda text: bool(_FINE_NUMBER.match(text))),
)
# What says nothing about whether a value was recognised.
_SHAPES = frozenset({"proper", "handle", "codelike", "long number", "fine number"})


def look_at(values: Iterable[RowValue]) -> ValueFacts:
    """The facts about one column's sampled values."""
    texts: Counter[str] = Counter()
    numbers: list[float] = []
    blobs: set[str] = set()
    filled = 0
    for value in values:
        if value is None or value == "" or value == b"":
            continue
        filled += 1
        if isinstance(value, bytes):
            text = _as_text(value)
            if text is None:
                blobs.add(recognise.blob_kind(value) or "binary")
                continue
            value = text
        elif isinstance(value, int | float):
            numbers.append(float(value))
            value = repr(value) if isinstance(value, float) else str(value)
        text = value[:_MOST_CHARACTERS].strip()
        if text:
            texts[text] += 1
    return _facts(filled, texts, numbers, frozenset(blobs))


def _as_text(data: bytes) -> str | None:
    """The bytes as text where they are text that was put into a BLOB column."""
    try:
        text = data[:_MOST_CHARACTERS].decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or all(c.isprintable() or c in "\r\n\t" for c in text) else None


def _facts(filled: int, texts: Counter[str], numbers: Sequence[float], blobs: frozenset[str]) -> ValueFacts:
    distinct = list(texts)
    looked = distinct[:_MOST_DISTINCT]
    count = len(looked) or 1
    counts: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    national: Counter[str] = Counter()
    years: list[int] = []
    for text in looked:
        kinds = [kind for kind, check in _WHOLE if check(text)]
        counts.update(kinds)
        year = recognise.year_of(text)
        if year is not None:
            years.append(year)
            counts["date"] += 1
        name = people.name_like(text)
        counts.update({"full": ["full", "person"], "": []}.get(name, [name, "person"]))
        # a number column loses the zero that a personal number starts with
        national.update(recognise.national_ids(text.zfill(11) if numbers and len(text) == 10 else text))
        if _SHAPES.issuperset(kinds):
            inside.update(_within(text))
            counts["named"] += not name and people.holds_name(text)
    country, hits = national.most_common(1)[0] if national else ("", 0)
    if hits >= max(1, 0.7 * count):
        counts["national"] = hits
    total = sum(texts.values()) or 1
    return ValueFacts(
        filled=filled,
        distinct=len(distinct),
        shares={kind: n / count for kind, n in counts.items()},
        inside={kind: n / count for kind, n in inside.items()},
        national=country if "national" in counts else "",
        words=sum(len(text.split()) for text in looked) / count,
        longest=max((len(text) for text in distinct), default=0),
        lines=any("\n" in text for text in looked),
        repeated=sum(n for n in texts.values() if n > 1) / total,
        numeric=sum(bool(re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?", text)) for text in looked) / count,
        years=tuple(sorted(years)),
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        blobs=blobs,
        texts=frozenset(text.casefold() for text in distinct),
    )


def _within(text: str) -> list[str]:
    found = []
    if "@" in text and recognise.EMAIL_INSIDE.search(text):
        found.append("e-mail addresses")
    if len(text) > 8 and recognise.PHONE_INSIDE.search(text):
        found.append("phone numbers")
    if "-" in text and re.search(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b", text):
        found.append("social security numbers")
    for match in re.finditer(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", text):
        if recognise.is_iban(match.group()):
            found.append("bank accounts")
            break
    for match in re.finditer(r"\b\d(?:[ -]?\d){12,18}\b", text):
        if recognise.is_card(match.group()):
            found.append("card numbers")
            break
    return found
