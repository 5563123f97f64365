"""Removed text and filler as SQL.

The reference cuts the filler out of ten endless lines of words. Here each line stands in an array once, as bytes, so
that a piece is found without counting characters, beside the places where its words begin and end.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import (
    ENCODINGS,
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
from app.policy.masks.text import KEEP_LENGTH, TEXT, filler_lines, word_begins

_LONGEST: Final = 1500
"""Texts up to this get their filler from the server."""
_SHORTEST: Final = 8
_TOKEN: Final = 16


def _redact(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    crossed = KEEP_LENGTH.of(plan) is True
    if shape.base == "bytea" and not shape.array:
        new = f"'\\x{TEXT.text(plan)[: plan.length].encode().hex()}'::bytea"
        if crossed:
            new = f"decode(repeat('78', octet_length({column})), 'hex')"
        return SqlMask(f"CASE WHEN octet_length({column}) > 0 THEN {new} ELSE {column} END")
    text = text_in(column, shape)
    if text is None:
        return None
    if not crossed:
        return SqlMask(f"CASE WHEN {text} <> '' THEN {constant(TEXT.text(plan)[: plan.length])} ELSE {text} END")
    rows = f"CASE WHEN strpos({text}, E'\\n') = 0 THEN repeat('x', char_length({text})) "
    return SqlMask(
        f"{rows} ELSE regexp_replace({text}, '[^\\n]', 'x', 'g') END",
        given(f"{ENCODINGS} OR {text} !~ '[^\\x01-\\x7f]'"),
    )


def _lines() -> tuple[list[bytes], list[list[int]], list[list[int]]]:
    """The lines, long enough to cut from anywhere; where words begin in each; for each place, the last space before."""
    once = filler_lines()
    long = [(line * (_LONGEST // len(line) + 2))[: len(line) + _LONGEST] for line in once]
    size = min(map(len, long))
    spaces = [[line.rfind(" ", 0, place) for place in range(size)] for line in long]
    return [line.encode() for line in long], [word_begins(line) for line in once], spaces


def _lorem(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    text = text_in(column, shape)
    if text is None or plan.unique:
        return None
    lines, begins, spaces = _lines()
    words = len(begins[0])
    line = keys.array("lorem", "bytea", [[rf"\\x{line.hex()}" for line in lines]])
    begin, space = keys.array("lorem_begins", "int2", begins), keys.array("lorem_spaces", "int2", spaces)
    piece, length = "(encode(x.p, 'escape') COLLATE \"C\")", f"char_length({text})"
    size = length if plan.length is None else f"least({length}, {plan.length})"
    filler = staged(
        f"CASE WHEN x.s < {_SHORTEST} THEN rpad(rtrim({piece}), x.s, 'e') ELSE upper(left({piece}, 1)) || "
        f"substr({piece}, 2, CASE WHEN x.e > 0 THEN x.e ELSE x.s - 1 END - 1) || '.' END",
        {"h": hashed(keys, "lorem", text, ascii_only=False)},
        {"d": remainder("x.h", len(lines) * words), "s": size},
        {"i": f"x.d / {words}", "b": f"{begin}[x.d / {words}][x.d % {words}]::int4", "s": "x.s"},
        {
            "p": f"substring({line}[0][x.i] FROM x.b + 1 FOR x.s)",
            "e": f"{space}[x.i][x.b + x.s] - x.b",
            "s": "x.s",
        },
    )
    instead = f"left({token(keys, 'lorem', text, ascii_only=False)}, least({length}, {plan.length or _TOKEN}))"
    new = staged(f"CASE WHEN x.f = {text} THEN {instead} ELSE x.f END", {"f": filler})
    fits = (
        f"{text} = '' OR ({length} <= {_LONGEST - 1} AND {text} ~ '[!-~]' AND "
        f"({ENCODINGS} OR {text} !~ '[^\\x01-\\x7f]'))"
    )
    return SqlMask(f"CASE WHEN {text} <> '' THEN {new} ELSE {text} END", given(fits))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"redact_text": _redact, "lorem": _lorem})
