import pytest

from app.errors import OutsideError
from tests.app.office import Office


def test_the_installation_says_where_it_keeps_what(office: Office) -> None:
    settings = office.services.settings
    assert settings.home == office.home
    assert settings.logs.is_dir()
    assert settings.certificates.parent == office.home
    assert settings.catalog_url.endswith("catalog.sqlite")
    assert settings.keyring is True
    assert settings.secrets


def test_the_worker_is_seen_and_started_through_the_settings(office: Office) -> None:
    assert office.services.settings.worker().running is False
    office.services.settings.ensure_worker()
    assert office.workers.ensured == 1
    office.workers.absent = True
    with pytest.raises(OutsideError):
        office.services.settings.ensure_worker()
