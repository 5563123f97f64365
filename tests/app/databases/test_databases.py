"""A kind of database is found by its URL's scheme, and an unknown one is told without repeating the URL."""

from pathlib import Path

import pytest

from app.databases import Adapters
from app.errors import UserError
from app.system.home import Home
from app.system.keyring_secrets import KeyringSecrets


@pytest.fixture
def adapters(tmp_path: Path) -> Adapters:
    return Adapters(KeyringSecrets(Home(tmp_path)))


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("sqlite:///crm.sqlite", "sqlite"),
        ("SQLite:////data/crm.sqlite", "sqlite"),
        ("postgresql://ana@db/crm", "postgresql"),
        ("postgres://ana@db/crm", "postgresql"),
        ("postgresql+psycopg://ana@db/crm", "postgresql"),
    ],
)
def test_the_scheme_decides(adapters: Adapters, url: str, scheme: str) -> None:
    assert adapters(url).scheme == scheme
    assert adapters(url) is adapters(url)


@pytest.mark.parametrize("url", ["", "crm.sqlite", "oracle://scott:tiger@db/x", "://", "sqlitex:///a"])
def test_a_kind_nobody_knows_is_refused_and_a_password_in_its_url_is_not_repeated(adapters: Adapters, url: str) -> None:
    with pytest.raises(UserError) as caught:
        adapters(url)
    assert "sqlite:" in str(caught.value)
    assert "tiger" not in str(caught.value)
