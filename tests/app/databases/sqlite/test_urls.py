"""A URL names one file, in one spelling."""

from pathlib import Path

import pytest

from app.databases.sqlite import SqliteAdapter
from app.databases.sqlite.urls import path_of, uri_of
from app.errors import UserError

ADAPTER = SqliteAdapter()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///data/a.db", "sqlite:////base/data/a.db"),
        ("sqlite:////abs/a.db", "sqlite:////abs/a.db"),
        ("sqlite:////abs/./b/../a.db", "sqlite:////abs/a.db"),
        ("sqlite:///100%25 'x'\n.db", "sqlite:////base/100%25 'x'\n.db"),
    ],
)
def test_a_url_comes_out_with_an_absolute_path(url: str, expected: str) -> None:
    assert ADAPTER.normalise(url, Path("/base")) == expected
    assert ADAPTER.normalise(expected, Path("/elsewhere")) == expected


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:x",
        "sqlite:///a/",
        "sqlite:///a?mode=rw",
        "sqlite:///a\0b",
    ],
)
def test_what_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(UserError) as raised:
        ADAPTER.normalise(url, Path("/base"))
    assert raised.value.hint


def test_signs_in_a_path_stand_for_themselves_in_the_uri() -> None:
    assert uri_of(Path("/a %41?#&'\"\n.db"), "ro") == "file:/a%20%2541%3F%23%26%27%22%0A.db?mode=ro"
    assert path_of("sqlite:////a%20b") == Path("/a%20b")
