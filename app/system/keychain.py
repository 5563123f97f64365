"""The operating system's keyring with a limit to its patience.

A Secret Service that hangs, or waits for a dialog nobody sees, must not hang us: every call runs in a thread of its own
and is given up after a while. `keyring` is imported at first use, since it is slow to import.
"""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from app.errors import OutsideError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "sandkeeper"
PATIENCE_SECONDS = 60.0
"""Long enough to type a password into the dialog that unlocks a keychain."""

SULK_SECONDS = 30.0
"""After a call was given up, how long the next ones fail at once instead of waiting as long again."""

NO_KEYCHAIN_HINT = (
    "On a server without a desktop, set PYTHON_KEYRING_BACKEND=keyring.backends.fail.Keyring to work without one."
)

T = TypeVar("T")


class KeychainState(StrEnum):
    READY = "ready"
    LOCKED = "locked"
    ABSENT = "absent"  # no backend that keeps anything, or one that keeps it in plain text
    SILENT = "silent"  # there, and does not answer


class KeychainClosedError(OutsideError):
    """There is a keychain, and it cannot be used now: locked, or it does not answer."""

    def __init__(self, state: KeychainState) -> None:
        super().__init__(*_CLOSED[state])
        self.state = state


_CLOSED = {
    KeychainState.LOCKED: (
        "Keychain is locked",
        "Your system keychain did not open, so the keys in it could not be read. Nothing was changed.",
        f"Unlock it and try again. {NO_KEYCHAIN_HINT}",
    ),
    KeychainState.SILENT: (
        "Keychain does not answer",
        "Your system keychain was asked and gave no answer in time. Nothing was changed.",
        f"Look for its dialog, or log in again, then try once more. {NO_KEYCHAIN_HINT}",
    ),
    KeychainState.ABSENT: (
        "There is no keychain",
        "No program that keeps secrets was found on this machine.",
        "Install or start one (GNOME Keyring, KWallet, KeePassXC with Secret Service), then try again.",
    ),
}


class Keychain:
    """Named texts in the keyring, under our service name.

    `get`, `put` and `delete` raise KeychainClosedError (locked, silent, none) or OutsideError (it failed). What the
    state was is remembered, so that asking for it does not bring up the unlocking dialog again and again.
    """

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._state: KeychainState | None = None
        self._given_up_at = float("-inf")

    @property
    def state(self) -> KeychainState:
        if self._state is None:
            try:
                self.get("probe")
            except KeychainClosedError as closed:
                self._state = closed.state
            except OutsideError:
                self._state = KeychainState.SILENT
        return self._state or KeychainState.READY

    @property
    def name(self) -> str:
        """What the backend calls itself, for people."""
        return self._ask(lambda backend: str(getattr(backend, "name", type(backend).__name__)))

    def get(self, name: str) -> str | None:
        return self._ask(lambda backend: backend.get_password(SERVICE, name))

    def put(self, name: str, value: str) -> None:
        """Stored and read back: a backend that forgets at once is noticed now, not at the next start."""

        def store(backend: "KeyringBackend") -> str | None:
            backend.set_password(SERVICE, name, value)
            return backend.get_password(SERVICE, name)

        if self._ask(store) != value:
            raise OutsideError(
                "Keychain did not keep what it was given",
                "A secret was stored in it and could not be read back.",
                "Look into your keychain program; another one may hold an entry of the same name.",
            )

    def delete(self, name: str) -> bool:
        """False when there was none."""

        def remove(backend: "KeyringBackend") -> bool:
            if backend.get_password(SERVICE, name) is None:
                return False
            backend.delete_password(SERVICE, name)
            return True

        return self._ask(remove)

    def _ask(self, question: Callable[["KeyringBackend"], T]) -> T:
        if time.monotonic() - self._given_up_at < SULK_SECONDS:
            raise KeychainClosedError(KeychainState.SILENT)
        answer: list[T] = []
        trouble: list[Exception] = []

        def ask() -> None:
            try:
                answer.append(question(_backend()))
            except Exception as problem:  # noqa: BLE001  # backends raise what they like; told apart below
                trouble.append(problem)

        thread = threading.Thread(target=ask, name="keychain", daemon=True)
        thread.start()
        thread.join(self._patience)
        if answer:
            self._state = KeychainState.READY
            return answer[0]
        if not trouble:
            self._state, self._given_up_at = KeychainState.SILENT, time.monotonic()
            raise KeychainClosedError(KeychainState.SILENT)
        raise self._in_words(trouble[0])

    def _in_words(self, problem: Exception) -> OutsideError:
        """Without the backend's own text: it may hold anything."""
        if isinstance(problem, KeychainClosedError):
            self._state = problem.state
            return problem
        name = type(problem).__name__
        if name == "NoKeyringError":
            self._state = KeychainState.ABSENT
            return KeychainClosedError(KeychainState.ABSENT)
        if name in ("KeyringLocked", "InitError", "LockedException", "PromptDismissedException"):
            self._state = KeychainState.LOCKED
            return KeychainClosedError(KeychainState.LOCKED)
        return OutsideError(
            "Keychain failed",
            f"Your system keychain answered with an error ({name}). Nothing was changed.",
            f"Look into your keychain program, then try again. {NO_KEYCHAIN_HINT}",
        )


def _backend() -> "KeyringBackend":
    """The backend that is set up, when it keeps secrets. Raises KeychainClosedError (absent)."""
    import keyring

    backend = keyring.get_keyring()
    if not _keeps_secrets(backend):
        raise KeychainClosedError(KeychainState.ABSENT)
    return backend


def _keeps_secrets(backend: object) -> bool:
    module, name = type(backend).__module__, type(backend).__name__
    if module in ("keyring.backends.fail", "keyring.backends.null") or "Plaintext" in name:
        return False
    if module == "keyring.backends.chainer":
        chained = tuple(getattr(backend, "backends", ()))
        return any(_keeps_secrets(one) for one in chained) and not any("Plaintext" in type(c).__name__ for c in chained)
    return True
