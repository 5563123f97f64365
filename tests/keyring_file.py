"""A keyring for child processes of tests: PYTHON_KEYRING_BACKEND=tests.keyring_file.FileKeyring.

It lives in the file that SANDKEEPER_TEST_KEYRING names, mode 0600, and is shared by all processes of one test.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from typing_extensions import override


class FileKeyring(KeyringBackend):
    """Plain text, for tests alone."""

    priority = 1

    @override
    def get_password(self, service: str, username: str) -> str | None:
        with self._entries() as entries:
            return entries.get(f"{service}\n{username}")

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        with self._entries() as entries:
            entries[f"{service}\n{username}"] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        with self._entries() as entries:
            if entries.pop(f"{service}\n{username}", None) is None:
                raise PasswordDeleteError("no such password")

    @contextmanager
    def _entries(self) -> Iterator[dict[str, str]]:
        path = Path(os.environ["SANDKEEPER_TEST_KEYRING"])
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            text = file.read()
            entries: dict[str, str] = json.loads(text) if text else {}
            yield entries
            file.seek(0)
            file.truncate()
            json.dump(entries, file)
