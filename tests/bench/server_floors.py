"""What a scrubbed copy on PostgreSQL is measured against. Seconds by the clock, on the server the copy is made on."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.app.databases.postgresql.cluster import SUPER
from tests.app.databases.postgresql.servers import Server

PATIENCE = 300
"""Seconds after which another tool is no longer waited for."""

STRATEGY = """
tables:
  customer: {columns: {first_name: first_name, last_name: last_name, email: unique_email, phone: phone_number,
                       birth_date: date}}
  address: {columns: {street: street_address}}
  claim: {columns: {claimant: name}}
  activity: {columns: {phone: phone_number}}
"""
"""The columns that tests/bench/agency.yaml masks, as pynonymizer names what it puts there."""


def dump_and_restore(server: Server, database: str, folder: Path) -> float:
    """PostgreSQL's own way, two jobs on either side, nothing masked."""

    def work(target: str) -> None:
        place = folder / "dump"
        _run("pg_dump", "-Fd", "-j2", "-f", place, server.url(database, SUPER[0]))
        _run("pg_restore", "-j2", "-d", server.url(target, SUPER[0]), place)
        shutil.rmtree(place)

    return _timed(server, work)


def template(server: Server, database: str) -> float:
    """The floor: the server copies its files; nobody may be connected to the source meanwhile."""
    server.run("CHECKPOINT")
    begin = time.perf_counter()
    server.run(f'CREATE DATABASE floor TEMPLATE "{database}" STRATEGY FILE_COPY')
    seconds = time.perf_counter() - begin
    server.drop_database("floor")
    return seconds


def pgcopydb(server: Server, database: str, folder: Path) -> float | None:
    """None where it is not installed."""
    if shutil.which("pgcopydb") is None:
        return None

    def work(target: str) -> None:
        _run(
            "pgcopydb", "clone", "--table-jobs", "2", "--index-jobs", "2", "--no-owner", "--no-acl",
            "--dir", folder / "pgcopydb",
            "--source", server.url(database, SUPER[0]), "--target", server.url(target, SUPER[0]),
        )  # fmt: skip

    return _timed(server, work)


def pynonymizer(server: Server, database: str, folder: Path) -> float | None:
    """Dump, restore and mask afterwards; None where it is not installed. Its copy holds originals meanwhile."""
    if shutil.which("pynonymizer") is None:
        return None
    strategy = folder / "strategy.yml"
    strategy.write_text(STRATEGY)

    def work(target: str) -> None:
        server.drop_database(target)
        dump = folder / "dump.sql"
        _run("pg_dump", "--no-owner", "--no-privileges", "-f", dump, server.url(database, SUPER[0]))
        _run(
            "pynonymizer", "-t", "postgres", "-i", dump, "-s", strategy, "-d", server.host, "-P", str(server.port),
            "-u", SUPER[0], "-p", SUPER[1], "-n", target, "-w", "2", "--stop-at", "ANONYMIZE_DB",
        )  # fmt: skip
        dump.unlink()

    return _timed(server, work)


def _timed(server: Server, work: Callable[[str], None]) -> float:
    target = server.create_database("floor")
    try:
        begin = time.perf_counter()
        work(target)
        return time.perf_counter() - begin
    finally:
        server.drop_database(target)


def _run(program: str, *arguments: str | Path) -> None:
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{program} had not ended after {PATIENCE} s") from None
    if done.returncode != 0:
        raise RuntimeError(f"{program} ended with {done.returncode}:\n{done.stderr[-2000:]}\n{done.stdout[-1000:]}")
