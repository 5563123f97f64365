"""A real worker that stands still at a named moment, so that a test can kill or stop it exactly there.

Run as `python -m tests.app.operations.pausing HOME MOMENT`. Everything is the product's own; the adapter alone is
wrapped, and the wrapper does nothing but wait at one moment. When it waits, the file `HOME/paused` exists; it goes
on once `HOME/go` does.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.bootstrap import Parts, build_parts, work
from app.databases.sqlite import area
from app.ports.databases import Adapter

PHASES = ("stage", "copy", "build", "neutralise", "finish", "check", "prove", "seal")
MOMENTS = (
    *(f"before {phase}" for phase in PHASES),
    "inside copy",
    "inside prove",
    "before publish",
    "inside publish",
    "after publish",
    "before settle",
    "after settle",
)


class Pause:
    """Waits, once, at one moment, until the file `HOME/go` exists."""

    def __init__(self, home: Path, moment: str) -> None:
        self._file = home / "paused"
        self._go = home / "go"
        self._moment = moment

    def at(self, moment: str) -> None:
        if moment == self._moment and not self._file.exists():
            self._file.write_text(moment)
            pause = threading.Event()
            while not self._go.exists():
                pause.wait(0.02)


class PausingContext:
    """The context an adapter gets, with a pause after the first table's progress or right after the fence check."""

    def __init__(self, inner: Any, pause: Pause, phase: str) -> None:
        self._inner, self._pause, self._phase = inner, pause, phase

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        self._inner.checkpoint(table, done, of, bytes_)
        if done:
            self._pause.at(f"inside {self._phase}")

    def assert_current(self) -> None:
        if self._phase == "publish":
            self._pause.at("inside publish")
        self._inner.assert_current()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class PausingJob:
    """A copy job that pauses before a phase."""

    def __init__(self, inner: Any, pause: Pause) -> None:
        self._inner, self._pause = inner, pause

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def phase(ctx: Any) -> Any:
            self._pause.at(f"before {name}")
            return method(PausingContext(ctx, self._pause, name))

        return phase


class PausingAdapter:
    """An adapter whose copy jobs, publish and settle pause."""

    def __init__(self, inner: Adapter, pause: Pause) -> None:
        self._inner, self._pause = inner, pause

    @contextmanager
    def prepare(self, **what: Any) -> Iterator[PausingJob]:
        with self._inner.prepare(**what) as job:
            yield PausingJob(job, self._pause)

    def publish(self, **what: Any) -> None:
        self._pause.at("before publish")
        ctx = what.pop("ctx")
        self._inner.publish(ctx=PausingContext(ctx, self._pause, "publish"), **what)
        self._pause.at("after publish")

    def settle(self, **what: Any) -> None:
        self._pause.at("before settle")
        self._inner.settle(**what)
        self._pause.at("after settle")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def main(home: Path, moment: str, patience: float | None = None) -> None:
    """`patience`: how many seconds it waits for another process to let go of an environment's copies."""
    if patience is not None:
        area._LOCK_SECONDS = patience
    pause = Pause(home, moment)
    parts = build_parts(home)
    real = parts.adapter_for

    def adapter_for(url: str) -> Any:
        return PausingAdapter(real(url), pause)

    pausing: Parts = replace(parts, adapter_for=adapter_for)
    work(pausing, idle_exit=0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
