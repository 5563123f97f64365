"""What the sampled values of one column look like, as shares; the values themselves stay here."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.policy.suggest import people, recognise
from app.policy.suggest.kinds import SHAPES, held_within, kinds_of
from app.ports.databases import RowValue

_MOST_CHARACTERS = 2000  # of one value that are looked at
_MOST_DISTINCT = 150  # values given to the slower recognisers
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?")


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
            value = repr(value) if isinstance(value, float) and not value.is_integer() else str(int(value))
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
        kinds = kinds_of(text)
        counts.update(kinds)
        year = recognise.year_of(text)
        if year is not None:
            years.append(year)
            counts["date"] += 1
        name = people.name_like(text)
        if name:
            counts.update((name, "person"))
        # a number column loses the zero that a personal number starts with
        national.update(recognise.national_ids(text.zfill(11) if numbers and len(text) == 10 else text))
        if SHAPES.issuperset(kinds):
            inside.update(held_within(text))
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
        numeric=sum(bool(_NUMBER.fullmatch(text)) for text in looked) / count,
        years=tuple(sorted(years)),
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        blobs=blobs,
        texts=frozenset(text.casefold() for text in distinct),
    )
