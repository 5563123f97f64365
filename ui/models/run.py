"""A run of an operation as the console shows it: how far it is, how long it will take, what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from app.domain.operations import (
    ChecklistItem,
    ItemState,
    Operation,
    OperationKind,
    OperationState,
    Phase,
    PhaseRun,
    PhaseState,
    ProofState,
    TableRun,
)
from ui.models.kinds import ITEM_GLYPH, ITEM_TONE, ITEM_WORDS, OPERATION_GLYPH, OPERATION_TONE, OPERATION_WORDS
from ui.models.table import Column, Index, RowTableModel
from ui.models.words import count, duration
from ui.theme.tokens import Tone
from ui.widgets.bars import SHARE_ROLE
from ui.widgets.progress import Step
from ui.widgets.run import Ending, RunPicture

_COPYING = frozenset({OperationKind.PROVISION, OperationKind.REFRESH})
_RESUMABLE = (OperationState.FAILED, OperationState.INTERRUPTED, OperationState.CANCELLED)
_USUAL: Mapping[Phase, float] = {
    Phase.PREFLIGHT: 2,
    Phase.STAGE: 1,
    Phase.COPY: 50,
    Phase.BUILD: 12,
    Phase.NEUTRALISE: 2,
    Phase.FINISH: 3,
    Phase.CHECK: 4,
    Phase.PROVE: 22,
    Phase.PUBLISH: 2,
    Phase.SETTLE: 2,
}
"""Shares of a whole where no earlier run tells, in hundredths."""

_DOING = {
    Phase.PREFLIGHT: "looking at both databases",
    Phase.STAGE: "making room beside the old copy",
    Phase.COPY: "copying, masked on the way",
    Phase.BUILD: "building indexes",
    Phase.NEUTRALISE: "neutralising what leads outside",
    Phase.FINISH: "finishing the copy",
    Phase.CHECK: "checking every item",
    Phase.PROVE: "searching for original values",
    Phase.PUBLISH: "putting the new copy in place",
    Phase.SETTLE: "writing the certificate",
}


def earlier_run(operation: Operation, others: Sequence[Operation]) -> Operation | None:
    """The newest run, of those given newest first, that tells how long this one will take."""

    def alike(other: Operation) -> bool:
        same = other.kind is operation.kind or {other.kind, operation.kind} <= _COPYING
        return same and other.state is OperationState.SUCCEEDED and other.id != operation.id

    return next((other for other in others if alike(other)), None)


def picture_of(operation: Operation, earlier: Operation | None, now: datetime) -> RunPicture:
    """Everything the run view shows of it at that moment."""
    live = not operation.state.ended
    share = share_done(operation, earlier, now)
    stopping = live and operation.cancel_requested
    done = sum(item.state.done for item in operation.checklist)
    copied = sum(t.of is not None and t.rows >= t.of for t in operation.tables)
    state = "stopping" if stopping else "waiting" if operation.state is OperationState.QUEUED else str(operation.state)
    return RunPicture(
        state=state.capitalize(),
        tone=Tone.WARNING if stopping else OPERATION_TONE[operation.state],
        glyph=OPERATION_GLYPH[operation.state],
        share=share,
        progress=_progress(operation, share) if live else _facts(operation),
        left="" if stopping or not live else left_words(seconds_left(operation, earlier, now)),
        phases=tuple(_step(phase, now, live) for phase in phases_of(operation)),
        tables=f"{copied}/{len(operation.tables)}" if operation.tables else "",
        checklist=f"{done}/{len(operation.checklist)}" if operation.checklist else "",
        log=tuple(f"{line.at.astimezone():%H:%M:%S}  {line.text}" for line in operation.log),
        can_stop=live and not _published(operation),
        stopping=stopping,
        can_resume=operation.state in _RESUMABLE,
        certificate=operation.certificate is not None,
        copies=operation.kind in _COPYING,
        ending=None if live else ending_of(operation),
    )


def phases_of(operation: Operation) -> tuple[PhaseRun, ...]:
    """Its phases; all waiting before a worker took it."""
    return operation.phases or tuple(PhaseRun(name=phase) for phase in Phase.of(operation.kind))


def copy_share(operation: Operation) -> float | None:
    """How much of the rows has been copied, from 0 to 1; None while nobody knows how many there are."""
    known = [t for t in operation.tables if t.of is not None]
    of = sum(t.of or 0 for t in known)
    return min(1.0, sum(t.rows for t in known) / of) if of else None


def share_done(operation: Operation, earlier: Operation | None, now: datetime) -> float:
    """How far the whole is, from 0 to 1: phases weighed by an earlier run, else by what is usual."""
    if operation.state is OperationState.SUCCEEDED:
        return 1.0
    expected = _expected(operation, earlier)
    phases = phases_of(operation)
    weights = expected or {p.name: _USUAL[p.name] for p in phases}
    whole = sum(weights.get(p.name, 0.0) for p in phases) or 1.0
    done = 0.0
    for phase in phases:
        weight = weights.get(phase.name, 0.0)
        if phase.state is PhaseState.DONE:
            done += weight
        elif phase.state is not PhaseState.WAITING:
            done += weight * _part(operation, phase, weight if expected else None, now)
    return min(0.999, done / whole)


def seconds_left(operation: Operation, earlier: Operation | None, now: datetime) -> float | None:
    """About how many seconds are left; None when there is nothing to tell it from yet."""
    running = next((p for p in operation.phases if p.state is PhaseState.RUNNING), None)
    if operation.state is not OperationState.RUNNING or running is None:
        return None
    waiting = [p.name for p in operation.phases if p.state is PhaseState.WAITING]
    elapsed, part = _elapsed(running, now), copy_share(operation) if running.name is Phase.COPY else None
    by_progress = elapsed * (1 - part) / part if part is not None and part > 0.04 and elapsed > 1 else None
    expected = _expected(operation, earlier)
    if expected is not None:
        rest = sum(expected.get(name, 0.0) for name in waiting)
        here = by_progress if by_progress is not None else max(0.0, expected.get(running.name, 0.0) - elapsed)
        return rest + here
    if by_progress is None or part is None:
        return None
    return by_progress + elapsed / part * sum(_USUAL[name] for name in waiting) / _USUAL[Phase.COPY]


def left_words(seconds: float | None) -> str:
    """Rounded, as nobody can know it better: "about 40 s left"."""
    if seconds is None:
        return ""
    if seconds < 8:
        return "a few seconds left"
    if seconds < 58:
        return f"about {5 * round(seconds / 5)} s left"
    if seconds < 3600:
        return f"about {max(1, round(seconds / 60))} min left"
    return f"about {duration(600 * round(seconds / 600))} left"


def ending_of(operation: Operation) -> Ending:
    """What came of an ended run: the result, what state things are in, what helps."""
    verb, _, done = OPERATION_WORDS[operation.kind]
    name = operation.environment.rpartition("/")[2]
    if operation.state is OperationState.SUCCEEDED:
        return _success(operation, f"{done} {name} in {duration(operation.seconds)}")
    reason = operation.reason or "No reason was recorded."
    if operation.state is OperationState.FAILED:
        return Ending(
            title=f"{verb} failed: {reason}", detail=_standing(operation), hint=operation.hint, tone=Tone.DANGER
        )
    word = "Stopped" if operation.state is OperationState.CANCELLED else "Interrupted"
    title = reason if reason.casefold().startswith(word.casefold()) else f"{word}. {reason}"
    return Ending(title=title, detail=_standing(operation), hint=operation.hint, tone=Tone.WARNING)


def _success(operation: Operation, title: str) -> Ending:
    items, proof, said = operation.checklist, operation.proof, []
    done = sum(item.state.done for item in items)
    if items:
        title += f": {done} of {count(len(items), 'item')} proven"
    if proof.state is ProofState.CLEAN:
        said.append(f"None of {count(proof.originals, 'original')} was found in {count(proof.values, 'value')}.")
        unsure = sum(n.count for n in proof.not_proven)
        if unsure:
            said.append(f"{count(unsure)} more would prove nothing and were not searched; the certificate says why.")
    still_open = sum(item.state is ItemState.OPEN for item in items)
    hint = (
        f"{count(still_open, 'item waits', 'items wait')} for a person to tick, in the checklist." if still_open else ""
    )
    return Ending(
        title=f"{title}.",
        detail=" ".join(said) or operation.reason,
        hint=hint,
        tone=Tone.GOOD if done == len(items) else Tone.WARNING,
    )


def _standing(operation: Operation) -> str:
    """What state things are in after a run that did not succeed (invariant 3), where its reason does not tell."""
    if "as it was" in operation.reason:
        return ""
    if operation.kind is OperationKind.WIPE and _published(operation):
        return "What was removed is gone; wiping again removes the rest."
    if _published(operation):
        return "The new copy is in place; what did not end came after that."
    if operation.kind is OperationKind.PROVISION:
        return "There was no copy before and there is none now; nothing half-made is left behind."
    return "Nothing was replaced: the environment is as it was before."


def _published(operation: Operation) -> bool:
    publish = next((p for p in operation.phases if p.name is Phase.PUBLISH), None)
    return publish is not None and publish.state is not PhaseState.WAITING


def _progress(operation: Operation, share: float) -> str:
    running = next((p for p in operation.phases if p.state is PhaseState.RUNNING), None)
    if operation.state is OperationState.QUEUED:
        return "Waiting for a worker to take it"
    if running is None:
        return "Starting"
    words = _DOING[running.name]
    if running.name is Phase.COPY and operation.tables:
        rows, of = sum(t.rows for t in operation.tables), sum(t.of or 0 for t in operation.tables)
        words = f"{count(rows)} of {count(of, 'row')}" if of else f"{count(rows, 'row')}"
    elif operation.kind is OperationKind.WIPE and running.name is Phase.PUBLISH:
        words = "removing everything, and checking that it is gone"
    return f"{int(share * 100)} % · {words}"


def _facts(operation: Operation) -> str:
    rows = sum(t.rows for t in operation.tables)
    parts = [duration(operation.seconds), f"{count(rows, 'row')} copied" if rows else ""]
    return " · ".join(part for part in parts if part)


def _step(phase: PhaseRun, now: datetime, live: bool) -> Step:
    state, seconds = phase.state, phase.seconds
    if state is PhaseState.RUNNING:
        if live:
            seconds = _elapsed(phase, now)
        else:
            state = PhaseState.CANCELLED  # its worker is gone: it does not run any more
    note = (
        ""
        if state is PhaseState.WAITING
        else "< 0.1 s"
        if seconds is not None and seconds < 0.05
        else duration(seconds)
    )
    return Step(name=str(phase.name), state=str(state), note=note)


def _elapsed(phase: PhaseRun, now: datetime) -> float:
    return max(0.0, (now - phase.started).total_seconds()) if phase.started is not None else phase.seconds or 0.0


def _part(operation: Operation, phase: PhaseRun, expected: float | None, now: datetime) -> float:
    """How far one begun phase is."""
    if phase.name is Phase.COPY:
        return copy_share(operation) or 0.0
    elapsed = _elapsed(phase, now) if phase.state is PhaseState.RUNNING else phase.seconds or 0.0
    return min(0.95, elapsed / expected) if expected else elapsed / (elapsed + 3.0)


def _after_copy(operation: Operation) -> dict[Phase, float] | None:
    """Where no earlier run tells: what usually follows a copy that took as long as this one's did."""
    copied = next((p for p in operation.phases if p.name is Phase.COPY and p.state is PhaseState.DONE), None)
    if copied is None or not copied.seconds:
        return None
    return {phase: share * copied.seconds / _USUAL[Phase.COPY] for phase, share in _USUAL.items()}


def _expected(operation: Operation, earlier: Operation | None) -> dict[Phase, float] | None:
    """Seconds of each phase as the earlier run had them, scaled by the rows there are now."""
    if earlier is None or not earlier.phases:
        return _after_copy(operation)
    then, now = sum(t.rows for t in earlier.tables), sum(t.of or 0 for t in operation.tables)
    scale = min(10.0, max(0.1, now / then)) if then and now else 1.0
    return {p.name: max(0.001, (p.seconds or 0.0) * scale) for p in earlier.phases}


class RunTables(RowTableModel[TableRun]):
    """Tables of a run with a bar each, in the order they are copied."""

    BAR = 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Table", lambda t: t.table, tip=lambda t: t.table),
                Column("Progress", lambda t: "", lambda t: table_share(t) or 0.0),
                Column("Rows", _rows, lambda t: t.rows, numeric=True),
            ),
            lambda t: t.table,
            parent,
        )

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and index.column() == self.BAR:
            run = self.row_at(index.row())
            if role == SHARE_ROLE:
                return table_share(run) or 0.0
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return f"{round(100 * (table_share(run) or 0.0))} %"
        return super().data(index, role)

    def present(self) -> int | None:
        """The row that is being copied now; None when none is."""
        runs = (self.row_at(row) for row in range(self.rowCount()))
        return next((row for row, run in enumerate(runs) if run.of and 0 < run.rows < run.of), None)


def table_share(run: TableRun) -> float | None:
    """How much of a table is copied, from 0 to 1; None when nobody knows how many rows it has."""
    if run.of is None:
        return None
    return min(1.0, run.rows / run.of) if run.of else 1.0


def _rows(run: TableRun) -> str:
    return count(run.rows) if run.of is None else f"{count(run.rows)} of {count(run.of)}"


def checklist_model(parent: QObject | None = None) -> RowTableModel[ChecklistItem]:
    """Items of a run's checklist with what was found."""
    return RowTableModel(
        (
            Column(
                "Item",
                lambda item: item.title,
                glyph=lambda item: ITEM_GLYPH[item.state],
                glyph_tone=lambda item: ITEM_TONE[item.state],
                tip=lambda item: item.evidence or item.instructions,
            ),
            Column("Found", lambda item: item.found or ITEM_WORDS[item.state], tip=lambda item: item.evidence),
        ),
        lambda item: item.id,
        parent,
    )
