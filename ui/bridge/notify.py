"""Saying what happened, without asking for anything."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from ui.theme.tokens import Tone

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was said. `action` is the words of a link, `act` what it does."""

    text: str
    tone: Tone = Tone.NEUTRAL
    action: str = ""
    act: Callable[[], None] | None = None


class Notify(QObject):
    """The one mouth. The window shows messages as toasts; `said` keeps the last hundred for tests and for the log.

    Signals:
        message_said(message): a `Message` to show.
    """

    message_said = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.said: deque[Message] = deque(maxlen=100)

    def say(
        self, text: str, tone: Tone = Tone.NEUTRAL, *, action: str = "", act: Callable[[], None] | None = None
    ) -> None:
        message = Message(text=text, tone=tone, action=action, act=act)
        log.info("said: %s", text)
        self.said.append(message)
        self.message_said.emit(message)
