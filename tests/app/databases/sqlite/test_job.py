"""A whole copy, from an untouched production to a published sandbox."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.operations import ItemState, ProofState
from app.errors import CancelledError, RefusedError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, PHASES, SIGNER, Context, Line

CHINOOK_MASKS = {
    "Customer.FirstName": "first_name",
    "Customer.LastName": "last_name",
    "Customer.Company": "company",
    "Customer.Address": "street",
    "Customer.City": "city",
    "Customer.PostalCode": "postcode",
    "Customer.Phone": "phone",
    "Customer.Fax": "null",
    "Customer.Email": "email",
    "Employee.FirstName": "first_name",
    "Employee.LastName": "last_name",
    "Employee.Address": "street",
    "Employee.Phone": "phone",
    "Employee.Fax": "null",
    "Employee.Email": "email",
    "Invoice.BillingAddress": "street",
    "Invoice.BillingCity": "city",
    "Invoice.BillingPostalCode": "postcode",
}


def test_chinook_comes_out_scrubbed_complete_and_proven(chinook: Line) -> None:
    originals = rows(chinook.source_path, "SELECT Email, Address, Phone FROM Customer")
    result = chinook.run(chinook.plan(CHINOOK_MASKS))

    assert result.proof.state is ProofState.CLEAN, result.proof.hits
    assert result.proof.originals > 150
    passed = dict.fromkeys(("rows", "masked", "references", "integrity"), ItemState.PASSED)
    assert {i.id: i.state for i in result.checklist} == {**passed, "login": ItemState.NOT_APPLICABLE}
    data = chinook.target_path.read_bytes()
    for email, address, phone in originals:
        assert str(email).encode() not in data
        assert str(address).encode() not in data
        assert phone is None or str(phone).encode() not in data
    tables = "SELECT type, name, sql FROM sqlite_master WHERE name <> 'sandkeeper_marker' ORDER BY 1, 2"
    assert rows(chinook.target_path, tables) == rows(chinook.source_path, tables)
    assert rows(chinook.target_path, "SELECT * FROM Track") == rows(chinook.source_path, "SELECT * FROM Track")
    assert chinook.leftovers() == []
    assert ADAPTER.marker_state(chinook.target, ADAPTER.look(chinook.environment), SIGNER) == "valid"


def test_a_source_keeps_every_byte(chinook: Line) -> None:
    before = chinook.source_path.read_bytes()
    chinook.run(chinook.plan(CHINOOK_MASKS))
    assert chinook.source_path.read_bytes() == before


def test_refresh_reset_and_wipe_follow(chinook: Line, tmp_path: Path) -> None:
    chinook.run(chinook.plan(CHINOOK_MASKS))
    first = chinook.environment.identity
    chinook.run(chinook.plan(CHINOOK_MASKS))
    assert chinook.environment.identity != first
    chinook.reset()
    assert chinook.leftovers() == []
    removed = chinook.wipe()
    assert "sandbox.sqlite" in removed
    assert "baseline.sqlite" in removed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["production.sqlite"]
    assert chinook.wipe() == ()


@pytest.mark.parametrize("phase", PHASES)
def test_a_cancel_in_any_phase_leaves_everything_as_it_was(chinook: Line, phase: str) -> None:
    chinook.run(chinook.plan(CHINOOK_MASKS))
    before = (chinook.target_path.read_bytes(), (chinook.area / "baseline.sqlite").read_bytes())
    ctx = Context()
    ctx.cancelled = True
    with pytest.raises(CancelledError):
        chinook.until(chinook.plan(CHINOOK_MASKS), phase, ctx)
    assert (chinook.target_path.read_bytes(), (chinook.area / "baseline.sqlite").read_bytes()) == before
    assert chinook.leftovers() == []


def test_a_first_copy_that_fails_leaves_no_folder_behind(chinook: Line, tmp_path: Path) -> None:
    ctx = Context()
    ctx.cancelled = True
    with pytest.raises(CancelledError):
        chinook.until(chinook.plan(CHINOOK_MASKS), "copy", ctx)
    assert [p.name for p in tmp_path.iterdir()] == ["production.sqlite"]


def test_nobody_else_can_open_the_staging_database(chinook: Line) -> None:
    with chinook.job(chinook.plan()) as job:
        job.stage(Context())
        place = next(chinook.area.glob("staging-*.sqlite"))
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(chinook.area.stat().st_mode) == 0o700
        for phase in ("copy", "build", "neutralise", "finish", "check", "prove"):
            getattr(job, phase)(Context())
            look = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM sqlite_master')"
            other = subprocess.run(
                [sys.executable, "-c", look, str(place)], capture_output=True, text=True, check=False
            )
            assert "database is locked" in other.stderr, phase


def test_staging_stops_where_the_target_is_not_ours(chinook: Line) -> None:
    chinook.target_path.write_text("diary")
    with pytest.raises(RefusedError, match="not one that Sandkeeper made"), chinook.job(chinook.plan()) as job:
        job.stage(Context())
    assert chinook.target_path.read_text() == "diary"
    assert not chinook.area.exists()


LIMITED = """
import resource, sys
sys.dont_write_bytecode = True  # what is compiled would be cut off at the limit, and found so by everybody after us
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
from app.errors import OutsideError
from tests.app.databases.sqlite.line import Line
line = Line(Path(sys.argv[1]), Path(sys.argv[2]))
try:
    line.run(line.plan())
except OutsideError as error:
    print(error.title)
"""


@pytest.mark.parametrize("limit", [8192, 300_000, 900_000])
def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(chinook: Line, limit: int) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(chinook.source_path), str(chinook.target_path), str(limit)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[4],
    )
    assert run.stdout.startswith("There is no room left"), run.stdout + run.stderr
    assert not chinook.target_path.exists()
    assert not chinook.area.exists()


def test_a_kill_in_the_copy_leaves_the_old_sandbox_and_a_sweep_cleans_up(chinook: Line) -> None:
    chinook.run(chinook.plan(CHINOOK_MASKS))
    before = chinook.target_path.read_bytes()
    killed = (
        "import os, sys; from pathlib import Path; from dataclasses import replace\n"
        "from app.domain.environments import Identity\n"
        "from tests.app.databases.sqlite.line import Context, Line\n"
        "line = Line(Path(sys.argv[1]), Path(sys.argv[2])); line.attempt = 7\n"
        "line.environment = replace(line.environment, identity=Identity(engine='sqlite', major=sys.argv[3],"
        " minor=sys.argv[4]), marker_nonce=sys.argv[5])\n"
        "count = iter(range(10))\n"
        "ctx = Context(lambda: os.kill(os.getpid(), 9) if next(count) == 6 else None)\n"
        "line.prepare(line.plan(), ctx)"
    )
    identity = chinook.environment.identity
    assert identity is not None
    arguments = [str(chinook.source_path), str(chinook.target_path), identity.major, identity.minor]
    nonce = str(chinook.environment.marker_nonce)
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", killed, *arguments, nonce], check=False, cwd=root)
    assert done.returncode == -9
    assert chinook.leftovers() == ["staging-operation8-8.sqlite"]
    assert chinook.target_path.read_bytes() == before
    assert ADAPTER.sweep(chinook.target, SIGNER) == ("staging-operation8-8.sqlite",)
    assert chinook.leftovers() == []
    chinook.run(chinook.plan(CHINOOK_MASKS))
