from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import Operation, OperationKind, OperationState, Phase, PhaseRun, PhaseState, TableRun
from app.services.estimate import seconds_left

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def _operation(id_: str, state: OperationState, phases: tuple[PhaseRun, ...]) -> Operation:
    return Operation(
        id=OperationId(id_),
        kind=OperationKind.REFRESH,
        environment_id=EnvironmentId("e"),
        environment="Harbor/sandbox",
        state=state,
        phases=phases,
    )


EARLIER = _operation(
    "a",
    OperationState.SUCCEEDED,
    (
        PhaseRun(name=Phase.COPY, state=PhaseState.DONE, seconds=20),
        PhaseRun(name=Phase.PROVE, state=PhaseState.DONE, seconds=8),
        PhaseRun(name=Phase.SETTLE, state=PhaseState.DONE, seconds=2),
    ),
)
RUNNING = _operation(
    "b",
    OperationState.RUNNING,
    (
        PhaseRun(name=Phase.COPY, state=PhaseState.RUNNING, started=NOW - timedelta(seconds=5)),
        PhaseRun(name=Phase.PROVE),
        PhaseRun(name=Phase.SETTLE),
    ),
)


def test_an_earlier_run_of_the_same_work_is_the_measure() -> None:
    assert seconds_left(RUNNING, [EARLIER], NOW) == 15 + 8 + 2
    provision = replace(EARLIER, kind=OperationKind.PROVISION)
    assert seconds_left(RUNNING, [provision], NOW) == 25


def test_its_own_pace_counts_more_for_the_copy() -> None:
    moving = replace(RUNNING, tables=(TableRun(table="t", rows=1000, of=1500), TableRun(table="u", rows=0, of=500)))
    assert seconds_left(moving, [EARLIER], NOW) == 5 + 8 + 2
    assert seconds_left(moving, [], NOW) == 5


def test_nothing_known_gives_no_number() -> None:
    assert seconds_left(RUNNING, [], NOW) is None
    assert seconds_left(RUNNING, [replace(EARLIER, state=OperationState.FAILED)], NOW) is None
    assert seconds_left(RUNNING, [replace(EARLIER, kind=OperationKind.WIPE)], NOW) is None
    assert seconds_left(EARLIER, [RUNNING], NOW) is None


def test_a_clock_set_back_gives_no_nonsense() -> None:
    assert seconds_left(RUNNING, [EARLIER], NOW - timedelta(hours=3)) == 20 + 8 + 2
