"""States, phases and how long it took."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import (
    ItemState,
    Operation,
    OperationKind,
    OperationState,
    Phase,
    PhaseRun,
    PhaseState,
)

BEGIN = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def operation(**more: object) -> Operation:
    plain = Operation(
        id=OperationId("o"),
        kind=OperationKind.REFRESH,
        environment_id=EnvironmentId("e"),
        environment="Harbor/sandbox",
        state=OperationState.RUNNING,
    )
    from dataclasses import replace

    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(OperationKind))
def test_every_kind_looks_first_publishes_and_settles_last(kind: OperationKind) -> None:
    phases = Phase.of(kind)
    assert phases[0] is Phase.PREFLIGHT
    assert phases[-2:] == (Phase.PUBLISH, Phase.SETTLE)
    assert list(phases) == [p for p in Phase if p in phases], "in the order they run"


@pytest.mark.parametrize("kind", [OperationKind.PROVISION, OperationKind.REFRESH])
def test_no_copy_is_published_unchecked_or_unproven(kind: OperationKind) -> None:
    phases = Phase.of(kind)
    assert phases.index(Phase.CHECK) < phases.index(Phase.PROVE) < phases.index(Phase.PUBLISH)


def test_a_reset_copies_nothing_from_production() -> None:
    assert Phase.COPY not in Phase.of(OperationKind.RESET)
    assert Phase.COPY not in Phase.of(OperationKind.WIPE)


def test_only_queued_and_running_operations_go_on() -> None:
    assert {s for s in OperationState if not s.ended} == {OperationState.QUEUED, OperationState.RUNNING}


def test_an_open_or_failed_item_is_not_done() -> None:
    assert {s for s in ItemState if not s.done} == {ItemState.OPEN, ItemState.FAILED}


def test_duration_is_known_when_it_has_ended() -> None:
    assert operation(started=BEGIN).seconds is None
    assert operation(started=BEGIN, finished=BEGIN + timedelta(seconds=72.5)).seconds == 72.5


def test_the_current_phase_is_the_last_that_began() -> None:
    runs = (
        PhaseRun(name=Phase.PREFLIGHT, state=PhaseState.DONE),
        PhaseRun(name=Phase.STAGE, state=PhaseState.RUNNING),
        PhaseRun(name=Phase.COPY),
    )
    current = operation(phases=runs).phase
    assert current is not None
    assert current.name is Phase.STAGE
    assert operation().phase is None
