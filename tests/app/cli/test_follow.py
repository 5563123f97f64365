import os
import signal
import threading

import pytest

from app.cli.follow import follow
from app.cli.output import Output
from app.cli.session import Session
from app.domain.operations import Choices, Operation, OperationKind, OperationState
from tests.app.office import Office

CHOICES = Choices(acknowledged=("all",), confirm="sandbox")


def _start(office: Office) -> tuple[Session, Operation]:
    operation = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, CHOICES)
    return Session(Output(json=False), services=office.services), operation


def _press_ctrl_c(times: int) -> threading.Thread:
    """As soon as somebody other than Python itself listens to it."""
    before = signal.getsignal(signal.SIGINT)

    def press() -> None:
        pause = threading.Event()
        while signal.getsignal(signal.SIGINT) is before:
            pause.wait(0.01)
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
            pause.wait(0.3)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


def test_it_waits_until_the_operation_has_ended(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    session, operation = _start(office)
    (ended,) = follow(session, [operation.id])
    assert ended.state is OperationState.SUCCEEDED
    assert "settle done" in capsys.readouterr().err


def test_the_first_ctrl_c_asks_it_to_stop_and_waits_for_it(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.workers.idle = True
    session, operation = _start(office)
    listener = signal.getsignal(signal.SIGINT)
    thread = _press_ctrl_c(times=1)
    (ended,) = follow(session, [operation.id])
    thread.join()
    assert ended.state is OperationState.CANCELLED
    assert "Asked to stop" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is listener


def test_the_second_ctrl_c_leaves_it_to_the_worker(office: Office) -> None:
    office.workers.idle = True
    session, operation = _start(office)
    with office.parts.catalog.write() as tx:
        tx.operations.claim(operation.id, at=office.parts.clock.now())
    thread = _press_ctrl_c(times=2)
    (left,) = follow(session, [operation.id])
    thread.join()
    assert (left.state, left.cancel_requested) == (OperationState.RUNNING, True)


def test_a_worker_is_started_again_where_none_runs(office: Office) -> None:
    office.workers.idle = True
    session, operation = _start(office)
    office.workers.idle = False
    (ended,) = follow(session, [operation.id])
    assert ended.state is OperationState.SUCCEEDED
    assert office.workers.ensured == 2
