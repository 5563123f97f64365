"""The programs that come along run, also under an account that cannot enter our virtual environment."""

import os
import subprocess
from pathlib import Path

import pytest

from app.databases.postgresql.bundled import Account, programs, programs_for, run_as, server_account


@pytest.mark.parametrize("version", [18, 16])
def test_each_version_that_comes_along_runs(version: int) -> None:
    folder = programs(version)
    assert folder is not None
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert f"(PostgreSQL) {version}." in done.stdout


def test_there_is_no_other_version() -> None:
    assert programs(12) is None


def test_servers_run_under_our_own_account_unless_we_are_root() -> None:
    account = server_account()
    assert (account is None) == (os.geteuid() != 0)
    assert account is None or account.uid != 0


def test_nothing_of_our_environment_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    done = subprocess.run(["env"], capture_output=True, text=True, check=True, **run_as(None))
    assert "secret" not in done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run programs as somebody else")
def test_programs_out_of_an_accounts_reach_are_copied_for_it(tmp_path: Path) -> None:
    account, found = server_account(), programs(18)
    assert account is not None
    assert found is not None
    private = tmp_path / "private" / "site-packages"
    private.mkdir(parents=True, mode=0o700)
    package = found.parents[1]
    (tmp_path / "private").chmod(0o700)
    for name in (package.name, f"{package.name}.libs"):
        (private / name).symlink_to(package.with_name(name))
    hidden = private / package.name / found.parent.name / found.name
    copies = Path("/tmp") / f"sandkeeper-copies-{os.getpid()}"
    copies.mkdir()
    try:
        made = programs_for(account, hidden, copies)
        assert made.is_relative_to(copies)
        done = subprocess.run([made / "initdb", "--version"], capture_output=True, text=True, **run_as(account))
        assert "18." in done.stdout
        assert programs_for(account, hidden, copies) == made
        assert not (made / "initdb").stat().st_mode & 0o022
    finally:
        subprocess.run(["rm", "-rf", copies], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run programs as somebody else")
def test_programs_within_reach_are_used_where_they_are(tmp_path: Path) -> None:
    found = programs(18)
    assert found is not None
    root = Account(name="root", uid=0, gid=0)
    assert programs_for(root, found, tmp_path) == found
    assert programs_for(None, found, tmp_path) == found
    assert list(tmp_path.iterdir()) == []
