"""Reading CREATE statements: as much of SQL's spelling as it takes to find a module's arguments and CHECKs."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<string>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
  | (?P<word>[^\W\d][\w$]*)
  | (?P<other>[0-9.]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_LENGTH = re.compile(
    r"""length\s*\(\s*["`\[]?(?P<name>[^"`\])]+?)["`\]]?\s*\)\s*
        (?:(?P<operator><=|<|=)\s*(?P<most>\d+)|between\s+\d+\s+and\s+(?P<upper>\d+))""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int

    def is_word(self, word: str) -> bool:
        return self.kind == "word" and self.text.casefold() == word


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """`CREATE VIRTUAL TABLE name USING module(arguments)`; `options` are the arguments of the form key=value."""

    module: str
    arguments: tuple[str, ...]

    @property
    def options(self) -> dict[str, str]:
        pairs = (argument.partition("=") for argument in self.arguments)
        return {key.strip().casefold(): unquoted(value.strip()) for key, equals, value in pairs if equals}


def tokens(sql: str) -> list[Token]:
    """The statement without white space and comments."""
    found = []
    for match in _TOKEN.finditer(sql):
        if match.lastgroup and match.lastgroup != "skip":
            found.append(Token(match.lastgroup, match.group(), match.start(), match.end()))
    return found


def unquoted(text: str) -> str:
    """A name or string without its quotes."""
    if len(text) >= 2 and text[0] in "'\"`" and text[-1] == text[0]:
        return text[1:-1].replace(text[0] * 2, text[0])
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


def module_call(sql: str) -> ModuleCall | None:
    """What a CREATE VIRTUAL TABLE statement calls; None when the statement is none."""
    parts = tokens(sql)
    if len(parts) < 5 or not (parts[1].is_word("virtual") and parts[2].is_word("table")):
        return None
    using = next((i for i, part in enumerate(parts) if part.is_word("using")), None)
    if using is None or using + 1 >= len(parts):
        return None
    arguments, depth, begin = [], 0, 0
    for part in parts[using + 2 :]:
        if part.text in "([":
            depth += 1
            if depth == 1:
                begin = part.end
                continue
        closing = part.text == ")"
        if depth == 1 and (closing or part.text == ","):
            arguments.append(sql[begin : part.start].strip())
            begin = part.end
        depth -= closing
    return ModuleCall(unquoted(parts[using + 1].text).casefold(), tuple(a for a in arguments if a))


def checks(sql: str) -> tuple[str, ...]:
    """The expressions of all CHECK constraints of a CREATE TABLE statement."""
    parts, found = tokens(sql), []
    for at, part in enumerate(parts[:-1]):
        if not part.is_word("check") or parts[at + 1].text != "(":
            continue
        depth = 0
        for inner in parts[at + 1 :]:
            depth += (inner.text == "(") - (inner.text == ")")
            if depth == 0:
                found.append(sql[parts[at + 1].end : inner.start].strip())
                break
    return tuple(found)


def comments(sql: str) -> dict[str, str]:
    """What stands in comments behind the columns of a CREATE TABLE statement, by their names in lower case; "" is what
    stands behind the table's opening bracket. A comment on a line of its own belongs to nothing."""
    found: dict[str, list[str]] = {}
    depth, name, fresh, line_has = 0, None, False, False
    for match in _TOKEN.finditer(sql):
        text = match.group()
        if match.lastgroup == "skip":
            remark = text.removeprefix("--").removeprefix("/*").removesuffix("*/").strip()
            if text[:2] in ("--", "/*") and line_has and name is not None and remark:
                found.setdefault(name, []).append(remark)
            line_has = line_has and "\n" not in text
            continue
        line_has = True
        depth += (text == "(") - (text == ")")
        if depth == 1 and text in "(,":
            fresh = True
            name = "" if name is None else name
        elif fresh:
            name, fresh = unquoted(text).casefold(), False
    return {of: " ".join(texts) for of, texts in found.items()}


def longest(type_: str, column: str, expressions: tuple[str, ...]) -> int | None:
    """The most characters a text may have: the smallest that a CHECK on length() allows, else the declared one.

    A declared length alone is not enforced by SQLite, but programs rely on it.
    """
    declared = re.search(r"char[a-z ]*\(\s*(\d+)", type_, re.IGNORECASE)
    limits = [int(declared.group(1))] if declared else []
    for expression in expressions:
        if re.search(r"\bor\b", expression, re.IGNORECASE):
            continue
        for match in _LENGTH.finditer(expression):
            if match["name"].casefold() == column.casefold():
                limits.append(int(match["upper"] or match["most"]) - (match["operator"] == "<"))
    return min(limits, default=None)
