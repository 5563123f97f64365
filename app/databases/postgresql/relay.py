"""A private way to a server over TLS, for programs that know no TLS.

The pg_dump that comes with Sandkeeper is built without it. The relay listens on a socket in a folder that only this
account can enter, speaks TLS with the server as libpq would, and passes the bytes on. SCRAM goes through. Its variant
that is bound to the TLS channel cannot, and libpq stops when it is offered one on a plain connection: the offer is
taken out. The relay lives as long as the program runs.
"""

import os
import select
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from app.databases.postgresql.tls import context_of, handshake
from app.errors import OutsideError, SandkeeperError

PORT: Final = 5432
"""Names the socket's file, as libpq expects it; nothing listens on the network."""
_CHUNK: Final = 65536
_HEAD: Final = 5
"""Bytes before a message's content: its kind, its length."""
_SASL: Final = (10).to_bytes(4)
_BOUND: Final = b"SCRAM-SHA-256-PLUS\0"
_LATER: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Relay:
    """Use as a context: inside it, `folder` is the host that a program connects to, with `PORT`.

    `problem` is what went wrong with the server, for whoever sees the program fail.
    """

    def __init__(self, address: tuple[str, int], host: str, options: Mapping[str, str]) -> None:
        if not hasattr(socket, "AF_UNIX"):
            raise OutsideError(
                "pg_dump cannot reach this server over TLS here",
                "The one that comes with Sandkeeper knows no TLS, and this system has no private sockets.",
                "Install PostgreSQL's own client programs, or reach the server through an SSH tunnel.",
            )
        self._address, self._host, self._options = address, host, options
        self._context = context_of(options)
        self.problem: SandkeeperError | None = None

    def __enter__(self) -> "Relay":
        self._holder = tempfile.TemporaryDirectory(prefix="sk-", ignore_cleanup_errors=True)  # mode 0700
        self.folder = Path(self._holder.name)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / f".s.PGSQL.{PORT}"))
        self._listener.listen(1)
        self._stop, self._stopper = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="tls-relay")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopper.close()
        self._thread.join()
        self._listener.close()
        self._stop.close()
        self._holder.cleanup()

    def _serve(self) -> None:
        while self._stop not in select.select([self._listener, self._stop], [], [])[0]:
            client, _ = self._listener.accept()
            with client:
                if not _is_us(client):
                    continue
                try:
                    with handshake(self._address, self._host, self._options, self._context) as server:
                        _pass_on(client, server, self._stop)
                except SandkeeperError as error:
                    self.problem = error
                except OSError:
                    continue  # one of the two went away; the program says so itself


def _is_us(client: socket.socket) -> bool:
    """Whether the peer runs under this account. The folder keeps others out already; where we can ask, we do."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    user = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
    return bool(user == os.geteuid())


def _pass_on(client: socket.socket, server: ssl.SSLSocket, stop: socket.socket) -> None:
    """Carry bytes both ways until one side closes or `stop` is closed. One thread: TLS must not be used by two."""
    client.setblocking(False)
    server.setblocking(False)
    up, down = b"", b""
    greeting = _Greeting()
    while True:
        readers: list[socket.socket] = [stop]
        readers += [] if up else [client]
        readers += [] if down else [server]
        writers: list[socket.socket] = [*([server] if up else []), *([client] if down else [])]
        waiting = bool(server.pending()) and not down  # decrypted already: the socket would not tell of it
        ready, _, _ = select.select(readers, writers, [], 0 if waiting else None)
        if stop in ready:
            return
        with suppress(*_LATER):
            if client in ready:
                up = client.recv(_CHUNK)
                if not up:
                    return
        with suppress(*_LATER):
            if up:
                up = up[server.send(up) :]
        with suppress(*_LATER):
            if (server in ready or waiting) and not down:
                received = server.recv(_CHUNK)
                if not received:
                    return
                down = greeting.without_binding(received)
        with suppress(*_LATER):
            if down:
                down = down[client.send(down) :]


class _Greeting:
    """The server's side of the conversation until it has said how it wants to be convinced."""

    def __init__(self) -> None:
        self._kept = b""
        self._over = False

    def without_binding(self, received: bytes) -> bytes:
        """What to pass on of it now: all, but for the offer of a mechanism that is bound to the TLS channel."""
        if self._over:
            return received
        self._kept += received
        passed = b""
        while len(self._kept) >= _HEAD and not self._over:
            length = 1 + int.from_bytes(self._kept[1:_HEAD])
            if len(self._kept) < length <= _CHUNK:
                return passed
            message, self._kept = self._kept[:length], self._kept[length:]
            # Before it asks for a proof, the server may say which version of the protocol it speaks.
            self._over = message[:1] != b"v"
            passed += _without_plus(message)
        if self._over:
            passed, self._kept = passed + self._kept, b""
        return passed


def _without_plus(message: bytes) -> bytes:
    if message[:1] != b"R" or message[_HEAD : _HEAD + 4] != _SASL:
        return message
    names = message[_HEAD + 4 :].replace(_BOUND, b"")
    return b"R" + (8 + len(names)).to_bytes(4) + _SASL + names
