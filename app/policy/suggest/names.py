"""Taking a name apart: `kundenEpostAdresse`, `CUST_LAST_NM` and `geburtsdatum` become words with meanings."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.policy.suggest.words import ABBREVIATIONS, FURNITURE, PREFIXES, TABLE_WORDS, WORDS

_LONGEST_NAME = 200  # characters of a name that are read; real names are far shorter
_LONGEST_WORD = 40
_PIECES = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_FOLD = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ß": "ss", "đ": "d", "ł": "l", "Ł": "L", "œ": "oe"})
_SHORT_ENDINGS = frozenset({"no", "nr", "id", "dt", "ts", "by", "ip"})


@dataclass(frozen=True, slots=True)
class Words:
    """A name as words. `concepts` are what they mean together; `last` what the last word means, which in most
    languages here is what the thing is (`email_id` is an id)."""

    words: tuple[str, ...]
    concepts: frozenset[str]
    last: frozenset[str]
    first: frozenset[str]

    def has(self, *concepts: str) -> bool:
        """Whether all of these are among the concepts."""
        return self.concepts.issuperset(concepts)

    def any(self, *concepts: str) -> bool:
        """Whether at least one of these is among the concepts."""
        return not self.concepts.isdisjoint(concepts)

    @property
    def bare(self) -> bool:
        """Whether the name is a single word."""
        return len(self.words) == 1


def folded(text: str) -> str:
    """The text in plain Latin letters: accents gone, ø as o, ß as ss; case stays."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_FOLD))
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def column_words(name: str) -> Words:
    """A column's name in words."""
    return _read(name, WORDS)


@lru_cache(maxsize=1024)
def table_words(name: str) -> Words:
    """A table's name in words; its schema counts too (`hr.staff`)."""
    return _read(name, TABLE_WORDS)


def _read(name: str, vocabulary: Mapping[str, frozenset[str]]) -> Words:
    words: list[str] = []
    pieces = [p.lower() for p in _PIECES.findall(folded(name[:_LONGEST_NAME]))]
    position = 0
    while position < len(pieces):
        piece = pieces[position]
        following = pieces[position + 1] if position + 1 < len(pieces) else ""
        if following.isdigit() and piece + following in vocabulary:  # address2, ort01
            words.append(piece + following)
            position += 2
            continue
        if following and piece + following in vocabulary and piece not in vocabulary:  # E-Mail, eMail, Post-nr
            words.append(piece + following)
            position += 2
            continue
        if not piece.isdigit():
            words.extend(_known(piece, vocabulary))
        position += 1
    if len(words) > 1 and words[0] in PREFIXES:
        words = words[1:]
    telling = [w for w in words if w not in FURNITURE or w in vocabulary] or words
    meanings = [vocabulary.get(w, frozenset()) for w in telling]
    return Words(
        words=tuple(telling),
        concepts=frozenset().union(*meanings) if meanings else frozenset(),
        last=meanings[-1] if meanings else frozenset(),
        first=meanings[0] if meanings else frozenset(),
    )


def _known(piece: str, vocabulary: Mapping[str, frozenset[str]]) -> list[str]:
    """The piece as words we know: itself, what it abbreviates, its singular, or the parts it is written together
    of (`custlastname`); itself again where nothing is known."""
    if piece in vocabulary:
        return [piece]
    if piece in ABBREVIATIONS:
        return [ABBREVIATIONS[piece]]
    if piece.endswith("s") and piece[:-1] in vocabulary:
        return [piece[:-1]]
    return _parts(piece, vocabulary) or [piece]


def _parts(piece: str, vocabulary: Mapping[str, frozenset[str]]) -> list[str]:
    """The fewest known words that make up the whole piece, at most four; empty when there are none."""
    if not 5 <= len(piece) <= _LONGEST_WORD:
        return []
    best: dict[int, list[str]] = {0: []}
    for end in range(2, len(piece) + 1):
        for start in list(best):
            part = piece[start:end]
            if start == end or len(best[start]) >= 4 or not _is_part(part, start, end == len(piece), vocabulary):
                continue
            candidate = [*best[start], _whole(part, vocabulary)]
            if end not in best or len(candidate) < len(best[end]):
                best[end] = candidate
    return best.get(len(piece), [])


def _whole(part: str, vocabulary: Mapping[str, frozenset[str]]) -> str:
    """The word that a part stands for: what it abbreviates, or itself without the letter that glues it to the next."""
    if part in vocabulary:
        return part
    return ABBREVIATIONS.get(part) or part[:-1]


def _is_part(part: str, start: int, at_end: bool, vocabulary: Mapping[str, frozenset[str]]) -> bool:
    if len(part) < 3:
        return at_end and start > 0 and part in _SHORT_ENDINGS
    if part in vocabulary or part in ABBREVIATIONS:
        return True
    # German and Norwegian glue words with an s or n: `kundens|nummer` is `kunden` + s + `nummer`
    return not at_end and part[-1] in "sn" and len(part) > 4 and part[:-1] in vocabulary
