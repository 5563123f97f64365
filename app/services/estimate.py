"""How long an operation will still take, judged by its own pace and by earlier runs."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.operations import Operation, OperationKind, OperationState, Phase, PhaseState

_COPYING = (OperationKind.PROVISION, OperationKind.REFRESH)


def seconds_left(operation: Operation, earlier: Sequence[Operation], now: datetime) -> float | None:
    """Seconds until it ends; None while nothing is known. `earlier` are other operations of the same environment,
    newest first; the newest one that succeeded and did the same work is the measure."""
    if operation.state is not OperationState.RUNNING:
        return None
    usual = _usual_seconds(operation, earlier)
    left, known = 0.0, bool(usual)
    for phase in operation.phases:
        if phase.state is PhaseState.WAITING:
            left += usual.get(phase.name, 0.0)
        elif phase.state is PhaseState.RUNNING:
            elapsed = max(0.0, (now - phase.started).total_seconds()) if phase.started else 0.0
            paced = _by_pace(operation, elapsed) if phase.name is Phase.COPY else None
            known = known or paced is not None
            left += paced if paced is not None else max(0.0, usual.get(phase.name, 0.0) - elapsed)
    return left if known else None


def _usual_seconds(operation: Operation, earlier: Sequence[Operation]) -> dict[Phase, float]:
    alike = _COPYING if operation.kind in _COPYING else (operation.kind,)
    for other in earlier:
        if other.id != operation.id and other.kind in alike and other.state is OperationState.SUCCEEDED:
            return {phase.name: phase.seconds for phase in other.phases if phase.seconds is not None}
    return {}


def _by_pace(operation: Operation, elapsed: float) -> float | None:
    """What is left of the copy at the pace so far; None when too little is known to say."""
    of = sum(table.of or 0 for table in operation.tables)
    done = sum(min(table.rows, table.of or table.rows) for table in operation.tables)
    if elapsed < 1.0 or done <= 0 or of <= 0 or done < of / 200:
        return None
    return elapsed * max(0, of - done) / done
