"""Cutting and inserting at places of a YAML text, all read from one tree, without writing the rest anew."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.policy.positions import Node
from app.policy.yaml_text import block_lines, flow_text

Pair = tuple[Node, Node]
"""A mapping's key and its value."""


class Splicing:
    """Collects changes to a text by the places its nodes stand at, and makes them all at once.

    What stands in an alias is never changed: it is shared with others. Whoever asks must compare what the new text
    says with what was meant.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._cuts: list[tuple[int, int, str]] = []

    def text(self) -> str:
        """The text with every change made; those at one place in the order they were asked for."""
        parts, at = [], 0
        for start, end, new in sorted(self._cuts, key=lambda cut: cut[0]):
            parts += [self._text[at:start], new]
            at = max(at, end)
        return "".join([*parts, self._text[at:]])

    def pair(self, node: Node, key: str) -> Pair | None:
        return next((pair for pair in node.entries or [] if pair[0].value == key), None)

    def child(self, node: Node, key: str) -> Node | None:
        """The mapping under a key that may be changed; None where there is none, or one that is shared."""
        pair = self.pair(node, key)
        if pair is None or node.alias or pair[1].alias or pair[1].entries is None:
            return None
        return pair[1]

    def replace(self, key: Node, value: Node, new: object) -> None:
        """Another value for a key, on one line; comments inside the old one move above the key."""
        if value.end > value.start and (value.is_scalar or value.flow) and not value.block:
            self._cuts.append((value.start, value.end, flow_text(new)))
            return
        colon = self._text.index(":", key.end) + 1
        end = max(value.end, colon)
        kept = [] if value.block else self._comments(value, colon, end)
        line_end = "\n" if self._text[colon:end].endswith("\n") else ""
        above = "".join(f"{comment}\n{' ' * (key.position.column - 1)}" for comment in kept)
        new_text = f"{above}{self._text[key.start : colon]} {flow_text(new)}{line_end}"
        self._cuts.append((key.start, end, new_text))

    def insert(self, node: Node, new: Mapping[str, object], *, flow_at: int) -> None:
        """Entries that a mapping has not yet. In one of lines they come last, and their own mappings `flow_at` levels
        down stand on one line."""
        if not new:
            return
        if node.flow:
            comma = ", " if node.entries else ""
            self._cuts.append((node.start + 1, node.start + 1, flow_text(new)[1:-1] + comma))
            return
        indent = min(key.position.column for key, _ in node.entries or []) - 1
        lines = "\n".join(block_lines(new, indent, flow_at=flow_at))
        end = node.end
        if self._text[end - 1 : end] == "\n":
            self._cuts.append((end, end, lines + "\n"))
            return
        newline = self._text.find("\n", end)
        at = len(self._text[: newline if newline >= 0 else None].rstrip("\r"))
        self._cuts.append((at, at, "\n" + lines))

    def remove(self, key: Node, value: Node, names: Collection[str]) -> None:
        """Entries of the mapping `value` under `key`; one that has none left becomes `{}`."""
        entries = value.entries or []
        gone = [at for at, (name, _) in enumerate(entries) if name.value in names]
        if not gone or value.alias:
            return
        if value.flow:
            self._remove_in_line(entries, gone)
            return
        for at in gone:
            start = self._text.rfind("\n", 0, entries[at][0].start) + 1
            self._cuts.append((start, self._line_end(entries[at][1].end), ""))
        if len(gone) == len(entries):
            colon = self._text.index(":", key.end) + 1
            self._cuts.append((colon, colon, " {}"))

    def remove_items(self, key: Node, value: Node, gone: Sequence[int]) -> None:
        """Items of the list `value` under `key`, by their numbers; a list that has none left becomes `[]`."""
        items = value.items or []
        if not gone or value.alias:
            return
        if value.flow:
            self._remove_in_line([(item, item) for item in items], gone)
            return
        for at in gone:
            start = self._text.rfind("\n", 0, items[at].start) + 1
            self._cuts.append((start, self._line_end(items[at].end), ""))
        if len(gone) == len(items):
            colon = self._text.index(":", key.end) + 1
            self._cuts.append((colon, colon, " []"))

    def _remove_in_line(self, entries: list[Pair], gone: Sequence[int]) -> None:
        for first, last in _runs(gone):
            if first > 0:
                self._cuts.append((entries[first - 1][1].end, entries[last][1].end, ""))
            elif last + 1 < len(entries):
                self._cuts.append((entries[0][0].start, entries[last + 1][0].start, ""))
            else:
                self._cuts.append((entries[0][0].start, entries[last][1].end, ""))

    def _line_end(self, at: int) -> int:
        if self._text[at - 1 : at] == "\n":
            return at
        newline = self._text.find("\n", at)
        return len(self._text) if newline < 0 else newline + 1

    def exchange(self, node: Node, old: Collection[str], new: Mapping[str, object]) -> None:
        """The entries `new` where the first of `old` stands, the others of `old` gone."""
        entries = node.entries or []
        found = [at for at, (key, _) in enumerate(entries) if key.value in old]
        if not found or node.alias:
            return
        first, (key, value) = found[0], entries[found[0]]
        if node.flow:
            between = ", "
            self._remove_in_line(entries, [at for at in found if at != first])
        else:
            between = "\n" + " " * (key.position.column - 1)
            for at in found[1:]:
                start = self._text.rfind("\n", 0, entries[at][0].start) + 1
                self._cuts.append((start, self._line_end(entries[at][1].end), ""))
        line_end = "\n" if self._text[value.end - 1 : value.end] == "\n" else ""
        text = between.join(f"{name}: {flow_text(said)}" for name, said in new.items())
        self._cuts.append((key.start, value.end, text + line_end))

    def _comments(self, node: Node, start: int, end: int) -> list[str]:
        """The comments between `start` and `end`, outside of the values that stand there."""
        found: list[str] = []
        at = start
        for leaf in [*_leaves(node), None]:
            gap = self._text[at : leaf.start if leaf else end]
            found.extend("#" + line.split("#", 1)[1] for line in gap.splitlines() if "#" in line)
            at = leaf.end if leaf else end
        return found


def _leaves(node: Node) -> list[Node]:
    if node.is_scalar or node.alias:
        return [node]
    children = node.items if node.items is not None else [n for pair in node.entries or [] for n in pair]
    return [leaf for child in children for leaf in _leaves(child)]


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers that follow one another, as (first, last)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
