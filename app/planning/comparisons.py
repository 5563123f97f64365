"""Reading the comparisons with one column out of a constraint's SQL text, as far as they are simple."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from app.policy.spellings import plain
from app.ports.databases import RowValue

_LITERAL = r"(?:'(?:[^']|'')*'|[-+]?\d+(?:\.\d+)?)"
_OPERATOR = r"(?:==|=|<>|!=|<=|>=|<|>)"
_FLAGS = re.IGNORECASE | re.DOTALL
_CLASSES = {"space": r"\s", "digit": "0-9", "alpha": "A-Za-z", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z"}
_FOREIGN = re.compile(r"\\[^dsw.+*?()\[\]{}|^$/@-]|\(\?(?!:)|\[:|\[\.|\[=|\*\*\*")
_SLOW = re.compile(r"[*+}][^()]*\)\s*[*+{]|\(.*\(.*\).*\)\s*[*+{]")
_SHAPES = (
    "anna.lind@mail.example", "b2@post.example", "+1 617 555 0142", "0171 5550142", "(555) 010-0199", "555-0142",
    "anna", "Anna", "ANNA", "anna.lind", "anna_lind2", "Anna Lind", "AB12", "AB-1234", "ABC", "12345", "0123456789",
    "123-45-6789", "1984-02-29", "https://mail.example/anna", "02139", "SW1A 1AA", "DE89370400440532013000",
)  # fmt: skip


class Outcome(Enum):
    HOLDS = "holds"
    UNSURE = "unsure"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`holds` tells whether a value satisfies it (None: cannot be told); `samples` are values to try. A `gradual` one
    is about more or less, so that a trial can find a break but not how likely it is. One that is `rare` says nothing
    where no sample satisfies it."""

    holds: Callable[[RowValue], bool | None]
    samples: tuple[RowValue, ...]
    gradual: bool = False
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """`rest` is True when the column is mentioned in a way that was not understood; `needs_value` when it is tested to
    be there."""

    found: tuple[Comparison, ...]
    rest: bool
    needs_value: bool


def _name(column: str) -> str:
    plain = re.escape(column)
    bare = rf'(?<![\w"`\[]){plain}(?![\w"`\]])'
    return rf'(?:"{re.escape(column.replace(chr(34), chr(34) * 2))}"|`{plain}`|\[{plain}\]|{bare})'


def mentions(expression: str, column: str) -> bool:
    """Whether the column stands in the expression, texts in quotes aside."""
    return re.search(_name(column), _without_texts(expression), _FLAGS) is not None


def _without_texts(expression: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", expression)


def comparisons(expression: str, column: str) -> Read:
    """Every comparison of the column with constants in the expression."""
    name = _name(column)
    found: list[Comparison] = []
    rest = plain(expression)
    needs_value = False

    def take(pattern: str, make: Callable[[re.Match[str]], Comparison | None]) -> None:
        nonlocal rest

        def one(match: re.Match[str]) -> str:
            made = make(match)
            if made is not None:
                found.append(made)
            return " 1 "

        rest = re.sub(pattern, one, rest, flags=_FLAGS)

    def null_test(match: re.Match[str]) -> Comparison | None:
        nonlocal needs_value
        needs_value = needs_value or "not" in match.group(1).lower()
        return None

    take(rf"{name}\s+(IS\s+NOT\s+NULL|IS\s+NULL|ISNULL|NOTNULL|NOT\s+NULL)\b", null_test)
    length = rf"\b(?:char_|character_)?length\s*\(\s*{name}\s*\)"
    take(rf"{length}\s*({_OPERATOR})\s*(\d+)\b", lambda m: _length(m.group(1), int(m.group(2))))
    take(
        rf"{length}\s+BETWEEN\s+(\d+)\s+AND\s+(\d+)\b",
        lambda m: _length_between(int(m.group(1)), int(m.group(2))),
    )
    take(
        rf"{name}\s+(NOT\s+)?LIKE\s+('(?:[^']|'')*')(?!\s*(?:ESCAPE|\|\|))",
        lambda m: _like(_constant(m.group(2)), bool(m.group(1))),
    )
    rest = re.sub(rf"{name}\s+(!?~\*?)\s+('(?:[^']|'')*')(?!\s*\|\|)", lambda match: _regular(match, found), rest)
    take(
        rf"{name}\s+(NOT\s+)?IN\s*\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)\s*\)",
        lambda m: _among(tuple(_constant(t) for t in re.findall(_LITERAL, m.group(2))), bool(m.group(1))),
    )
    take(
        rf"{name}\s+BETWEEN\s+({_LITERAL})\s+AND\s+({_LITERAL})",
        lambda m: _between(_constant(m.group(1)), _constant(m.group(2))),
    )
    take(
        rf"{name}\s*({_OPERATOR})\s*({_LITERAL})(?!\s*[-+*/|%])",
        lambda m: _compared(m.group(1), _constant(m.group(2))),
    )
    return Read(tuple(found), mentions(rest, column), needs_value)


def _constant(text: str) -> str | int | float:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return float(text) if "." in text else int(text)


def _order(operator: str, left: RowValue, right: str | int | float) -> bool | None:
    """The comparison, or None where the two are of different kinds."""
    if isinstance(left, str) != isinstance(right, str) or isinstance(left, bytes) or left is None:
        return None
    a, b = (left, right) if isinstance(right, str) else (float(left), float(right))
    if operator in ("=", "=="):
        return a == b
    if operator in ("<>", "!="):
        return a != b
    return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[operator]  # type: ignore[operator]


def _of_lengths(lengths: tuple[int, ...]) -> tuple[RowValue, ...]:
    return tuple(
        text
        for length in lengths
        if 0 < length <= 400
        for text in (
            ("Anna Lind 2 " * (length // 12 + 1))[:length],
            ("1234567890" * (length // 10 + 1))[:length],
            ("abcdefgh" * (length // 8 + 1))[:length],
        )
    )


def _length(operator: str, number: int) -> Comparison:
    def holds(value: RowValue) -> bool | None:
        return _order(operator, len(str(value)), number) if value is not None else None

    return Comparison(holds, _of_lengths((number, number + 1, max(number - 1, 1), number + 20, 3, 8)))


def _length_between(low: int, high: int) -> Comparison:
    return Comparison(lambda value: None if value is None else low <= len(str(value)) <= high, _of_lengths((low, high)))


def _like(pattern: str | int | float, negated: bool) -> Comparison:
    text = str(pattern)
    expression = re.compile(
        "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in text), re.IGNORECASE | re.DOTALL
    )

    def holds(value: RowValue) -> bool | None:
        return (expression.fullmatch(value) is not None) != negated if isinstance(value, str) else None

    samples = [
        "".join(many if c == "%" else one if c == "_" else c for c in text)
        for many, one in (("", "x"), ("anna", "a"), ("ab.cd", "7"), ("12345", "1"), ("Lind ", "Q"))
    ]
    return Comparison(holds, (*samples, "anna", "12345", "anna@mail.example") if negated else tuple(samples))


def _regular(match: re.Match[str], found: list[Comparison]) -> str:
    """A comparison with a regular expression, as far as both languages read it alike and it is quick to try."""
    pattern = str(_constant(match[2]))
    for name, characters in _CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", characters)
    if len(pattern) > 300 or _FOREIGN.search(pattern) or _SLOW.search(pattern):
        return match[0]
    try:
        expression = re.compile(pattern, re.IGNORECASE if match[1].endswith("*") else 0)
    except (re.error, OverflowError):
        return match[0]
    negated = match[1].startswith("!")

    def holds(value: RowValue) -> bool | None:
        return (expression.search(value) is not None) != negated if isinstance(value, str) else None

    found.append(Comparison(holds, _SHAPES, gradual=True, rare=True))
    return " 1 "


def _among(values: tuple[str | int | float, ...], negated: bool) -> Comparison:
    def holds(value: RowValue) -> bool | None:
        if value is None or isinstance(value, bytes):
            return None
        if not any(isinstance(v, str) == isinstance(value, str) for v in values):
            return None
        return (value in values) != negated

    return Comparison(holds, ("anna", "12345", 1, 12345) if negated else values, gradual=negated)


def _between(low: str | int | float, high: str | int | float) -> Comparison:
    def holds(value: RowValue) -> bool | None:
        above, below = _order(">=", value, low), _order("<=", value, high)
        return None if above is None or below is None else above and below

    samples: list[RowValue] = [low, high]
    if not isinstance(low, str) and not isinstance(high, str):
        samples += [low + (high - low) * share / 7 for share in range(1, 7)]
        samples += [int(s) for s in samples if isinstance(s, float)]
    return Comparison(holds, tuple(samples), gradual=True)


def _compared(operator: str, constant: str | int | float) -> Comparison:
    samples: list[RowValue] = [constant]
    if not isinstance(constant, str):
        samples += [constant + step for step in (1, -1, 10, -10, 1000, -1000, 123_456, 2.5)]
        samples += [constant * 2, constant / 2]
    else:
        samples += [constant + "a", "anna", "2020-02-29", "12345"]
    return Comparison(
        lambda value: _order(operator, value, constant), tuple(samples), gradual=operator not in ("=", "==")
    )
