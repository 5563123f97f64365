"""The keyring with a limit to our patience, and every way it can be closed."""

import threading
from collections.abc import Iterator

import keyring
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordSetError
from typing_extensions import override

from app.errors import OutsideError
from app.system.keychain import Keychain, KeychainClosedError, KeychainState
from tests.conftest import MemoryKeyring


class TroubledKeyring(MemoryKeyring):
    """Raises what it is told to; a person's own keyring may do any of it."""

    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__()
        self.trouble = trouble
        self.asked = 0

    @override
    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return super().get_password(service, username)


class HangingKeyring(MemoryKeyring):
    """Answers when it is let go, not before."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.asked = 0

    @override
    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.go.wait(30)
        return super().get_password(service, username)


class PlaintextKeyring(MemoryKeyring):
    """Named like the one of keyrings.alt that writes a plain file."""


class ForgetfulKeyring(MemoryKeyring):
    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        return


@pytest.fixture
def hanging() -> Iterator[HangingKeyring]:
    backend = HangingKeyring()
    keyring.set_keyring(backend)
    yield backend
    backend.go.set()


def test_what_is_put_is_there_under_our_service_name(memory_keyring: MemoryKeyring) -> None:
    keychain = Keychain()
    assert keychain.get("a") is None
    keychain.put("a", "secret")
    assert keychain.get("a") == "secret"
    assert memory_keyring.passwords == {("sandkeeper", "a"): "secret"}
    assert keychain.state is KeychainState.READY
    assert keychain.delete("a")
    assert not keychain.delete("a")


@pytest.mark.parametrize(
    "backend",
    [keyring.backends.fail.Keyring(), keyring.backends.null.Keyring(), PlaintextKeyring()],
    ids=["none found", "null", "plain text"],
)
def test_a_backend_that_keeps_nothing_safely_is_no_keychain(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)
    keychain = Keychain()
    assert keychain.state is KeychainState.ABSENT
    with pytest.raises(KeychainClosedError) as told:
        keychain.put("a", "secret")
    assert told.value.state is KeychainState.ABSENT


@pytest.mark.parametrize(
    ("chained", "state"),
    [
        ([], KeychainState.ABSENT),
        ([keyring.backends.fail.Keyring()], KeychainState.ABSENT),
        ([PlaintextKeyring(), MemoryKeyring()], KeychainState.ABSENT),
        ([MemoryKeyring(), MemoryKeyring()], KeychainState.READY),
    ],
    ids=["empty", "nothing usable", "could write plain text", "usable"],
)
def test_a_chain_of_backends_is_worth_what_is_in_it(
    chained: list[KeyringBackend], state: KeychainState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.backends.chainer.ChainerBackend, "backends", chained)
    keyring.set_keyring(keyring.backends.chainer.ChainerBackend())
    assert Keychain().state is state


@pytest.mark.parametrize("trouble", [KeyringLocked("x"), InitError("Prompt dismissed")])
def test_a_locked_keychain_is_said_to_be_locked_and_opens_later(trouble: Exception) -> None:
    backend = TroubledKeyring(trouble)
    keyring.set_keyring(backend)
    keychain = Keychain()
    assert keychain.state is KeychainState.LOCKED
    with pytest.raises(KeychainClosedError, match="Keychain is locked"):
        keychain.get("a")
    asked = backend.asked
    assert keychain.state is KeychainState.LOCKED
    assert backend.asked == asked, "asking for the state brings up no dialog again"
    backend.trouble = None
    assert keychain.get("a") is None
    assert keychain.state is KeychainState.READY


def test_a_keychain_that_fails_is_told_without_its_own_words() -> None:
    keyring.set_keyring(TroubledKeyring(PasswordSetError("could not store hunter2")))
    with pytest.raises(OutsideError, match="Keychain failed") as told:
        Keychain().get("a")
    assert "hunter2" not in str(told.value)


def test_a_keychain_that_does_not_keep_what_it_is_given_is_noticed_at_once() -> None:
    keyring.set_keyring(ForgetfulKeyring())
    with pytest.raises(OutsideError, match="did not keep"):
        Keychain().put("a", "secret")


def test_a_keychain_that_hangs_is_given_up_and_then_not_waited_for_again(hanging: HangingKeyring) -> None:
    keychain = Keychain(patience=0.1)
    with pytest.raises(KeychainClosedError, match="does not answer"):
        keychain.get("a")
    with pytest.raises(KeychainClosedError, match="does not answer"):
        keychain.get("a")
    assert hanging.asked == 1
    assert keychain.state is KeychainState.SILENT
