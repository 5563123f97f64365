from dataclasses import replace

from app.domain.findings import error
from app.domain.operations import OperationKind
from tests.fakes.plans import plan_of
from tests.fakes.world import HARBOR, usual
from ui.models.flow import FlowFacts, missing


def _facts() -> FlowFacts:
    environment = usual().environments[f"{HARBOR}/sandbox"]
    kind = OperationKind.REFRESH
    return FlowFacts(environment=environment, kind=kind, plan=plan_of(environment, kind, {}, samples=0))


def test_every_warning_and_every_warning_finding_is_asked_by_itself() -> None:
    facts = _facts()
    asked = [a.id for a in facts.asked()]
    assert asked[:3] == ["not-a-backup", "changes-lost", "no-continuity"]
    assert asked[3:] == [f.fingerprint for f in facts.plan.findings if f.severity == "warning"]


def test_nothing_starts_before_all_is_ticked_and_the_name_typed() -> None:
    facts = _facts()
    everything = frozenset(a.id for a in facts.asked())
    assert missing(facts, everything, "sandbox") == ""
    assert missing(facts, everything, " sandbox ") == ""
    assert missing(facts, everything, "Sandbox")
    assert missing(facts, everything, "")
    for one in everything:
        assert missing(facts, everything - {one}, "sandbox") == "1 tick is missing"
    assert missing(facts, frozenset(), "") == "4 ticks and the name are missing"


def test_an_error_cannot_be_ticked_away() -> None:
    facts = _facts()
    blocked = replace(facts, plan=replace(facts.plan, findings=(error("review", "1 column waits."),)))
    everything = frozenset((*(a.id for a in blocked.asked()), *(f.fingerprint for f in blocked.plan.findings)))
    assert missing(blocked, everything, "sandbox") == "1 finding must be mended first"
