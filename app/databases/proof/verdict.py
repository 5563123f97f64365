"""What a match means: a leak, or a coincidence that is counted and named (DESIGN 6)."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.databases.proof.copies import Copied
from app.databases.proof.fitness import COMMON, RARE
from app.databases.proof.patterns import Match, Original, fold
from app.domain.operations import NotProven, Proof, ProofHit, ProofState
from app.domain.plan import ColumnPlan
from app.domain.schema import TypeFamily
from app.policy import masks
from app.policy.masks.mail import around
from app.ports.databases import RowValue


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value of the copy stands. `kept` when a person decided that its values come along as they are;
    `storage` when it repeats what stands in other columns: an index's own storage, a computed column; `mask` when
    masked."""

    table: str
    column: str
    kept: bool = False
    storage: bool = False
    mask: ColumnPlan | None = field(default=None, compare=False)


SAME_KIND = 5
"""A kept column in which this many different originals of one masked column stand as whole values holds the same kind
of thing by decision (artists, of which some are composers)."""

IMPROBABLE = 1e-8
"""Matches that chance explains with at least this probability prove no leak: a mask that makes numbers of eleven digits
half a million times meets one of two thousand originals now and then, whatever its key."""

_CHECKED = {"national_id": 100, "bank_account": 100, "card": 10}
"""How many times fewer numbers a mask can make than their digits allow, because of check digits."""

STRUCTURE = Spot("(structure)", "(structure)", storage=True)
"""The text of a default, a view, a comment."""


class Verdict:
    """Gathers what was found; `values` counts the values looked at."""

    def __init__(self) -> None:
        self.values = 0
        self._hits: dict[Original, Counter[Spot]] = {}
        self._chances: Counter[Spot] = Counter()
        self._excused: dict[str, set[Original]] = {}
        self._public: set[Original] = set()
        self._whole: dict[tuple[Spot, str, str], set[Original]] = {}

    def look(self, spot: Spot, values: int, size: int, matches: Iterable[Match], *, again: bool = False) -> None:
        """Judge the matches in one piece of the copy, of `size` bytes; `again` where it repeats values that stand at
        the spot (statistics of a column): what was met there already is not counted twice."""
        self.values += values
        self._chances[spot] += max(values, size // 8)  # about so many numbers or words may stand in it
        seen: set[tuple[int, Original]] = set()
        for match in matches:
            if (match.at, match.original) in seen or (again and spot in self._hits.get(match.original, ())):
                continue
            seen.add((match.at, match.original))
            excuse = self._excuse(spot, match)
            if excuse:
                self._excused.setdefault(excuse, set()).add(match.original)
            else:
                self._hits.setdefault(match.original, Counter())[spot] += 1

    def proof(self, originals: Mapping[str, Original], copied: Copied) -> Proof:
        counts: Counter[tuple[str, str]] = Counter()
        by_chance = self._by_chance(originals.values())
        for original, spots in self._hits.items():
            if original in self._public:
                continue
            for spot, count in spots.items():
                if (spot, original.space) in by_chance:
                    why = f"so few were met in {spot.table}.{spot.column} that chance explains it"
                    self._excused.setdefault(why, set()).add(original)
                elif self._same_kind(spot, original):
                    why = f"stand inside values of {spot.table}.{spot.column}, which holds their like by decision"
                    self._excused.setdefault(why, set()).add(original)
                else:
                    counts[spot.table, spot.column] += count
        hits = tuple(
            ProofHit(table=table, column=column, count=count) for (table, column), count in sorted(counts.items())
        )
        return Proof(
            state=ProofState.HITS if hits else ProofState.CLEAN,
            originals=len(originals),
            values=self.values,
            hits=hits,
            not_proven=self._not_proven(copied),
        )

    def _by_chance(self, originals: Iterable[Original]) -> set[tuple[Spot, float]]:
        """Places and shapes of originals with no more matches than chance brings. Never a kept column, where what
        stands came from the source, and never the structure."""
        searched = Counter(original.space for original in originals)
        met: Counter[tuple[Spot, float]] = Counter()
        for original, spots in self._hits.items():
            for spot, count in spots.items():
                if original not in self._public and not spot.kept and spot != STRUCTURE:
                    met[spot, original.space] += count
        found = set()
        for (spot, space), count in met.items():
            fewer = 100 if spot.mask is None else _CHECKED.get(spot.mask.mask or "", 1)
            if count <= explained(self._chances[spot] * searched[space] * fewer / space):
                found.add((spot, space))
        return found

    def _same_kind(self, spot: Spot, original: Original) -> bool:
        """Whether the kept column at `spot` holds, by decision, what this original's own column holds."""
        return spot.kept and any(
            len(self._whole.get((spot, owner.table, owner.plan.column), ())) >= SAME_KIND for owner in original.columns
        )

    def _excuse(self, spot: Spot, match: Match) -> str:
        """Why the match is no leak; empty when it is one."""
        original, name = match.original, f"{spot.table}.{spot.column}"
        if spot.kept and match.whole:
            self._public.add(original)
            for owner in original.columns:
                self._whole.setdefault((spot, owner.table, owner.plan.column), set()).add(original)
            return f"also stand in {name}, which is kept by decision"
        if spot.kept and not original.strong:
            return f"single words or numbers that also occur in {name}, which is kept by decision"
        if spot.storage and not original.strong:
            return "single words or numbers that also occur in an index, a computed column or the structure"
        if spot.mask is not None and (match.whole or not original.anywhere) and _could_write(spot.mask, match):
            return f"the mask of {name} could make them by itself"
        return ""

    def _not_proven(self, copied: Copied) -> tuple[NotProven, ...]:
        counts: Counter[tuple[str, str, str]] = Counter()
        for (table, column), reasons in copied.unfit.items():
            for why, count in reasons.items():
                counts[table, column, why] += count
        for masked in copied.masked:
            common = sum(times > RARE for times in masked.originals.values())
            if common:
                counts[masked.table, masked.plan.column, COMMON] += common
        for why, found in self._excused.items():
            for original in found:
                for owner in original.columns:
                    counts[owner.table, owner.plan.column, why] += 1
        return tuple(
            NotProven(table=table, column=column, count=count, why=why)
            for (table, column, why), count in sorted(counts.items())
        )


def explained(expected: float) -> int:
    """The most matches that chance explains where it brings `expected` on average: more are improbable."""
    if expected > 500:
        return math.ceil(expected + 7 * math.sqrt(expected))
    count, term = 0, math.exp(-expected)
    missing = -math.expm1(-expected)
    while missing >= IMPROBABLE:
        count += 1
        term *= expected / count
        missing -= term
    return count


def _could_write(plan: ColumnPlan, match: Match) -> bool:
    """Whether the mask could have come up with the cell, or in a document with the words of the original: its filler,
    or what it writes around every address (an alias that somebody chose may be at a domain that production names)."""
    if masks.could_produce(plan, _as_stored(plan, match.cell)):
        return True
    if plan.mask != "json":
        return False
    filler = replace(plan, mask="lorem", parameters={})
    said = match.original.text
    return masks.could_produce(filler, said) or any(said in fold(part) for part in around(plan))


def _as_stored(plan: ColumnPlan, text: str) -> RowValue:
    """The cell's text as the value the mask would have made."""
    if plan.family in (TypeFamily.INTEGER, TypeFamily.NUMBER) and text.lstrip("-").isdecimal():
        return int(text)
    return text
