from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from ui.theme.appearance import Appearance, Scheme
from ui.theme.scheme import Theme, colours


@pytest.fixture(autouse=True)
def light_again(theme: Theme) -> Iterator[None]:
    yield
    theme.force(Qt.ColorScheme.Light)


def test_a_choice_is_applied_at_once_and_handed_on_to_be_remembered(theme: Theme) -> None:
    kept: list[str] = []
    appearance = Appearance(theme, "", kept.append)
    appearance.choose(Scheme.DARK)
    assert colours().dark
    appearance.choose(Scheme.LIGHT)
    assert not colours().dark
    assert kept == ["dark", "light"]


def test_what_was_remembered_holds_from_the_start(theme: Theme) -> None:
    assert Appearance(theme, "dark", lambda _scheme: None).chosen is Scheme.DARK
    assert colours().dark


@pytest.mark.parametrize("remembered", ["", "purple", "system"])
def test_nothing_or_nonsense_follows_the_system(theme: Theme, remembered: str) -> None:
    assert Appearance(theme, remembered, lambda _scheme: None).chosen is Scheme.SYSTEM
    assert not colours().dark
