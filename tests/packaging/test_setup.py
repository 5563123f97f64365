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


def set_up(folder: Path, purpose: str, *, server: bool = True) -> subprocess.CompletedProcess[str]:
    if server:
        stand_in(folder, "postgres", "true")
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "POSTGRESQL_15": str(folder),
        "ETC": str(folder / "etc"),
    }
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


@pytest.fixture
def all_but_the_server(stand_ins: Path) -> Path:
    for name in ("Xvfb", "dbus-run-session", "gnome-keyring-daemon", "xdotool", "ldd"):
        stand_in(stand_ins, name, "true")
    return stand_ins


@pytest.mark.usefixtures("installed")
def test_root_on_debian_gets_a_postgresql_for_the_tests_whose_package_makes_no_cluster(
    all_but_the_server: Path,
) -> None:
    """Also where the package is unhappy in the end: the tests start servers of their own."""
    folder = all_but_the_server
    stand_in(folder, "id", "echo 0")
    stand_in(
        folder,
        "apt-get",
        f'[ "$1" = install ] || exit 0\necho "$*" > {folder}/done\ncp {folder}/ldd {folder}/postgres\nexit 1',
    )
    done = set_up(folder, "test", server=False)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert "postgresql-15" in (folder / "done").read_text()
    assert "create_main_cluster = false" in (folder / "etc" / "postgresql-common" / "createcluster.conf").read_text()
    assert set_up(folder, "test", server=False).stderr == ""


@pytest.mark.usefixtures("installed")
def test_without_that_postgresql_the_tests_that_need_it_are_named_and_the_others_run(all_but_the_server: Path) -> None:
    folder = all_but_the_server
    stand_in(folder, "id", "echo 0")
    stand_in(folder, "apt-get", '[ "$1" = install ] && echo "no such package"; exit 100')
    for who in ("echo 0", "echo 1000"):
        stand_in(folder, "id", who)
        done = set_up(folder, "test", server=False)
        assert done.returncode == 0
        assert "Some tests will be skipped, because the system lacks: postgresql-15" in done.stderr
        assert "sudo apt-get install postgresql-15" in done.stderr
        assert not (folder / "etc" / "postgresql-common").exists()
    assert set_up(folder, "run", server=False).stderr == ""


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
