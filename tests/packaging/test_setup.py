"""Set-up tells people what to do where it cannot do it itself. The programs of the system are stood in for."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAMP = ROOT / ".venv" / "installed-from-lock"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at the libraries of Linux")


@pytest.fixture
def stand_ins(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def stand_in(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def set_up(folder: Path, purpose: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    command = ["sh", str(ROOT / "packaging" / "setup.sh"), purpose]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.fixture
def installed() -> None:
    lock = hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text().strip() != lock:
        pytest.skip("this environment was not made by packaging/setup.sh")


@pytest.mark.usefixtures("installed")
def test_somebody_without_rights_is_shown_the_command_and_only_tests_stop(stand_ins: Path) -> None:
    stand_in(stand_ins, "ldd", 'echo "	libxcb-cursor.so.0 => not found"')
    stand_in(stand_ins, "id", "echo 1000")
    stand_in(stand_ins, "apt-get", f"touch {stand_ins}/called")
    for purpose, code in (("run", 0), ("test", 1)):
        done = set_up(stand_ins, purpose)
        assert done.returncode == code
        assert "the system lacks: libxcb-cursor.so.0" in done.stderr
        assert "sudo apt-get install libegl1" in done.stderr
    assert not (stand_ins / "called").exists()


@pytest.mark.usefixtures("installed")
def test_root_on_debian_gets_the_libraries_installed(stand_ins: Path) -> None:
    stand_in(stand_ins, "ldd", f'[ -e {stand_ins}/done ] || echo "	libxcb-cursor.so.0 => not found"')
    stand_in(stand_ins, "id", "echo 0")
    stand_in(stand_ins, "apt-get", f'[ "$1" = install ] && echo "$*" > {stand_ins}/done; exit 0')
    done = set_up(stand_ins, "test")
    assert done.returncode == 0, done.stderr
    assert "libxcb-cursor0" in (stand_ins / "done").read_text()


@pytest.mark.usefixtures("installed")
def test_an_installation_that_fails_ends_in_the_command_too(stand_ins: Path) -> None:
    stand_in(stand_ins, "ldd", 'echo "	libEGL.so.1 => not found"')
    stand_in(stand_ins, "id", "echo 0")
    stand_in(stand_ins, "apt-get", "echo 'no network'; exit 100")
    done = set_up(stand_ins, "test")
    assert done.returncode == 1
    assert "no network" in done.stderr
    assert "sudo apt-get install" in done.stderr


@pytest.mark.usefixtures("installed")
def test_nothing_is_said_where_nothing_is_to_be_done(stand_ins: Path) -> None:
    stand_in(stand_ins, "ldd", "true")
    done = set_up(stand_ins, "run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_fitting_python_it_says_what_is_needed(stand_ins: Path, tmp_path: Path) -> None:
    """In a checkout of its own, which has no environment yet."""
    checkout = tmp_path / "checkout"
    (checkout / "packaging").mkdir(parents=True)
    (checkout / "packaging" / "setup.sh").write_text((ROOT / "packaging" / "setup.sh").read_text())
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        stand_in(stand_ins, name, "exit 1")
    environment = {**os.environ, "PATH": f"{stand_ins}{os.pathsep}{os.environ['PATH']}", "PYTHON": ""}
    done = subprocess.run(
        ["sh", str(checkout / "packaging" / "setup.sh")], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert not (checkout / ".venv").exists()
