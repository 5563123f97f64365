"""What every test gets: a keyring in memory, the databases other people wrote, and a look at what it left."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import keyring
import pytest
from keyring.backend import KeyringBackend
from typing_extensions import override

from tests import leaks

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test is about time, and each run looks at the same examples: a red test is red again.
hypothesis.settings.register_profile(
    "sandkeeper",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
hypothesis.settings.load_profile("sandkeeper")
# Programs that tests start meet no keyring unless they are given one: never the person's own.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
PRIVATE_HOME = leaks.private_home()


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, object, object]:
    """Reports travel between pytest's processes as UTF-8, and a test of hostile names logs what is none.

    WORKAROUND: execnet ends the whole run at a lone surrogate (`_write_unicode_string`).
    """
    return _encodable((yield))


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_encodable(each) for each in value)
    return value


def pytest_unconfigure() -> None:
    leaks.remove_private_home(PRIVATE_HOME)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread, an open file, a process or a window behind, or writes to the person's home.

    Set up before every other fixture of the test, so that it looks when they have put their things away.
    """
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    earlier = leaks.before()
    yield
    left = leaks.left_behind(earlier, folder, PRIVATE_HOME)
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


class MemoryKeyring(KeyringBackend):
    """A keyring of this process alone, forgotten at its end."""

    priority = 1  # type: ignore[assignment]  # keyring declares it as a class property

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return self.passwords.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        if self.passwords.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("no such password")


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    """Each test starts with an empty keyring and never meets the person's own."""
    before, mine = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def realdb() -> Path:
    """The folder of databases other people wrote; copy from it, never write to it."""
    folder = Path(os.environ.get("SANDKEEPER_REALDB", Path(__file__).parents[2] / "shared" / "realdb"))
    if not (folder / "chinook.sqlite").exists():
        pytest.skip(f"REAL DATABASES ABSENT: {folder} holds none, so nothing was tested against them")
    return folder
