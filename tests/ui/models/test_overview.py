from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.environments import Environment, EnvironmentState
from app.domain.operations import OperationState
from app.domain.policy import Lifetime
from tests.fakes.world import DAY, HARBOR, NORDLYS, NOW, ORCHARD, usual
from ui.models.overview import (
    SHOWN_ATTENTION,
    Attention,
    Need,
    Overview,
    attention_of,
    overview_of,
    progress_of,
    size_told,
)


def _overview(**lifetimes: Lifetime) -> Overview:
    world = usual()
    operations = tuple(reversed(world.operations.values()))
    return overview_of(world.tenants, tuple(world.environments.values()), operations, lifetimes, NOW)


def _copy(**more: object) -> Environment:
    return replace(usual().environments[f"{HARBOR}/sandbox"], **more)  # type: ignore[arg-type]  # test data


def _need(environment: Environment, **lifetimes: Lifetime) -> Need | None:
    found = attention_of(environment, None, lifetimes, NOW)
    return found.need if found is not None else None


def test_a_fresh_proven_copy_with_its_checklist_done_needs_nobody() -> None:
    assert _need(_copy()) is None


@pytest.mark.parametrize(
    ("more", "need"),
    [
        ({"state": EnvironmentState.UNREACHABLE}, Need.UNREACHABLE),
        ({"state": EnvironmentState.FAILED}, Need.FAILED),
        ({"state": EnvironmentState.ABSENT, "copied_at": None}, Need.NEVER),
        ({"checklist_done": 7}, Need.CHECKLIST),
        ({"proven": False}, Need.UNPROVEN),
        ({"copied_at": NOW - 31 * DAY}, Need.STALE),
        ({"state": EnvironmentState.BUSY, "proven": False}, None),
        ({"state": EnvironmentState.WIPED, "copied_at": None}, None),
    ],
)
def test_why_a_copy_needs_a_person(more: dict[str, object], need: Need | None) -> None:
    assert _need(_copy(**more)) is need


def test_production_needs_a_person_only_when_it_cannot_be_reached() -> None:
    production = usual().environments[f"{HARBOR}/production"]
    assert _need(production) is None
    assert _need(replace(production, state=EnvironmentState.UNREACHABLE)) is Need.UNREACHABLE


@pytest.mark.parametrize(
    ("age", "need"), [(3, None), (12, Need.EXPIRING), (14, Need.OVERDUE), (20, Need.OVERDUE), (10, None)]
)
def test_a_lifetime_reminds_before_it_ends_and_insists_after(age: int, need: Need | None) -> None:
    copy = _copy(copied_at=NOW - age * DAY)
    assert _need(copy, p1=Lifetime(days=14, remind_days=3)) is need


def test_a_copy_that_should_be_wiped_says_so_before_anything_smaller() -> None:
    copy = _copy(copied_at=NOW - 20 * DAY, proven=False, checklist_done=1)
    found = attention_of(copy, None, {"p1": Lifetime(days=14)}, NOW)
    assert found is not None
    assert (found.need, found.words) == (Need.OVERDUE, "Past the lifetime its policy gives it: 6 days overdue.")


def test_a_failed_run_is_told_with_its_reason_and_can_be_followed() -> None:
    first = _overview().attention[0]
    assert first.environment.ref == f"{NORDLYS}/sandbox"
    assert first.need is Need.FAILED
    assert "2 of 7 webhook endpoints are still live" in first.words
    assert first.run is not None
    assert first.run.state is OperationState.FAILED


def test_an_interrupted_run_needs_a_person_also_when_the_copy_is_well() -> None:
    world = usual()
    copy = world.environments[f"{HARBOR}/sandbox"]
    newest = replace(next(iter(world.operations.values())), state=OperationState.INTERRUPTED, reason="Killed.")
    found = attention_of(copy, newest, {}, NOW)
    assert isinstance(found, Attention)
    assert found.words.endswith("Killed.")


def test_without_source_or_policy_it_says_what_is_lacking() -> None:
    scratch = replace(usual().environments[f"{ORCHARD}/scratch"], source=None, policy=None)
    found = attention_of(scratch, None, {}, NOW)
    assert found is not None
    assert found.words == "Never copied, and has no source and no policy yet."


def test_the_sentence_counts() -> None:
    assert _overview().sentence == "3 tenants, 8 environments · 2 of 3 copies proven clean"


def test_running_and_ended_runs_are_apart() -> None:
    made = _overview()
    assert [o.environment for o in made.running] == [f"{ORCHARD}/sandbox"]
    assert all(o.state.ended for o in made.recent)


def test_sizes_are_summed_by_tenant_largest_first() -> None:
    largest = _overview().sizes[0]
    assert (largest.tenant, largest.production, largest.copies) == (HARBOR, 1_500_000_000, 1_450_000_000)
    assert size_told(largest) == "production 1.5 GB, copies 1.4 GB"


def test_only_runs_that_copied_to_the_end_are_timed_and_no_second_is_lost() -> None:
    made = _overview()
    assert len(made.timings) == 4
    newest = made.timings[0]
    assert newest.seconds == pytest.approx(72.0)
    assert (newest.copy, newest.prove) == (38.4, 6.1)
    assert newest.told.startswith("Refreshed 2 days ago")


def test_many_that_need_a_person_are_counted_and_the_most_pressing_shown() -> None:
    world = usual()
    copies = [
        replace(_copy(proven=False), name=f"training-{n:02}") for n in range(40)
    ] + [world.environments[f"{NORDLYS}/sandbox"]]  # fmt: skip
    made = overview_of(world.tenants, copies, (), {}, NOW)
    assert made.attention_total == 41
    assert len(made.attention) == SHOWN_ATTENTION
    assert made.attention[0].need is Need.FAILED


def test_progress_is_told_by_phase_and_rows() -> None:
    run = _overview().running[0]
    name, share, note = progress_of(run)
    assert (name, note) == ("Copy, 3 of 10", "1,288,520 of 1,830,012")
    assert share == pytest.approx(0.704, abs=0.001)
    assert progress_of(replace(run, cancel_requested=True))[0] == "Stopping…"
    waiting = replace(run, state=OperationState.QUEUED, phases=(), tables=())
    assert progress_of(waiting) == ("Waiting for a worker", None, "")


def test_a_clock_set_back_makes_no_copy_older() -> None:
    assert _need(_copy(copied_at=NOW + timedelta(hours=5))) is None
