"""JSON documents: every leaf masked, the structure kept."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.domain.schema import TypeFamily
from app.policy.masks import codes, dates, mail, text
from app.policy.masks.declarations import TEXTS, Example, Given, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import LETTERS_ONLY, Subkeys, encoded, token_of
from app.policy.masks.values import Spare, meaningless
from app.ports.databases import RowValue

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
_ANY = "*"
_DEEPEST = 100


def _refuse_paths(value: Given) -> str:
    for path in paths_of(value):
        if not path or any(not part for part in path.split(".")):
            return "has a path that is empty or has two dots in a row; write address.country or items.*.state"
    return ""


KEEP = Parameter(
    name="keep",
    type=OptionType.LIST,
    title="Paths kept",
    help="Leaves that stay as they are, such as status, address.country or items.*.state; * is any key or place.",
    default=(),
    refuse=_refuse_paths,
)


def paths_of(value: Given) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(","))
    return tuple(str(part) for part in value) if isinstance(value, tuple | list) else ()


class _Kept:
    """The kept paths as a tree; `None` as the tree means that nothing below is kept."""

    __slots__ = ("below", "whole")

    def __init__(self, paths: Iterable[tuple[str, ...]] = ()) -> None:
        self.whole = False
        self.below: dict[str, _Kept] = {}
        for path in paths:
            node = self
            for part in path:
                node = node.below.setdefault(part, _Kept())
            node.whole = True

    def at(self, key: str) -> "tuple[_Kept, ...]":
        return tuple(self.below[part] for part in (key, _ANY) if part in self.below)


def _kept(column: ColumnPlan) -> _Kept:
    return _Kept(tuple(path.split(".")) for path in paths_of(KEEP.of(column)) if path)


class _InvalidError(ValueError):
    """The document holds what JSON does not, or is too deep."""


def _refuse_constant(name: str) -> None:
    raise _InvalidError(name)


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
_ENCODE = {
    (tight, ascii_only): json.JSONEncoder(
        ensure_ascii=ascii_only, separators=(",", ":") if tight else None, check_circular=False
    ).encode
    for tight in (False, True)
    for ascii_only in (False, True)
}


def _json(column: ColumnPlan, keys: Subkeys) -> Mask:
    keep = _kept(column)
    free = ColumnPlan(column=column.column, type="TEXT", family="text", treatment=column.treatment)
    addressed = {name: given for name, given in column.parameters.items() if name in ("domain", "alias")}
    email = mail.EMAIL.make(replace(free, parameters=addressed), keys)
    digits, words = codes.DIGITS.make(free, keys), text.LOREM.make(free, keys)
    shifted, token, limit, spare = (
        dates.DATE_SHIFT.make(free, keys),
        token_of(keys.state("json")),
        column.length,
        Spare(column, keys),
    )

    def leaf(value: Json) -> Json:
        if isinstance(value, str):
            if not value:
                return value
            if "@" in value:
                chosen = email
            elif dates.read(value, "auto") is not None:
                chosen = shifted
            elif any(c.isdigit() for c in value) and len(value) <= 40 and value.isascii():
                chosen = digits
            else:
                chosen = words
            masked = str(chosen(value))
            return masked if masked != value or meaningless(value) else "b" if value != "b" else "c"
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            return int(str(digits(str(value))))
        return spare.real(value) if isinstance(value, float) else value

    def walk(value: Json, kept: tuple[_Kept, ...], depth: int) -> Json:
        if any(node.whole for node in kept):
            return value
        if depth > _DEEPEST:
            raise _InvalidError("too deep")
        if isinstance(value, dict):
            return {k: walk(v, tuple(n for node in kept for n in node.at(k)), depth + 1) for k, v in value.items()}
        if isinstance(value, list):
            return [walk(v, tuple(n for node in kept for n in node.at(str(i))), depth + 1) for i, v in enumerate(value)]
        return leaf(value)

    def instead(value: str) -> str:
        """A JSON string for what is no JSON, shorter or a number where the column is narrow."""
        masked = json.dumps(token(value))
        return masked if limit is None or len(masked) <= limit else '""' if limit >= 2 else "0"[:limit]

    def document(value: str) -> str:
        if not value.strip():
            return value[:limit]
        try:
            parsed: Json = _decode(value)
            tight = ": " not in value and ", " not in value
            masked = _ENCODE[tight, value.isascii()](walk(parsed, (keep,), 0))
            masked.encode()
        except (ValueError, RecursionError, OverflowError):
            return instead(value)
        return masked if limit is None or len(masked) <= limit else instead(value)

    def mask(value: RowValue) -> RowValue:
        if isinstance(value, str):
            return document(value)
        if isinstance(value, bytes):
            try:
                return encoded(document(value.decode()))
            except UnicodeDecodeError:
                return encoded(instead(value.hex()))
        if isinstance(value, int):
            return spare.integer(value)
        return value if value is None else spare.real(value)

    return mask


def _open_leaves(value: Json, kept: "tuple[_Kept, ...]") -> bool:
    """Whether a document has a leaf that is masked, means something, and is not what masking leaves makes of others."""
    if any(node.whole for node in kept):
        return False
    if isinstance(value, dict):
        return any(_open_leaves(v, tuple(n for node in kept for n in node.at(k))) for k, v in value.items())
    if isinstance(value, list):
        return any(_open_leaves(v, tuple(n for node in kept for n in node.at(str(i)))) for i, v in enumerate(value))
    return not isinstance(value, bool) and not meaningless(value) and not _any_date(value)


def _any_date(value: Json) -> bool:
    """Whether a leaf is a date: another date, shifted, may well become that one."""
    return isinstance(value, str) and dates.read(value, "auto") is not None


def _produces(column: ColumnPlan, value: RowValue) -> bool:
    """A document without a masked leaf that means something, or a token in the place of one that is no document.

    What is no document may be the text of a leaf.
    """
    data = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if not isinstance(data, str):
        return False
    if LETTERS_ONLY.issuperset(data.strip().strip('"').lower()) or _any_date(data.strip()):
        return True
    try:
        return not _open_leaves(_decode(data), (_kept(column),))
    except (ValueError, RecursionError):
        return False


def _limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.unique and (rows is None or rows > 1):
        yield error(
            "mask.unique",
            "The mask json cannot promise that different documents stay different, and the column is unique.",
            column.column,
            "Use token.",
        )


JSON = MaskDeclaration(
    name="json",
    title="JSON document",
    help="Masks every text and number in a document by what it looks like; keys, true, false and null stay. What is "
    "no JSON becomes a token.",
    keeps="The structure, and the leaves at the paths kept.",
    breaks="Documents that hold personal data in their keys; use null or fixed for those.",
    families=TEXTS | {TypeFamily.JSON, TypeFamily.BINARY},
    parameters=(KEEP, mail.DOMAIN, mail.OPTIONAL_ALIAS),
    examples=(
        Example(
            before='{"name": "Anna Hansen", "mail": "anna@harbor.example", "born": "1984-01-31", "vip": true}',
            after='{"name": "Eu.", "mail": "qrjfdtbqchnbndth@example.invalid", "born": "1984-01-09", "vip": true}',
        ),
        Example(
            before='{"status": "open", "phone": "415 234 5678"}',
            after='{"status": "open", "phone": "919 168 9923"}',
            parameters={"keep": ("status",)},
        ),
        Example(
            before='{"mail": "anna@harbor.example"}',
            after='{"mail": "qa+qrjfdtbqchnbndth@agency.example"}',
            parameters={"alias": "qa@agency.example"},
        ),
        Example(before="{no json", after='"gkmnnjhkdvgqrkkn"'),
    ),
    make=_json,
    produces=_produces,
    limits=_limits,
)
DECLARATIONS = (JSON,)
