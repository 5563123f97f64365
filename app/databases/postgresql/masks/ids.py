"""National identity numbers as SQL: US social security numbers with their two dashes, which need no check digit."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import Builder, Keys, SqlMask, given, hashed, remainder, staged, text_in
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.ids import FREE_GROUPS, KIND

_LENGTH: Final = 11
_SERIALS: Final = 9999
_GROUPS: Final = ",".join(str(100 + int(group)) for group in FREE_GROUPS)


def _social_security(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    """Area 9xx, which an original never has, a group no taxpayer number has, a serial number from 0001."""
    text = text_in(column, shape)
    if text is None or plan.unique or KIND.text(plan) not in ("auto", "us_ssn"):
        return None
    if plan.length is not None and plan.length < _LENGTH:
        return None
    area, group, serial = f"left({text}, 3)", f"substr({text}, 5, 2)", f"right({text}, 4)"
    digits, count = f"{area} || {group} || {serial}", len(FREE_GROUPS)
    masked = staged(
        f"(900 + x.d % {100 * count} / {count})::text || '-' || "
        f"right(('{{{_GROUPS}}}'::int4[])[x.d % {count} + 1]::text, 2) || '-' || "
        f"right((x.d / {100 * count} + 10001)::text, 4)",
        {"h": hashed(keys, "us_ssn", digits)},
        {"d": remainder("x.h", 100 * count * _SERIALS)},
    )
    fits = (
        f"{text} = '' OR (octet_length({text}) = {_LENGTH} AND {text} LIKE '___-__-____' AND {digits} ~ '^[0-9]*$' AND "
        f"{area} NOT IN ('000', '666') AND {area} < '900' AND {group} <> '00' AND {serial} <> '0000')"
    )
    return SqlMask(f"CASE WHEN {text} <> '' THEN {masked} ELSE {text} END", given(fits))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"national_id": _social_security})
