"""Invariant 8: where secrets live, with a keyring, without one, and when one comes or goes."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest
from keyring.errors import KeyringLocked

from app.domain.ids import EnvironmentId, TenantId
from app.errors import OutsideError, RefusedError
from app.system.home import Home
from app.system.keyring_secrets import KeyringSecrets
from tests.app.system.conftest import ROOT
from tests.app.system.test_keychain import TroubledKeyring
from tests.conftest import MemoryKeyring

HARBOR, NORDLYS = TenantId("t1"), TenantId("t2")
SANDBOX = EnvironmentId("e1")


def without_keyring() -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())


def files(home: Home) -> dict[str, str]:
    return {p.name: p.read_text(errors="replace") for p in home.path.iterdir() if p.is_file()}


def test_with_a_keyring_no_key_lies_in_the_home(home: Home, memory_keyring: MemoryKeyring) -> None:
    secrets = KeyringSecrets(home)
    kept = [secrets.mask_key(HARBOR).reveal(), secrets.integrity_key("audit"), secrets.integrity_key("marker")]
    secrets.store_audit_head(1, "ab")
    secrets.store_password(SANDBOX, "hunter2")
    assert not home.integrity_path.exists()
    everything = "".join(files(home).values())
    assert [k for k in kept if base64.b64encode(k).decode() in everything or k.hex() in everything] == []
    assert "hunter2" not in everything
    assert secrets.available
    assert secrets.where == "Stored in your system keychain"
    assert {service for service, _ in memory_keyring.passwords} == {"sandkeeper"}


def test_a_tenants_masks_stay_the_same_and_differ_from_anothers(home: Home) -> None:
    first = KeyringSecrets(home).mask_key(HARBOR)
    again = KeyringSecrets(home).mask_key(HARBOR)
    other = KeyringSecrets(home).mask_key(NORDLYS)
    assert first.reveal() == again.reveal() != other.reveal()
    assert len(first.reveal()) == 32
    assert first.stable
    assert KeyringSecrets(home).forget_mask_key(HARBOR)
    assert not KeyringSecrets(home).forget_mask_key(HARBOR)
    assert KeyringSecrets(home).mask_key(HARBOR).reveal() != first.reveal()


def test_a_sandboxs_login_keeps_its_password(home: Home) -> None:
    first = KeyringSecrets(home).login_password(SANDBOX)
    assert first is not None
    assert len(first) >= 32
    assert KeyringSecrets(home).login_password(SANDBOX) == first
    KeyringSecrets(home).forget_login(SANDBOX)
    assert KeyringSecrets(home).login_password(SANDBOX) != first
    without_keyring()
    assert KeyringSecrets(home).login_password(SANDBOX) is None
    KeyringSecrets(home).forget_login(SANDBOX)


def test_two_homes_never_share_a_key(tmp_path: Path) -> None:
    one, other = KeyringSecrets(Home(tmp_path / "a")), KeyringSecrets(Home(tmp_path / "b"))
    assert one.mask_key(HARBOR).reveal() != other.mask_key(HARBOR).reveal()
    assert one.integrity_key("audit") != other.integrity_key("audit")
    one.store_password(SANDBOX, "hunter2")
    one.store_audit_head(7, "ab")
    assert other.password(SANDBOX) is None
    assert other.audit_head() is None


def test_integrity_keys_differ_by_purpose_and_last(home: Home) -> None:
    audit, marker = KeyringSecrets(home).integrity_key("audit"), KeyringSecrets(home).integrity_key("marker")
    assert audit != marker
    assert KeyringSecrets(home).integrity_key("audit") == audit


def test_without_a_keyring_masks_are_keyed_anew_each_time_and_passwords_refused(home: Home) -> None:
    without_keyring()
    secrets = KeyringSecrets(home)
    assert not secrets.available
    one, other = secrets.mask_key(HARBOR), secrets.mask_key(HARBOR)
    assert one.reveal() != other.reveal()
    assert not one.stable
    with pytest.raises(RefusedError, match="no keychain") as refused:
        secrets.store_password(SANDBOX, "hunter2")
    assert refused.value.hint
    assert "hunter2" not in str(refused.value)
    assert secrets.password(SANDBOX) is None
    secrets.forget_password(SANDBOX)
    assert not secrets.forget_mask_key(HARBOR)
    assert "hunter2" not in "".join(files(home).values())


def test_without_a_keyring_integrity_keys_lie_in_a_private_file_and_it_is_said(home: Home) -> None:
    without_keyring()
    before = os.umask(0)
    try:
        key = KeyringSecrets(home).integrity_key("audit")
    finally:
        os.umask(before)
    assert home.integrity_path.stat().st_mode & 0o777 == 0o600
    assert KeyringSecrets(home).integrity_key("audit") == key
    assert str(home.integrity_path) in KeyringSecrets(home).where
    assert "0600" in KeyringSecrets(home).where


def test_a_keyring_that_appears_later_leads_to_no_second_key(home: Home, memory_keyring: MemoryKeyring) -> None:
    without_keyring()
    key = KeyringSecrets(home).integrity_key("audit")
    KeyringSecrets(home).store_audit_head(3, "ab")
    keyring.set_keyring(memory_keyring)
    secrets = KeyringSecrets(home)
    assert secrets.integrity_key("audit") == key
    assert str(home.integrity_path) in secrets.where
    assert secrets.audit_head() == (3, "ab")
    secrets.store_audit_head(4, "cd")
    assert KeyringSecrets(home).audit_head() == (4, "cd")
    assert '"3 ab"' in home.integrity_path.read_text(), "the newer one is in the keyring, out of the file's reach"


def test_a_keyring_that_goes_leads_to_no_second_key_either(home: Home, memory_keyring: MemoryKeyring) -> None:
    key = KeyringSecrets(home).integrity_key("audit")
    without_keyring()
    secrets = KeyringSecrets(home)
    with pytest.raises(OutsideError, match="there is none here") as told:
        secrets.integrity_key("audit")
    assert told.value.hint
    assert "none here" in secrets.where
    keyring.set_keyring(memory_keyring)
    assert KeyringSecrets(home).integrity_key("audit") == key


def test_a_locked_keychain_is_told_and_nothing_is_made_instead(home: Home) -> None:
    locked = TroubledKeyring(KeyringLocked("locked"))
    keyring.set_keyring(locked)
    secrets = KeyringSecrets(home)
    for ask in (
        lambda: secrets.mask_key(HARBOR),
        lambda: secrets.integrity_key("audit"),
        lambda: secrets.password(SANDBOX),
        lambda: secrets.store_password(SANDBOX, "hunter2"),
        lambda: secrets.store_audit_head(1, "ab"),
    ):
        with pytest.raises(OutsideError, match="Keychain is locked"):
            ask()
    assert not secrets.available
    assert secrets.where == "Keychain is locked"
    assert not home.integrity_path.exists()
    locked.trouble = None
    assert secrets.mask_key(HARBOR).stable
    assert secrets.where == "Stored in your system keychain"


def test_an_entry_somebody_removed_from_the_keyring_is_not_replaced(home: Home, memory_keyring: MemoryKeyring) -> None:
    KeyringSecrets(home).integrity_key("audit")
    memory_keyring.passwords.clear()
    with pytest.raises(OutsideError, match="not in your keychain any more"):
        KeyringSecrets(home).integrity_key("audit")
    assert memory_keyring.passwords == {}


def test_an_entry_somebody_replaced_is_told_without_showing_it(home: Home, memory_keyring: MemoryKeyring) -> None:
    KeyringSecrets(home).mask_key(HARBOR)
    (entry,) = memory_keyring.passwords
    memory_keyring.passwords[entry] = "hunter2"
    with pytest.raises(OutsideError, match="not a key") as told:
        KeyringSecrets(home).mask_key(HARBOR)
    assert "hunter2" not in str(told.value)


def test_a_lost_key_file_is_not_made_anew(home: Home) -> None:
    without_keyring()
    KeyringSecrets(home).integrity_key("audit")
    home.integrity_path.unlink()
    with pytest.raises(OutsideError, match="audit key is gone"):
        KeyringSecrets(home).integrity_key("audit")
    assert not home.integrity_path.exists()


def test_a_home_whose_catalog_has_lost_its_installation_gets_no_new_audit_key(home: Home) -> None:
    KeyringSecrets(home).integrity_key("audit")
    home.catalog_path.write_bytes(b"records")
    home.installation_path.unlink()
    with pytest.raises(OutsideError, match="audit key of this home is gone") as told:
        KeyringSecrets(home).integrity_key("audit")
    assert "installation.json" in told.value.hint


@pytest.mark.parametrize("kept", ["keyring", "file"])
def test_a_key_stored_just_before_a_crash_is_found_again(home: Home, kept: str) -> None:
    if kept == "file":
        without_keyring()
    key = KeyringSecrets(home).integrity_key("audit")
    text = home.installation_path.read_text()
    assert f'{{"audit": "{kept}"}}' in text
    home.installation_path.write_text(text.replace(f'{{"audit": "{kept}"}}', "{}"))
    assert KeyringSecrets(home).integrity_key("audit") == key
    assert home.installation_path.read_text() == text


@pytest.mark.parametrize("kept", [True, False], ids=["keyring", "file"])
def test_the_audit_head_never_goes_back(home: Home, kept: bool) -> None:
    if not kept:
        without_keyring()
    secrets = KeyringSecrets(home)
    assert secrets.audit_head() is None
    secrets.store_audit_head(5, "five")
    KeyringSecrets(home).store_audit_head(4, "four")
    secrets.store_audit_head(5, "other five")
    assert KeyringSecrets(home).audit_head() == (5, "five")
    secrets.store_audit_head(6, "six")
    assert KeyringSecrets(home).audit_head() == (6, "six")


def test_heads_of_different_catalogs_are_kept_apart(home: Home) -> None:
    own = KeyringSecrets(home)
    named = KeyringSecrets(home, catalog_url=f"sqlite:///{os.path.relpath(home.catalog_path)}")
    other = KeyringSecrets(home, catalog_url="sqlite:////data/shared.sqlite")
    own.store_audit_head(9, "own")
    other.store_audit_head(2, "other")
    assert named.audit_head() == own.audit_head() == (9, "own")
    assert other.audit_head() == (2, "other")


def test_passwords_are_kept_by_environment_and_forgotten(home: Home) -> None:
    secrets = KeyringSecrets(home)
    secrets.store_password(SANDBOX, "hünter2")
    assert secrets.password(SANDBOX) == "hünter2"
    assert secrets.password(EnvironmentId("e2")) is None
    secrets.forget_password(SANDBOX)
    secrets.forget_password(SANDBOX)
    assert secrets.password(SANDBOX) is None


def test_processes_that_start_at_once_agree_on_every_key(home: Home, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.system.home import Home\n"
        "from app.system.keyring_secrets import KeyringSecrets\n"
        "secrets = KeyringSecrets(Home(Path(sys.argv[1])))\n"
        "print(secrets.integrity_key('audit').hex(), secrets.mask_key('t1').reveal().hex())\n"
        "for number in range(int(sys.argv[2]), 20, 3): secrets.store_audit_head(number, f'h{number}')\n"
        "print(*secrets.audit_head())"
    )
    chosen = {
        "PYTHON_KEYRING_BACKEND": "tests.keyring_file.FileKeyring",
        "SANDKEEPER_TEST_KEYRING": str(tmp_path / "keyring.json"),
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(home.path), str(number)],
            cwd=ROOT,
            env={**os.environ, **chosen},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    said = [process.communicate(timeout=60)[0].splitlines() for process in started]
    assert len({lines[0] for lines in said}) == 1
    assert "19 h19" in {lines[1] for lines in said}
