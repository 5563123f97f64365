"""What every test of the console gets: one theme, and deleted widgets really gone at its end."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.shots.stage import Stage
from ui.theme.scheme import Theme


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The theme of the application, kept light so that tests do not depend on the desktop."""
    made = Theme(qapp)
    made.force(Qt.ColorScheme.Light)
    return made


@pytest.fixture(autouse=True)
def deleted_is_gone(theme: Theme, qtbot: QtBot) -> Iterator[None]:
    """What was told to delete itself later does so before anyone looks for what was left behind."""
    yield
    QCoreApplication.sendPostedEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect(1)


@pytest.fixture
def stage(theme: Theme) -> Iterator[Stage]:
    """A whole console over the invented world, closed at the end."""
    made = Stage()
    yield made
    made.close()
