"""The fence, the one lane per environment, and what an operation keeps of itself."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from app.catalog import SqlCatalog
from app.domain.findings import warning
from app.domain.ids import OperationId
from app.domain.operations import (
    ChecklistItem,
    Choices,
    ItemKind,
    ItemState,
    LogLine,
    Operation,
    OperationKind,
    OperationState,
    Phase,
    PhaseRun,
    PhaseState,
    Proof,
    ProofHit,
    ProofState,
    TableRun,
)
from app.errors import RefusedError, StaleFenceError, UserError
from tests.app.catalog.conftest import START, SetClock, harbor, operation, sandbox

FIRST, SECOND = OperationId("o1"), OperationId("o2")


def test_an_operation_comes_back_as_it_was_stored(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    stored = Operation(
        id=FIRST,
        kind=OperationKind.REFRESH,
        environment_id=copy.id,
        environment=copy.ref,
        state=OperationState.QUEUED,
        choices=Choices(
            options={"mail": "a@b.example", "n": 3, "share": 1.5, "on": True, "none": None, "many": ("a", 1, False)},
            acknowledged=("all", "9f"),
            confirm="sandbox",
        ),
        requested_by="ana@desk",
        created=START,
        phases=(PhaseRun(name=Phase.COPY, state=PhaseState.DONE, started=START, seconds=1.25),),
        tables=(TableRun(table='we"ird\n表', rows=5, of=None, bytes=7),),
        checklist=(
            ChecklistItem(id="i", title="t", kind=ItemKind.MANUAL, state=ItemState.TICKED, checked_at=START, note="n"),
        ),
        proof=Proof(state=ProofState.HITS, originals=2, values=9, hits=(ProofHit(table="t", column="c", count=1),)),
        findings=(warning("code", "message", where="t.c"),),
        log=(LogLine(at=START, text="began"),),
    )
    with catalog.write() as tx:
        tx.operations.add(stored)
    with catalog.read() as tx:
        assert tx.operations.get(FIRST) == stored
        assert tx.operations.all()[0].log == (), "a list leaves the logs out"


def test_a_second_operation_on_a_busy_environment_is_refused_with_the_first_ones_id(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
    with pytest.raises(RefusedError) as refused, catalog.write() as tx:
        tx.operations.add(operation("o2", copy))
    assert refused.value.operation == "o1"
    with catalog.read() as tx:
        assert tx.operations.get(SECOND) is None


def test_the_database_itself_keeps_two_operations_from_running_on_one_environment(
    catalog: SqlCatalog, path: Path
) -> None:
    """Invariant 10, for a writer that does not ask first."""
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        tx.operations.claim(FIRST, at=START)
    other = sqlite3.connect(path)
    other.execute("CREATE TEMP TABLE twin AS SELECT * FROM operation")
    other.execute("UPDATE twin SET sequence = 99, id = 'o2', state = 'queued'")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        other.execute("INSERT INTO operation SELECT * FROM twin")
    other.close()


def test_an_ended_operation_makes_room_for_the_next(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        number = tx.operations.claim(FIRST, at=START)
        tx.operations.end(FIRST, number, state=OperationState.SUCCEEDED, reason="done", at=START)
        tx.operations.add(operation("o2", copy))
        assert tx.operations.active(copy.id) == tx.operations.get(SECOND)
        assert tx.operations.claim(SECOND, at=START) == number + 1, "an environment never gives a number twice"


def test_each_claim_raises_the_fence_of_operation_and_environment(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        assert tx.operations.attempt(FIRST) == (0, False)
    for expected in (1, 2, 3):
        with catalog.write() as tx:
            assert tx.operations.claim(FIRST, at=START + timedelta(hours=expected)) == expected
        with catalog.read() as tx:
            claimed, environment = tx.operations.get(FIRST), tx.environments.get(copy.id)
            assert claimed is not None
            assert environment is not None
            assert (claimed.attempt, environment.fence, claimed.state) == (expected, expected, OperationState.RUNNING)
            assert claimed.started == START + timedelta(hours=1), "it began with its first attempt"


def test_an_attempt_that_was_taken_over_can_write_nothing(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        old = tx.operations.claim(FIRST, at=START)
        tx.operations.progress(FIRST, old, tables=(TableRun(table="person", rows=1),))
        new = tx.operations.claim(FIRST, at=START)
    with catalog.read() as tx:
        before = tx.operations.get(FIRST)
    with pytest.raises(StaleFenceError), catalog.write() as tx:
        tx.operations.progress(FIRST, old, tables=(), log=(LogLine(at=START, text="zombie"),))
    with pytest.raises(StaleFenceError), catalog.write() as tx:
        tx.operations.end(FIRST, old, state=OperationState.FAILED, reason="zombie", at=START)
    with pytest.raises(StaleFenceError), catalog.write() as tx:
        tx.operations.store_staged(FIRST, old, {"place": "zombie"})
    with catalog.write() as tx:
        assert tx.operations.get(FIRST) == before
        assert tx.operations.staged(FIRST) is None
        tx.operations.progress(FIRST, new, tables=(TableRun(table="person", rows=2),))


def test_no_attempt_is_current_once_the_operation_has_ended(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        number = tx.operations.claim(FIRST, at=START)
        tx.operations.end(FIRST, number, state=OperationState.INTERRUPTED, reason="gone", hint="resume", at=START)
        assert tx.operations.attempt(FIRST)[0] != number
        ended = tx.operations.get(FIRST)
    assert ended is not None
    assert (ended.state, ended.reason, ended.hint, ended.finished) == (
        OperationState.INTERRUPTED,
        "gone",
        "resume",
        START,
    )
    with pytest.raises(StaleFenceError), catalog.write() as tx:
        tx.operations.progress(FIRST, number, certificate="/late.html")
    with pytest.raises(StaleFenceError), catalog.write() as tx:
        tx.operations.end(FIRST, number, state=OperationState.SUCCEEDED, reason="late", at=START)
    with pytest.raises(StaleFenceError), catalog.write() as tx:
        tx.operations.claim(FIRST, at=START)


def test_an_operation_that_is_resumed_leaves_its_old_attempt_outside(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        old = tx.operations.claim(FIRST, at=START)
        tx.operations.store_staged(FIRST, old, {"place": "aside", "rows": {"person": 3}})
        tx.operations.request_cancel(FIRST)
        tx.operations.end(FIRST, old, state=OperationState.CANCELLED, reason="stopped", at=START)
        tx.operations.requeue(FIRST)
        again = tx.operations.get(FIRST)
        assert again is not None
        assert (again.state, again.reason, again.finished, again.cancel_requested) == (
            OperationState.QUEUED,
            "",
            None,
            False,
        )
        assert tx.operations.staged(FIRST) == {"place": "aside", "rows": {"person": 3}}
        assert tx.operations.attempt(FIRST)[0] > old
    with pytest.raises(StaleFenceError), catalog.write() as tx:
        tx.operations.progress(FIRST, old, log=(LogLine(at=START, text="zombie"),))


def test_an_operation_is_not_resumed_while_it_runs_or_another_does(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
    with pytest.raises(RefusedError) as refused, catalog.write() as tx:
        tx.operations.requeue(FIRST)
    assert refused.value.operation == "o1"
    with catalog.write() as tx:
        tx.operations.end(FIRST, 0, state=OperationState.CANCELLED, reason="never began", at=START)
        tx.operations.add(operation("o2", copy))
    with pytest.raises(RefusedError) as refused, catalog.write() as tx:
        tx.operations.requeue(FIRST)
    assert refused.value.operation == "o2"
    with pytest.raises(UserError), catalog.write() as tx:
        tx.operations.requeue(OperationId("nowhere"))


def test_cancel_is_asked_once_it_can_be_heard(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        number = tx.operations.claim(FIRST, at=START)
        tx.operations.request_cancel(FIRST)
    with catalog.read() as tx:
        assert tx.operations.attempt(FIRST) == (number, True)
    with catalog.write() as tx:
        tx.operations.end(FIRST, number, state=OperationState.SUCCEEDED, reason="too late", at=START)
    last = catalog.last_change()
    with catalog.write() as tx:
        tx.operations.request_cancel(FIRST)
    assert catalog.last_change() == last, "asking an ended operation to stop changes nothing"


def test_a_clock_set_back_does_not_change_what_is_newest(catalog: SqlCatalog, clock: SetClock) -> None:
    _, copy = harbor(catalog)
    other = sandbox("other")
    with catalog.write() as tx:
        tx.environments.add(other)
        tx.operations.add(operation("o1", copy))
    clock.go(-7 * 24 * 3600)
    with catalog.write() as tx:
        tx.operations.add(operation("o2", other))
        tx.audit.append("operation.queued", other.ref)
    with catalog.read() as tx:
        assert [o.id for o in tx.operations.all()] == ["o2", "o1"]
        assert [o.id for o in tx.operations.all(limit=1)] == ["o2"]
        assert [o.id for o in tx.operations.all(environment=copy.id)] == ["o1"]
        assert tx.operations.all(states=(OperationState.RUNNING,)) == []


def test_the_log_grows_line_by_line_in_order(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        number = tx.operations.claim(FIRST, at=START)
    for text in ("one", "two"):
        with catalog.write() as tx:
            tx.operations.progress(FIRST, number, log=(LogLine(at=START, text=text), LogLine(at=START, text=text * 2)))
    with catalog.read() as tx:
        found = tx.operations.get(FIRST)
        assert found is not None
        assert [line.text for line in found.log] == ["one", "oneone", "two", "twotwo"]
