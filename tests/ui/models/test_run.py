from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.domain.operations import (
    ItemState,
    NotProven,
    Operation,
    OperationKind,
    OperationState,
    Phase,
    PhaseRun,
    PhaseState,
    Proof,
    ProofState,
    TableRun,
)
from tests.fakes.world import HARBOR, NOW, ORCHARD, harbor_checklist, usual
from ui.models.run import (
    RunTables,
    copy_share,
    earlier_run,
    ending_of,
    left_words,
    picture_of,
    seconds_left,
    share_done,
)
from ui.theme.tokens import Tone
from ui.widgets.bars import SHARE_ROLE


def _run(state: OperationState, ref: str = f"{HARBOR}/sandbox") -> Operation:
    runs = [o for o in usual().operations.values() if o.environment == ref and o.state is state]
    return runs[-1]


RUNNING = _run(OperationState.RUNNING, f"{ORCHARD}/sandbox")
DONE = _run(OperationState.SUCCEEDED)


def test_progress_grows_with_the_rows_copied_and_is_whole_only_at_the_end() -> None:
    shares = []
    for rows in (0, 250, 500, 1000):
        run = replace(RUNNING, tables=(TableRun(table="t", rows=rows, of=1000),))
        shares.append(share_done(run, None, NOW))
    assert shares == sorted(shares)
    assert len(set(shares)) == 4
    assert shares[-1] < 1.0
    assert share_done(DONE, None, NOW) == 1.0


def test_rows_of_tables_whose_number_nobody_knows_do_not_count_in_the_share() -> None:
    tables = (TableRun(table="a", rows=50, of=100), TableRun(table="b", rows=10_000, of=None))
    assert copy_share(replace(RUNNING, tables=tables)) == 0.5
    assert copy_share(replace(RUNNING, tables=tables[1:])) is None


def test_an_earlier_run_tells_the_time_left_scaled_by_the_rows() -> None:
    done = (Phase.PREFLIGHT, Phase.STAGE, Phase.COPY)
    states = {p: PhaseState.DONE if p in done else PhaseState.WAITING for p in Phase} | {
        Phase.BUILD: PhaseState.RUNNING
    }
    phases = tuple(PhaseRun(name=p, state=states[p], started=NOW - timedelta(seconds=10)) for p in Phase)
    earlier = replace(
        DONE,
        tables=(TableRun(table="t", rows=100, of=100),),
        phases=tuple(PhaseRun(name=p, state=PhaseState.DONE, seconds=20.0) for p in Phase),
    )
    same = replace(RUNNING, phases=phases, tables=(TableRun(table="t", rows=100, of=100),))
    assert seconds_left(same, earlier, NOW) == pytest.approx(10 + 6 * 20)
    twice = replace(same, tables=(TableRun(table="t", rows=200, of=200),))
    assert seconds_left(twice, earlier, NOW) == pytest.approx(30 + 6 * 40)


def test_without_an_earlier_run_time_is_told_only_once_something_was_copied() -> None:
    none = replace(RUNNING, tables=(TableRun(table="t", rows=0, of=1000),))
    assert seconds_left(none, None, NOW) is None
    half = replace(RUNNING, tables=(TableRun(table="t", rows=500, of=1000),))
    left = seconds_left(half, None, NOW)
    assert left is not None
    assert left > 30  # what is left of the copy, and everything that comes after it


def test_after_the_copy_its_own_seconds_tell_what_usually_follows() -> None:
    states = dict.fromkeys(Phase, PhaseState.WAITING) | dict.fromkeys((Phase.PREFLIGHT, Phase.STAGE), PhaseState.DONE)
    states |= {Phase.COPY: PhaseState.DONE, Phase.BUILD: PhaseState.RUNNING}
    phases = tuple(PhaseRun(name=p, state=states[p], started=NOW, seconds=100.0) for p in Phase)
    left = seconds_left(replace(RUNNING, phases=phases), None, NOW)
    assert left == pytest.approx(2 * (12 + 2 + 3 + 4 + 22 + 2 + 2))


def test_time_left_is_rounded_into_words() -> None:
    assert left_words(None) == ""
    assert left_words(3) == "a few seconds left"
    assert left_words(41) == "about 40 s left"
    assert left_words(59) == "about 1 min left"
    assert left_words(400) == "about 7 min left"
    assert left_words(2 * 3600 + 200) == "about 2 h left"


def test_only_a_run_of_the_same_sort_that_succeeded_tells_how_long_this_one_takes() -> None:
    others = [
        replace(DONE, id=RUNNING.id),
        replace(DONE, kind=OperationKind.RESET),
        replace(DONE, state=OperationState.FAILED),
        DONE,
    ]
    assert earlier_run(RUNNING, others) is DONE
    assert earlier_run(RUNNING, others[:3]) is None
    assert earlier_run(replace(RUNNING, kind=OperationKind.RESET), others) is others[1]


def test_the_phase_that_runs_counts_its_seconds_on() -> None:
    later = picture_of(RUNNING, None, NOW + timedelta(seconds=30))
    now = picture_of(RUNNING, None, NOW)
    assert now.phases[2].state == "running"
    assert (now.phases[2].note, later.phases[2].note) == ("30 s", "1 min")


def test_stop_is_offered_until_publish_and_tells_that_it_was_asked() -> None:
    assert picture_of(RUNNING, None, NOW).can_stop
    asked = picture_of(replace(RUNNING, cancel_requested=True), None, NOW)
    assert asked.stopping
    assert asked.state == "Stopping"
    assert asked.left == ""
    publishing = tuple(
        replace(p, state=PhaseState.RUNNING if p.name is Phase.PUBLISH else PhaseState.DONE) for p in RUNNING.phases
    )
    assert not picture_of(replace(RUNNING, phases=publishing), None, NOW).can_stop
    assert not picture_of(DONE, None, NOW).can_stop


def test_a_success_tells_items_originals_and_what_is_still_open() -> None:
    items = harbor_checklist()
    proof = Proof(
        state=ProofState.CLEAN,
        originals=120,
        values=9_000,
        not_proven=(NotProven(table="t", column="c", count=7, why="short"),),
    )
    ending = ending_of(replace(DONE, checklist=items, proof=proof))
    assert ending.title == "Refreshed sandbox in 1 min 12 s: 9 of 9 items proven."
    assert "120 originals" in ending.detail
    assert "7 more" in ending.detail
    assert ending.tone is Tone.GOOD
    open_ = (*items[:-1], replace(items[-1], state=ItemState.OPEN))
    ending = ending_of(replace(DONE, checklist=open_, proof=proof))
    assert ending.tone is Tone.WARNING
    assert ending.hint.startswith("1 item waits")


@pytest.mark.parametrize("state", [OperationState.FAILED, OperationState.CANCELLED, OperationState.INTERRUPTED])
def test_what_did_not_succeed_tells_why_what_helps_and_that_nothing_was_replaced(state: OperationState) -> None:
    run = replace(RUNNING, kind=OperationKind.REFRESH, state=state, reason="The disk is full.", hint="Free some space.")
    ending = ending_of(run)
    assert "The disk is full." in ending.title
    assert ending.hint == "Free some space."
    assert "as it was" in ending.detail
    assert picture_of(run, None, NOW).can_resume


def test_a_failure_after_publish_does_not_claim_that_nothing_changed() -> None:
    published = tuple(
        replace(p, state=PhaseState.FAILED if p.name is Phase.SETTLE else PhaseState.DONE) for p in RUNNING.phases
    )
    ending = ending_of(replace(RUNNING, state=OperationState.FAILED, phases=published, reason="x"))
    assert "as it was" not in ending.detail
    assert "in place" in ending.detail


def test_a_phase_whose_worker_is_gone_does_not_run_on() -> None:
    ended = picture_of(replace(RUNNING, state=OperationState.INTERRUPTED), None, NOW)
    assert "running" not in [step.state for step in ended.phases]


def test_before_a_worker_takes_it_every_phase_waits() -> None:
    picture = picture_of(replace(RUNNING, state=OperationState.QUEUED, phases=(), tables=()), None, NOW)
    assert {step.state for step in picture.phases} == {"waiting"}
    assert picture.progress == "Waiting for a worker to take it"


def test_tables_of_a_run_are_a_model_with_a_bar_each(qtmodeltester: ModelTester, qtbot: QtBot) -> None:
    model = RunTables()
    model.set_rows(RUNNING.tables)
    qtmodeltester.check(model)
    present = model.present()
    assert present == 3
    share = model.index(present, RunTables.BAR).data(SHARE_ROLE)
    assert 0.5 < share < 0.7
    assert model.index(0, RunTables.BAR).data(SHARE_ROLE) == 1.0
    model.set_rows((TableRun(table="empty", rows=0, of=0), TableRun(table="unknown", rows=9)))
    assert model.index(0, RunTables.BAR).data(SHARE_ROLE) == 1.0
    assert model.index(1, RunTables.BAR).data(SHARE_ROLE) == 0.0
