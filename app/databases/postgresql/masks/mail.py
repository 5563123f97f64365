"""E-mail addresses as SQL: one address without white space, ASCII, in whatever capitals."""

from collections.abc import Mapping
from types import MappingProxyType

from app.databases.postgresql.masks.kernel import Builder, Keys, SqlMask, constant, given, text_in, token
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.keyed import TOKEN_LETTERS
from app.policy.masks.mail import ALIAS, around

_ONE_ADDRESS = r"'^[!-+\--:=-~]*$'"
"""Printable ASCII without `,`, `;` and `<`, which part addresses; the empty text too, which stays."""


def _mask(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    text, limit = text_in(column_sql, shape), column.length
    if text is None or (column.mask == "email_alias" and ALIAS.of(column) is None):
        return None
    before, after = around(column)
    count = TOKEN_LETTERS if limit is None else max(1, min(TOKEN_LETTERS, limit - len(before) - len(after)))
    masked = f"{token(keys, 'email', text, count)} || {constant(after)}"
    if before:
        masked = f"{constant(before)} || {masked}"
    if limit is not None and len(before) + count + len(after) > limit:
        masked = f"left({masked}, {limit})"
    return SqlMask(f"CASE WHEN {text} <> '' THEN {masked} ELSE {text} END", given(f"{text} ~ {_ONE_ADDRESS}"))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"email": _mask, "email_alias": _mask})
