"""A real PostgreSQL server in a folder of its own, for tests: start, stop, kill, remove."""

import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg

from app.databases.postgresql.bundled import programs, programs_for, run_as, server_account

SUPER = ("postgres", "super")
DEBIAN = {15: Path("/usr/lib/postgresql/15/bin")}

_SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "'64MB'",
    "max_wal_size": "'1GB'",
    "wal_level": "logical",
    "max_wal_senders": "8",
    "log_min_messages": "warning",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
}


def version_present(version: int) -> bool:
    return _folder_of(version) is not None


def _folder_of(version: int) -> Path | None:
    if version in DEBIAN:
        return DEBIAN[version] if (DEBIAN[version] / "postgres").exists() else None
    return programs(version)


class Cluster:
    """One server. It ends with the process that started it, also when that one is killed.

    Everything lies in `folder`, which is made here and has a short name: a socket's path takes 107 bytes.
    """

    host = "127.0.0.1"

    def __init__(self, version: int, folder: Path | None = None, settings: Mapping[str, str] | None = None) -> None:
        found = _folder_of(version)
        assert found is not None, f"no PostgreSQL {version} here"
        self.version = version
        self.port = 0
        self.folder = folder or Path(tempfile.mkdtemp(prefix="skpg-"))
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o755)
        self.account = server_account()
        copies = self.folder / "programs"
        copies.mkdir(exist_ok=True)
        self.programs = programs_for(self.account, found, copies)
        self._settings = {**_SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "owned" / "data"

    @property
    def sockets(self) -> Path:
        return self.folder / "owned"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def initialise(self, *more: str) -> None:
        self._prepare()
        password = self.folder / "password"
        password.write_text(SUPER[1], encoding="ascii")
        password.chmod(0o644)
        self._run(
            "initdb", "-D", self.data, "-U", SUPER[0], "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8",
            "--locale", "C.UTF-8", "--no-sync", *more,
        )  # fmt: skip

    def copy_from(self, other: "Cluster") -> None:
        """A hot standby of another server: its base backup, streaming from it."""
        self._prepare()
        conninfo = f"host={other.host} port={other.port} user={SUPER[0]} password={SUPER[1]}"
        self._run("pg_basebackup", "-d", conninfo, "-D", self.data, "-R", "-c", "fast", "--no-sync")

    def start(self, port: int = 0) -> None:
        """Start it and wait until it takes sessions; the port is kept over restarts."""
        for _ in range(5):
            self.port = port or self.port or _free_port()
            settings = {**self._settings, "port": str(self.port), "unix_socket_directories": f"'{self.sockets}'"}
            (self.data / "postgresql.auto.conf").touch()
            text = "".join(f"{key} = {value}\n" for key, value in settings.items())
            included = self.data / "tests.conf"
            included.write_text(text, encoding="utf-8")
            included.chmod(0o644)
            with (self.data / "postgresql.conf").open("r+", encoding="utf-8") as file:
                if "tests.conf" not in file.read():
                    file.write("\ninclude = 'tests.conf'\n")
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    [self.programs / "postgres", "-D", self.data], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True, preexec_fn=_end_with_parent, **run_as(self.account),
                )  # fmt: skip
            if self._takes_sessions():
                return
            self.stop("immediate")
            self.port = port
        raise AssertionError(
            f"PostgreSQL {self.version} did not start:\n{self.log.read_text(errors='replace')[-2000:]}"
        )

    def stop(self, mode: str = "fast") -> None:
        """`smart`, `fast` or `immediate`, as pg_ctl has them; `immediate` is a crash without its mess."""
        self._end({"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])

    def kill(self) -> None:
        """As the kernel does when memory runs out; the server's own children notice and end."""
        self._end(signal.SIGKILL)

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait(self) -> None:
        if self._process is not None:
            self._process.wait()

    def _prepare(self) -> None:
        self.sockets.mkdir(exist_ok=True)
        if self.account is not None:
            self.account.own(self.sockets)

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments], capture_output=True, check=False, **run_as(self.account)
        )
        assert done.returncode == 0, f"{program}: {done.stderr.decode(errors='replace')}"

    def _takes_sessions(self) -> bool:
        user, password = SUPER
        for _ in range(600):
            assert self._process is not None
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)
                return False
            with suppress(psycopg.OperationalError):
                psycopg.connect(host=self.host, port=self.port, user=user, password=password, dbname="postgres").close()
                return True
        return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    """WORKAROUND: nothing but this ends a server whose starter was killed. Linux alone has it."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT, 0, 0, 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def keep(folder: Path, version: int, owner: int) -> None:
    """Run a server until the process `owner` has ended, then remove it. Prints its port when it takes sessions."""
    cluster = Cluster(version, folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        cluster.initialise()
        cluster.start()
        print(json.dumps({"port": cluster.port}), flush=True)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        _wait_for(owner)
    finally:
        cluster.remove()
        for end in ("json", "lock"):
            folder.with_suffix(f".{end}").unlink(missing_ok=True)
        with suppress(OSError):  # another version's server is still to go
            folder.parent.rmdir()


def _wait_for(process: int) -> None:
    if sys.platform.startswith("linux"):
        try:
            descriptor = os.pidfd_open(process)
        except ProcessLookupError:
            return
        select.select([descriptor], [], [])
        return
    with suppress(ProcessLookupError):
        while True:
            os.kill(process, 0)
            select.select([], [], [], 0.5)


if __name__ == "__main__":
    # Forked, so that the server is the child of no test process: their looks for leaks are not its business.
    if os.fork() == 0:
        os.setsid()
        keep(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
