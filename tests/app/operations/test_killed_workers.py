"""Invariant 3 and 10: a worker killed at any moment leaves the environment whole, and the next one goes on."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.operations import OperationKind, OperationState
from app.operations.workflow import EXIT_STALE
from tests.app.operations.conftest import PEOPLE, Workspace, fact
from tests.app.operations.pausing import MOMENTS


def open_for_reading(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{home / 'catalog.sqlite'}?mode=ro", uri=True, isolation_level=None)


PUBLISHED = ("after publish", "before settle", "after settle")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_at_any_moment_of_a_refresh_leaves_the_old_copy_and_the_next_one_finishes(
    provisioned: Workspace, moment: str
) -> None:
    workspace = provisioned
    before = workspace.database.stat().st_ino
    names = workspace.names()

    operation = workspace.start(OperationKind.REFRESH)
    first = workspace.worker(moment)
    fact(workspace.paused)
    workspace.kill(first)

    if moment in PUBLISHED:
        assert workspace.database.stat().st_ino != before
    else:
        assert workspace.database.stat().st_ino == before, "the old copy was touched before publish"
    assert workspace.names() == names, "the same masks, so the same names in the old and the new copy"

    second = workspace.worker()
    ended = workspace.finish(operation)
    assert second.wait(30) == 0
    assert ended.state is OperationState.SUCCEEDED, ended.reason
    assert len(workspace.names()) == PEOPLE
    assert workspace.left_aside() == []
    assert workspace.services.environments.get("Harbor/sandbox").state == "ready"
    assert workspace.services.audit.verify().valid


def test_nobody_else_may_read_what_the_worker_keeps(provisioned: Workspace) -> None:
    kept = [path for path in provisioned.home.rglob("*.sqlite*") if path.is_file()]
    assert provisioned.home / "workflows.sqlite" in kept
    assert {path.name: oct(path.stat().st_mode & 0o077) for path in kept} == {path.name: "0o0" for path in kept}


@pytest.mark.parametrize("moment", ["before copy", "inside copy", "before publish"])
def test_a_first_copy_killed_half_way_never_appears_under_the_name(workspace: Workspace, moment: str) -> None:
    operation = workspace.start(OperationKind.PROVISION)
    first = workspace.worker(moment)
    fact(workspace.paused)
    workspace.kill(first)
    assert not workspace.database.exists()

    workspace.worker()
    assert workspace.finish(operation).state is OperationState.SUCCEEDED
    assert workspace.left_aside() == []


@pytest.mark.parametrize("moment", ["inside copy", "before publish", "before settle"])
def test_a_stopped_worker_that_wakes_after_another_took_over_changes_nothing(
    provisioned: Workspace, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = provisioned
    monkeypatch.setenv("SANDKEEPER_STALL_SECONDS", "2")
    operation = workspace.start(OperationKind.REFRESH)
    first = workspace.worker(moment)
    fact(workspace.paused)
    first.send_signal(signal.SIGSTOP)
    fact(workspace.stalled)

    second = workspace.worker()
    ended = workspace.finish(operation)
    assert second.wait(30) == 0
    after = workspace.database.stat()
    assert ended.state is OperationState.SUCCEEDED, ended.reason

    (workspace.home / "go").touch()
    first.send_signal(signal.SIGCONT)
    assert first.wait(30) == EXIT_STALE
    assert workspace.database.stat().st_ino == after.st_ino
    assert workspace.database.stat().st_mtime_ns == after.st_mtime_ns
    assert workspace.services.operations.get(operation.id) == ended


def test_a_worker_stopped_inside_publish_keeps_others_out_and_is_too_late_when_it_wakes(
    provisioned: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = provisioned
    monkeypatch.setenv("SANDKEEPER_STALL_SECONDS", "2")
    before = workspace.database.stat()
    operation = workspace.start(OperationKind.REFRESH)
    first = workspace.worker("inside publish")
    fact(workspace.paused)
    first.send_signal(signal.SIGSTOP)
    fact(workspace.stalled)

    second = workspace.worker(patience=1)
    ended = workspace.finish(operation)
    assert second.wait(30) == 0
    assert ended.state is OperationState.FAILED
    assert ended.hint
    (workspace.home / "go").touch()
    first.send_signal(signal.SIGCONT)
    assert first.wait(30) == EXIT_STALE
    assert workspace.database.stat().st_ino == before.st_ino

    assert workspace.run(OperationKind.REFRESH).state is OperationState.SUCCEEDED
    assert workspace.left_aside() == []


def test_cancel_is_felt_inside_the_copy_and_leaves_the_environment_as_it_was(provisioned: Workspace) -> None:
    workspace = provisioned
    before = workspace.database.stat()
    operation = workspace.start(OperationKind.REFRESH)
    worker = workspace.worker("inside copy")
    fact(workspace.paused)
    workspace.services.operations.cancel(operation.id)
    (workspace.home / "go").touch()

    ended = workspace.finish(operation)
    assert ended.state is OperationState.CANCELLED
    assert workspace.database.stat().st_ino == before.st_ino
    assert workspace.left_aside() == []
    assert workspace.services.environments.get("Harbor/sandbox").state == "ready"
    assert worker.wait(30) == 0


def test_what_was_stopped_can_be_resumed(workspace: Workspace) -> None:
    operation = workspace.start(OperationKind.PROVISION)
    worker = workspace.worker("before build")
    fact(workspace.paused)
    workspace.services.operations.cancel(operation.id)
    (workspace.home / "go").touch()
    assert workspace.finish(operation).state is OperationState.CANCELLED
    assert worker.wait(30) == 0

    workspace.services.operations.resume(operation.id)
    workspace.worker()
    assert workspace.finish(operation).state is OperationState.SUCCEEDED
    assert len(workspace.names()) == PEOPLE


def test_an_operation_whose_durable_record_is_lost_is_marked_interrupted(workspace: Workspace) -> None:
    operation = workspace.start(OperationKind.PROVISION)
    first = workspace.worker("before check")
    fact(workspace.paused)
    workspace.kill(first)
    for file in workspace.home.glob("workflows.sqlite*"):
        file.unlink()

    workspace.worker()
    ended = workspace.finish(operation)
    assert ended.state is OperationState.INTERRUPTED
    assert ended.reason
    assert ended.hint
    assert not workspace.database.exists()
    assert workspace.left_aside() == []


def test_a_lost_durable_record_after_the_swap_keeps_the_new_copy_and_its_baseline(workspace: Workspace) -> None:
    assert workspace.run(OperationKind.PROVISION).state is OperationState.SUCCEEDED
    connection = sqlite3.connect(workspace.home.parent / "production.sqlite")
    connection.execute("INSERT INTO person (name) VALUES ('One More')")
    connection.commit()
    connection.close()
    operation = workspace.start(OperationKind.REFRESH)
    first = workspace.worker("after publish")
    fact(workspace.paused)
    workspace.kill(first)
    for file in workspace.home.glob("workflows.sqlite*"):
        file.unlink()

    workspace.worker()
    ended = workspace.finish(operation)
    assert ended.state is OperationState.INTERRUPTED
    assert "new copy is in place" in ended.reason
    assert workspace.services.inspection.inspect("Harbor/sandbox").marker == "valid"

    workspace.services.operations.resume(operation.id)
    workspace.worker()
    assert workspace.finish(operation).state is OperationState.SUCCEEDED
    assert workspace.run(OperationKind.RESET).state is OperationState.SUCCEEDED
    assert len(workspace.names()) == PEOPLE + 1, "the baseline is that of the newest copy"


def test_what_is_queued_while_a_worker_is_ending_is_not_forgotten(provisioned: Workspace) -> None:
    """It holds its lock while dbos shuts down, so whoever looks then takes it for alive and starts no other."""
    workspace = provisioned
    ending = workspace.worker()
    with closing(open_for_reading(workspace.home)) as catalog:
        fact(lambda: bool(catalog.execute("SELECT count(*) FROM worker").fetchone()[0]))
        fact(lambda: not catalog.execute("SELECT count(*) FROM worker").fetchone()[0])
    operation = workspace.start(OperationKind.REFRESH)  # with services that never start a worker themselves
    assert ending.poll() is None, "it ended before anything could be queued"
    try:
        assert workspace.finish(operation).state is OperationState.SUCCEEDED
        assert ending.wait(30) == 0
    finally:
        workspace.end_successor()
