"""Starting the console: the window first, then, in the background, everything that takes time."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.errors import SandkeeperError
from ui.bridge.desk import Desk
from ui.bridge.dialogs import Dialogs, report_of
from ui.bridge.feed import CatalogFeed
from ui.bridge.garbage import MainThreadGarbage
from ui.bridge.notify import Notify
from ui.bridge.work import Bridge
from ui.shell import Shell
from ui.theme.appearance import Appearance
from ui.theme.scheme import Theme
from ui.theme.tokens import Tone
from ui.views import PAGES
from ui.widgets.remembered import Memory

if TYPE_CHECKING:
    from app.services import Services

log = logging.getLogger(__name__)

Build = Callable[[], "Services"]

_SCHEME = "appearance/scheme"
_TURN_SECONDS = 0.000_5  # how long a thread that works may keep the main one waiting; Python's own is ten times that
LOOK_AFTER_MS = 5_000
"""How often it is looked whether what waits or runs has a worker: one may have been killed, or have ended just then."""


def run_console(home: Path | None = None, catalog_url: str | None = None) -> int:
    """Open the console and stay until its window is closed. Returns the exit code."""

    def build() -> "Services":
        from app.bootstrap import build as build_services  # SQLAlchemy costs up to a second: after the window

        return build_services(home, catalog_url=catalog_url)

    application = make_application()
    console = Console(application, build, preferences=preferences_of(home))
    console.start()
    before = [(number, signal.signal(number, _leave)) for number in (signal.SIGINT, signal.SIGTERM)]
    code = application.exec()
    for number, handler in before:
        signal.signal(number, handler)
    console.close()
    return code


def make_application() -> QApplication:
    """The Qt application with our name on it."""
    QApplication.setApplicationName("sandkeeper")
    QApplication.setApplicationDisplayName("Sandkeeper")
    QApplication.setDesktopFileName("sandkeeper")
    return QApplication(sys.argv[:1])


def preferences_of(home: Path | None) -> QSettings:
    """Where the console remembers how it should look: in a home that was named, else with the person's other
    preferences, so that it is known before the catalog is open. Colours, window, columns and the like, and no name."""
    if home is not None:
        return QSettings(str(home.absolute() / "console.ini"), QSettings.Format.IniFormat)
    return QSettings("sandkeeper", "console")


class _Crashes(QObject):
    """Brings uncaught errors of any thread to the main one."""

    crashed = Signal(str)


class Console(QObject):
    """Everything of one running console, made and let go in the right order."""

    def __init__(
        self,
        application: QApplication,
        build: Build,
        theme: Theme | None = None,
        *,
        preferences: QSettings | None = None,
    ) -> None:
        super().__init__()
        self._build = build
        self._preferences = preferences
        self.theme = theme or Theme(application)
        remembered = preferences.value(_SCHEME, "") if preferences is not None else ""
        self.appearance = Appearance(self.theme, str(remembered), self._remember, self)
        self.bridge = Bridge(self)
        self.garbage = MainThreadGarbage(self)
        self.notify = Notify(self)
        self.dialogs = Dialogs(self)
        self.memory = Memory(preferences, self)
        self.shell = Shell(PAGES, self.memory)
        self.feed: CatalogFeed | None = None
        self._look_after = QTimer(self)
        self._look_after.setInterval(LOOK_AFTER_MS)
        self._looking, self._told = False, False
        self._crashes = _Crashes(self)
        self._crashes.crashed.connect(self._on_crashed, Qt.ConnectionType.QueuedConnection)
        self.bridge.failed.connect(self._on_failed)
        self.shell.retry_asked.connect(self._open_catalog)
        self._hooks = (sys.excepthook, threading.excepthook)
        self._turn = sys.getswitchinterval()

    def start(self) -> None:
        """Show the window, then build the services behind it."""
        sys.setswitchinterval(_TURN_SECONDS)
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_uncaught_in_thread
        qInstallMessageHandler(_log_qt)
        self.shell.show()
        self.garbage.start()
        self._open_catalog()

    def close(self) -> None:
        """Let go of threads and hooks. Operations go on in the worker."""
        self._look_after.stop()
        if self.feed is not None:
            self.feed.close()
        self.memory.write()
        self.bridge.close()
        self.garbage.close()
        self.shell.deleteLater()
        sys.excepthook, threading.excepthook = self._hooks
        sys.setswitchinterval(self._turn)
        qInstallMessageHandler(None)

    def _remember(self, scheme: str) -> None:
        """A choice that cannot be written down (a home that is read-only) holds until the window closes."""
        if self._preferences is not None:
            self._preferences.setValue(_SCHEME, scheme)
            self._preferences.sync()

    def _open_catalog(self) -> None:
        self.bridge.submit(
            self._build, owner=self.shell, topic="open", on_done=self._on_built, on_error=self._on_not_built
        )

    def _on_built(self, services: "Services") -> None:
        desk = Desk(
            services=services,
            bridge=self.bridge,
            notify=self.notify,
            dialogs=self.dialogs,
            appearance=self.appearance,
            now=utc_now,
        )
        self.feed = CatalogFeed(services.changes, self)
        self.feed.catalog_changed.connect(self.shell.catalog_changed)
        self.feed.feed_lost.connect(lambda _error: self.notify.say("The catalog cannot be read just now", Tone.WARNING))
        self.feed.feed_found.connect(lambda: self.notify.say("The catalog can be read again", Tone.GOOD))
        self.shell.open(desk)
        self.feed.start()
        self._look_after.timeout.connect(lambda: self._keep_going(services))
        self._look_after.start()
        self._keep_going(services)

    def _keep_going(self, services: "Services") -> None:
        """See to it that a worker is there when something waits for one; what was said of it is not said again."""
        if not self._looking:
            self._looking = True
            self.bridge.submit(
                services.operations.keep_going,
                owner=self.shell,
                on_done=self._on_kept_going,
                on_error=self._on_no_worker,
            )

    def _on_kept_going(self, _done: None) -> None:
        self._looking, self._told = False, False

    def _on_not_built(self, error: Exception) -> None:
        if isinstance(error, SandkeeperError):
            self.shell.show_trouble(error.title, error.detail, error.hint)
        else:
            self.shell.show_trouble("The catalog could not be opened", type(error).__name__, "See the report.")
            self.dialogs.crash(self.shell, report_of(error))

    def _on_no_worker(self, error: Exception) -> None:
        """What waits there needs a worker, and none came up: said once, and the window works all the same."""
        if not self._told:
            words = error.title if isinstance(error, SandkeeperError) else "No worker could be started"
            self.notify.say(words, Tone.DANGER)
            log.warning("no worker: %s", error)
        self._looking, self._told = False, True

    def _on_failed(self, owner: QObject, error: Exception) -> None:
        self.dialogs.error(self.shell, error)

    def _on_crashed(self, report: str) -> None:
        self.dialogs.crash(self.shell, report)

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._crashes.crashed.emit(report_of(error))

    def _on_uncaught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._crashes.crashed.emit(report_of(caught.exc_value))


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C in the terminal, or the session ends. Python hears it when a timer of ours ticks, within two seconds."""
    QApplication.quit()


def utc_now() -> datetime:
    """What time it is, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def _log_qt(kind: QtMsgType, context: object, text: str) -> None:
    level = logging.WARNING if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg) else logging.DEBUG
    logging.getLogger("qt").log(level, text)
