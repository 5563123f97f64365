import os
import subprocess
import sys
from pathlib import Path

from tests.app.office import Office

ROOT = Path(__file__).parents[3]


def test_a_worker_ends_when_it_was_idle_for_long_enough(tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHON_KEYRING_BACKEND": "tests.keyring_file.FileKeyring",
        "SANDKEEPER_TEST_KEYRING": str(tmp_path / "keyring.json"),
    }
    command = [sys.executable, "main.py", "--home", str(tmp_path / "home"), "worker", "--idle-exit", "0.2"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "home" / "workflows.sqlite").exists()


def test_a_time_below_zero_is_wrong_usage(office: Office) -> None:
    from app.cli import main

    assert main(["worker", "--idle-exit", "-1"], services=office.services) == 2
