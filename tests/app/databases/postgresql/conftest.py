"""The servers that tests of PostgreSQL run against."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.databases.postgresql.cluster import DEBIAN, version_present
from tests.app.databases.postgresql.servers import Server, running


@pytest.fixture(scope="session")
def server18() -> Server:
    return running(18)


@pytest.fixture(scope="session")
def server16() -> Server:
    return running(16)


@pytest.fixture(scope="session")
def server15() -> Server:
    """Debian's 15, which has contrib, XML and ICU; the embedded ones have none of them."""
    if not version_present(15):
        pytest.skip(f"POSTGRESQL 15 ABSENT: {DEBIAN[15]} holds none, so contrib, XML and ICU were not tested")
    return running(15)


@pytest.fixture
def server(server18: Server) -> Server:
    return server18


@pytest.fixture(scope="session")
def real_script(realdb: Path) -> Callable[[str], Path]:
    """`real_script("chinook")` is the script of a database other people wrote, for `create_source(sql_file=...)`."""

    def find(name: str) -> Path:
        script = realdb / f"{name}_postgresql.sql"
        if not script.exists():
            pytest.skip(f"REAL DATABASES ABSENT: there is no {script}")
        return script

    return find
