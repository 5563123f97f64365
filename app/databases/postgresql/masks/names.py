"""Names as SQL: words of ASCII letters, one or several, with the hyphens, initials and particles between them.

A name of one word, or a full name of two, goes the quick way; up to four words are taken apart.
"""

from collections.abc import Mapping, Sequence
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
from app.policy.masks.keyed import TOKEN_LETTERS
from app.policy.masks.names import INITIALS
from app.policy.masks.words import fitting, folded, words

_WORD: Final = "[A-Za-z][A-Za-z0-9_'']"
_PIECES: Final = 4
_FIRST, _LAST = "first_names", "last_names"


def style(text: str, folded: str) -> str:
    """`names.styled`: which row of a `word_list` has the capitals of a text, whose lower-case form is `folded`."""
    return (
        f"CASE WHEN {text} = {folded} THEN CASE WHEN {text} = upper({text}) THEN 2 ELSE 0 END "
        f"WHEN {text} = upper({text}) AND length({text}) > 1 THEN 1 ELSE 2 END"
    )


def word_list(keys: Keys, name: str, chosen: Sequence[str]) -> str:
    """SQL of an array: the words in small letters, in capitals and as they are; behind the last the first again."""
    circle = (*chosen, chosen[0])
    rows = [[word.lower() for word in circle], [word.upper() for word in circle], circle]
    return keys.array(name, "name", rows)


def pick(keys: Keys, name: str, domain: str, text: str, limit: int | None = None) -> str:
    """`names.picker`: a word of the list `name`, never the text itself, in its capitals. `text` is evaluated twice."""
    chosen = fitting(name, limit)
    own = name if chosen == words(name) else f"{name}_{limit}"
    return staged(
        f"x.w[{style('x.e', 'x.k')}][x.i + (x.w[0][x.i] = x.k)::int4]::text",
        {"e": text, "k": f"lower({text})"},
        {"e": "x.e", "k": "x.k", "h": hashed(keys, domain, "x.k"), "w": word_list(keys, own, chosen)},
        {"e": "x.e", "k": "x.k", "w": "x.w", "i": remainder("x.h", len(chosen))},
    )


def _initial(keys: Keys, name: str, text: str) -> str:
    """A letter for a letter, never the same."""
    return staged(
        "CASE WHEN x.e = upper(x.e) THEN x.c ELSE lower(x.c) END",
        {"e": text, "h": hashed(keys, f"{name}/initial", f"lower({text})")},
        {"e": "x.e", "c": f"substr('{INITIALS}', {remainder('x.h', len(INITIALS))} + 1, 1)"},
        {"e": "x.e", "c": "CASE WHEN x.c = upper(x.e) THEN 'Y' ELSE x.c END"},
    )


def _piece(keys: Keys, name: str, piece: str) -> str:
    """A word or an initial, and the dot behind it."""
    return staged(
        f"CASE WHEN length(v.e) = 1 THEN {_initial(keys, name, 'v.e')} ELSE {pick(keys, name, name, 'v.e')} END || v.d",
        {"e": f"rtrim({piece}, '.')", "d": f"CASE WHEN right({piece}, 1) = '.' THEN '.' ELSE '' END"},
        name="v",
    )


def _listed(text: str, name: str) -> str:
    """Whether a text, in whatever capitals, stands in a list."""
    return f"lower({text}) = ANY ({constant('{' + ','.join(sorted(folded(name))) + '}')}[])"


def _several(keys: Keys, text: str, name: str, *, full: bool = False) -> str:
    """A name of up to four words parted by blanks and hyphens, piece by piece, from the list `name`.

    Behind piece n stands the separator `s.sN`, empty behind the last. A particle stays where another part follows. In
    a `full` name a piece of the last part of several is a surname.
    """
    spaced = f"replace({text}, '-', ' ')"
    pieces = {f"p{n}": f"split_part({spaced}, ' ', {n})" for n in range(1, _PIECES + 1)}
    lengths = [" + ".join(f"length(s.p{m}) + 1" for m in range(1, n + 1)) for n in range(1, _PIECES)]
    separators = {f"s{n}": f"substr(s.e, {length}, 1)" for n, length in enumerate(lengths, 1)}
    masked: list[str] = []
    for n in range(1, _PIECES + 1):
        piece, after = f"s.p{n}", f"s.s{n}" if n < _PIECES else "''"
        later = [f"s.s{m}" for m in range(n, _PIECES)]  # the separators behind it
        earlier = [f"s.s{m}" for m in range(1, n)]
        particle = _listed(piece, "name_particles")
        alone = [f"{after} = ' '", *([f"{earlier[-1]} = ' '"] if earlier else [])]
        new = _piece(keys, name, piece)
        if full and n > 1:
            surname = f"' ' <> ALL (ARRAY[{', '.join(later)}]::text[]) AND ' ' = ANY (ARRAY[{', '.join(earlier)}])"
            new = f"CASE WHEN {surname} THEN {_piece(keys, _LAST, piece)} ELSE {new} END"
        if n < _PIECES and not (full and n == 1):
            new = f"CASE WHEN {' AND '.join(alone)} AND {particle} THEN {piece} ELSE {new} END"
        masked.append(new if n == 1 else f"CASE WHEN {piece} <> '' THEN {earlier[-1]} || {new} ELSE '' END")
    names = [f"p{n}" for n in range(1, _PIECES + 1)]
    return staged(
        " || ".join(masked),
        {"e": text, **pieces},
        {**{name: f"s.{name}" for name in names}, **separators},
        name="s",
    )


def _fitted(keys: Keys, masked: str, text: str, limit: int | None) -> str:
    """The masked name, cut to a column's length, and a token where it came out as it was."""
    cut = "m.m" if limit is None else f"CASE WHEN length(m.m) > {limit} THEN rtrim(left(m.m, {limit})) ELSE m.m END"
    mark = token(keys, "name token", text)
    mark = mark if limit is None or limit >= TOKEN_LETTERS else f"left({mark}, {limit})"
    return staged(f"CASE WHEN m.m = {text} THEN {mark} ELSE m.m END", {"m": masked}, {"m": cut}, name="m")


def _marked(keys: Keys, masked: str, text: str, limit: int | None) -> str:
    """The masked name with a token behind it, for unique columns."""
    mark = token(keys, "name token", text)
    if limit is None:
        return f"{masked} || ' ' || {mark}"
    room = limit - TOKEN_LETTERS - 1
    if room > 0:
        return f"left({masked}, {room}) || ' ' || {mark}"
    return mark if limit >= TOKEN_LETTERS else f"left({mark}, {limit})"


def _bound(column: ColumnPlan, keys: Keys, masked: str, text: str, *, safe: bool) -> str:
    """`names._made`. `safe` says that the masked name is never the original and needs no cutting."""
    if column.unique:
        return _marked(keys, masked, text, column.length)
    return masked if safe else _fitted(keys, masked, text, column.length)


def _name(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    text = text_in(column_sql, shape)
    if text is None:
        return None
    name = _FIRST if column.mask == "first_name" else _LAST
    roomy = column.length is None or column.length >= max(map(len, words(name)))
    one = _bound(column, keys, pick(keys, name, name, text), text, safe=roomy)
    several = _bound(column, keys, _several(keys, text, name), text, safe=False)
    value = f"CASE WHEN {text} = '' THEN {text} WHEN {text} ~ '^{_WORD}+$' THEN {one} ELSE {several} END"
    fits = f"CASE WHEN {text} ~ '^(?:{_WORD}+)?$' THEN true ELSE {_takes_apart(text)} END"
    return SqlMask(value, given(fits), repeats=not column.unique)


def _takes_apart(text: str) -> str:
    """Whether `_several` can."""
    piece = rf"{_WORD}*\.?"
    return rf"{text} ~ '^{piece}(?:[ -]{piece}){{0,{_PIECES - 1}}}$'"


def _full(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    text = text_in(column_sql, shape)
    if text is None:
        return None
    first, last = f"split_part({text}, ' ', 1)", f"split_part({text}, ' ', -1)"
    roomy = column.length is None or column.length > sum(max(map(len, words(name))) for name in (_FIRST, _LAST))
    pair = f"{pick(keys, _FIRST, _FIRST, first)} || ' ' || {pick(keys, _LAST, _LAST, last)}"
    two = _bound(column, keys, pair, text, safe=roomy)
    several = _bound(column, keys, _several(keys, text, _FIRST, full=True), text, safe=False)
    plain = rf"{text} ~ '^{_WORD}+ {_WORD}+$'"
    value = f"CASE WHEN {plain} THEN {two} WHEN {text} = '' THEN {text} ELSE {several} END"
    ordinary = f"NOT {_listed(first, 'name_titles')} AND NOT {_listed(last, 'name_endings')}"
    fits = (
        f"CASE WHEN {plain} THEN {ordinary} WHEN {text} = '' THEN true WHEN {_takes_apart(text)} "
        f"THEN strpos({text}, ' ') = 0 OR {ordinary} ELSE {text} IS NULL END"
    )
    return SqlMask(value, given(fits))


PRINTABLE: Final = "'^(?:[!-~](?:[ -~]*[!-~])?)?$'"
"""Printable ASCII, no blanks at the ends; the empty text too."""


def _company(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    text = text_in(column_sql, shape)
    if text is None:
        return None
    names, kinds = words("company_words"), words("company_kinds")
    last = f"split_part({text}, ' ', -1)"
    bare = f"rtrim({last}, '.')"
    legal = f"strpos({text}, ' ') > 0 AND {_listed(bare, 'legal_forms')}"
    masked = staged(
        "x.a[x.s][x.i] || ' ' || x.b[x.s][x.j + (x.a[0][x.i] || ' ' || x.b[0][x.j] = x.k)::int4] || x.l",
        {"e": text, "l": f"CASE WHEN {legal} THEN ' ' || {last} ELSE '' END"},
        {"e": "rtrim(left(x.e, length(x.e) - length(x.l)), ' ,')", "l": "x.l"},
        {"e": "x.e", "k": "lower(x.e)", "h": hashed(keys, "company", "lower(x.e)"), "l": "x.l"},
        {
            "k": "x.k",
            "l": "x.l",
            "s": style("x.e", "x.k"),
            "i": remainder("x.h", len(names)),
            "j": remainder("x.h", len(kinds), len(names)),
            "a": word_list(keys, "company_words", names),
            "b": word_list(keys, "company_kinds", kinds),
        },
    )
    bound = _bound(column, keys, masked, text, safe=column.length is None)
    value = f"CASE WHEN {text} <> '' THEN {bound} ELSE {text} END"
    return SqlMask(value, given(f"{text} ~ {PRINTABLE}"), repeats=not column.unique)


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {"first_name": _name, "last_name": _name, "full_name": _full, "company": _company}
)
