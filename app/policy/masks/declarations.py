"""What a mask says of itself, once: its help, its form, its page in the guide and its validation come from here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from app.domain.findings import Finding
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType, Scalar
from app.domain.schema import TypeFamily
from app.policy.masks.keyed import Subkeys
from app.ports.databases import RowValue

Mask: TypeAlias = Callable[[RowValue], RowValue]
Given: TypeAlias = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing a policy may say about a mask.

    `minimum` and `maximum` bound an integer. `refuse` looks at a value of the right type and says in words what is
    wrong with it, or nothing. A `required` parameter has no useful default.
    """

    name: str
    type: OptionType
    title: str
    help: str = ""
    default: Given = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    required: bool = False
    refuse: Callable[[Given], str] | None = None

    def of(self, column: ColumnPlan) -> Given:
        """The value given for a column, or the default."""
        given = column.parameters.get(self.name)
        return self.default if given is None else given

    def text(self, column: ColumnPlan) -> str:
        return str(self.of(column))

    def integer(self, column: ColumnPlan) -> int:
        """The value as a number within its bounds; a value that is no number (a finding by then) counts as default."""
        given = self.of(column)
        number = given if isinstance(given, int) else self.default if isinstance(self.default, int) else 0
        low = number if self.minimum is None else max(number, self.minimum)
        return low if self.maximum is None else min(low, self.maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What a mask makes of a value under the key of the guide; `type` is the column's declared type."""

    before: RowValue
    after: RowValue
    parameters: Mapping[str, Given] = field(default_factory=dict)
    family: TypeFamily = TypeFamily.TEXT


def _nothing(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskDeclaration:
    """A mask. `make` binds the reference function to a column; `produces` says whether a value lies in its output
    range; `limits` finds what it cannot respect on a column (uniqueness, length), beside what holds for all masks.

    `keeps` and `breaks` are sentences for people: what of the original survives, and what no longer works.
    """

    name: str
    title: str
    help: str
    keeps: str
    breaks: str
    families: frozenset[TypeFamily]
    make: Callable[[ColumnPlan, Subkeys], Mask]
    produces: Callable[[ColumnPlan, RowValue], bool]
    parameters: tuple[Parameter, ...] = ()
    examples: tuple[Example, ...] = ()
    limits: Callable[[ColumnPlan, int | None], Iterable[Finding]] = _nothing

    def parameter(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)


TEXTS = frozenset({TypeFamily.TEXT, TypeFamily.ANY})
CODES = TEXTS | {TypeFamily.INTEGER, TypeFamily.NUMBER}
MOMENTS = CODES | {TypeFamily.DATE, TypeFamily.TIMESTAMP}
EVERYTHING = frozenset(TypeFamily)
