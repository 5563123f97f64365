"""One carrier of a copy: a reading and a writing session, and the jobs it is given one after another.

It runs in a thread or in a process of its own (see `carriers`); either way it hears from nobody but its socket.
"""

import gc
import os
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from time import monotonic
from types import TracebackType
from typing import Final

import psycopg

from app.databases.postgresql.carrier_messages import READY, Carried, Counted, CountJob, Failed, Job, Progress, Route
from app.databases.postgresql.connections import Session, connect, literal
from app.databases.postgresql.failures import told
from app.databases.postgresql.reading import Query, Reading
from app.databases.postgresql.slices import Slice
from app.databases.postgresql.snapshot import join
from app.databases.postgresql.streams import End, Stopped, Stream, unchanged
from app.databases.postgresql.unfitting import MaskedLines
from app.errors import OutsideError, SandkeeperError
from app.ports.secrets import MaskKey

_READER: Final = {"max_parallel_workers_per_gather": "0", "synchronize_seqscans": "off"}
"""The number of sessions is what production is asked for, and rows come in the order they lie in."""
_WRITER: Final = {"synchronous_commit": "off"}
_TELL_SECONDS: Final = 0.2


class Carrier:
    """Use as a context: left with an error, both servers are told to break off. Raises OutsideError when a server
    cannot be reached."""

    def __init__(self, route: Route, pipe: Connection) -> None:
        self._pipe = pipe
        self._key = MaskKey(route.secret, stable=True)
        self._number, self._rows, self._seen, self._bytes, self._told = 0, 0, 0, 0, 0.0
        reader = join(route.source, route.moment, _READER)
        try:
            with told(route.source, "while preparing to read"):
                for name, value in route.settings:
                    reader.execute("SELECT set_config(%s, %s, false)", (name, value))
            writer = connect(route.target, read_only=False, more=_WRITER, doing="while preparing to write")
            self._codec = _same_encoding(reader, writer)
        except BaseException:
            reader.close()
            raise
        self._reader = End(reader, route.source, "while reading its rows", pipe)
        self._writer = End(writer, route.target, "while writing the copied rows", pipe)
        self._stream = Stream(self._reader, self._writer, self._moved)

    def __enter__(self) -> "Carrier":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()
        for end in (self._reader, self._writer):
            if error is not None:
                end.cancel()
            end.session.close()

    def carry(self, job: Job) -> Carried:
        """The rows of a job. Raises OutsideError, and Stopped."""
        reading, piece, self._number = job.reading, job.slice, job.number
        self._told = 0.0  # the first rows are told of at once
        if piece.whole:  # what fills a table in the transaction that emptied it is frozen at once
            self._writer.run(_sql(f"BEGIN; TRUNCATE ONLY {reading.table}", self._codec))
        rows, expected = 0, None
        if reading.fast is not None:
            rows = self._pour(reading, reading.fast, piece)
            expected = self._rest(reading, piece, rows) if reading.slow is not None else 0
        same: tuple[tuple[str, int], ...] = ()
        if reading.slow is not None and expected != 0:
            lines = MaskedLines(reading.name, reading.fields, self._key, self._codec)
            slow = self._pour(reading, reading.slow, piece, lines)
            if expected not in (None, slow):
                raise _lost(reading, self._reader, rows, slow, expected)
            rows += slow
            same = tuple((f.plan.column, n) for f, n in zip(reading.fields, lines.unchanged, strict=True) if n)
        if piece.whole:
            self._writer.run(b"COMMIT")
        self._tell()
        return Carried(job.number, rows, same)

    def count(self, job: CountJob) -> Counted:
        """The values of the columns that may hold NULL, in a table of the copy that is all there."""
        names = job.reading.counted
        result = self._writer.run(_sql(job.reading.counting(), self._codec))
        return Counted(job.number, tuple((n, int(result.get_value(0, at) or 0)) for at, n in enumerate(names)))

    def _pour(self, reading: Reading, query: Query, piece: Slice, lines: MaskedLines | None = None) -> int:
        binary = reading.binary and lines is None
        out = reading.copy_out(query, piece, binary=binary)
        into = reading.copy_in(binary=binary, freeze=piece.whole)
        rows = self._stream.pour(_sql(out, self._codec), _sql(into, self._codec), lines or unchanged)
        self._rows += rows - self._seen  # a binary stream's end looks like one more
        self._seen = 0
        return rows

    def _rest(self, reading: Reading, piece: Slice, rows: int) -> int:
        """How many rows are left for the slow way: counting is far cheaper than looking whether each fits."""
        return self._reader.number(_sql(reading.total(piece), self._codec)) - rows

    def _moved(self, rows: int, size: int) -> None:
        self._rows += rows
        self._seen += rows
        self._bytes += size
        if monotonic() - self._told > _TELL_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self._pipe.send(Progress(self._number, self._rows, self._bytes))
        self._rows, self._bytes, self._told = 0, 0, monotonic()


def serve(route: Route, pipe: Connection) -> None:
    """Do the jobs that come through the pipe until it says that there are no more, or ends."""
    try:
        with Carrier(route, pipe) as carrier:
            pipe.send(READY)
            while (job := pipe.recv()) is not None:
                pipe.send(carrier.count(job) if isinstance(job, CountJob) else carrier.carry(job))
    except (Stopped, EOFError, OSError):
        pass  # nobody is left to want the rows
    except SandkeeperError as error:
        _tell_failure(pipe, Failed(type(error).__name__, error.title, error.detail, error.hint))
    except RuntimeError as error:
        _tell_failure(pipe, Failed("", str(error)))
    except Exception as error:  # noqa: BLE001  # told by its class alone: its text may hold a value
        _tell_failure(pipe, Failed("", f"{type(error).__name__} while rows were copied"))
    finally:
        pipe.close()


def main() -> None:
    """As a process of its own. Standard input is the socket to the process that asked for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; one decides
    gc.disable()  # rows make no cycles, and looking for some after every few hundred costs a tenth of the copy
    pipe = Connection(os.dup(0))
    try:
        route = pipe.recv()
    except (EOFError, OSError):
        return
    if isinstance(route, Route):
        serve(route, pipe)


def _tell_failure(pipe: Connection, failure: Failed) -> None:
    with suppress(OSError):
        pipe.send(failure)


def _same_encoding(reader: Session, writer: Session) -> str:
    """Both sessions speak the encoding the databases have, so that nobody converts anything, and bytes that are no
    text of any encoding travel too; UTF-8 where the databases differ. Returns Python's name of it."""
    one, other = (session.pgconn.parameter_status(b"server_encoding") for session in (reader, writer))
    if one is None or one != other:
        return "utf-8"
    for session in (reader, writer):
        session.execute(f"SET client_encoding TO {literal(one.decode())}")
    if one == b"SQL_ASCII":
        return "utf-8"  # most likely; what is not goes through as the bytes it is
    try:
        return writer.info.encoding
    except psycopg.NotSupportedError:  # an encoding that Python does not have
        for session in (reader, writer):
            session.execute(b"SET client_encoding TO 'UTF8'")
        return "utf-8"


def _sql(text: str, codec: str) -> bytes:
    return text.encode(codec, "surrogateescape")


def _lost(reading: Reading, end: End, rows: int, slow: int, expected: int | None) -> OutsideError:
    return OutsideError(
        f"{end.place} gave other rows than it counted",
        f"Of {reading.name}, {rows:,} and {slow:,} rows came, where {rows + (expected or 0):,} were counted.",
        "Start again; if it happens again, report it as a fault.",
    )
