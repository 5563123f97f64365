"""YAML text as a tree that remembers where everything stands, read with hostile files in mind.

Only plain data is read: no tags, no merge keys, one document. Size, depth and what aliases may expand to are limited,
so a small file cannot become a large one in memory. Values follow the YAML 1.2 core schema: `yes`, `no`, `on` and
dates are text.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from app.domain.policy import Position, Scalar

MAX_BYTES = 2_000_000  # some 15,000 columns with reason, name and time
MAX_DEPTH = 40
MAX_EXPANDED = 20_000  # nodes that aliases may stand for, all together

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?\Z")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a policy file; line and column count from 1."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class UnreadableError(Exception):
    """The text is not YAML we read; `problem` says where and why. Never leaves this package."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(slots=True, eq=False)
class Node:
    """A value of the file: a scalar (`items` and `entries` are None), a list or a mapping.

    `start` and `end` are offsets in the text; those of a block list or mapping reach to the end of its last value.
    `ambiguous` marks a plain number with leading zeros, which YAML would cut off. `alias` stands for another node.
    """

    position: Position
    start: int
    end: int
    value: Scalar = None
    items: "list[Node] | None" = None
    entries: "list[tuple[Node, Node]] | None" = None
    size: int = 1
    ambiguous: bool = False
    flow: bool = False  # written in brackets or braces
    block: bool = False  # a scalar written as lines below `|` or `>`
    alias: bool = False
    closed: bool = True

    @property
    def is_scalar(self) -> bool:
        return self.items is None and self.entries is None

    @property
    def kind(self) -> str:
        """What it is, in words for a message."""
        if self.items is not None:
            return "a list"
        if self.entries is not None:
            return "a mapping"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return f"{str(self.value).lower()}"
        if isinstance(self.value, str):
            return "a text"
        return "a number"


def shown(text: str, limit: int = 60) -> str:
    """A name as it may stand in a message: quoted, shortened, with characters that hide or turn text made visible."""
    visible = _UNSEEN.sub(lambda m: f"\\u{ord(m.group()):04x}", text)
    return f"'{visible if len(visible) <= limit else visible[: limit - 1] + '…'}'"


def read_tree(text: str) -> Node:
    """The root of the text's only document. Raises UnreadableError."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise UnreadableError(Problem(1, 1, f"the file is larger than {MAX_BYTES // 1_000_000} MB; a policy never is"))
    if not text.strip():
        raise UnreadableError(Problem(1, 1, "the file is empty"))
    try:
        root = _Builder().build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise UnreadableError(Problem(line, column, _in_words(error))) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        raise UnreadableError(Problem(line, column, "there is a control character that YAML does not allow")) from error
    except (YAMLError, YAMLStreamError, ValueError) as error:
        raise UnreadableError(Problem(1, 1, "this is not YAML")) from error
    if root is None:
        raise UnreadableError(Problem(1, 1, "the file holds only comments"))
    return root


class _Builder:
    """Turns the parser's events into nodes without recursion, so that depth cannot exhaust the stack."""

    def __init__(self) -> None:
        self._open: list[Node] = []
        self._keys: list[Node | None] = []  # of each open mapping, the key that waits for its value
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None
        self._expanded = 0

    def build(self, events: Iterator[Event]) -> Node | None:
        documents = 0
        for event in events:
            position = Position(line=event.start_mark.line + 1, column=event.start_mark.column + 1)
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _refuse(position, "a second document begins here; a policy file holds one")
            elif isinstance(event, AliasEvent):
                self._add(self._alias(event, position))
            elif isinstance(event, NodeEvent):
                self._node(event, position)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self._close(event)
        return self._root

    def _node(self, event: NodeEvent, position: Position) -> None:
        tag = getattr(event, "ctag", None)
        if tag is not None and str(tag) not in ("", "None", "!"):
            _refuse(position, "tags (`!…`) are not read here; write the plain value")
        if isinstance(event, ScalarEvent):
            node = _scalar(event, position)
            self._name(event, node)
            self._add(node)
            return
        if len(self._open) >= MAX_DEPTH:
            _refuse(position, f"this is nested more than {MAX_DEPTH} deep")
        node = Node(position, event.start_mark.index, event.end_mark.index, closed=False)
        node.flow = bool(getattr(event, "flow_style", False))
        if isinstance(event, MappingStartEvent):
            node.entries = []
        elif isinstance(event, SequenceStartEvent):
            node.items = []
        self._name(event, node)
        self._open.append(node)
        self._keys.append(None)

    def _close(self, event: Event) -> None:
        node = self._open.pop()
        self._keys.pop()
        node.closed = True
        if node.flow:
            node.end = event.end_mark.index
        self._add(node)

    def _name(self, event: NodeEvent, node: Node) -> None:
        if event.anchor:
            self._anchors[str(event.anchor)] = node

    def _alias(self, event: AliasEvent, position: Position) -> Node:
        node = self._anchors.get(str(event.anchor))
        if node is None:
            _refuse(position, f"nothing above has the anchor {shown(str(event.anchor))}")
        if not node.closed:
            _refuse(position, "this alias stands inside what it repeats")
        self._expanded += node.size
        if self._expanded > MAX_EXPANDED:
            _refuse(position, "the aliases of this file stand for too much; write it out")
        return replace(
            node, position=position, start=event.start_mark.index, end=event.end_mark.index, flow=True, alias=True
        )

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.size += node.size
        if not parent.flow:
            parent.end = node.end
        if parent.items is not None:
            parent.items.append(node)
        elif parent.entries is not None:
            key = self._keys[-1]
            if key is None:
                self._keys[-1] = node
            else:
                parent.entries.append((key, node))
                self._keys[-1] = None


def _refuse(position: Position, message: str) -> NoReturn:
    raise UnreadableError(Problem(position.line, position.column, message))


def _scalar(event: ScalarEvent, position: Position) -> Node:
    text = event.value
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        _refuse(position, "this text holds half a character or a zero byte, which no database can store")
    node = Node(position, event.start_mark.index, event.end_mark.index, text, block=event.style in ("|", ">"))
    if event.style:  # quoted or a block: always text
        return node
    if _NULL.match(text):
        node.value = None
    elif _BOOLEAN.match(text):
        node.value = text.lower() == "true"
    elif _LEADING_ZERO.match(text):
        node.ambiguous = True
    elif _INTEGER.match(text):
        node.value = int(text)
    elif _FLOAT.match(text):
        node.value = float(text)
        if math.isinf(node.value):
            _refuse(position, "this number is larger than any database holds")
    return node


def _in_words(error: MarkedYAMLError) -> str:
    """The parser's complaint without its jargon, as far as we can."""
    said = f"{error.problem or ''} {error.context or ''}".strip()
    if "\\t" in said or "'\t'" in said:
        return "there is a tab; YAML indents with spaces only"
    if "mapping values are not allowed" in said:
        return "a colon stands where none can; is the line above complete, or does a text with a colon need quotes?"
    if "could not find expected ':'" in said:
        return "a colon is missing after this name"
    if "did not find expected '-' indicator" in said or "expected <block end>" in said:
        return "this line is not indented like the ones it belongs to"
    if "flow" in said:
        return "a bracket or brace is not closed, or a comma is missing"
    if "quoted scalar" in said:
        return "a quoted text is not closed"
    if "alias" in said:
        return "an alias that nothing above defines"
    return f"this is not YAML: {said}" if said else "this is not YAML"
