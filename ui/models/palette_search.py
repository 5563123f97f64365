"""Searching the palette's index: pure, and quick enough to be done at each keystroke."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from app.domain.operations import OperationKind
from ui.models.kinds import KIND_GLYPH, KIND_TONE, OPERATION_WORDS, STATE_WORDS, VERB_GLYPH
from ui.models.matching import INSIDE, SCATTERED, cost, letters_in_order, words_asked
from ui.models.navigation import AddRequest, FlowRequest, Go
from ui.models.palette import Entry, Group, Heading, Index, Kept
from ui.models.words import count
from ui.theme.tokens import Tone

SHOWN = 6
"""How many of each group are listed, the best."""

_ABSENT = 255
_REMEMBERED = 24  # words; each costs as many bytes as there are tenants

Line: TypeAlias = "Heading | Entry"
Words: TypeAlias = tuple[str, ...]
_Priced: TypeAlias = "tuple[int, Entry]"
_Found: TypeAlias = "tuple[list[_Priced], int]"
"""The best of them, best first, and how many there are in all."""

_Alike: TypeAlias = "tuple[int, Words, tuple[Kept, ...], list[int]]"
"""Tenants that the words find alike: at what cost, which words are still to be found in their environments, what those
are, and the tenants' numbers."""

_Wants: TypeAlias = "Callable[[Kept], object]"
_Makes: TypeAlias = "Callable[[str, Kept], Entry]"


class Finder:
    """Finds lines in an index. Tenants are many and much alike: they are looked at word by word in one sweep, put
    together where all words found the same, and only then, few as they are by now, asked for their environments."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._costs: dict[tuple[str, bool], bytes] = {}
        numbers: dict[int, int] = {}
        self._shapes = [numbers.setdefault(id(shape), len(numbers)) for shape in index.environments]

    def find(self, text: str) -> list[Line]:
        """The lines for what somebody typed, the group with the best find first. Letters in their order are looked for
        only where nothing has the words themselves. Without a word: the pages and commands there are."""
        words = words_asked(text)
        if not words:
            return _listed({group: self._all_of(group) for group in (Group.PAGES, Group.COMMANDS)}, whole=True)
        return _listed(self._search(words, scattered=False)) or _listed(self._search(words, scattered=True))

    def _all_of(self, group: Group) -> _Found:
        found = [(0, entry) for entry in self.index.entries if entry.group is group]
        return found, len(found)

    def _search(self, words: Words, *, scattered: bool) -> dict[Group, _Found]:
        found: dict[Group, _Found] = {}

        def add(group: Group, more: _Found) -> None:
            priced, total = found.get(group, ([], 0))
            found[group] = (sorted([*priced, *more[0]], key=lambda each: each[0]), total + more[1])

        for entry in self.index.entries:
            price = cost(entry.words, words, scattered=scattered)
            if price is not None:
                add(entry.group, ([(price, entry)], 1))
        for verb in OperationKind:
            for rest in _rest_of(verb, words):
                add(Group.COMMANDS, self._places(rest, partial(_able, verb), _doing(verb), scattered))
        for rest in _rest_of("policy", words):
            add(Group.POLICIES, self._places(rest, lambda kept: kept.policy, _policy, scattered))
        add(Group.ENVIRONMENTS, self._places(words, lambda _kept: True, _environment, scattered))
        alike = self._alike(words, scattered)
        whole = sorted((price, at) for price, missing, _inside, ats in alike if not missing for at in ats)
        add(Group.TENANTS, ([(price, _tenant(self.index, at)) for price, at in whole[:SHOWN]], len(whole)))
        return found

    def _alike(self, words: Words, scattered: bool) -> list[_Alike]:
        numbered: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for at, marks in enumerate(zip(self._shapes, *(self._cost_of(word, scattered) for word in words), strict=True)):
            numbered[marks].append(at)
        made = []
        for (_shape, *costs), ats in numbered.items():
            missing = tuple([word for word, price in zip(words, costs, strict=True) if price == _ABSENT])
            price = sum(price for price in costs if price != _ABSENT)
            made.append((price, missing, self.index.environments[ats[0]], ats))
        return made

    def _cost_of(self, word: str, scattered: bool) -> bytes:
        """What the word costs in the name of each tenant."""
        known = self._costs.get((word, scattered))
        if known is not None:
            return known
        begins = f" {word}"
        costs = bytes([0 if begins in t else INSIDE if word in t else _ABSENT for t in self.index.words])
        if scattered and len(word) > 1:
            there = letters_in_order(word).search
            pairs = zip(costs, self.index.words, strict=True)
            costs = bytes([SCATTERED if price == _ABSENT and there(text) else price for price, text in pairs])
        if len(self._costs) >= _REMEMBERED:
            self._costs.clear()
        self._costs[word, scattered] = costs
        return costs

    def _places(self, words: Words, wants: _Wants, make: _Makes, scattered: bool) -> _Found:
        """Environments by the words in their tenant's name and their own."""
        best: list[tuple[int, int, int, Kept]] = []
        total = 0
        for price, missing, shape, ats in self._alike(words, scattered):
            inside = []
            for order, kept in enumerate(shape):
                more = cost(kept.words, missing, scattered=scattered) if wants(kept) else None
                if more is not None:
                    inside.append((price + more, order, kept))
            total += len(inside) * len(ats)
            best += [(whole, at, order, kept) for whole, order, kept in inside for at in ats[:SHOWN]]
        best.sort(key=lambda each: each[:3])
        return [(price, make(self.index.tenants[at], kept)) for price, at, _order, kept in best[:SHOWN]], total


def _able(verb: OperationKind, kept: Kept) -> bool:
    return verb in kept.verbs


def _listed(found: dict[Group, _Found], *, whole: bool = False) -> list[Line]:
    lines: list[Line] = []
    order = list(Group)
    groups = sorted((g for g in found if found[g][0]), key=lambda g: (found[g][0][0][0], order.index(g)))
    for group in groups:
        priced, total = found[group]
        best = [entry for _price, entry in (priced if whole else priced[:SHOWN])]
        lines += [Heading(group, total, len(best)), *best]
    return lines


def _rest_of(name: str, words: Words) -> Iterator[Words]:
    """The other words, when one begins `name`; two letters are too few where they are all there is."""
    least = 3 if len(words) == 1 else 2
    for at, word in enumerate(words):
        if len(word) >= least and name.startswith(word):
            yield (*words[:at], *words[at + 1 :])
            return


def _tenant(index: Index, at: int) -> Entry:
    name, inside = index.tenants[at], index.environments[at]
    return Entry(
        group=Group.TENANTS,
        title=name,
        detail=count(len(inside), "environment"),
        glyph="mdi6.domain",
        go=Go.ENVIRONMENTS,
        subject=f"{name}/{inside[0].name}" if inside else AddRequest(tenant=name),
    )


def _environment(tenant: str, kept: Kept) -> Entry:
    told = (str(kept.kind).capitalize(), STATE_WORDS[kept.state], kept.policy)
    return Entry(
        group=Group.ENVIRONMENTS,
        title=f"{tenant}/{kept.name}",
        detail=" · ".join(filter(None, told)),
        glyph=KIND_GLYPH[kept.kind],
        tone=KIND_TONE[kept.kind],
        go=Go.ENVIRONMENTS,
        subject=f"{tenant}/{kept.name}",
    )


def _policy(tenant: str, kept: Kept) -> Entry:
    return Entry(
        group=Group.POLICIES,
        title=f"Policy of {tenant}/{kept.name}",
        detail=kept.policy,
        glyph="mdi6.shield-check-outline",
        go=Go.POLICIES,
        subject=f"{tenant}/{kept.name}",
    )


def _doing(verb: OperationKind) -> _Makes:
    """A line that opens the flow for that verb. It starts nothing: the flow asks first."""

    def make(tenant: str, kept: Kept) -> Entry:
        ref = f"{tenant}/{kept.name}"
        return Entry(
            group=Group.COMMANDS,
            title=f"{OPERATION_WORDS[verb][0]} {ref}…",
            detail=str(kept.kind).capitalize(),
            glyph=VERB_GLYPH[verb],
            tone=Tone.DANGER if verb is OperationKind.WIPE else Tone.ACCENT,
            go=Go.FLOW,
            subject=FlowRequest(ref=ref, kind=verb),
        )

    return make
