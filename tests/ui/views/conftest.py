"""Pages over the real services: a home, a catalog and a worker of this process."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.office import Office, open_office
from tests.shots.stage import Stage
from ui.bootstrap import utc_now


@pytest.fixture
def office(stage: Stage, tmp_path: Path) -> Iterator[Office]:
    """An empty home; `stage` shows it instead of the invented world."""
    with open_office(tmp_path) as made:
        stage.desk = replace(stage.desk, services=made.services, now=utc_now)
        yield made
        made.workers.join()
        stage.bridge.close()
