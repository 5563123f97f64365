"""Which masks fit which of PostgreSQL's types, beyond what the families of values say, told before anything starts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from app.databases.postgresql.masks.values import CHECKED, TEXTS, text_of
from app.databases.postgresql.shapes import ColumnShape, FieldShape
from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.policy.masks import MASKS
from app.policy.masks.text import fixed_value

_ALWAYS: Final = frozenset({"null", "fixed"})
_BY_FAMILY: Final = TEXTS | {"int2", "int4", "int8", "numeric", "money", "float4", "float8", "bytea", "json", "jsonb"}
"""Types whose family of values alone decides."""

_OTHERS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("date", "timestamp", "timestamptz"), frozenset({"date_shift", "year_only"})),
    **dict.fromkeys(("uuid", "macaddr", "macaddr8"), frozenset({"token", "digits"})),
    **dict.fromkeys(("inet", "cidr"), frozenset({"ip", "token"})),
    "xml": frozenset({"redact_text", "lorem", "token"}),
}


def fits(mask: str | None, base: str) -> bool:
    """Whether a mask can make values of a type (`ColumnShape.base`). What the families say is not asked again."""
    return mask in _ALWAYS or base in _BY_FAMILY or mask in _OTHERS.get(base, ())


def takes(plan: ColumnPlan, field: FieldShape) -> bool:
    """Whether a column's mask is made for this field of its composite type."""
    declaration = MASKS.get(plan.mask or "")
    if declaration is None or field.family not in declaration.families or not fits(declaration.name, field.base):
        return False
    return declaration.name != "fixed" or field.base in CHECKED


def separator_of(shape: ColumnShape) -> str:
    """What stands between the elements of an array of the type."""
    return ";" if shape.base == "box" else ","


def problems(plan: ColumnPlan, shape: ColumnShape) -> tuple[Finding, ...]:
    """What the mask of a column cannot do with its type, as errors. `where` is the column alone; what the policy's
    own rules say (families, lengths, uniqueness) is not repeated."""
    if plan.mask not in MASKS:
        return ()
    if shape.generated:
        return (
            error(
                "mask.generated",
                f"The column {plan.column} is computed by the database from others and cannot be masked itself.",
                plan.column,
                "Mask the columns it is computed from; its values follow.",
            ),
        )
    if shape.base == "composite":
        return _of_composite(plan, shape)
    if not fits(plan.mask, shape.base):
        return (_misfit(plan, shape),)
    if plan.mask == "fixed" and not _holds(shape, plan):
        return (
            error(
                "mask.value",
                f"The value of the mask fixed is none that a column of {shape.type} holds.",
                plan.column,
                "Write it as the type is written: a date as 1984-01-31, a time as 12:00:00, a number within its range, "
                "a label of an enum as it stands there.",
            ),
        )
    return ()


def _holds(shape: ColumnShape, plan: ColumnPlan) -> bool:
    """Whether a column can hold the parameter of the mask fixed; of types that only the server knows, it is assumed."""
    text = text_of(replace(shape, array=False), fixed_value(plan))
    return text is not None and (not shape.labels or text in shape.labels)


def _misfit(plan: ColumnPlan, shape: ColumnShape) -> Finding:
    others = sorted(_ALWAYS | _OTHERS.get(shape.base, frozenset()))
    return error(
        "mask.type",
        f"The mask {plan.mask} makes no values of the type {shape.type}.",
        plan.column,
        f"Masks that do: {', '.join(others)}.",
    )


def _of_composite(plan: ColumnPlan, shape: ColumnShape) -> tuple[Finding, ...]:
    if plan.mask == "null" or any(takes(plan, field) for field in shape.fields):
        return ()
    return (
        error(
            "mask.type",
            f"The mask {plan.mask} fits no field of the type {shape.type}, all of which would become NULL.",
            plan.column,
            "Use null, or a mask for the field that holds personal data; its other fields become NULL.",
        ),
    )
