"""The servers that tests of PostgreSQL run against."""

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
