"""Invariant 8 on a server without a desktop: what systemd hands over, and nothing written anywhere."""

from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from app.domain.ids import EnvironmentId, TenantId
from app.errors import OutsideError
from app.system import credentials
from app.system.home import Home
from app.system.keyring_secrets import KeyringSecrets

HARBOR, NORDLYS = TenantId("t1"), TenantId("t2")


@pytest.fixture
def handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A credentials directory as systemd makes it, with a mask key."""
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o700)
    (folder / credentials.MASK_KEY).write_bytes(b"k" * 48 + b"\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # has no types
    return folder


def test_masks_stay_the_same_where_systemd_hands_over_the_key(home: Home, handed_over: Path) -> None:
    first, again = (KeyringSecrets(home).mask_key(HARBOR) for _ in range(2))
    assert first.stable
    assert first.reveal() == again.reveal()
    assert first.reveal() != KeyringSecrets(home).mask_key(NORDLYS).reveal(), "each tenant has a key of its own"
    assert KeyringSecrets(home).stable_masks
    assert "systemd" in KeyringSecrets(home).where
    written = b"".join(p.read_bytes() for p in home.path.rglob("*") if p.is_file())
    assert b"k" * 48 not in written
    assert first.reveal() not in written


def test_without_such_a_credential_masks_are_not_stable(home: Home, handed_over: Path) -> None:
    (handed_over / credentials.MASK_KEY).unlink()
    assert not KeyringSecrets(home).stable_masks
    assert not KeyringSecrets(home).mask_key(HARBOR).stable


def test_a_keyring_comes_before_what_is_handed_over(home: Home, handed_over: Path, memory_keyring: object) -> None:
    derived = KeyringSecrets(home).mask_key(HARBOR).reveal()
    keyring.set_keyring(memory_keyring)  # type: ignore[arg-type]  # the fixture's class is a backend
    assert KeyringSecrets(home).mask_key(HARBOR).reveal() != derived


def test_a_key_that_is_too_short_is_refused_with_the_remedy(home: Home, handed_over: Path) -> None:
    (handed_over / credentials.MASK_KEY).write_bytes(b"tooshort1")
    with pytest.raises(OutsideError) as refused:
        KeyringSecrets(home).mask_key(HARBOR)
    assert "urandom" in refused.value.hint
    assert "tooshort1" not in str(refused.value)


def test_a_password_is_read_for_its_environment_alone(home: Home, handed_over: Path) -> None:
    (handed_over / (credentials.PASSWORD + "e1")).write_text("tr0ub4dor\n")
    assert KeyringSecrets(home).password(EnvironmentId("e1")) == "tr0ub4dor"
    assert KeyringSecrets(home).password(EnvironmentId("e2")) is None
