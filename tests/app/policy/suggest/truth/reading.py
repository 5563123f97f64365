"""The truth about every column of a database, written down by hand, and how a suggestion compares with it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.policy import Treatment
from app.policy.suggest import Suggestion
from tests.app.policy.suggest.databases import columns

_HERE = Path(__file__).parent
_TYPES = {
    "pk": "INTEGER PRIMARY KEY",
    "int": "INTEGER",
    "bool": "BOOLEAN",
    "real": "REAL",
    "dt": "TIMESTAMP",
    "uuid": "CHAR(36) PRIMARY KEY",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of one column: `guarded` ones must never be kept, and these masks are right for them (any,
    where there are none)."""

    type: str
    guarded: bool
    masks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """`recall`: guarded columns that are not kept. `precision`: of those not kept, how many are guarded. `right`: of
    the guarded ones with a mask to be right about, how many have it. `asked`: how many a person has to look at."""

    columns: int
    guarded: int
    recall: float
    precision: float
    right: float
    asked: int

    @property
    def row(self) -> str:
        return (
            f"{self.columns} | {self.guarded} | {self.recall:.3f} | {self.precision:.3f} | {self.right:.3f} "
            f"| {self.asked}"
        )


def truth(name: str) -> dict[str, dict[str, Said]]:
    """By table and column, from `NAME.toml`."""
    read = tomllib.loads((_HERE / f"{name}.toml").read_text())
    return {table: dict(_column(part) for part in text.split(",")) for table, text in read.items()}


def _column(text: str) -> tuple[str, Said]:
    left, equals, right = text.partition("=")
    name, _, type_ = left.strip().partition(" ")
    masks = frozenset(mask.strip() for mask in right.split("|")) - {"?"}
    return name, Said(type_.strip(), bool(equals), masks if equals else frozenset())


def script(tables: Mapping[str, Mapping[str, Said]]) -> str:
    """CREATE statements for a truth that has types."""

    def declared(said: Said) -> str:
        if said.type.startswith("str"):
            return f"VARCHAR({said.type[3:]})"
        return _TYPES.get(said.type, said.type.upper())

    return "".join(
        f'CREATE TABLE "{table}" ({", ".join(f"{quoted} {declared(said)}" for quoted, said in _quoted(found))});\n'
        for table, found in tables.items()
    )


def _quoted(found: Mapping[str, Said]) -> list[tuple[str, Said]]:
    return [(f'"{name}"', said) for name, said in found.items()]


def plain(place: str) -> str:
    """Scripts for different databases spell `OrderDetails.UnitPrice` and `order_details.unit_price`."""
    return place.replace("_", "").replace(" ", "").casefold().replace("region.", "regions.")


@dataclass(frozen=True, slots=True)
class Compared:
    """A suggestion beside the truth; `missed` are guarded columns it would keep, `wrong` their masks that are not
    right, `needless` others it would not keep."""

    figures: Figures
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    needless: tuple[str, ...]


def compared(tables: Mapping[str, Mapping[str, Said]], suggestion: Suggestion) -> Compared:
    """Raises KeyError for a column that the truth does not speak of."""
    said = {plain(f"{table}.{name}"): each for table, found in tables.items() for name, each in found.items()}
    found = columns(suggestion)
    kept = {place for place, column in found.items() if column.treatment is Treatment.KEEP}
    guarded = {place for place in found if said[plain(place)].guarded}
    judged = {place for place in guarded if said[plain(place)].masks}
    wrong = {place for place in judged if found[place].mask not in said[plain(place)].masks}
    not_kept = found.keys() - kept
    figures = Figures(
        columns=len(found),
        guarded=len(guarded),
        recall=1 - len(guarded & kept) / len(guarded),
        precision=len(guarded - kept) / len(not_kept),
        right=1 - len(wrong) / len(judged),
        asked=sum(column.treatment is Treatment.REVIEW for column in found.values()),
    )
    return Compared(figures, _sorted(guarded & kept), _sorted(wrong), _sorted(not_kept - guarded))


def _sorted(places: set[str]) -> tuple[str, ...]:
    return tuple(sorted(places))
