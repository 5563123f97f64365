"""Killing a process between any two statements it sends to a server."""

import os
import signal
from collections.abc import Callable

import psycopg


def killed_at(statement: int, work: Callable[[], object]) -> bool:
    """Do `work` in a process of its own that gets SIGKILL right before the statement with that number, counted over all
    its sessions. Says whether it was killed; when it was not, the work is done."""
    child = os.fork()
    if child == 0:
        _dying(statement)
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "the work failed before it was killed"
    return False


def _dying(statement: int) -> None:
    count = 0
    execute = psycopg.Connection.execute

    def counted(self, *args, **kwargs):  # type: ignore[no-untyped-def]  # whatever psycopg's own takes
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(self, *args, **kwargs)

    psycopg.Connection.execute = counted  # type: ignore[method-assign]  # in a process of its own, which dies
