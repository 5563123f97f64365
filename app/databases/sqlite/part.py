"""A helper of a copy, in a process of its own: copies its share of the tables into its part file (see `parallel`)."""

import os
import signal
import threading
from multiprocessing.connection import Connection

from app.databases.sqlite.copying import Copying, must_be_planned
from app.databases.sqlite.failures import told
from app.databases.sqlite.part_messages import BEGUN, COPY, ColumnReport, PartDone, PartFailed, PartJob, Progress
from app.databases.sqlite.shapes import read_shapes
from app.databases.sqlite.staging import Staging
from app.errors import SandkeeperError
from app.ports.secrets import MaskKey

_GONE = 3


class _Telling:
    """A `PhaseContext` that tells the process which asked for help. Nobody asks a helper to stop: it is ended."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        if table:
            self._pipe.send(Progress(table, done, of, bytes_))

    def should_stop(self) -> bool:
        return False

    def log(self, text: str) -> None:
        pass  # nothing a helper does is worth a line of its own

    def assert_current(self) -> None:
        pass  # the process that asked compares the fence, and takes this one with it


def main() -> None:
    """Standard input is the socket to the process that asked for help."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; one decides
    with Connection(os.dup(0)) as pipe:
        try:
            pipe.send(_work(pipe))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            os._exit(_GONE)
        except SandkeeperError as error:
            pipe.send(PartFailed(type(error).__name__, error.title, error.detail, error.hint))
        except Exception as error:  # noqa: BLE001  # told by its class alone: its text may hold a value
            pipe.send(
                PartFailed("OutsideError", "A process that helped with the copy broke down", type(error).__name__, "")
            )


def _work(pipe: Connection) -> PartDone:
    job = pipe.recv()
    if not isinstance(job, PartJob):
        raise EOFError
    ctx, staging = _Telling(pipe), Staging(job.path, job.settings)
    with told(job.path, "while making a part of the copy"):
        staging.connection.execute("PRAGMA main.user_version = 1")  # the first write takes the lock, and keeps it
    with staging.attached(job.source, job.identity), staging.working(ctx, "while copying", job.source) as connection:
        while pipe.recv() != COPY:
            connection.execute("COMMIT")
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM source.sqlite_master").fetchone()
            pipe.send(BEGUN)
        threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
        shapes = read_shapes(connection, "source")
        must_be_planned(shapes, job.plan, job.source)
        copying = Copying(
            connection, shapes, job.plan, MaskKey(job.secret, stable=True), job.identity, utf8=job.settings.utf8
        )
        runs = copying.copy([t for t in shapes.tables if t.name in job.tables], ctx)
    staging.close()
    columns = tuple(
        ColumnReport(m.table, m.plan.column, m.originals, m.unchanged, m.values)
        for m in copying.masked
        if m.table in job.tables
    )
    return PartDone(tuple(runs), columns, dict(copying.unfit))


def _end_with(pipe: Connection) -> None:
    """End at once when the other side does, however busy: nobody is left to want the part."""
    pipe.poll(None)
    os._exit(_GONE)
