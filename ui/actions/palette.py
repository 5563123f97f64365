"""What the palette offers: reading it through the services, and the commands that are always there."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.operations import Operation
from ui.actions.environments import is_busy, verbs_of
from ui.actions.shortcuts import Shortcut
from ui.models.kinds import OPERATION_GLYPH, OPERATION_TONE, outcome
from ui.models.matching import searchable
from ui.models.navigation import AddRequest, AuditRequest, Go, RunRequest
from ui.models.palette import Command, Entry, Group, Index, index_of
from ui.models.words import ago

if TYPE_CHECKING:
    from app.services import Services

RUNS = 200  # newest operations that can be found


def read_index(services: "Services", fixed: Sequence[Entry], now: datetime) -> Index:
    """Everything the palette finds; `fixed` stands before what is read. Called through the bridge."""
    environments = services.environments.all()
    able = [(e, () if is_busy(e) else verbs_of(e)) for e in environments]
    runs = [run_entry(run, now) for run in services.operations.all(limit=RUNS)]
    return index_of(services.tenants.all(), able, (*fixed, *_policies(services), *runs))


def page_entry(go: Go, title: str, glyph: str, keys: str) -> Entry:
    """The line that opens a page of the rail."""
    return Entry(group=Group.PAGES, title=title, glyph=glyph, keys=keys, go=go, words=searchable(title))


def run_entry(run: Operation, now: datetime) -> Entry:
    """The line that shows a run, by what came of it and where."""
    told = outcome(run)
    return Entry(
        group=Group.RUNS,
        title=f"{told} · {run.environment}",
        detail=ago(run.started or run.created, now),
        glyph=OPERATION_GLYPH[run.state],
        tone=OPERATION_TONE[run.state],
        go=Go.OPERATIONS,
        subject=RunRequest(operation=run.id),
        words=searchable(told, run.environment, run.kind, run.state, run.requested_by, run.id),
    )


def command_entries() -> tuple[Entry, ...]:
    """What can be done whatever there is. Nothing here destroys anything."""
    return (
        _leading("Add an environment…", "mdi6.plus", Go.ENVIRONMENTS, AddRequest(), "new tenant", Shortcut.ADD),
        _leading("Verify the audit trail", "mdi6.shield-check-outline", Go.AUDIT, AuditRequest(), "chain tamper"),
        _leading("Export the audit trail…", "mdi6.export-variant", Go.AUDIT, AuditRequest(export=True), "save file"),
        _doing("Start a worker", "mdi6.play-outline", Command.START_WORKER, ""),
        _doing("Colours: as the system", "mdi6.theme-light-dark", Command.AS_SYSTEM, "theme appearance scheme"),
        _doing("Colours: light", "mdi6.white-balance-sunny", Command.LIGHT, "theme appearance scheme"),
        _doing("Colours: dark", "mdi6.weather-night", Command.DARK, "theme appearance scheme"),
        _doing("Reset the window", "mdi6.dock-window", Command.RESET_WINDOW, "size position columns layout default"),
        _doing("Back to the page before", "mdi6.arrow-left", Command.BACK, "", Shortcut.BACK),
        _doing("Close the window", "mdi6.close", Command.QUIT, "quit exit", Shortcut.QUIT),
    )


def _leading(title: str, glyph: str, go: Go, subject: object, also: str, keys: str = "") -> Entry:
    return Entry(
        group=Group.COMMANDS,
        title=title,
        glyph=glyph,
        keys=keys,
        go=go,
        subject=subject,
        words=searchable(title, also),
    )


def _doing(title: str, glyph: str, command: Command, also: str, keys: str = "") -> Entry:
    return Entry(
        group=Group.COMMANDS,
        title=title,
        glyph=glyph,
        keys=keys,
        command=command,
        words=searchable(title, also),
    )


def _policies(services: "Services") -> Iterator[Entry]:
    """Packs, and policies of one's own that an environment has: that one is shown."""
    for entry in services.policy_versions.library():
        if not entry.pack and not entry.environments:
            continue
        yield Entry(
            group=Group.POLICIES,
            title=entry.title,
            detail=f"Pack {entry.name}" if entry.pack else f"{entry.name}, {entry.environments[0]}",
            glyph="mdi6.shield-check-outline",
            go=Go.POLICIES,
            subject=f"pack {entry.name}" if entry.pack else entry.environments[0],
            words=searchable(entry.title, entry.name, "policy pack" if entry.pack else "policy"),
        )
