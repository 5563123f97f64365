"""Tenants with their environments, as the searchable tree beside the detail."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, Tenant
from ui.models.difference import Rows
from ui.models.kinds import STATE_WORDS
from ui.models.table import Role
from ui.models.words import ago

Index = QModelIndex | QPersistentModelIndex

_KIND_ORDER = {EnvironmentKind.PRODUCTION: 0, EnvironmentKind.SANDBOX: 1, EnvironmentKind.TRAINING: 2}
_NEVER = float("inf")
COMPARED_UPTO = 2_000  # more lines than this are replaced without comparing, which would be felt while typing


class Order(StrEnum):
    """How the tree can be sorted."""

    NAME = "name"
    ATTENTION = "attention"
    OLDEST = "oldest"
    LARGEST = "largest"


class TenantRow(NamedTuple):
    """A tenant's line; `matching` of its `total` environments are shown beneath."""

    name: str
    total: int
    matching: int
    open: bool = True


TreeRow: TypeAlias = "TenantRow | Environment"


@dataclass(frozen=True, slots=True)
class Branch:
    """One tenant with everything the filter looks at, prepared once, off the main thread.

    `lines` are its lines when it is open and nothing is filtered: its own and its environments'; `heads` its own line
    by how many environments match.
    """

    tenant: str
    words: str
    environments: tuple[Environment, ...]
    environment_words: tuple[str, ...]
    lines: tuple[TreeRow, ...]
    heads: tuple[TenantRow, ...]


def branches(
    tenants: Sequence[Tenant], environments: Sequence[Environment], before: Mapping[str, Branch] | None = None
) -> tuple[Branch, ...]:
    """Group and prepare. Pure; takes about 200 ms for 30,000 environments, so call it through the bridge.

    Of `before`, by tenant, what is equal is taken again: what stayed as it was need not be compared with itself later.
    """
    grouped: dict[str, list[Environment]] = {tenant.name: [] for tenant in tenants}
    for environment in environments:
        grouped.setdefault(environment.tenant, []).append(environment)
    made = []
    for name in sorted(grouped, key=lambda n: (n.casefold(), n)):
        inside = sorted(grouped[name], key=lambda e: (_KIND_ORDER[e.kind], e.name.casefold(), e.name))
        old = before.get(name) if before is not None else None
        if old is not None and old.environments == tuple(inside):
            made.append(old)
            continue
        words = tuple(map(words_of, inside))
        heads = tuple([TenantRow(name, len(inside), matching) for matching in range(len(inside) + 1)])
        made.append(Branch(name, name.casefold(), tuple(inside), words, (heads[-1], *inside), heads))
    return tuple(made)


def words_of(environment: Environment) -> str:
    """What a filter finds an environment by, besides its tenant."""
    e = environment
    return f"{e.name}\0{e.kind}\0{STATE_WORDS[e.state]}\0{e.policy or ''}".casefold()


class EnvironmentTreeModel(QAbstractListModel):
    """The tree as a flat list of lines: tenants and, beneath those that are open, their environments.

    Flat, because a tree view asks a model written in Python several questions per node each time anything changes
    and a table view of equal rows asks only for those on screen. Filtering and
    sorting happen here for the same reason: it is string search over texts prepared once. Every line tells a screen
    reader the whole of it. `set_branches`, `set_filter`, `set_order` and `toggle` are the only ways in.
    """

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._branches: tuple[Branch, ...] = ()
        self._closed: set[str] = set()
        self._filter: tuple[str, ...] = ()
        self._order = Order.NAME
        self._rows: Rows[TreeRow] = Rows(self, _key)
        self._starts: dict[str, int] = {}  # the line of each tenant shown

    @property
    def environment_count(self) -> int:
        return sum(len(branch.environments) for branch in self._branches)

    def set_branches(self, made: Sequence[Branch]) -> bool:
        """Show these. True when views were reset."""
        self._branches = _sorted(tuple(made), self._order)
        return self._refresh(compared=True)

    def set_filter(self, text: str) -> bool:
        """Show what holds every word of `text` in the tenant's name, the environment's name, kind, state or policy."""
        self._filter = tuple(text.casefold().split())
        return self._refresh()

    def set_order(self, order: Order) -> bool:
        self._order = order
        self._branches = _sorted(self._branches, order)
        return self._refresh()

    def toggle(self, tenant: str, *, open: bool | None = None) -> None:
        """Open or close a tenant. While a filter is on, everything found is open."""
        is_open = tenant not in self._closed
        if open is is_open or self._filter:
            return
        self._closed.symmetric_difference_update({tenant})
        self._refresh()

    def row_of(self, environment: Environment) -> int | None:
        """The line of that environment, None when it is not shown."""
        start = self._starts.get(environment.tenant)
        if start is None:
            return None
        for row in range(start + 1, len(self._rows)):
            line = self._rows.items[row]
            if isinstance(line, TenantRow):
                return None
            if line.id == environment.id:
                return row
        return None

    def row_at(self, row: int) -> TreeRow:
        return self._rows.items[row]

    def first_environment(self) -> int | None:
        """The line to begin with: the first copy, for that is what one works with; else the first production."""
        shown = [(i, r) for i, r in enumerate(self._rows.items[:200]) if isinstance(r, Environment)]
        copies = [i for i, r in shown if r.kind is not EnvironmentKind.PRODUCTION]
        return copies[0] if copies else shown[0][0] if shown else None

    def _refresh(self, *, compared: bool = False) -> bool:
        """`compared` keeps selection and scrolling also among very many lines, which takes a few hundredths more."""
        lines, self._starts = self._found() if self._filter else self._unfiltered()
        if not compared and (len(lines) > COMPARED_UPTO or len(self._rows) > COMPARED_UPTO):
            self._rows.reset(lines)
            return True
        return self._rows.set(lines)

    def _unfiltered(self) -> tuple[list[TreeRow], dict[str, int]]:
        """All lines, and at which each tenant begins."""
        lines: list[TreeRow] = []
        starts: dict[str, int] = {}
        closed = self._closed
        for branch in self._branches:
            starts[branch.tenant] = len(lines)
            if branch.tenant in closed:
                lines.append(TenantRow(branch.tenant, len(branch.environments), 0, open=False))
            else:
                lines += branch.lines
        return lines, starts

    def _found(self) -> tuple[list[TreeRow], dict[str, int]]:
        """The same for what the filter finds. One loop with few calls in it: it runs at each keystroke."""
        lines: list[TreeRow] = []
        starts: dict[str, int] = {}
        words = self._filter
        only = words[0] if len(words) == 1 else ""
        known: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[int, ...]] = {}  # tenants are much alike
        for branch in self._branches:
            if only:
                missing = () if only in branch.words else words
            else:
                missing = tuple([word for word in words if word not in branch.words])
            if not missing:
                starts[branch.tenant] = len(lines)
                lines += branch.lines
                continue
            where = known.get((missing, branch.environment_words))
            if where is None:
                where = known[missing, branch.environment_words] = _matching(missing, branch.environment_words)
            if where:
                starts[branch.tenant] = len(lines)
                lines.append(branch.heads[len(where)])
                for position in where:
                    lines.append(branch.environments[position])
        return lines, starts

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows.items[index.row()]
        if role == Role.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Role.SORT:
            return row.name.casefold()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Environment):
            return self._spoken(row)
        return None

    def _spoken(self, row: TreeRow) -> str:
        if isinstance(row, TenantRow):
            state = "" if row.open else ", closed"
            return f"{row.name}, {row.total} environments{state}"
        parts = [row.name, str(row.kind), STATE_WORDS[row.state]]
        if row.copied_at is not None:
            parts.append(f"copied {ago(row.copied_at, self._now())}")
        if row.checklist_of:
            parts.append(f"checklist {row.checklist_done} of {row.checklist_of}")
        return ", ".join(parts)


def _matching(words: tuple[str, ...], texts: tuple[str, ...]) -> tuple[int, ...]:
    """Positions of the texts that hold all words."""
    return tuple(i for i, text in enumerate(texts) if all(word in text for word in words))


def _key(row: TreeRow) -> Hashable:
    return ("tenant", row.name) if isinstance(row, TenantRow) else ("environment", row.id)


def _sorted(made: tuple[Branch, ...], order: Order) -> tuple[Branch, ...]:
    by_name: Callable[[Branch], Any] = lambda b: (b.words, b.tenant)  # noqa: E731
    if order is Order.ATTENTION:
        return tuple(sorted(made, key=lambda b: (-max(map(attention, b.environments), default=0), by_name(b))))
    if order is Order.OLDEST:
        return tuple(sorted(made, key=lambda b: (min(map(_copied, b.environments), default=_NEVER), by_name(b))))
    if order is Order.LARGEST:
        return tuple(sorted(made, key=lambda b: (-sum(e.size_bytes or 0 for e in b.environments), by_name(b))))
    return tuple(sorted(made, key=by_name))


def attention(environment: Environment) -> int:
    """How much this environment needs a person: failed 4, unreachable 3, checklist open 2, not proven 1, else 0."""
    if environment.state is EnvironmentState.FAILED:
        return 4
    if environment.state is EnvironmentState.UNREACHABLE:
        return 3
    if environment.checklist_done < environment.checklist_of:
        return 2
    if environment.state is EnvironmentState.READY and not environment.proven:
        return 1
    return 0


def _copied(environment: Environment) -> float:
    return _NEVER if environment.copied_at is None else environment.copied_at.timestamp()
