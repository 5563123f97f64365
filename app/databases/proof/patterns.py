"""The originals as search patterns, and how a piece of the copy is searched for all of them at once.

Searching ignores case. Text is compared in its case-folded UTF-8; the bytes of a BLOB are searched for the UTF-8,
Latin-1 and UTF-16 spellings of each original. Speed matters here, every value of a copy goes through: large pieces are
folded and searched in C, and a piece that holds nothing but numbers is searched for the originals that are numbers.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from app.databases.proof.copies import MaskedColumn
from app.ports.databases import RowValue

SEPARATOR = "\x1f"
_EDGE = SEPARATOR.encode()
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}([T ].*)?")
_AFTER_MORE = re.compile(rb"[0-9]|\.(?!0+(?![0-9]))[0-9]")  # 4711.0 is 4711
_BEFORE_MORE = re.compile(rb"(?:[0-9]|[0-9]\.)\Z")
_COUNTRY = re.compile(rb"\+[0-9]{1,3}\Z")
_DIGITS_ALONE = re.compile(r"[\d\W_]+")
_NUMBERS = b"0123456789 .,:;+-/()\n" + _EDGE
_ASCII = bytes(range(0x80))
_TABLE_BYTES = 300_000
"""Patterns of so many bytes are compiled to one table, which is twice as quick and takes up to 200 times the room."""
_FEW_LETTERS = 8
_WINDOW, _STEP = 16, 4
"""Bytes of an original that are searched for, and then compared with all of it; where such windows may begin."""


@dataclass(frozen=True, slots=True, eq=False)
class Original:
    """One original value and the masked columns it stands in.

    A `strong` one can only come from that person (an address, a phone number, several words); a weak one is a single
    word, a short number or a date, which other data may hold by chance. `text` is case-folded.
    """

    text: str
    columns: tuple[MaskedColumn, ...]
    strong: bool

    @property
    def anywhere(self) -> bool:
        """Whether it says something inside a longer word too: an address and a number do, but a name does not say
        anything in a longer one (Paul Lee in Paul Lees)."""
        return self.strong and any(character.isdigit() or character == "@" for character in self.text)

    @property
    def space(self) -> float:
        """How many values there are of its shape; leading zeros, which masks keep, are no choice."""
        digits = "".join(character for character in self.text if character.isdigit()).lstrip("0")
        letters = sum(character.isalpha() for character in self.text)
        return 10.0 ** min(len(digits), 60) * 26.0 ** min(letters, 60)


@dataclass(frozen=True, slots=True)
class Match:
    """An original found in a cell; `whole` when the cell holds nothing else, `cell` its text, `at` the cell's number in
    the piece."""

    original: Original
    whole: bool
    cell: str
    at: int = 0


def gather(columns: Iterable[MaskedColumn], rare: int) -> dict[str, Original]:
    """The originals of all columns that stand in at most `rare` rows, by their folded text."""
    owners: dict[str, list[MaskedColumn]] = {}
    for column in columns:
        for value, times in column.originals.items():
            if times <= rare:
                owners.setdefault(fold(value), []).append(column)
    return {text: Original(text, tuple(found), _strong(text)) for text, found in owners.items()}


def fold(value: RowValue) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.strip().casefold()


class Searcher:
    """All originals in one automaton for text, one for numbers, and one for bytes as soon as there are any to be
    searched. Several threads may search at once: what takes long lets go of the interpreter."""

    def __init__(self, originals: dict[str, Original]) -> None:
        # Those that are numbers come first, so that a pattern's place is the same in both automata.
        self._originals = sorted(originals.values(), key=lambda o: not _of_numbers(o.text.encode()))
        windows = _windows([o.text.encode() for o in self._originals])
        self._rest = {number: text for number, (text, window, _) in enumerate(windows) if text != window}
        self._before = [at for _, _, at in windows]
        self._text = _automaton([window for _, window, _ in windows])
        numbers = sum(_of_numbers(o.text.encode()) for o in self._originals)
        self._numbers = _automaton([window for _, window, _ in windows[:numbers]])

    @property
    def longest(self) -> int:
        """Bytes of the longest original: pieces of one long value must overlap by as much."""
        return max((len(o.text.encode()) for o in self._originals), default=0)

    def in_text(self, joined: bytes) -> Iterator[Match]:
        """Search cells of text, joined by SEPARATOR, as UTF-8 (invalid bytes allowed)."""
        folded = folded_bytes(joined)
        raw: list[bytes] = []
        number = counted = 0
        automaton = self._numbers if _of_numbers(folded[:_WINDOW]) and _of_numbers(folded) else self._text
        for pattern, start, end in automaton.find_matches_as_indexes(folded, overlapping=True):
            original = self._originals[pattern]
            if pattern in self._rest:
                text, start = self._rest[pattern], start - self._before[pattern]
                end = start + len(text)
                if start < 0 or not folded.startswith(text, start):
                    continue
            if not (original.anywhere or _stands_alone(folded, start, end)) or _in_longer_number(folded, start, end):
                continue
            begin, stop = folded.rfind(_EDGE, 0, start) + 1, folded.find(_EDGE, end)
            raw = raw or joined.split(_EDGE)
            if begin > counted:
                number, counted = number + folded.count(_EDGE, counted, begin), begin
            whole = folded[begin : stop if stop >= 0 else len(folded)].strip() == original.text.encode()
            yield Match(original, whole, raw[number].decode("utf-8", "replace"), number)

    @cached_property
    def _for_bytes(self) -> tuple[BytesAhoCorasick, list[int]]:
        """The automaton of all spellings, and the original each belongs to."""
        spellings: dict[bytes, int] = {}
        for number, original in enumerate(self._originals):
            for spelling in _spellings(original.text):
                spellings.setdefault(spelling, number)
        return _automaton(list(spellings)), list(spellings.values())

    def in_bytes(self, value: bytes) -> Iterator[Match]:
        """Search one BLOB; weak originals mean nothing inside it."""
        automaton, owners = self._for_bytes
        lowered = value.lower()
        for number, start, end in automaton.find_matches_as_indexes(lowered, overlapping=True):
            original = self._originals[owners[number]]
            whole = end - start == len(lowered)
            if whole or (original.strong and not _in_longer_number(lowered, start, end)):
                yield Match(original, whole, original.text if whole else "")


def folded_bytes(text: bytes) -> bytes:
    """UTF-8 text without case. Folding what is not ASCII takes twenty times as long as the rest, and few texts hold
    more than a few capital letters of that kind, each of which is replaced by itself."""
    if text.isascii():
        return text.lower()
    try:
        letters = set(text.translate(None, _ASCII).decode())
    except UnicodeDecodeError:
        letters = None
    capitals = [] if letters is None else [c for c in letters if c != c.casefold()]
    if letters is None or len(capitals) > _FEW_LETTERS:
        return text.decode("utf-8", "replace").casefold().encode()
    folded = text.lower()
    for letter in capitals:
        folded = folded.replace(letter.encode(), letter.casefold().encode())
    return folded


def _of_numbers(text: bytes) -> bool:
    return not text.translate(None, _NUMBERS)


def _windows(texts: list[bytes]) -> list[tuple[bytes, bytes, int]]:
    """Of each text the part to search for, and where it begins: one that the fewest others share, for letters and notes
    begin alike, and what stands in every row would be met in every row."""
    places = [range(0, max(len(text) - _WINDOW, 0) + 1, _STEP) for text in texts]
    shared = Counter(text[at : at + _WINDOW] for text, among in zip(texts, places, strict=True) for at in among)
    found = []
    for text, among in zip(texts, places, strict=True):
        at = min(among, key=lambda at: shared[text[at : at + _WINDOW]])
        found.append((text, text[at : at + _WINDOW], at))
    return found


def _automaton(patterns: list[bytes]) -> BytesAhoCorasick:
    small = sum(map(len, patterns)) <= _TABLE_BYTES
    return BytesAhoCorasick(patterns, MatchKind.Standard, implementation=Implementation.DFA if small else None)


def _strong(text: str) -> bool:
    if _DATE.fullmatch(text):
        return False
    digits = sum(character.isdigit() for character in text)
    if _DIGITS_ALONE.fullmatch(text):
        return digits >= 9
    return len(text) >= 8 and ("@" in text or digits > 0 or " " in text)


def _stands_alone(folded: bytes, start: int, end: int) -> bool:
    """Whether no letter or digit touches the match."""
    before, after = folded[start - 1 : start] if start else b"", folded[end : end + 1]
    return not (_wordlike(before) or _wordlike(after))


def _in_longer_number(folded: bytes, start: int, end: int) -> bool:
    """Whether the match begins or ends amid the digits of a number: nine digits of a longer number are nobody's
    telephone, and in a million long numbers they occur by chance. A country's code may stand before them."""
    if folded[end - 1 : end].isdigit() and _AFTER_MORE.match(folded, end):
        return True
    if not folded[start : start + 1].isdigit() or not _BEFORE_MORE.search(folded, max(0, start - 2), start):
        return False
    return not _COUNTRY.search(folded, max(0, start - 4), start)


def _wordlike(byte: bytes) -> bool:
    return bool(byte) and (byte.isalnum() or byte[0] >= 0x80)


def _spellings(text: str) -> Iterator[bytes]:
    for form in {text, text.upper(), text.title()}:
        for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            try:
                yield form.encode(encoding).lower()
            except UnicodeEncodeError:
                continue
