"""Reading one part of a policy after another, collecting every problem instead of stopping at the first."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Final

from app.domain.policy import RESERVED_ITEMS, Option, OptionRef, Position, Scalar
from app.policy.positions import Node, Problem, shown

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}\Z")
LONGEST_TEXT: Final = 4000
MOST_PROBLEMS: Final = 500
_COMPARED: Final = 300  # names a misspelt one is compared with

Fields = dict[str, tuple[Node, Node]]
"""The entries of a mapping by key: (key node, value node)."""


def near(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where something known is spelt much alike, else nothing."""
    names = {k.casefold(): k for k in islice(known, _COMPARED)}
    found = difflib.get_close_matches(name[:80].casefold(), names, n=1, cutoff=0.6) if names else []
    return f"; did you mean {shown(names[found[0]])}?" if found else ""


class TooManyProblemsError(Exception):
    """Nobody mends more than this at once; reading stops. Never leaves this package."""


class Reader:
    """Collects problems, and knows the options that may be referred to. Each method returns None (or an empty value)
    after noting what is wrong, so that reading goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.options: Mapping[str, Option] = {}
        self.runs: Collection[str] = ()  # the ids of what the policy runs
        self._checklist: set[str] = set()

    def problem(self, where: Node | Position, message: str) -> None:
        position = where.position if isinstance(where, Node) else where
        self.problems.append(Problem(position.line, position.column, message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise TooManyProblemsError

    def fields(
        self, node: Node, what: str, known: Iterable[str] | None = None, *, of_database: bool = False
    ) -> Fields | None:
        """The mapping's entries, duplicates and (with `known`) unknown keys reported; None when it is no mapping.

        Names `of_database` may differ in case alone: there are databases with tables and columns that do. Whether two
        of them mean the same one, planning tells.
        """
        if node.entries is None:
            self.problem(node, f"{what} must be a mapping of names to values, not {node.kind}")
            return None
        found: Fields = {}
        folded: dict[str, str] = {}
        allowed = tuple(known) if known is not None else None
        for key, value in node.entries:
            name = self.key(key)
            if name is None:
                continue
            if name in found or (allowed is None and not of_database and name.casefold() in folded):
                other = folded.get(name.casefold(), name)
                self.problem(
                    key, f"{shown(name)} stands here twice" + ("" if other == name else f", as {shown(other)}")
                )
                continue
            if node.flow and value.start == value.end and not value.alias:
                self.problem(key, f"{shown(name)} has no value; a text with a comma in it needs quotes")
                continue
            if allowed is not None and name not in allowed:
                self.problem(key, f"{what} has no {shown(name)}{near(name, allowed)}")
                continue
            folded[name.casefold()] = name
            found[name] = (key, value)
        return found

    def key(self, node: Node) -> str | None:
        """A mapping's key as text. Keys that YAML reads as something else need quotes."""
        if isinstance(node.value, str) and node.value.strip() and not node.ambiguous:
            return node.value
        if not node.is_scalar:
            self.problem(node, f"a name must be a text, not {node.kind}")
        elif isinstance(node.value, str) and not node.ambiguous:
            self.problem(node, "a name must not be empty")
        else:
            self.problem(node, f"YAML reads this name as {node.kind}; put it in quotes")
        return None

    def required(self, node: Node, fields: Fields, names: Iterable[str], what: str) -> bool:
        missing = [name for name in names if name not in fields]
        if missing:
            self.problem(node, f"{what} needs {' and '.join(shown(name) for name in missing)}")
        return not missing

    def text(self, fields: Fields, name: str, default: str = "", *, limit: int = LONGEST_TEXT) -> str:
        if name not in fields:
            return default
        node = fields[name][1]
        if not isinstance(node.value, str) or node.ambiguous:
            self.problem(
                node,
                f"{shown(name)} must be a text, not {node.kind}"
                + ("; put it in quotes" if node.is_scalar and node.value is not None else ""),
            )
            return default
        if len(node.value) > limit:
            self.problem(node, f"{shown(name)} is {len(node.value):,} characters long; {limit:,} is the limit")
            return default
        return node.value

    def id(self, fields: Fields, what: str) -> str | None:
        """An id: letters, digits, `-`, `_` and `.`, at most 80 characters, as the command line takes it."""
        if "id" not in fields:
            return None
        node = fields["id"][1]
        if isinstance(node.value, str) and _ID.match(node.value) and not node.ambiguous:
            return node.value
        said = shown(node.value) if isinstance(node.value, str) else node.kind
        self.problem(node, f"the id of {what} must be letters, digits, '-', '_' or '.', at most 80 of them, not {said}")
        return None

    def is_new_item(self, where: Node, id_: str) -> bool:
        """Whether the checklist has no item of that id yet; notes it as a problem where it has. Checks, manual items
        and steps share one list with those that every checklist has."""
        if id_ in RESERVED_ITEMS:
            self.problem(where, f"there are two items {shown(id_)}: every checklist has one of its own")
            return False
        if id_ in self._checklist:
            self.problem(where, f"there are two items {shown(id_)} on the checklist; each needs an id of its own")
            return False
        self._checklist.add(id_)
        return True

    def integer(self, node: Node, what: str, *, least: int, most: int = 2**53) -> int | None:
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            self.problem(node, f"{what} must be a whole number, not {node.kind}")
            return None
        if not least <= node.value <= most:
            self.problem(node, f"{what} must be at least {least}" + (f" and at most {most:,}" if most < 2**53 else ""))
            return None
        return node.value

    def boolean(self, node: Node, what: str) -> bool | None:
        if isinstance(node.value, bool):
            return node.value
        hint = ""
        if isinstance(node.value, str) and node.value.lower() in ("yes", "no", "on", "off"):
            hint = "; YAML writes true or false"
        self.problem(node, f"{what} must be true or false, not {node.kind}{hint}")
        return None

    def items(self, node: Node, what: str) -> list[Node]:
        if node.items is None:
            self.problem(node, f"{what} must be a list (lines that begin with '- '), not {node.kind}")
            return []
        return node.items

    def scalar(self, node: Node, what: str) -> tuple[Scalar] | None:
        """The scalar in a tuple of one, since it may be None itself."""
        if not node.is_scalar:
            self.problem(node, f"{what} must be a single value, not {node.kind}")
            return None
        if node.ambiguous:
            self.problem(
                node, f"{shown(str(node.value))} begins with zeros; in quotes it is a text, without them a number"
            )
            return None
        return (node.value,)

    def scalars(self, node: Node, what: str) -> tuple[Scalar, ...]:
        found = [self.scalar(item, f"each value of {what}") for item in self.items(node, what)]
        return tuple(value[0] for value in found if value is not None)

    def reference(self, node: Node) -> OptionRef | None:
        """`{option: ID}` checked against the options; None when the node is something else or names no option."""
        fields = self.fields(node, "a reference to an option", ("option",))
        if not fields:
            return None
        option = self.option(fields["option"][1])
        return None if option is None else OptionRef(option.id)

    def option(self, node: Node) -> Option | None:
        """The option whose id stands there; None after noting that there is none."""
        if not isinstance(node.value, str):
            self.problem(node, f"'option' must be the id of an option, not {node.kind}")
            return None
        if node.value not in self.options:
            self.problem(node, f"there is no option {shown(node.value)} in this policy{near(node.value, self.options)}")
            return None
        return self.options[node.value]


def is_reference(node: Node) -> bool:
    """Whether this is meant as `{option: ID}`."""
    return node.entries is not None and any(key.value == "option" for key, _ in node.entries)
