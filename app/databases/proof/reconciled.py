"""The reconciliation: what production had at the moment of the copy against what the copy has, number by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from app.databases.proof.items import item
from app.domain.operations import ChecklistItem
from app.domain.policy import Reconcile

S = TypeVar("S")

_HEADING: Final = (
    "Table",
    "Rows in the source",
    "Rows in the sandbox",
    "Sum of",
    "In the source",
    "In the sandbox",
    "Missing references",
)


@dataclass(frozen=True, slots=True)
class Numbers(Generic[S]):
    """Of one table: its rows, and `sums` by column as its kind of database adds them, shown by `str`."""

    rows: int
    sums: Mapping[str, S] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A table's references that lead nowhere, in a few words, and those of which there are more than in the source."""

    told: str
    worse: Sequence[str] = ()


def reconciled(
    entries: Sequence[Reconcile],
    source: Mapping[str, Numbers[S]],
    copy: Mapping[str, Numbers[S]],
    lost: Mapping[str, Lost],
    *,
    how: str,
    queries: Sequence[str],
) -> ChecklistItem:
    """The item: every number side by side. More references that lead nowhere than in the source are a failure too;
    fewer are what emptying them leads to. `how` says how exactly was summed."""
    details, wrong = [_HEADING], list[str]()
    for entry in entries:
        theirs, ours, gone = source[entry.table], copy[entry.table], lost[entry.table]
        if theirs.rows != ours.rows:
            wrong.append(f"{entry.table} has {ours.rows:,} rows, {theirs.rows:,} in the source")
        for name in entry.sums:
            if theirs.sums[name] != ours.sums[name]:
                wrong.append(f"the sum of {entry.table}.{name} is {ours.sums[name]}, {theirs.sums[name]} in the source")
        wrong.extend(gone.worse)
        for name in entry.sums or ("",):
            said = (name, str(theirs.sums[name]), str(ours.sums[name])) if name else ("", "", "")
            details.append((entry.table, f"{theirs.rows:,}", f"{ours.rows:,}", *said, gone.told))
    tables, sums = _counted(len(entries), "table"), _counted(sum(len(entry.sums) for entry in entries), "sum")
    evidence = (
        f"Rows of {tables}, {sums} of kept columns and the references that lead nowhere are those of the source at the "
        f"moment of the copy. {how}"
    )
    return item(
        "reconciliation",
        "The numbers are those of the source",
        not wrong,
        "; ".join(wrong[:10]) + "." if wrong else evidence,
        wrong[0] if wrong else f"{tables}, {sums}",
        query=";\n".join(queries),
        details=tuple(details),
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
