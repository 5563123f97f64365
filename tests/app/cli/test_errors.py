import pytest

from app.cli.errors import ExitCode, exit_code, exit_code_of, say_problem
from app.cli.output import Output
from app.cli.session import Session
from app.domain.findings import error, warning
from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import Operation, OperationKind, OperationState
from app.domain.policy import PolicyWarning
from app.errors import CancelledError, OutsideError, RefusedError, SandkeeperError, UserError


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (OutsideError("x"), ExitCode.FAILED),
        (UserError("x"), ExitCode.USAGE),
        (RefusedError("x"), ExitCode.REFUSED),
        (CancelledError("x"), ExitCode.CANCELLED),
        (SandkeeperError("x"), ExitCode.FAILED),
    ],
)
def test_whose_fault_it_was_is_the_exit_code(problem: SandkeeperError, code: ExitCode) -> None:
    assert exit_code(problem) is code


def _ended(state: OperationState) -> Operation:
    return Operation(
        id=OperationId("a"),
        kind=OperationKind.WIPE,
        environment_id=EnvironmentId("e"),
        environment="Harbor/sandbox",
        state=state,
    )


def test_of_several_operations_the_worst_decides() -> None:
    done, stopped, failed, lost = (
        _ended(state)
        for state in (
            OperationState.SUCCEEDED,
            OperationState.CANCELLED,
            OperationState.FAILED,
            OperationState.INTERRUPTED,
        )
    )
    assert exit_code_of((done, done)) is ExitCode.DONE
    assert exit_code_of((done, stopped)) is ExitCode.CANCELLED
    assert exit_code_of((stopped, failed)) is ExitCode.FAILED
    assert exit_code_of((done, lost)) is ExitCode.FAILED


def test_a_refusal_lists_findings_and_warnings_before_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    refused = RefusedError(
        "Blocked",
        "Nothing was started.",
        "Mend it.",
        findings=[error("e", "A table has no rule"), warning("w", "Masks change")],
        warnings=[PolicyWarning(id="told", text="Pupils were told.")],
    )
    assert say_problem(Session(Output(json=False)), refused) is ExitCode.REFUSED
    err = capsys.readouterr().err
    order = ["Blocked", "Nothing was started", "A table has no rule", "Masks change", "told", "Mend it"]
    assert [err.index(word) for word in order] == sorted(err.index(word) for word in order)
