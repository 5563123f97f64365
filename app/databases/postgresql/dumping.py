"""Running pg_dump at the moment of a snapshot. What it says goes through memory; nothing is written to a disk."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from app.databases.postgresql.connections import LOCK_SECONDS
from app.databases.postgresql.relay import PORT, Relay
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import Tools
from app.databases.postgresql.urls import Place
from app.errors import OutsideError
from app.ports.context import PhaseContext

_GLANCE: Final = 0.2
"""Seconds between two looks at whether the person wants to stop."""
_SETTINGS: Final = "-c role=none -c default_transaction_read_only=on"


def dump_structure(snapshot: Snapshot, tools: Tools, ctx: PhaseContext, *, compression: bool = True) -> bytes:
    """The structure of the snapshot's database as a custom-format archive, without a row.

    `compression` False leaves out how columns are compressed, for a target that cannot do it. Raises OutsideError
    saying what pg_dump could not do, and what `ctx.checkpoint` raises when the person asked to stop.
    """
    options = [
        "--format=custom", "--compress=0", "--schema-only", "--no-owner", "--no-privileges", "--no-tablespaces",
        "--no-security-labels", "--no-subscriptions", "--no-password", "--encoding=UTF8",
        f"--snapshot={snapshot.id}", f"--lock-wait-timeout={LOCK_SECONDS}s",
    ]  # fmt: skip
    options += [] if compression else ["--no-toast-compression"]
    options += ["--no-statistics"] if tools.major >= 18 else []  # they hold values
    with _reached(snapshot) as (environment, relay):
        out, said, code = _run([str(tools.pg_dump), *options], environment, ctx)
        if code != 0 and relay is not None and relay.problem is not None:
            raise relay.problem
    if code != 0:
        raise _failure(snapshot.place, said, environment)
    return out


@contextmanager
def _reached(snapshot: Snapshot) -> Iterator[tuple[dict[str, str], Relay | None]]:
    """The environment that leads pg_dump to the very server the snapshot is on, and the relay it goes through.

    Everything is taken from the session that holds the snapshot: of several hosts, one was reached; a service file or
    `.pgpass` was read; TLS was agreed on or not. The password is in the environment, which only this account can read.
    """
    session = snapshot.main
    known = {o.keyword.decode(): o.val.decode() for o in session.pgconn.info if o.val is not None}
    host, port, address = session.info.host, session.info.port, session.info.hostaddr
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    environment |= {
        "PGUSER": session.info.user,
        "PGDATABASE": session.info.dbname,
        "PGAPPNAME": "sandkeeper",
        "PGOPTIONS": f"{snapshot.place.parameters.get('options', '')} {_SETTINGS}".strip(),
        "PGSSLMODE": "disable",
        "PGGSSENCMODE": "disable",
        "PGCHANNELBINDING": "disable",
        "PGCONNECT_TIMEOUT": "20",
        "LC_ALL": "C",
    }
    if session.info.password:
        environment["PGPASSWORD"] = session.info.password
    if session.pgconn.ssl_in_use:
        with Relay((address or host, port), host, known) as relay:
            yield environment | {"PGHOST": str(relay.folder), "PGPORT": str(PORT)}, relay
    else:
        environment |= {"PGHOST": host, "PGPORT": str(port)} | ({"PGHOSTADDR": address} if address else {})
        yield environment, None


def _run(command: list[str], environment: Mapping[str, str], ctx: PhaseContext) -> tuple[bytes, str, int]:
    process = subprocess.Popen(  # noqa: S603  # found by `tools`; the arguments are ours
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment)
    )
    with process:
        try:
            while True:
                try:
                    out, said = process.communicate(timeout=_GLANCE)
                    return out, said.decode(errors="replace"), process.returncode
                except subprocess.TimeoutExpired:
                    ctx.checkpoint()
        except BaseException:
            process.kill()
            raise


def _failure(place: Place, said: str, environment: Mapping[str, str]) -> OutsideError:
    lines = [line.partition("error: ")[2] for line in said.splitlines() if "error: " in line]
    line = (lines[0] if lines else said.strip().partition("\n")[0])[:300]
    if password := environment.get("PGPASSWORD"):
        line = line.replace(password, "...")
    if "timeout" in said or "could not obtain lock" in said:
        return OutsideError(
            f"{place} is locked",
            "A table's structure could not be read: another session holds a lock and did not let go within "
            f"{LOCK_SECONDS} seconds. Sandkeeper does not wait in line.",
            "Try again when that session is done (pg_locks shows it).",
        )
    return OutsideError(
        f"The structure of {place} cannot be read",
        f"pg_dump said: {line.rstrip('.')}.",
        "If a right is missing, GRANT it: pg_read_all_data gives all that reading the structure needs.",
    )
