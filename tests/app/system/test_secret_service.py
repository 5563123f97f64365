"""A real Secret Service (GNOME Keyring on a D-Bus of its own), where one can be started."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.app.system.conftest import ROOT

UNLOCKED = "gnome-keyring-daemon --unlock --components=secrets"
LOCKED = "gnome-keyring-daemon --start --components=secrets"
BACKEND = "keyring.backends.SecretService.Keyring"

STORE = """
import json, sys
from pathlib import Path
import keyring
from app.errors import SandkeeperError
from app.system.home import Home
from app.system.keyring_secrets import KeyringSecrets
secrets, said = KeyringSecrets(Home(Path(sys.argv[1]))), {}
said["backend"] = f"{type(keyring.get_keyring()).__module__}.{type(keyring.get_keyring()).__name__}"
for name, ask in {
    "mask": lambda: [secrets.mask_key("t1").reveal().hex(), secrets.mask_key("t1").stable],
    "audit": lambda: secrets.integrity_key("audit").hex(),
    "head before": lambda: secrets.audit_head(),
    "store": lambda: secrets.store_audit_head(int(sys.argv[2]), f"hash {sys.argv[2]}"),
    "head": lambda: secrets.audit_head(),
    "password": lambda: (secrets.store_password("e1", "hunter2"), secrets.password("e1"))[1],
}.items():
    try:
        said[name] = ask()
    except SandkeeperError as told:
        said[name] = told.title
said["where"], said["available"] = secrets.where, secrets.available
print(json.dumps(said))
"""


@pytest.fixture
def desk(tmp_path: Path) -> Mapping[str, str]:
    """The variables of somebody with an empty account of their own; skips where no Secret Service can be had."""
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"NO SECRET SERVICE: {program} is not installed, so the real keyring was not tested")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_", "DISPLAY"))}
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    return {
        **kept,
        "HOME": str(tmp_path / "account"),
        "XDG_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": BACKEND,
    }


def session(desk: Mapping[str, str], daemon: str, home: Path, number: int) -> dict[str, object]:
    """What our secrets say in a login session of their own, with the keyring `daemon` started in it."""
    Path(desk["HOME"]).mkdir(exist_ok=True)
    line = f'printf pw | {daemon} > /dev/null 2>&1; exec "$0" -c "$1" "$2" "$3"'
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", line, sys.executable, STORE, str(home), str(number)],
        env=desk,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_keys_and_audit_head_outlive_the_session_in_the_real_keyring(desk: Mapping[str, str], tmp_path: Path) -> None:
    first = session(desk, UNLOCKED, tmp_path / "home", 3)
    assert first["backend"] == BACKEND
    assert (first["head before"], first["head"]) == (None, [3, "hash 3"])
    assert first["password"] == "hunter2"
    assert (first["where"], first["available"]) == ("Stored in your system keychain", True)
    second = session(desk, UNLOCKED, tmp_path / "home", 2)
    assert second["mask"] == first["mask"]
    assert second["audit"] == first["audit"]
    assert (second["head before"], second["head"]) == ([3, "hash 3"], [3, "hash 3"])
    assert not (tmp_path / "home" / "integrity.json").exists()
    other = session(desk, UNLOCKED, tmp_path / "other home", 1)
    assert other["mask"] != first["mask"]
    assert other["head before"] is None


def test_a_locked_keyring_is_told_as_locked_and_nothing_is_made_in_its_place(
    desk: Mapping[str, str], tmp_path: Path
) -> None:
    before = session(desk, UNLOCKED, tmp_path / "home", 1)
    locked = session(desk, LOCKED, tmp_path / "home", 2)
    assert {locked[name] for name in ("mask", "audit", "store", "password")} == {"Keychain is locked"}
    assert (locked["where"], locked["available"]) == ("Keychain is locked", False)
    assert not (tmp_path / "home" / "integrity.json").exists()
    after = session(desk, UNLOCKED, tmp_path / "home", 1)
    assert (after["mask"], after["audit"], after["head"]) == (before["mask"], before["audit"], before["head"])


def test_where_nobody_ever_set_a_keyring_up_it_counts_as_locked(desk: Mapping[str, str], tmp_path: Path) -> None:
    """Its first collection would need a dialog that nobody can see here."""
    said = session(desk, LOCKED, tmp_path / "home", 1)
    assert said["audit"] == "Keychain is locked"
    assert not (tmp_path / "home" / "integrity.json").exists()


def test_without_any_service_keys_lie_in_the_private_file(desk: Mapping[str, str], tmp_path: Path) -> None:
    nobody = {**desk, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    first = session(nobody, "true", tmp_path / "home", 1)
    second = session(nobody, "true", tmp_path / "home", 2)
    assert first["audit"] == second["audit"]
    assert first["mask"] != second["mask"]
    assert second["head"] == [2, "hash 2"]
    assert first["password"] == "There is no keychain to keep the password in"
    assert (tmp_path / "home" / "integrity.json").stat().st_mode & 0o777 == 0o600
