import io
from datetime import timedelta

import pytest
from rich.console import Console, Group
from rich.live import Live

from app.cli.output import Output
from app.cli.progress import LiveProgress, PlainProgress
from app.cli.session import Session
from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import Operation, OperationKind, OperationState, Phase, PhaseRun, PhaseState, TableRun
from app.system.clock import SystemClock


def _operation(**more: object) -> Operation:
    now = SystemClock().now()
    usual: dict[str, object] = {
        "id": OperationId("op1"),
        "kind": OperationKind.REFRESH,
        "environment_id": EnvironmentId("e"),
        "environment": "Harbor/sandbox",
        "state": OperationState.RUNNING,
        "started": now - timedelta(seconds=12),
        "phases": (
            PhaseRun(name=Phase.PREFLIGHT, state=PhaseState.DONE, seconds=0.4),
            PhaseRun(name=Phase.COPY, state=PhaseState.RUNNING, started=now - timedelta(seconds=10)),
            PhaseRun(name=Phase.BUILD),
        ),
        "tables": (
            TableRun(table="customer", rows=500, of=1000),
            TableRun(table="policy", rows=80, of=80),
            *(TableRun(table=f"t{n}", of=1) for n in range(30)),
        ),
    }
    return Operation(**(usual | more))  # type: ignore[arg-type]  # test data


def test_plain_progress_says_each_thing_once(capsys: pytest.CaptureFixture[str]) -> None:
    view = PlainProgress(Session(Output(json=False)), many=False)
    for _ in range(3):
        view.show([_operation()])
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["preflight done (0.4 s)", "copy ...", "  policy: 80 rows"]


def test_plain_progress_of_several_says_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    view = PlainProgress(Session(Output(json=False)), many=True)
    view.show([_operation(), _operation(id=OperationId("op2"), environment="Harbor/training")])
    err = capsys.readouterr().err
    assert "Harbor/sandbox: copy ..." in err
    assert "Harbor/training: copy ..." in err


def test_live_progress_shows_phases_bars_and_time_left() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120)
    earlier = _operation(
        id=OperationId("op0"),
        state=OperationState.SUCCEEDED,
        phases=(PhaseRun(name=Phase.BUILD, state=PhaseState.DONE, seconds=30),),
    )
    with Live(console=console, auto_refresh=False) as live:
        view = LiveProgress(live, console, {OperationId("op1"): [earlier]})
        view.show([_operation(tables=(TableRun(table="customer\x1b[2J", rows=500, of=1000),))])
        drawn = stream.tell()
        view.note("Asked to stop")
        assert stream.tell() > drawn
    text = Console(width=120).render_str(stream.getvalue()).plain
    assert "Refresh" in text
    assert "500 of 1,000" in text
    assert "left" in text
    assert "\x1b[2J" not in stream.getvalue()
    assert "Asked to stop" in text


def test_of_many_tables_some_are_drawn_and_the_rest_counted() -> None:
    console = Console(file=io.StringIO(), width=120)
    with Live(console=console, auto_refresh=False) as live:
        parts = LiveProgress(live, console, {})._parts(_operation(), many=False)
    with console.capture() as captured:
        console.print(Group(*parts))
    assert "customer" in captured.get()
    assert "and 24 more tables" in captured.get()
