import re
from pathlib import Path

import pytest

from app.domain.audit import AuditRecord
from app.domain.operations import OperationState
from tests.fakes.world import NOW
from ui.models.audit import ACTION_WORDS, Subject, action_words, detail_words, search_text, subject_of

APP = Path(__file__).parents[3] / "app"


def _record(action: str, **detail: object) -> AuditRecord:
    return AuditRecord(number=7, at=NOW, actor="ana@desk", action=action, subject="Harbor/sandbox", detail=detail)


def test_every_act_the_library_records_has_words_of_its_own() -> None:
    recorded: set[str] = set()
    for path in APP.rglob("*.py"):
        for literal in re.findall(r'audit\.append\(\s*f?"([a-z_]+\.[a-z_{}]+)"', path.read_text()):
            if "{" in literal:
                ended = [state for state in OperationState if state.ended]
                recorded |= {re.sub(r"{.*}", str(state), literal) for state in ended}
            else:
                recorded.add(literal)
    assert len(recorded) > 12
    assert recorded - set(ACTION_WORDS) == set()


def test_an_operation_goes_by_its_own_name() -> None:
    assert action_words(_record("operation.succeeded", kind="refresh")) == "Refresh succeeded"
    assert action_words(_record("operation.running")) == "Operation began"


def test_an_act_of_a_later_version_is_shown_as_it_is() -> None:
    assert action_words(_record("baseline.keep_all")) == "Baseline keep all"
    assert subject_of(_record("baseline.keep_all")) is Subject.ALL


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (_record("operation.failed", operation="01", kind="refresh", reason="The disk is full."), "The disk is full."),
        (
            _record("environment.add", kind="sandbox", policy="crm", policy_hash="ab12", source=None),
            "sandbox · policy crm",
        ),
        (_record("checklist.tick", item="people", title="Somebody looked", note="Six."), "Somebody looked · note Six."),
        (
            _record("operation.requested", kind="wipe", acknowledged=["a", "b", "c", "d"], options=[]),
            "acknowledged a, b, c and 1 more",
        ),
        (_record("operation.succeeded", kind="refresh", policy="1e35a055" * 8), "policy 1e35a055…"),
        (_record("environment.set", password_in_keyring=True), "password in keyring yes"),
    ],
)
def test_details_in_words(record: AuditRecord, words: str) -> None:
    assert detail_words(record) == words


def test_a_record_is_found_by_number_person_act_subject_and_operation() -> None:
    text = search_text(_record("operation.failed", operation="01JABC", kind="refresh"))
    for word in ("7", "ana@desk", "refresh failed", "harbor/sandbox", "01jabc"):
        assert word in text
