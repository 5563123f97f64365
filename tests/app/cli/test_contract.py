import json

from app.cli import contract
from app.domain.findings import warning
from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import Operation, OperationKind, OperationState
from app.domain.plan import Plan
from app.domain.policy import Option, OptionRef, OptionType, PolicyWarning
from app.errors import OutsideError, RefusedError
from app.policy.parse import PolicyError, Problem


def test_a_refusal_carries_what_a_script_needs_to_go_on() -> None:
    finding = warning("masks-not-stable", "They change", "Harbor/sandbox")
    refused = RefusedError("No", "why", "how", findings=[finding], warnings=[PolicyWarning(id="w", text="t")])
    data = contract.problem_data(refused)
    assert data["error"] == {"kind": "refused", "title": "No", "detail": "why", "hint": "how"}
    assert data["findings"] == [contract.finding_data(finding)]
    assert data["warnings"] == [{"id": "w", "text": "t"}]
    assert "operation" not in data
    assert contract.problem_data(RefusedError("busy", operation="abc"))["operation"] == "abc"


def test_other_failures_carry_the_error_alone() -> None:
    assert set(contract.problem_data(OutsideError("Disk full"))) == {"error"}
    broken = PolicyError([Problem(3, 7, "no")])
    assert contract.problem_data(broken)["problems"] == [{"line": 3, "column": 7, "message": "no"}]


def test_an_operation_that_has_not_begun_is_plain_json_too() -> None:
    operation = Operation(
        id=OperationId("a"),
        kind=OperationKind.WIPE,
        environment_id=EnvironmentId("e"),
        environment="Harbor/sandbox",
        state=OperationState.QUEUED,
    )
    data = json.loads(json.dumps(contract.operation_data(operation)))
    assert (data["kind"], data["state"], data["seconds"], data["certificate"]) == ("wipe", "queued", None, None)
    assert data["proof"] == {"state": "not_run", "originals": 0, "values": 0, "hits": [], "not_proven": []}


def test_options_are_plain_json_whatever_their_default() -> None:
    plan = Plan(
        operation="refresh",
        environment="Harbor/sandbox",
        source=None,
        policy=None,
        policy_hash=None,
        options=(
            Option(id="offices", type=OptionType.LIST, title="Offices", default=("a", "b")),
            Option(id="same", type=OptionType.TEXT, title="Same", default=OptionRef("offices")),
        ),
        chosen={"offices": ("a",)},
    )
    options = json.loads(json.dumps(contract.plan_data(plan)))["options"]
    assert [o["default"] for o in options] == [["a", "b"], {"option": "offices"}]
    assert [o["chosen"] for o in options] == [["a"], None]
