"""The console as `main.py` opens it, with somebody who says aloud where the keys go, as a screen reader does.

Run as `python -m tests.journeys.told HOME`. Each time another control gets the focus, its name is printed in a line.
"""

import sys
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

import ui.bootstrap


def tell(_before: QWidget | None, now: QWidget | None) -> None:
    if now is not None:
        name = now.accessibleName() or (now.text() if isinstance(now, QAbstractButton) else "") or type(now).__name__
        print(name.replace("\n", " "), flush=True)


def main() -> int:
    made = ui.bootstrap.make_application

    def make_application() -> QApplication:
        application = made()
        application.focusChanged.connect(tell)
        return application

    ui.bootstrap.make_application = make_application
    return ui.bootstrap.run_console(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
