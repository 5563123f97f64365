"""The carriers of a copy: several pairs of sessions, each in a thread or, for much work, in a process of its own.

A thread costs nothing to start; a process has Python to itself, which counts as soon as rows are masked in our memory
or more than a few pairs are at work. Passwords and the mask key reach a process through a socket that nobody else
has, and it ends when that socket does, which is when this process ends, however it ends.
"""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from threading import Thread
from types import TracebackType
from typing import Final

from app.databases.postgresql.carrier import serve
from app.databases.postgresql.carrier_messages import READY, Carried, Counted, CountJob, Failed, Job, Progress, Route
from app.databases.siblings import start
from app.errors import OutsideError, RefusedError, SandkeeperError, UserError

_ERRORS: Final[Mapping[str, type[SandkeeperError]]] = {c.__name__: c for c in (OutsideError, RefusedError, UserError)}
_END_SECONDS: Final = 1.6
"""A process that was asked to end is killed after so many: a stop is felt within two."""

Said = Progress | Carried | Counted


@dataclass(slots=True, eq=False)
class _Member:
    pipe: Connection
    runs: "subprocess.Popen[bytes] | Thread"
    free: bool = False


class Carriers:
    """Use as a context: at its end no carrier is left, and whatever still ran was broken off."""

    def __init__(self, route: Route, number: int, *, processes: bool) -> None:
        self._members: list[_Member] = []
        try:
            for at in range(number):
                self._members.append(_process(route) if processes else _thread(route, at))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Carriers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def busy(self) -> bool:
        return not all(member.free for member in self._members)

    @property
    def free(self) -> bool:
        return any(member.free for member in self._members)

    def give(self, job: Job | CountJob) -> None:
        """A job for a carrier that is free."""
        member = next(m for m in self._members if m.free)
        member.free = False
        with suppress(OSError):  # one that has gone is noticed when it does not answer
            member.pipe.send(job)

    def listen(self, seconds: float) -> Iterator[Said]:
        """What carriers said since; waits so long for the first word. Raises what made one fail."""
        heard = {id(m.pipe): m for m in self._members}
        for pipe in wait([m.pipe for m in self._members], seconds):
            member = heard[id(pipe)]
            while member.pipe.poll():
                said = _received(member)
                if isinstance(said, Progress):
                    yield said
                    continue
                member.free = True
                if isinstance(said, Carried | Counted):
                    yield said

    def close(self) -> None:
        """End them: a carrier without its socket breaks off what it does."""
        for member in self._members:
            member.pipe.close()
        for member in self._members:
            if isinstance(member.runs, Thread):
                member.runs.join()
        for process in _processes(self._members):
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._members = []


def _processes(members: Iterable[_Member]) -> "list[subprocess.Popen[bytes]]":
    return [m.runs for m in members if isinstance(m.runs, subprocess.Popen)]


def _thread(route: Route, number: int) -> _Member:
    ours, theirs = Pipe()
    thread = Thread(target=serve, args=(route, theirs), name=f"carrier-{number}")
    thread.start()
    return _Member(ours, thread)


def _process(route: Route) -> _Member:
    ours, process = start("app.databases.postgresql.carrier")
    with suppress(OSError):  # one that is gone already is noticed when it does not answer
        ours.send(route)
    return _Member(ours, process)


def _received(member: _Member) -> object:
    try:
        said: object = member.pipe.recv()
    except (EOFError, OSError):
        raise OutsideError(
            "A process that carried rows ended",
            "It was stopped from outside, or there was not enough memory for it.",
            "Start again; the environment is as it was.",
        ) from None
    if isinstance(said, Failed):
        kind = _ERRORS.get(said.error)
        raise kind(said.title, said.detail, said.hint) if kind else RuntimeError(said.title)
    if said != READY and not isinstance(said, Progress | Carried | Counted):
        raise RuntimeError(f"a carrier said {type(said).__name__}")
    return said
