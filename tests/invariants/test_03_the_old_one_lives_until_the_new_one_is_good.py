"""Invariant 3. Whatever happens to disk, folder or worker, the environment is exactly as it was, and the next start
cleans up. Killed and stopped workers have their own tests, in tests/app/operations/test_killed_workers.py."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.domain.operations import OperationKind
from tests.app.office import Office
from tests.invariants.conftest import Facts, interfering

MOMENTS = ("before stage", "inside copy", "before seal", "before publish")


def area(office: Office) -> Path:
    return office.sandbox.with_name(f".{office.sandbox.name}.sandkeeper")


def as_it_was(office: Office, before: Facts) -> None:
    assert Facts.of(office.sandbox) == before
    assert not [p for p in area(office).iterdir() if p.name.startswith(("staging", "old-", "baseline-"))]
    environment = office.services.environments.get("Harbor/sandbox")
    assert environment.identity is not None
    assert environment.proven
    with closing(sqlite3.connect(f"file:{office.sandbox}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_failure_at_any_moment_leaves_the_old_copy_to_the_byte(provisioned: Office, moment: str) -> None:
    before = Facts.of(provisioned.sandbox)

    def breaks() -> None:
        raise OSError(5, "Input/output error")

    with interfering(provisioned, moment, breaks) as interference:
        ended = provisioned.run(OperationKind.REFRESH)
    assert interference.happened
    assert ended.state == "failed"
    as_it_was(provisioned, before)
    assert provisioned.run(OperationKind.REFRESH).state == "succeeded"


@pytest.mark.parametrize("moment", ["inside copy", "before publish"])
def test_a_staging_file_that_somebody_removes_is_noticed(provisioned: Office, moment: str) -> None:
    before = Facts.of(provisioned.sandbox)

    def remove() -> None:
        for path in area(provisioned).glob("staging-*"):
            path.unlink()

    with interfering(provisioned, moment, remove) as interference:
        ended = provisioned.run(OperationKind.REFRESH)
    assert interference.happened
    assert ended.state == "failed"
    assert ended.hint
    as_it_was(provisioned, before)


@pytest.mark.parametrize("moment", ["before copy", "before publish"])
def test_a_folder_that_goes_away_half_way_comes_back_with_the_old_copy(provisioned: Office, moment: str) -> None:
    """A share that is unmounted, a folder somebody renames."""
    place, away = provisioned.folder / "share", provisioned.folder / "away"
    place.mkdir()
    policy, url = str(provisioned.policy), f"sqlite:///{place}/other.sqlite"
    provisioned.services.environments.add("Harbor", "other", kind="training", database=url, policy=policy)
    assert provisioned.run(OperationKind.PROVISION, "Harbor/other").state == "succeeded"
    before = Facts.of(place / "other.sqlite")
    with interfering(provisioned, moment, lambda: place.rename(away)) as interference:
        ended = provisioned.run(OperationKind.REFRESH, "Harbor/other")
    assert interference.happened
    assert ended.state == "failed"
    assert ended.hint
    assert not place.exists() or not list(place.iterdir()), "nothing is made in a place that went away"
    with suppress(FileNotFoundError):
        place.rmdir()
    away.rename(place)
    assert Facts.of(place / "other.sqlite") == before
    assert provisioned.run(OperationKind.REFRESH, "Harbor/other").state == "succeeded"
    left = [p.name for p in (place / ".other.sqlite.sandkeeper").iterdir()]
    assert sorted(left) in (["baseline.sqlite"], ["baseline.sqlite", "lock"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("moment", ["before stage", "before publish"])
def test_a_folder_made_read_only_half_way_fails_the_operation_alone(provisioned: Office, moment: str) -> None:
    before = Facts.of(provisioned.sandbox)
    with interfering(provisioned, moment, lambda: provisioned.folder.chmod(0o500)) as interference:
        ended = provisioned.run(OperationKind.REFRESH)
    provisioned.folder.chmod(0o700)
    assert interference.happened
    assert ended.state == "failed"
    assert ended.hint
    as_it_was(provisioned, before)


@pytest.mark.parametrize("moment", ["before publish", "after publish", "before settle"])
def test_a_program_that_works_in_the_sandbox_keeps_it_or_the_new_one_is_whole(provisioned: Office, moment: str) -> None:
    """It opens the sandbox and begins a change right when the swap is due."""
    opened: list[sqlite3.Connection] = []

    def work() -> None:
        connection = sqlite3.connect(provisioned.sandbox, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE person SET remarks = 'mine' WHERE id = 1")
        opened.append(connection)

    inode = provisioned.sandbox.stat().st_ino
    with interfering(provisioned, moment, work) as interference:
        ended = provisioned.run(OperationKind.REFRESH)
    assert interference.happened
    with suppress(sqlite3.DatabaseError):
        opened[0].execute("COMMIT")
    opened[0].close()
    if moment == "before publish":
        assert ended.state == "failed"
        assert "in use" in ended.reason
        assert provisioned.sandbox.stat().st_ino == inode
        assert provisioned.count("SELECT remarks FROM person WHERE id = 1") == "mine"
    else:
        assert ended.state == "succeeded"
        assert provisioned.count("SELECT count(*) FROM person") == 60
    with closing(sqlite3.connect(provisioned.sandbox)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
