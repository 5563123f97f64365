"""A copy as the proof sees it, whatever the kind of database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from app.domain.plan import ColumnPlan
from app.ports.databases import RowValue


class MaskedColumn(Protocol):
    """One masked column of a copied table. `originals` maps the values searched for to the rows they stand in."""

    @property
    def table(self) -> str: ...

    @property
    def plan(self) -> ColumnPlan: ...

    @property
    def originals(self) -> Mapping[RowValue, int]: ...


class Copied(Protocol):
    """What the copy took from the source. `unfit` counts, by table and column, values that are no evidence, and why."""

    @property
    def masked(self) -> Sequence[MaskedColumn]: ...

    @property
    def unfit(self) -> Mapping[tuple[str, str], Counter[str]]: ...
