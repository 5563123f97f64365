"""The wiring: the library works in ten lines, in a home of its own."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.bootstrap import build, who
from app.domain.environments import EnvironmentKind, EnvironmentState
from app.errors import OutsideError
from app.ports.processes import WorkerStatus

ROOT = Path(__file__).parents[2]


class NoWorkers:
    """Stands in for the workers of a home; counts how often one was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def status(self) -> WorkerStatus:
        return WorkerStatus(running=False)

    def ensure(self) -> None:
        self.asked += 1


def test_ten_lines_register_a_tenant_and_its_production(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as connection:
        connection.execute("CREATE TABLE customer (name TEXT)")
    services = build(tmp_path / "home", workers=NoWorkers())
    try:
        services.tenants.add("Harbor")
        added = services.environments.add(
            "Harbor", "production", kind=EnvironmentKind.PRODUCTION, database=f"sqlite:///{tmp_path}/crm.sqlite"
        )
        assert added.ref == "Harbor/production"
        assert added.state is EnvironmentState.REGISTERED
        assert services.audit.verify().valid
    finally:
        services.close()
    again = build(tmp_path / "home", workers=NoWorkers())
    assert [e.ref for e in again.environments.all()] == ["Harbor/production"]
    again.close()


def test_everything_of_a_home_is_for_its_owner_alone(tmp_path: Path) -> None:
    build(tmp_path / "home", workers=NoWorkers()).close()
    made = [p for p in (tmp_path / "home").rglob("*") if p.is_file()]
    assert made
    assert [p.name for p in made if stat.S_IMODE(p.stat().st_mode) & 0o077] == []
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_building_and_listing_start_no_worker(tmp_path: Path) -> None:
    workers = NoWorkers()
    services = build(tmp_path / "home", workers=workers)
    services.environments.all()
    services.operations.all()
    services.close()
    assert workers.asked == 0


def test_a_home_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutsideError):
        build(tmp_path / "file" / "home", workers=NoWorkers())


def test_a_person_is_named_with_login_and_host() -> None:
    login, _, host = who().partition("@")
    assert login
    assert host


def test_a_worker_of_an_empty_home_ends_when_it_is_idle(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from app.bootstrap import run_worker;"
        "sys.exit(run_worker(Path(sys.argv[1]), None, 0.2))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "home")], cwd=ROOT, timeout=60)
    assert done.returncode == 0
