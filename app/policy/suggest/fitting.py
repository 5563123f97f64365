"""From what a column holds to a mask that its type, length and keys allow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.findings import Severity
from app.domain.plan import ColumnPlan
from app.domain.policy import Scalar, Treatment
from app.domain.schema import Column, Table, TypeFamily
from app.policy.masks import problems
from app.policy.suggest.meanings import Meaning

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
    Meaning.PHONE: ("phone",),
    Meaning.FIRST_NAME: ("first_name",),
    Meaning.LAST_NAME: ("last_name",),
    Meaning.FULL_NAME: ("full_name",),
    Meaning.NAME: ("full_name",),
    Meaning.INITIALS: ("digits",),
    Meaning.COMPANY: ("company",),
    Meaning.STREET: ("street",),
    Meaning.CITY: ("city",),
    Meaning.POSTCODE: ("postcode",),
    Meaning.REGION: ("null", "digits"),
    Meaning.BIRTH_DATE: ("year_only", "date_shift"),
    Meaning.PERSONAL_DATE: ("date_shift",),
    Meaning.DATE: ("date_shift",),
    Meaning.NATIONAL_ID: ("national_id",),
    Meaning.BANK_ACCOUNT: ("bank_account",),
    Meaning.CARD: ("card",),
    Meaning.SECRET: ("null", "token"),
    Meaning.TOKEN: ("null", "token"),
    Meaning.USERNAME: ("token",),
    Meaning.NUMBER: ("digits",),
    Meaning.KEY: ("digits", "token"),
    Meaning.IP: ("ip",),
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
    """The first mask that every one of the columns can take; columns that refer to each other come together."""
    first = columns[0][1]
    candidates = list(_candidates(meaning, first.family))
    for mask, parameters in candidates:
        if all(allows(table, column, mask, parameters) for table, column in columns):
            return Fit(mask, parameters, True)
    mask, parameters = candidates[0]
    return Fit(mask, parameters, False)


def _candidates(meaning: Meaning, family: TypeFamily) -> Iterator[tuple[str, Parameters]]:
    for mask in dict.fromkeys((*_BY_MEANING.get(meaning, ()), *_BY_FAMILY[family])):
        yield mask, {"value": False} if mask == "fixed" and family is TypeFamily.BOOLEAN else {}


def allows(table: Table, column: Column, mask: str, parameters: Parameters) -> bool:
    """Whether the column's type, length, NOT NULL and keys leave room for this mask."""
    planned = ColumnPlan(
        column=column.name,
        type=column.type,
        family=str(column.family),
        treatment=Treatment.MASK,
        mask=mask,
        parameters=parameters,
        unique=is_unique(table, column),
        nullable=column.nullable and column.name not in table.primary_key,
        length=column.length,
        collation=column.collation,
    )
    return not any(finding.severity is Severity.ERROR for finding in problems(planned, table.rows))


def is_unique(table: Table, column: Column) -> bool:
    """Whether two values that become one could break a key: the column is part of a unique key."""
    return column.name in table.primary_key or any(column.name in key.columns for key in table.unique_keys)
