"""A home has one id, made once, and remembers where its keys were made."""

from app.system.home import Home
from app.system.installation import IN_FILE, IN_KEYRING, Installation
from app.system.locks import FileLock


def opened(home: Home) -> Installation:
    return Installation(home, FileLock(home.path / "secrets.lock"))


def test_the_id_of_a_home_is_made_once(home: Home) -> None:
    first = opened(home)
    assert opened(home).id == first.id
    assert len(first.id) == 13
    assert home.installation_path.stat().st_mode & 0o777 == 0o600


def test_where_each_key_was_made_is_remembered(home: Home) -> None:
    one, other = opened(home), opened(home)
    assert one.kept() == {}
    one.keep("audit", IN_KEYRING)
    other.keep("marker", IN_FILE)
    assert one.kept() == other.kept() == {"audit": IN_KEYRING, "marker": IN_FILE}
    assert opened(home).id == one.id
