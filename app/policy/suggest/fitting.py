"""From what a column holds to a mask that its type, length and keys allow."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.findings import Severity
from app.domain.plan import ColumnPlan
from app.domain.policy import Scalar, Treatment
from app.domain.schema import Column, Table, TypeFamily
from app.policy.masks import problems
from app.policy.spellings import plain
from app.policy.suggest.meanings import Meaning

_IN_LIST = re.compile(
    r"""(?:["`\[](?P<name>[^"`\]]+)["`\]]|(?P<bare>\w+))\s+IN\s*\(\s*"""
    r"""(?:'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d+(?:\.\d+)?))""",
    re.IGNORECASE,
)

Parameters = Mapping[str, Scalar | tuple[Scalar, ...]]


@dataclass(frozen=True, slots=True)
class Fit:
    """A mask with its parameters; `fits` is False when no mask was found that the column allows."""

    mask: str
    parameters: Parameters
    fits: bool


# The best first; what follows is for columns that cannot take it.
_BY_MEANING: Mapping[Meaning, tuple[str, ...]] = {
    Meaning.EMAIL: ("email",),
    Meaning.PHONE: ("phone", "digits"),
    Meaning.FIRST_NAME: ("first_name",),
    Meaning.LAST_NAME: ("last_name",),
    Meaning.FULL_NAME: ("full_name",),
    Meaning.NAME: ("full_name",),
    Meaning.INITIALS: ("digits",),
    Meaning.COMPANY: ("company",),
    Meaning.STREET: ("street",),
    Meaning.CITY: ("city",),
    Meaning.POSTCODE: ("postcode", "digits"),
    Meaning.REGION: ("null", "digits"),
    Meaning.BIRTH_DATE: ("year_only", "date_shift"),
    Meaning.PERSONAL_DATE: ("date_shift",),
    Meaning.DATE: ("date_shift",),
    Meaning.NATIONAL_ID: ("national_id", "digits"),
    Meaning.BANK_ACCOUNT: ("bank_account", "digits"),
    Meaning.CARD: ("card", "digits"),
    Meaning.SECRET: ("null", "token", "digits"),
    Meaning.TOKEN: ("null", "token", "digits"),
    Meaning.USERNAME: ("token", "digits"),
    Meaning.NUMBER: ("digits",),
    Meaning.KEY: ("digits", "token"),
    Meaning.IP: ("ip", "digits"),
    Meaning.DEVICE: ("digits",),
    Meaning.VEHICLE: ("digits",),
    Meaning.URL: ("null", "token"),
    Meaning.FILE: ("null", "token"),
    Meaning.IMAGE: ("null", "token"),
    Meaning.BLOB: ("null", "token"),
    Meaning.GEO: ("number_noise", "null"),
    Meaning.NOTE: ("lorem",),
    Meaning.ATTRIBUTE: ("digits",),
    Meaning.JSON: ("json",),
    Meaning.SENSITIVE: ("null", "number_noise", "lorem"),
    Meaning.INCOME: ("number_noise",),
    Meaning.AGE: ("number_noise",),
    Meaning.TRAIT: ("null", "lorem"),
}
_BY_FAMILY: Mapping[TypeFamily, tuple[str, ...]] = {
    TypeFamily.TEXT: ("digits", "token", "null"),
    TypeFamily.ANY: ("digits", "token", "null"),
    TypeFamily.INTEGER: ("digits", "number_noise", "null"),
    TypeFamily.NUMBER: ("number_noise", "digits", "null"),
    TypeFamily.BOOLEAN: ("null", "fixed"),
    TypeFamily.DATE: ("date_shift", "year_only", "null"),
    TypeFamily.TIMESTAMP: ("date_shift", "year_only", "null"),
    TypeFamily.BINARY: ("null", "token", "fixed"),
    TypeFamily.JSON: ("json", "null"),
}


def fit(meaning: Meaning, columns: Sequence[tuple[Table, Column]]) -> Fit:
    """The first mask that the columns can take. Several are columns that refer to each other: their masks are bound
    with the same facts, so one must fit them all; emptying them would part the rows."""
    candidates = list(_candidates(meaning, columns))
    planned = _planned(columns)
    rows = [table.rows for table, _ in columns]
    most = None if None in rows else max(n for n in rows if n is not None)
    in_place = any(column.name in table.partition_key for table, column in columns)
    for mask, parameters in candidates if not in_place else ():
        if mask == "null" and len(columns) > 1:
            continue
        if any(column.masks is not None and mask not in column.masks for _, column in columns):
            continue
        findings = problems(replace(planned, mask=mask, parameters=parameters), most)
        if not any(finding.severity is Severity.ERROR for finding in findings):
            return Fit(mask, parameters, True)
    mask, parameters = candidates[0]
    return Fit(mask, parameters, False)


def empty(table: Table, column: Column) -> Fit:
    """For a column whose references cannot survive: empty it, where it may be empty."""
    findings = problems(replace(_planned([(table, column)]), mask="null"), table.rows)
    return Fit("null", {}, not any(finding.severity is Severity.ERROR for finding in findings))


def _candidates(meaning: Meaning, columns: Sequence[tuple[Table, Column]]) -> Iterator[tuple[str, Parameters]]:
    family = columns[0][1].family
    allowed = next((v for v in (_listed(table, column) for table, column in columns) if v is not None), None)
    if allowed is not None:  # a rule of the table names the only values it takes
        yield "null", {}
        yield "fixed", {"value": allowed}
    for mask in dict.fromkeys((*_BY_MEANING.get(meaning, ()), *_BY_FAMILY[family])):
        yield mask, {"value": "0"} if mask == "fixed" else {}


def _listed(table: Table, column: Column) -> str | None:
    """The first value that a CHECK of the form `column IN (...)` allows, None where there is no such rule."""
    for check in table.checks:
        for match in _IN_LIST.finditer(plain(check)):
            if (match["name"] or match["bare"]).casefold() == column.name.casefold():
                return match["text"].replace("''", "'") if match["text"] is not None else match["number"]
    return None


def _planned(columns: Sequence[tuple[Table, Column]]) -> ColumnPlan:
    first = columns[0][1]
    lengths = [column.length for _, column in columns if column.length is not None]
    return ColumnPlan(
        column=first.name,
        type=first.type,
        family=str(first.family),
        treatment=Treatment.MASK,
        unique=any(is_unique(table, column) for table, column in columns),
        nullable=all(column.nullable and column.name not in table.primary_key for table, column in columns),
        length=min(lengths, default=None),
        collation=next((column.collation for _, column in columns if column.collation), None),
    )


def is_unique(table: Table, column: Column) -> bool:
    """Whether two values that become one could break a key: the column is part of a unique key."""
    return column.name in table.primary_key or any(column.name in key.columns for key in table.unique_keys)
