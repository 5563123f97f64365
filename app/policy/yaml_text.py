"""Plain data to YAML that our reader reads back as the very same data, whatever the texts in it hold."""

import re
from collections.abc import Mapping

from app.domain.policy import Scalar

_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_ ./@+()'-]*[A-Za-z0-9_./@+()'-])?\Z")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_LONGEST_KEY = 900  # YAML wants a plain key's colon within 1024 characters


def scalar_text(value: Scalar) -> str:
    """One value on one line: plain where that is unmistakable, else in double quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if _PLAIN.match(value) and value.lower() not in _WORDS and len(value) < 4000:
        return value
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def key_text(name: str) -> str:
    """A mapping's key with its colon."""
    text = scalar_text(name)
    return f"{text}:" if len(text) <= _LONGEST_KEY else f"? {text}\n:"


def flow_text(value: object) -> str:
    """A value on one line: `{mask: email, reason: ...}`, `[a, b]`, or a scalar."""
    if isinstance(value, Mapping):
        inside = ", ".join(
            f"{'? ' if len(scalar_text(k)) > _LONGEST_KEY else ''}{scalar_text(k)}: {flow_text(v)}"
            for k, v in value.items()
        )
        return "{" + inside + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    if value is None or isinstance(value, str | int | float):
        return scalar_text(value)
    raise TypeError(f"{type(value).__name__} has no place in a policy file")


def block_lines(value: object, indent: int = 0, *, flow_at: int = 3) -> list[str]:
    """A value as indented lines. Mappings `flow_at` levels down, and lists of scalars, are written on one line."""
    space = " " * indent
    lines: list[str] = []
    if isinstance(value, Mapping):
        for key, child in value.items():
            lines.extend(_entry(key_text(key).split("\n"), child, indent, flow_at))
    elif isinstance(value, list | tuple):
        for item in value:
            if not isinstance(item, Mapping) or not item or len(scalar_text(next(iter(item)))) > _LONGEST_KEY:
                lines.append(f"{space}- {flow_text(item)}")
                continue
            inner = block_lines(item, indent + 2, flow_at=flow_at)
            inner[0] = f"{space}- {inner[0].lstrip(' ')}"
            lines.extend(inner)
    else:
        lines.append(space + flow_text(value))
    return lines


def _entry(key: list[str], child: object, indent: int, flow_at: int) -> list[str]:
    head = [" " * indent + line for line in key]
    if isinstance(child, str) and "\n" in child and _is_literal(child):
        body = child.removesuffix("\n")
        head[-1] += " |" if child.endswith("\n") else " |-"
        return [*head, *(" " * (indent + 2) + line if line else "" for line in body.split("\n"))]
    nested = isinstance(child, Mapping) or (
        isinstance(child, list | tuple) and any(isinstance(i, Mapping) for i in child)
    )
    if not nested or not child or flow_at <= 0:
        head[-1] += " " + flow_text(child)
        return head
    return [*head, *block_lines(child, indent + 2, flow_at=flow_at - 1)]


def _is_literal(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    return (
        bool(lines[0])
        and bool(lines[-1])
        and all(not line or (line.isprintable() and line == line.strip()) for line in lines)
    )
