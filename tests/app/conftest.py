"""Homes for tests of the services and of the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.office import Office, open_office


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    """A home with nothing in it."""
    with open_office(tmp_path) as office:
        yield office


@pytest.fixture
def office(empty_office: Office) -> Office:
    """Harbor with its production and a sandbox that has no copy yet."""
    empty_office.populate()
    return empty_office
