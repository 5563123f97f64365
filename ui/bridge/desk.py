"""What every page and action works with, handed to each by constructor."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ui.bridge.dialogs import Dialogs
from ui.bridge.notify import Notify
from ui.bridge.work import Bridge
from ui.theme.appearance import Appearance

if TYPE_CHECKING:
    from app.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Services to call, the bridge to call them through, a mouth and an ear, which colours to show, and
    what time it is (UTC)."""

    services: "Services"
    bridge: Bridge
    notify: Notify
    dialogs: Dialogs
    appearance: Appearance
    now: Callable[[], datetime]
