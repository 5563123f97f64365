"""Finding what a policy means by a name: exactly, else without case, else without needless quotes."""

import difflib
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST_GUESSES = 20  # comparing every wrong name with every right one would take minutes on a hostile file


def parts(name: str) -> tuple[str, ...]:
    """`schema.table` as its parts; a part in double quotes may hold dots, and doubled quotes stand for one."""
    if '"' not in name and "." not in name:
        return (name,)
    found: list[str] = []
    current: list[str] = []
    inside = False
    at = 0
    while at < len(name):
        character = name[at]
        if character == '"' and inside and name[at + 1 : at + 2] == '"':
            current.append('"')
            at += 1
        elif character == '"' and (inside or not current):
            inside = not inside
        elif character == "." and not inside:
            found.append("".join(current))
            current = []
        else:
            current.append(character)
        at += 1
    return (*found, "".join(current))


class Names(Generic[T]):
    """Things by name."""

    def __init__(self, things: Iterable[T], name: Callable[[T], str]) -> None:
        self._exact = {name(thing): thing for thing in things}
        self._folded = {key.casefold(): thing for key, thing in reversed(self._exact.items())}
        self._asked = 0
        self._parts = {parts(key.casefold()): thing for key, thing in reversed(self._exact.items())}

    def find(self, name: str) -> T | None:
        exact = self._exact.get(name)
        if exact is not None:
            return exact
        folded = self._folded.get(name.casefold())
        return folded if folded is not None else self._parts.get(parts(name.casefold()))

    def like(self, name: str) -> str:
        """` Did you mean 'x'?` where a known name is spelt much alike, else nothing."""
        self._asked += 1
        if self._asked > _MOST_GUESSES:
            return ""
        folded = {key.casefold(): key for key in self._exact}
        found = difflib.get_close_matches(name[:80].casefold(), folded, n=1, cutoff=0.6)
        return f" Did you mean {short(folded[found[0]])}?" if found else ""


def short(name: str, limit: int = 60) -> str:
    """A name as it may stand in a sentence: quoted, shortened, without characters that hide or turn text."""
    visible = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    return f"'{visible if len(visible) <= limit else visible[: limit - 1] + '…'}'"
