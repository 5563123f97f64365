"""Network addresses as SQL: IPv4 alone or with a prefix, and web addresses of a scheme or host and a path."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import (
    Builder,
    Keys,
    SqlMask,
    constant,
    given,
    hashed,
    remainder,
    staged,
    text_in,
    token,
)
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.network import DOCUMENTATION, TEMPLATE, variables

_HOSTS: Final = 254
_NETS: Final = ",".join(f"{net}.0" for net in DOCUMENTATION)
_SPELLED: Final = r"'^[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}$'"


def _ip(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    count = _HOSTS * len(DOCUMENTATION)
    if shape.base == "inet" and not shape.array:
        net = f"('{{{_NETS}}}'::inet[])[x.d / {_HOSTS} + 1]"
        host = f"host({column})"
        new = staged(
            f"set_masklen(CASE WHEN x.n + (x.d % {_HOSTS} + 1) = host({column})::inet "
            f"THEN x.n + ((x.d + 1) % {_HOSTS} + 1) ELSE x.n + (x.d % {_HOSTS} + 1) END, masklen({column}))",
            {"h": hashed(keys, "ip", host)},
            {"d": remainder("x.h", count)},
            {"d": "x.d", "n": net},
        )
        fits = f"family({column}) = 4"
        return SqlMask(f"CASE WHEN {fits} THEN {new} END", given(fits))
    text = text_in(column, shape)
    if text is None:
        return None
    nets = f"('{{{','.join(DOCUMENTATION)}}}'::name[])[x.d / {_HOSTS} + 1]"
    new = staged(
        f"x.n || '.' || CASE WHEN x.n || '.' || (x.d % {_HOSTS} + 1)::text = {text} THEN (x.d + 1) % {_HOSTS} + 1 "
        f"ELSE x.d % {_HOSTS} + 1 END::text",
        {"h": hashed(keys, "ip", text)},
        {"d": remainder("x.h", count)},
        {"d": "x.d", "n": f"{nets}::text"},
    )
    if plan.length is not None:
        new = f"left({new}, {plan.length})"
    return SqlMask(f"CASE WHEN {text} <> '' THEN {new} ELSE {text} END", given(f"{text} = '' OR {text} ~ {_SPELLED}"))


def _url(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    """Scheme and host up to the path; the path up to the query. Paths with an address of mail are left out, and so are
    columns with variables for programs, which are few and short."""
    text = text_in(column, shape)
    if text is None or variables(plan):
        return None
    template, limit = TEMPLATE.text(plan), plan.length
    joined, alone = template.rstrip("/"), template if template.endswith("/") else f"{template}/"
    place = f"split_part(split_part(substr({text}, strpos({text}, '//') + 2), '?', 1), '#', 1)"
    masked = staged(
        f"CASE x.p WHEN '' THEN {constant(template)} WHEN '/' THEN {constant(alone)} "
        f"ELSE {constant(joined)} || x.p END",
        {"r": place},
        {"p": "substr(x.r, strpos(x.r || '/', '/'))"},
    )
    if plan.unique:
        masked = f"{masked} || '#' || {token(keys, 'url', text)}"
    if limit is not None:
        short = f"{constant(template)} || '#' || {token(keys, 'url', text)}" if plan.unique else constant(template)
        masked = staged(
            f"CASE WHEN char_length(x.u) <= {limit} THEN x.u ELSE left({short}, {limit}) END", {"u": masked}
        )
    fits = (
        f"{text} = '' OR ({text} ~ '^[!-~]*$' AND {text} NOT LIKE '%@%' AND strpos({text}, '%40') = 0 AND "
        f"{text} ~ '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//')"
    )
    return SqlMask(f"CASE WHEN {text} <> '' THEN {masked} ELSE {text} END", given(fits))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"ip": _ip, "url_template": _url})
