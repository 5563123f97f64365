"""Amounts: blurred by a keyed share of themselves."""

import math
from collections.abc import Iterable

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.domain.schema import TypeFamily
from app.policy.masks.declarations import CODES, Example, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import Subkeys, encoded, is_token
from app.policy.masks.shapes import DIGIT_SHAPE, NOT_DIGITS, Forms
from app.policy.masks.values import LARGEST, Spare, wordy
from app.ports.databases import RowValue

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
    percent, forms = PERCENT.integer(column), Forms()
    scale = percent / 100 / 2.0**63

    def share(written: str) -> float:
        """From -percent to +percent, as a factor."""
        return (number(written.encode()) - 2.0**63) * scale

    def whole(value: int) -> int:
        """Moved by at least one, except zero; sign and number of bytes stay."""
        if not value:
            return 0
        size = abs(value)
        drawn = number(b"%d" % size) - (1 << 63)
        by = abs(drawn) * size * percent // (100 << 63) or 1
        masked = size + by if drawn > 0 or by >= size else size - by
        if any(size <= edge < masked for edge in (32_767, (1 << 31) - 1, LARGEST)):
            masked = size - by
        return masked if value > 0 else -masked

    def real(value: float) -> float:
        if not math.isfinite(value):
            return 0.0
        if value.is_integer() and abs(value) < 2**53:
            return float(whole(int(value)))
        written = repr(value)
        decimals = len(written.partition(".")[2]) if "e" not in written else 17
        masked = round(value * (1 + share(written)), decimals)
        if masked == value:
            masked = round(value + 10.0**-decimals, decimals)
        return masked if math.isfinite(masked) and masked != value else value / 2

    def text(value: str) -> str:
        """All digits of the text as one number, put back in their places: signs, points and currencies stay."""
        data = encoded(value)
        form = forms[data.translate(DIGIT_SHAPE)]
        if not 0 < form.size <= 30 or form.words:
            return spare.text(value)
        old = data.translate(None, NOT_DIGITS).decode()
        size = int(old)
        new = whole(size)
        if len(str(new)) > form.size:
            new = 2 * size - new
        masked = form.fill(f"{new:0{form.size}d}".encode()).decode()
        return masked if limit is None else masked[:limit]

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
    """Any number can be another one's neighbour; what is no number becomes a token."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return not isinstance(text, str) or not wordy(text) or is_token(text, len(text))


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
    families=CODES,
    parameters=(PERCENT,),
    examples=(
        Example(before=100000, after=98290, family=TypeFamily.INTEGER),
        Example(before=1249.5, after=1169.0, family=TypeFamily.NUMBER),
        Example(before="$ 1,250.00", after="$ 1,179.70"),
    ),
    make=_noise,
    produces=_produces,
    limits=_limits,
)
DECLARATIONS = (NUMBER_NOISE,)
