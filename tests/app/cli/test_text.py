from datetime import UTC, datetime, timedelta

import pytest

from app.cli.text import ago, duration, ended_line, finding_lines, kind_text, proof_line, size, warning_lines
from app.domain.environments import EnvironmentKind
from app.domain.findings import error, warning
from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import (
    NotProven,
    Operation,
    OperationKind,
    OperationState,
    Proof,
    ProofHit,
    ProofState,
)
from app.domain.policy import PolicyWarning

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.04, "0.0 s"), (9.96, "10.0 s"), (41.2, "41 s"), (192, "3 min 12 s"), (4800, "1 h 20 min")],
)
def test_durations_read_easily(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_sizes_and_ages_are_humanised() -> None:
    assert size(4_200_000) == "4.2 MB"
    assert size(None) == ""
    assert ago(NOW - timedelta(days=3), NOW) == "3 days ago"
    assert ago(NOW + timedelta(days=11), NOW) == "in 11 days"
    assert ago(None, NOW) == ""


def test_production_shows_its_lock_in_any_terminal() -> None:
    assert kind_text(EnvironmentKind.PRODUCTION, symbols=True).plain == "production 🔒"
    assert kind_text(EnvironmentKind.PRODUCTION, symbols=False).plain == "production (locked)"
    assert kind_text(EnvironmentKind.SANDBOX, symbols=True).plain == "sandbox"


def test_a_warning_finding_shows_its_fingerprint_and_an_error_has_none_to_give() -> None:
    told, blocks = warning("w", "It changes", "person.email", "Look"), error("e", "It breaks")
    first, second = (line.plain for line in finding_lines([told, blocks]))
    assert told.fingerprint in first
    assert "person.email" in first
    assert "Look" in first
    assert blocks.fingerprint not in second
    (line,) = warning_lines([PolicyWarning(id="not-a-backup", text="It is none.")])
    assert "not-a-backup" in line.plain


def test_an_end_says_why() -> None:
    operation = Operation(
        id=OperationId("a"),
        kind=OperationKind.REFRESH,
        environment_id=EnvironmentId("e"),
        environment="Harbor/sandbox",
        state=OperationState.FAILED,
        reason="The disk is full.",
        hint="Make room.",
        started=NOW,
        finished=NOW + timedelta(seconds=3),
    )
    assert ended_line(operation).plain == "Refresh failed: Harbor/sandbox in 3.0 s\nThe disk is full.\nMake room."


def test_a_proof_says_what_it_proved_and_what_not() -> None:
    proof = Proof(
        state=ProofState.HITS,
        originals=1000,
        values=2000,
        hits=(ProofHit(table="t", column="c", count=3),),
        not_proven=(NotProven(table="t", column="d", count=5, why="short"),),
    )
    assert proof_line(proof) == "1,000 originals searched in 2,000 values, 3 FOUND; 5 could prove nothing"
    assert proof_line(Proof()) == "not run"
