"""What a mask cannot respect on a column, and what is wrong with its parameters: known before anything starts."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionRef, OptionType, Value
from app.domain.schema import TypeFamily
from app.policy.masks.declarations import Given, Parameter


def type_problem(parameter: Parameter, value: Given) -> str:
    """In words, why a value does not fit a parameter's type and bounds; empty when it does."""
    match parameter.type:
        case OptionType.INTEGER:
            if isinstance(value, bool) or not isinstance(value, int):
                return "is not a whole number"
            low, high = parameter.minimum, parameter.maximum
            if (low is not None and value < low) or (high is not None and value > high):
                return f"is not from {low} to {high}"
        case OptionType.BOOLEAN:
            if not isinstance(value, bool):
                return "is neither true nor false"
        case OptionType.CHOICE:
            if value not in parameter.choices:
                return f"is none of {', '.join(parameter.choices)}"
        case OptionType.LIST:
            if not isinstance(value, str | tuple | list):
                return "is not a list of texts"
            if not isinstance(value, str) and any(not isinstance(item, str) for item in value):
                return "is not a list of texts"
        case OptionType.EMAIL:
            if not isinstance(value, str):
                return "is not an e-mail address"
        case _:
            if isinstance(value, tuple | list) or (value is None and parameter.required):
                return "is not a text"
    return parameter.refuse(value) if parameter.refuse is not None else ""


def parameter_problems(parameters: tuple[Parameter, ...], given: Mapping[str, Value]) -> tuple[str, ...]:
    """What is wrong with the parameters of a mask, as sentences. A value that a person chooses later is accepted."""
    known = {p.name: p for p in parameters}
    found: list[str] = []
    for name, value in given.items():
        parameter = known.get(name)
        if parameter is None:
            close = get_close_matches(name, known, 1)
            has = f"it has {', '.join(known)}" if known else "it has none"
            found.append(f"{name} is no parameter of this mask; " + (f"did you mean {close[0]}?" if close else has))
        elif not isinstance(value, OptionRef) and value is not None:
            wrong = type_problem(parameter, value)
            if wrong:
                found.append(f"{name} {wrong}")
    found.extend(f"{p.name} is missing" for p in parameters if p.required and given.get(p.name) is None)
    return tuple(found)


_PLURALS: Final[Mapping[TypeFamily, str]] = {
    TypeFamily.TEXT: "texts",
    TypeFamily.INTEGER: "whole numbers",
    TypeFamily.NUMBER: "numbers",
    TypeFamily.BOOLEAN: "true and false",
    TypeFamily.DATE: "dates",
    TypeFamily.TIMESTAMP: "points in time",
    TypeFamily.BINARY: "bytes",
    TypeFamily.JSON: "JSON",
    TypeFamily.ANY: "anything",
}


def family_problem(
    column: ColumnPlan, families: frozenset[TypeFamily], fitting: Callable[[], list[str]]
) -> list[Finding]:
    """An error when the column's values are not of a kind the mask is made for."""
    if column.family == TypeFamily.ANY or column.family in families:
        return []
    family = TypeFamily(column.family) if column.family in set(TypeFamily) else TypeFamily.ANY
    return [
        error(
            "mask.family",
            f"The mask {column.mask} does not fit a column of {_PLURALS[family]} ({column.type}).",
            column.column,
            f"Masks that do: {', '.join(fitting())}.",
        )
    ]
