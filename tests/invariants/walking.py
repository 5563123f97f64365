"""A real worker that stands still at every moment of its work in turn, so that a test can look around at each.

Run as `python -m tests.invariants.walking HOME`. Everything is the product's own but the pauses (see
tests.app.operations.pausing). At each moment the file `HOME/at` names it; the worker goes on once that is gone.
"""

import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.bootstrap import build_parts, work
from tests.app.operations.pausing import PausingAdapter


class Walk:
    """Waits at each moment it meets for the first time in an operation."""

    def __init__(self, home: Path) -> None:
        self._file = home / "at"
        self._seen: set[str] = set()

    def at(self, moment: str) -> None:
        if moment in self._seen:
            return
        self._seen.add(moment)
        aside = self._file.with_name("at.tmp")
        aside.write_text(moment)
        aside.replace(self._file)
        pause = threading.Event()
        while self._file.exists():
            pause.wait(0.01)


def main(home: Path) -> None:
    parts = build_parts(home)
    real, walk = parts.adapter_for, Walk(home)

    def adapter_for(url: str) -> Any:
        return PausingAdapter(real(url), walk)  # type: ignore[arg-type]  # anything with `at`

    work(replace(parts, adapter_for=adapter_for), idle_exit=0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
