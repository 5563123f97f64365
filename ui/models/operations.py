"""Runs as the operations page lists them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from app.domain.operations import Operation, OperationState, Proof, ProofState
from ui.models.kinds import OPERATION_GLYPH, OPERATION_TONE, outcome
from ui.models.table import Column
from ui.models.words import ago, count, duration, moment


class Shown(StrEnum):
    """Filters by what came of a run."""

    ALL = "all"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


_STATES = {
    Shown.RUNNING: (OperationState.QUEUED, OperationState.RUNNING),
    Shown.SUCCEEDED: (OperationState.SUCCEEDED,),
    Shown.FAILED: (OperationState.FAILED, OperationState.INTERRUPTED),
    Shown.STOPPED: (OperationState.CANCELLED,),
}
FILTERS: tuple[tuple[str, str], ...] = (
    (Shown.ALL, "All"),
    (Shown.RUNNING, "Running"),
    (Shown.SUCCEEDED, "Succeeded"),
    (Shown.FAILED, "Failed"),
    (Shown.STOPPED, "Stopped"),
)


def matches(operation: Operation, shown: Shown, words: Sequence[str]) -> bool:
    """Whether it passes the filter and holds every word (folded already)."""
    if shown is not Shown.ALL and operation.state not in _STATES[shown]:
        return False
    if not words:
        return True
    o = operation
    text = "\0".join((o.environment, outcome(o), o.kind, o.state, o.requested_by, o.reason, o.id)).casefold()
    return all(word in text for word in words)


def counts(operations: Sequence[Operation]) -> dict[Shown, int]:
    """How many each filter would show."""
    return {shown: sum(matches(o, shown, ()) for o in operations) for shown in Shown}


def elapsed(operation: Operation, now: datetime) -> float | None:
    """Seconds it took, or has taken so far; None before it began."""
    if operation.started is None:
        return None
    return ((operation.finished or now) - operation.started).total_seconds()


def columns(now: Callable[[], datetime]) -> tuple[Column[Operation], ...]:
    """What the table shows of each."""
    return (
        Column(
            "Operation", outcome, glyph=lambda o: OPERATION_GLYPH[o.state], glyph_tone=lambda o: OPERATION_TONE[o.state]
        ),
        Column("Environment", lambda o: o.environment, tip=lambda o: o.environment),
        Column(
            "Started", lambda o: ago(_began(o), now()), lambda o: _moment(_began(o)), tip=lambda o: moment(_began(o))
        ),
        Column("Took", lambda o: duration(elapsed(o, now())), lambda o: elapsed(o, now()) or 0.0, numeric=True),
        Column("By", lambda o: o.requested_by.partition("@")[0], tip=lambda o: o.requested_by),
        Column("Why it ended so", lambda o: o.reason, tip=lambda o: o.reason),
    )


def _began(operation: Operation) -> datetime | None:
    return operation.started or operation.created


def _moment(at: datetime | None) -> float:
    return at.timestamp() if at is not None else 0.0


def proof_words(proof: Proof) -> str:
    """What the search for originals came to."""
    if proof.state is ProofState.NOT_RUN:
        return "Not searched for originals."
    searched = f"{count(proof.originals, 'original')} searched for in {count(proof.values, 'value')} of the copy"
    if proof.state is ProofState.CLEAN:
        return f"{searched}: none found."
    hits = sum(hit.count for hit in proof.hits)
    return f"{searched}: found in {count(hits, 'value')}."
