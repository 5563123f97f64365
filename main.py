"""Hands the command line's words on; without a command, the console opens."""

import sys
from pathlib import Path

from app.cli import main as run


def open_console(home: Path | None, catalog_url: str | None) -> int:
    """The graphical console. Imported here alone: everything else works with no Qt installed."""
    from ui.bootstrap import run_console

    return run_console(home, catalog_url)


def main() -> int:
    """Returns the exit code."""
    return run(open_console=open_console)


if __name__ == "__main__":
    sys.exit(main())
