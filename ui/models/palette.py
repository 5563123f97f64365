"""What the palette finds: places, commands, pages, policies and runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, Tenant
from app.domain.operations import OperationKind
from ui.models.kinds import STATE_WORDS
from ui.models.matching import searchable
from ui.models.navigation import Go
from ui.theme.tokens import Tone


class Group(StrEnum):
    """Those that are found together. The value is their heading; the order is the one between equals."""

    PAGES = "Pages"
    ENVIRONMENTS = "Environments"
    COMMANDS = "Commands"
    TENANTS = "Tenants"
    POLICIES = "Policies"
    RUNS = "Operations"


class Command(StrEnum):
    """What the window does itself; all others lead to a page."""

    START_WORKER = "start-worker"
    AS_SYSTEM = "colours-system"
    LIGHT = "colours-light"
    DARK = "colours-dark"
    RESET_WINDOW = "reset-window"
    BACK = "back"
    QUIT = "quit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. It leads to the page `go`, which gets `subject`, or is a `command` of the window; `keys` do the same
    without the palette. `words` find it (see `searchable`)."""

    group: Group
    title: str
    glyph: str
    detail: str = ""
    tone: Tone = Tone.MUTED
    keys: str = ""
    go: Go | None = None
    subject: object = None
    command: Command | None = None
    words: str = ""


class Kept(NamedTuple):
    """What is kept of an environment: so little that those of most tenants are equal and stand in memory once."""

    name: str
    kind: EnvironmentKind
    state: EnvironmentState
    policy: str
    verbs: tuple[OperationKind, ...]
    words: str


class Heading(NamedTuple):
    """The line above a group: how many are found in all, and how many of them are listed."""

    group: Group
    total: int
    shown: int


@dataclass(frozen=True, slots=True)
class Index:
    """All that can be found, prepared off the main thread: tenants, what each has, and entries of other kinds."""

    tenants: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    environments: tuple[tuple[Kept, ...], ...] = ()
    entries: tuple[Entry, ...] = ()


_KIND_ORDER = {EnvironmentKind.SANDBOX: 0, EnvironmentKind.TRAINING: 1, EnvironmentKind.PRODUCTION: 2}


def index_of(
    tenants: Sequence[Tenant],
    environments: Sequence[tuple[Environment, tuple[OperationKind, ...]]],
    entries: Sequence[Entry],
) -> Index:
    """Pure. Each environment comes with what can be done there now."""
    known: dict[Kept, Kept] = {}
    shapes: dict[tuple[Kept, ...], tuple[Kept, ...]] = {}
    grouped: dict[str, list[Kept]] = {tenant.name: [] for tenant in tenants}
    for e, verbs in environments:
        words = searchable(e.name, e.kind, STATE_WORDS[e.state])
        kept = Kept(e.name, e.kind, e.state, e.policy or "", verbs, words)
        grouped.setdefault(e.tenant, []).append(known.setdefault(kept, kept))
    names = sorted(grouped, key=lambda name: (name.casefold(), name))
    made = [tuple(sorted(grouped[name], key=lambda k: (_KIND_ORDER[k.kind], k.name.casefold()))) for name in names]
    return Index(
        tuple(names),
        tuple(map(searchable, names)),
        tuple(shapes.setdefault(shape, shape) for shape in made),
        tuple(entries),
    )
