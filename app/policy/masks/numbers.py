"""Amounts: blurred by a keyed share of themselves."""

import math
import re
from collections.abc import Iterable

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.domain.schema import TypeFamily
from app.policy.masks.declarations import CODES, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import Subkeys, encoded
from app.policy.masks.values import LARGEST, Spare
from app.ports.databases import RowValue

_NUMBER = re.compile(r"(\D*?)(-?)(\d+)(?:([.,])(\d+))?(\D*)", re.ASCII | re.DOTALL)

PERCENT = Parameter(
    name="percent",
    type=OptionType.INTEGER,
    title="Percent at most",
    help="How far a number may move, up or down.",
    default=10,
    minimum=1,
    maximum=90,
)


def _noise(column: ColumnPlan, keys: Subkeys) -> Mask:
    number, spare, limit = keys.number("number_noise"), Spare(column, keys), column.length
    percent = PERCENT.integer(column)
    scale = percent / 100 / 2.0**63

    def share(value: float) -> float:
        """From -percent to +percent, as a factor."""
        return (number(repr(value).encode()) - 2.0**63) * scale

    def whole(value: int) -> int:
        """Moved by at least one, except zero; sign and number of bytes stay."""
        if not value:
            return 0
        size = abs(value)
        by = (number(b"%d" % size) - (1 << 63)) * size * percent // (100 << 63)
        masked = size + (by or (1 if size < 2 or number(b"%d up" % size) & 1 else -1))
        for edge in (32_767, (1 << 31) - 1, LARGEST):
            if size <= edge:
                masked = masked if masked <= edge else 2 * size - masked
                break
        masked = max(masked, 1) if masked != size else size - 1
        return masked if value > 0 else -masked

    def real(value: float) -> float:
        if not math.isfinite(value):
            return 0.0
        if value.is_integer() and abs(value) < 2**53:
            return float(whole(int(value)))
        decimals = len(repr(value).partition(".")[2]) if "e" not in repr(value) else 17
        masked = round(value * (1 + share(value)), decimals)
        if masked == value:
            masked = round(value + 10.0**-decimals, decimals)
        return masked if math.isfinite(masked) and masked != value else value / 2

    def text(value: str) -> str:
        if not value.strip():
            return value[:limit]
        match = _NUMBER.fullmatch(value)
        if match is None or len(value) > 40 or any(c.isalnum() for c in match[1] + match[6]):
            return spare.text(value)
        before, sign, front, point, back, after = match.groups("")
        digits = str(whole(int(front + back))).zfill(len(front + back))
        cut = len(digits) - len(back)
        masked = f"{before}{sign}{digits[:cut]}{point}{digits[cut:]}{after}"
        return masked if limit is None or len(masked) <= limit else spare.text(value)

    def mask(value: RowValue) -> RowValue:
        if type(value) is float:
            return real(value)
        if type(value) is int:
            return whole(value)
        if isinstance(value, str):
            return text(value)
        if isinstance(value, bytes):
            try:
                return encoded(text(value.decode()))
            except UnicodeDecodeError:
                return spare.blob(value)
        return value

    return mask


def _produces(column: ColumnPlan, value: RowValue) -> bool:
    """Any number can be another one's neighbour."""
    return True


def _limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.unique:
        yield error(
            "mask.unique",
            "The mask number_noise can give two rows the same number, and the column is unique.",
            column.column,
            "Use digits.",
        )


NUMBER_NOISE = MaskDeclaration(
    name="number_noise",
    title="Blurred number",
    help="Moves a number up or down by a keyed share of itself, at least by one in its last place.",
    keeps="Sign, size, decimals and roughly sums and averages. Zero stays.",
    breaks="Totals that must agree with other columns, and exact thresholds.",
    families=CODES | {TypeFamily.NUMBER},
    parameters=(PERCENT,),
    make=_noise,
    produces=_produces,
    limits=_limits,
)
DECLARATIONS = (NUMBER_NOISE,)
