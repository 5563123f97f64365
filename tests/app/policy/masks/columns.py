"""Columns and keys for the tests of masks."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.plan import ColumnPlan
from app.domain.policy import Scalar, Treatment
from app.domain.schema import TypeFamily
from app.policy.masks import bind
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

KEY = MaskKey(bytes(range(32)), stable=True)
OTHER_KEY = MaskKey(bytes(range(1, 33)), stable=True)
NEEDED: Mapping[str, Mapping[str, Scalar | tuple[Scalar, ...]]] = {"email_alias": {"alias": "qa@agency.example"}}


def column(
    mask: str,
    *,
    family: TypeFamily = TypeFamily.TEXT,
    unique: bool = False,
    length: int | None = None,
    nullable: bool = True,
    collation: str | None = None,
    **parameters: Scalar | tuple[Scalar, ...],
) -> ColumnPlan:
    """A column treated with a mask; parameters that a mask cannot do without are filled in."""
    return ColumnPlan(
        column="c",
        type=family.name,
        family=family,
        treatment=Treatment.MASK,
        mask=mask,
        unique=unique,
        length=length,
        nullable=nullable,
        collation=collation,
        parameters={**NEEDED.get(mask, {}), **parameters},
    )


def masked(mask: str, **how: Any) -> Callable[[RowValue], Any]:
    """A mask bound to such a column under the key of the tests."""
    return bind(column(mask, **how), KEY)
