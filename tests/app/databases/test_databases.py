"""A kind of database is found by its URL's scheme, and an unknown one is told without repeating the URL."""

import pytest

from app.databases import adapter_for
from app.errors import UserError


@pytest.mark.parametrize("url", ["sqlite:///crm.sqlite", "SQLite:////data/crm.sqlite"])
def test_the_scheme_decides(url: str) -> None:
    assert adapter_for(url).scheme == "sqlite"


@pytest.mark.parametrize("url", ["", "crm.sqlite", "oracle://scott:tiger@db/x", "://", "sqlitex:///a"])
def test_a_kind_nobody_knows_is_refused_and_a_password_in_its_url_is_not_repeated(url: str) -> None:
    with pytest.raises(UserError) as caught:
        adapter_for(url)
    assert "sqlite:" in str(caught.value)
    assert "tiger" not in str(caught.value)
