"""Packs and the policies of environments, as the list beside their detail."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from app.domain.environments import Environment, EnvironmentKind
from app.domain.policy import Policy
from app.domain.versions import PolicyEntry, VersionEntry
from app.services.mask_choices import MaskChoice
from app.services.reviews import RunApproval
from ui.models.table import Column, RowTableModel
from ui.models.words import count

PACKS = "Packs"


class Heading(NamedTuple):
    """A line above those that belong together: packs, or the environments of one tenant."""

    name: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    """One pack, or the policy of one environment (`ref` is empty for a pack).

    `unreviewed` is how many columns wait for somebody, None as long as nobody looked at production; `outdated` how many
    copies were made with another version; `problem` why it cannot be read.
    """

    name: str
    detail: str
    policy: str
    ref: str = ""
    tenant: str = ""
    kind: EnvironmentKind | None = None
    unreviewed: int | None = None
    outdated: int = 0
    problem: str = ""

    @property
    def key(self) -> str:
        return self.ref or f"pack {self.policy}"

    @property
    def badge(self) -> str:
        """What deserves attention, the most pressing alone."""
        if self.problem:
            return "not readable"
        if self.unreviewed:
            return f"{count(self.unreviewed)} to review"
        if not self.outdated:
            return ""
        return "older copy" if self.ref else count(self.outdated, "older copy", "older copies")

    @property
    def spoken(self) -> str:
        """The whole line, for those who hear it."""
        place = f"{self.tenant}, {self.name}" if self.ref else f"Pack {self.name}"
        told = [place, self.detail]
        if self.unreviewed:
            told.append(f"{count(self.unreviewed, 'column')} to review")
        if self.outdated:
            told.append("an older version of it is in use")
        return ", ".join([*told, self.problem] if self.problem else told)


ListRow: TypeAlias = "Heading | PolicyLine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All lines with the words that find them, prepared off the main thread."""

    lines: tuple[PolicyLine, ...] = ()
    words: tuple[str, ...] = ()
    packs: Mapping[str, PolicyEntry] = field(default_factory=dict)


def library_of(entries: Sequence[PolicyEntry], environments: Sequence[Environment]) -> Library:
    """Packs first, then the environments that have a policy, by tenant."""
    lines = [
        PolicyLine(
            name=entry.title,
            detail=f"{entry.name} · {_used(entry)}",
            policy=entry.name,
            outdated=len(entry.outdated),
            problem=entry.problem,
        )
        for entry in entries
        if entry.pack
    ]
    by_place = {ref: entry for entry in entries for ref in entry.environments}
    for environment in sorted(environments, key=lambda e: (e.tenant.casefold(), e.tenant)):
        if environment.policy is None:
            continue
        entry = by_place.get(environment.ref)
        lines.append(
            PolicyLine(
                name=environment.name,
                detail=environment.policy if entry is None or not entry.pack else f"{environment.policy} (pack)",
                policy=environment.policy,
                ref=environment.ref,
                tenant=environment.tenant,
                kind=environment.kind,
                outdated=int(environment.policy_outdated),
                problem=entry.problem if entry is not None else "",
            )
        )
    words = tuple(f"{line.tenant}\0{line.name}\0{line.policy}\0{line.detail}".casefold() for line in lines)
    return Library(lines=tuple(lines), words=words, packs={e.name: e for e in entries if e.pack})


def _used(entry: PolicyEntry) -> str:
    return count(len(entry.environments), "environment") if entry.environments else "not in use"


Index = QModelIndex | QPersistentModelIndex


class PolicyListModel(RowTableModel[ListRow]):
    """The lines that the filter finds, under their headings, which cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        told: Column[ListRow] = Column(
            "Policies", _spoken, tip=lambda r: r.problem if isinstance(r, PolicyLine) else ""
        )
        super().__init__((told,), _key, parent)
        self._library = Library()
        self._unreviewed: dict[str, int] = {}
        self._filter: tuple[str, ...] = ()

    def show_library(self, library: Library) -> None:
        self._library = library
        self._refresh()

    def set_filter(self, text: str) -> None:
        """Show what holds every word of `text`."""
        self._filter = tuple(text.casefold().split())
        self._refresh()

    def set_unreviewed(self, ref: str, number: int) -> None:
        """Somebody looked at that environment's production: so many columns wait there."""
        if self._unreviewed.get(ref) != number:
            self._unreviewed[ref] = number
            self._refresh()

    @property
    def lines(self) -> tuple[PolicyLine, ...]:
        """All there are, found or not."""
        return self._library.lines

    @property
    def waiting(self) -> int:
        """How many environments are known to have columns that wait."""
        there = {line.ref for line in self._library.lines}
        return sum(bool(number) and ref in there for ref, number in self._unreviewed.items())

    def row_of(self, key: str) -> int | None:
        for row in range(self.rowCount()):
            line = self.row_at(row)
            if isinstance(line, PolicyLine) and line.key == key:
                return row
        return None

    def first(self, *, own: bool = True) -> int | None:
        """The line to begin with: the first environment that wants attention, else the first; a pack where none is."""
        lines = [(row, self.row_at(row)) for row in range(self.rowCount())]
        mine = [(row, line) for row, line in lines if isinstance(line, PolicyLine) and (line.ref or not own)]
        if not mine:
            return self.first(own=False) if own else None
        return next((row for row, line in mine if line.badge), mine[0][0])

    def _refresh(self) -> None:
        found = [
            replace(line, unreviewed=self._unreviewed.get(line.ref)) if line.ref in self._unreviewed else line
            for line, words in zip(self._library.lines, self._library.words, strict=True)
            if all(word in words for word in self._filter)
        ]
        groups: dict[str, list[PolicyLine]] = {}
        for line in found:
            groups.setdefault(line.tenant if line.ref else PACKS, []).append(line)
        rows: list[ListRow] = []
        for name, lines in groups.items():
            rows += [Heading(name, len(lines)), *lines]
        self.set_rows(rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.row_at(index.row()), Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


def _spoken(row: ListRow) -> str:
    return row.name if isinstance(row, Heading) else row.spoken


def _key(row: ListRow) -> Hashable:
    return ("heading", row.name) if isinstance(row, Heading) else ("line", row.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """An environment that has the policy. `number` counts its versions, `of_copy` is the one its copy was made with;
    both are 0 where that is not known."""

    environment: Environment
    number: int = 0
    of_copy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """What the catalog knows of one policy, read in one go; `policy` is None where `problem` says why.

    A pack has neither environment nor history.
    """

    policy: Policy | None
    text: str
    environment: Environment | None = None
    problem: str = ""
    history: tuple[VersionEntry, ...] = ()
    runs: tuple[RunApproval, ...] = ()
    uses: tuple[UseRow, ...] = ()
    masks: tuple[MaskChoice, ...] = ()

    @property
    def newest(self) -> int:
        """The number of the version in force; 0 for a pack."""
        return self.history[0].number if self.history else 0
