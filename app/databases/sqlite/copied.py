"""What the copy took from the source's snapshot, for the phases after it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.databases.proof.reconciled import Numbers
from app.databases.sqlite.masking import MaskedColumn
from app.databases.sqlite.quoting import policy_name
from app.databases.sqlite.reconcile import Sum
from app.databases.sqlite.references import Reference
from app.databases.sqlite.shapes import Shapes
from app.domain.environments import Identity
from app.domain.operations import TableRun
from app.domain.plan import TablePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """`plans` are by the table's own name; `unfit` counts originals by column that the proof cannot use, and why.

    `missing` says of references how many rows lead nowhere in the source, of those that came along; `numbers` what is
    reconciled, by the table's name in the policy. Both at the moment of the copy.
    """

    shapes: Shapes
    plans: Mapping[str, TablePlan]
    masked: tuple[MaskedColumn, ...]
    runs: tuple[TableRun, ...]
    unfit: Mapping[tuple[str, str], Counter[str]]
    source_identity: Identity
    missing: Mapping[Reference, int] = field(default_factory=dict)
    numbers: Mapping[str, Numbers[Sum]] = field(default_factory=dict)

    def rows(self, effects: Mapping[str, int]) -> dict[str, int]:
        """The rows each table must hold now: those copied, and what the actions added or took away."""
        return {run.table: run.rows + effects.get(run.table, 0) for run in self.runs}

    def rows_of(self, table: str) -> int:
        """The rows copied into a table named as SQLite names it."""
        name = policy_name(table)
        return next((run.rows for run in self.runs if run.table == name), 0)
