"""What a match means: a leak, or a coincidence that is counted and named (DESIGN 6)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.databases.sqlite.copied import Copied
from app.databases.sqlite.originals import COMMON, RARE
from app.databases.sqlite.patterns import Match, Original
from app.databases.sqlite.rows import column_of
from app.databases.sqlite.shapes import TableShape
from app.domain.operations import NotProven, Proof, ProofHit, ProofState
from app.domain.plan import ColumnPlan
from app.domain.policy import Treatment
from app.domain.schema import TypeFamily
from app.policy import masks
from app.ports.databases import RowValue


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value of the copy stands. `kept` when a person decided that its values come along as they are;
    `storage` when it is an index's own storage, which holds single words of other columns; `mask` when masked."""

    table: str
    column: str
    kept: bool = False
    storage: bool = False
    mask: ColumnPlan | None = field(default=None, compare=False)

    @staticmethod
    def of(copied: Copied, table: TableShape, column: str) -> "Place":
        shape = next((c for c in table.columns if c.name == column), None)
        plan = copied.plans.get(table.name)
        if table.shadow_of is not None:
            return Place(table.policy_name, column, storage=True)
        if shape is not None and shape.generated:
            return Place(table.policy_name, column, kept=True)  # what is kept shows in it, what is masked cannot
        if plan is None or plan.copied == "none":
            return Place(table.policy_name, column)
        treated = column_of(plan, table.name, column)
        kept = treated.treatment is Treatment.KEEP
        return Place(table.policy_name, column, kept=kept, mask=None if kept else treated)


SAME_KIND = 5
"""A kept column in which this many different originals of one masked column stand as whole values holds the same kind
of thing by decision (artists, of which some are composers)."""

STRUCTURE = Place("(structure)", "(structure)", storage=True)
"""The text of a default, a view, a comment."""


class Verdict:
    """Gathers what was found; `values` counts the values looked at."""

    def __init__(self) -> None:
        self.values = 0
        self._hits: dict[Original, Counter[Place]] = {}
        self._excused: dict[str, set[Original]] = {}
        self._public: set[Original] = set()
        self._whole: dict[tuple[Place, str, str], set[Original]] = {}

    def look(self, place: Place, values: int, matches: Iterable[Match]) -> None:
        """Judge the matches in one piece of the copy."""
        self.values += values
        seen: set[tuple[int, Original]] = set()
        for match in matches:
            if (match.at, match.original) in seen:
                continue
            seen.add((match.at, match.original))
            excuse = self._excuse(place, match)
            if excuse:
                self._excused.setdefault(excuse, set()).add(match.original)
            else:
                self._hits.setdefault(match.original, Counter())[place] += 1

    def proof(self, originals: Mapping[str, Original], copied: Copied) -> Proof:
        counts: Counter[tuple[str, str]] = Counter()
        for original, places in self._hits.items():
            if original in self._public:
                continue
            for place, count in places.items():
                if self._same_kind(place, original):
                    why = f"stand inside values of {place.table}.{place.column}, which holds their like by decision"
                    self._excused.setdefault(why, set()).add(original)
                else:
                    counts[place.table, place.column] += count
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

    def _same_kind(self, place: Place, original: Original) -> bool:
        """Whether the kept column at `place` holds, by decision, what this original's own column holds."""
        return place.kept and any(
            len(self._whole.get((place, owner.table, owner.plan.column), ())) >= SAME_KIND for owner in original.columns
        )

    def _excuse(self, place: Place, match: Match) -> str:
        """Why the match is no leak; empty when it is one."""
        original, name = match.original, f"{place.table}.{place.column}"
        if place.kept and match.whole:
            self._public.add(original)
            for owner in original.columns:
                self._whole.setdefault((place, owner.table, owner.plan.column), set()).add(original)
            return f"also stand in {name}, which is kept by decision"
        if place.kept and not original.strong:
            return f"single words or numbers that also occur in {name}, which is kept by decision"
        if place.storage and not original.strong:
            return "single words or numbers that also occur in an index or the structure"
        if (
            place.mask is not None
            and (match.whole or not original.anywhere)
            and masks.could_produce(place.mask, _as_stored(place.mask, match.cell))
        ):
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


def _as_stored(plan: ColumnPlan, text: str) -> RowValue:
    """The cell's text as the value the mask would have made."""
    if plan.family in (TypeFamily.INTEGER, TypeFamily.NUMBER) and text.lstrip("-").isdecimal():
        return int(text)
    return text
