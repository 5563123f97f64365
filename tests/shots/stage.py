"""What a scene plays on: a whole console over an invented world, whose work is waited for."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QObject
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.fakes.services import FakeServices, fake_services
from tests.fakes.world import NOW, World
from ui.bridge.desk import Desk
from ui.bridge.dialogs import Dialogs
from ui.bridge.notify import Notify
from ui.bridge.work import Bridge
from ui.shell import Shell
from ui.theme.appearance import Appearance
from ui.theme.scheme import Theme
from ui.views import PAGES

SIZES = ((1280, 800), (1024, 640))
SCENES: dict[str, "Callable[[Stage], None]"] = {}

Act = TypeVar("Act", bound="Callable[[Stage], None]")
Wanted = TypeVar("Wanted", bound=QWidget)


def scene(name: str) -> Callable[[Act], Act]:
    """Declare a scene under that name."""

    def keep(act: Act) -> Act:
        SCENES[name] = act
        return act

    return keep


class Stage:
    """One window. `open` a page, `settle` until all work came back, `grab` the picture with any dialog on top."""

    def __init__(self, width: int = 1280, height: int = 800, world: World | None = None) -> None:
        self.services: FakeServices = fake_services(world)
        self.root = QObject()
        self.bridge, self.notify, self.dialogs = Bridge(self.root), Notify(self.root), Dialogs(self.root)
        self.remembered: list[str] = []
        self.desk = Desk(
            services=self.services.real,
            bridge=self.bridge,
            notify=self.notify,
            dialogs=self.dialogs,
            appearance=Appearance(_theme(), "", self.remembered.append, self.root),
            now=lambda: NOW,
        )
        self.shell: Shell = Shell(PAGES)
        self.bridge.failed.connect(lambda _owner, error: self.dialogs.error(self.shell, error))
        self.shell.resize(width, height)
        self.shell.show()

    def open(self, key: str, subject: object | None = None) -> None:
        """The console is up, with that page."""
        self.shell.open(self.desk, key, subject)
        self.settle()

    def settle(self, patience_ms: int = 5_000) -> None:
        """Let everything under way arrive and be drawn."""
        limit = QDeadlineTimer(patience_ms)
        loop = QEventLoop()
        for _ in range(3):
            while self.bridge.busy and not limit.hasExpired():
                loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def find(self, kind: type[Wanted], text: str = "") -> Wanted:
        """The visible widget of that kind with that text."""
        for window in (*self._dialogs(), self.shell):
            for widget in window.findChildren(kind):
                said = getattr(widget, "text", lambda: "")
                if widget.isVisible() and (not text or (said() if callable(said) else said) == text):
                    return widget
        raise LookupError(f"no visible {kind.__name__} {text!r}")

    def grab(self) -> QPixmap:
        """The window, and an open dialog over it."""
        picture = self.shell.grab()
        painter = QPainter(picture)
        for dialog in self._dialogs():
            shot = dialog.grab()
            painter.fillRect(picture.rect(), "#66000000")
            painter.drawPixmap(
                (picture.width() - shot.width()) // 2, max(0, (picture.height() - shot.height()) // 2), shot
            )
        painter.end()
        return picture

    def close(self) -> None:
        for dialog in self._dialogs():
            dialog.close()
        self.shell.close()
        self.bridge.close()
        self.shell.deleteLater()
        self.root.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _dialogs(self) -> list[QDialog]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def _theme() -> Theme:
    """The application's own: whoever renders or tests made it."""
    application = QApplication.instance()
    found = application.findChild(Theme) if application is not None else None
    assert isinstance(found, Theme)
    return found
