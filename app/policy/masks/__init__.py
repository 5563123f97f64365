"""Masks: keyed, deterministic replacements of personal values, each declared once.

A mask is bound to a column with a tenant's key and then is a function from a value to another: the same value gives
the same result in every table and on every refresh. It never raises and never hands through what it does not
recognise; NULL stays NULL. What it cannot respect on a column (uniqueness, length, NOT NULL, type), `problems` says
before anything starts.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.domain.policy import Value
from app.errors import UserError
from app.policy.masks import (
    accounts,
    addresses,
    checks,
    codes,
    dates,
    document,
    ids,
    mail,
    names,
    network,
    numbers,
    phone,
    text,
)
from app.policy.masks.declarations import Example, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import Subkeys
from app.policy.masks.values import meaningless
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

__all__ = (
    "MASKS",
    "Example",
    "Mask",
    "MaskDeclaration",
    "Parameter",
    "bind",
    "check_parameters",
    "could_produce",
    "problems",
)

MASKS: Mapping[str, MaskDeclaration] = MappingProxyType(
    {
        declaration.name: declaration
        for module in (text, codes, names, mail, phone, addresses, ids, accounts, dates, numbers, network, document)
        for declaration in module.DECLARATIONS
    }
)
"""All masks by name, in the order the guide shows them."""


def _declared(column: ColumnPlan) -> MaskDeclaration:
    declaration = MASKS.get(column.mask or "")
    if declaration is None:
        raise UserError(
            f"There is no mask {column.mask!r}.",
            f"The column {column.column} asks for it.",
            f"Masks are: {', '.join(MASKS)}.",
        )
    return declaration


def bind(column: ColumnPlan, key: MaskKey) -> Mask:
    """The mask of a column as a function of one value. It keeps state, bounded, for speed alone: one thread each.

    Raises UserError for a mask that does not exist; other problems are for `problems` to find first.
    """
    return _declared(column).make(column, Subkeys(key))


def could_produce(column: ColumnPlan, value: RowValue) -> bool:
    """Whether the column's mask could write this value by itself: meeting such an original in a copy proves nothing.

    True for what says nothing of anyone (zeros, punctuation, white space), which masks may leave as it is.
    """
    return meaningless(value) or _declared(column).produces(column, value)


def check_parameters(mask: str, parameters: Mapping[str, Value]) -> tuple[str, ...]:
    """What is wrong with a mask's name or parameters, as sentences for a person; empty when nothing is."""
    declaration = MASKS.get(mask)
    if declaration is None:
        return (f"there is no mask {mask!r}; masks are {', '.join(MASKS)}",)
    return checks.parameter_problems(declaration.parameters, parameters)


def problems(column: ColumnPlan, rows: int | None) -> tuple[Finding, ...]:
    """What the mask cannot respect on this column, and what a person should know of it. `where` is the column alone.

    `rows` is how many rows the table holds, None when nobody knows: then many are assumed.
    """
    declaration = MASKS.get(column.mask or "")
    if declaration is None:
        return (
            error(
                "mask.unknown",
                f"There is no mask {column.mask!r}.",
                column.column,
                f"Masks are: {', '.join(MASKS)}.",
            ),
        )
    wrong = tuple(
        error("mask.parameter", f"The mask {declaration.name}: {message}.", column.column, "Change it in the policy.")
        for message in checks.parameter_problems(declaration.parameters, column.parameters)
    )
    if wrong:
        return wrong
    return (
        *checks.family_problem(
            column, declaration.families, lambda: [m.name for m in MASKS.values() if column.family in m.families]
        ),
        *declaration.limits(column, rows),
    )
