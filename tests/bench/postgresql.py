"""The part of the bench on PostgreSQL: a scrubbed copy on one server, and what it is measured against, in one run."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.app.databases.postgresql.servers import READER, WORKER, Server
from tests.bench import effort
from tests.bench import server_floors as floors
from tests.bench.onlooker import Onlooker
from tests.bench.provision import Console, Provisioned, again, planned, provision, register, shown_phases, worker
from tests.bench.server import HERE, bench_server, make_production, warm

_IDLE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Copied:
    """`memory` is the worker's largest, in MB; `effort` is the seconds of processors that provision took, the proof
    among them. None where the system does not tell."""

    done: Provisioned
    masked: int
    memory: float | None
    effort: float | None
    reset: tuple[float, float]
    wipe: tuple[float, float]


def measure(customers: int, place: Path) -> dict[str, object]:
    """The agency of that many customers (twelve times as many rows), and the set of DbToolsBundle in proportion."""
    place.mkdir(parents=True, exist_ok=True)
    with bench_server() as server:
        return {"agency": _agency(server, customers, place), "shop": _shop(server, max(1, customers // 5), place)}


def _agency(server: Server, customers: int, place: Path) -> dict[str, object]:
    print(f"\nPostgreSQL: making a database of {customers:,} customers ...", flush=True)
    database, size = make_production(server, HERE / "agency.sql", customers)
    print(f"PostgreSQL 18: {12 * customers:,} rows, {size / 1e6:,.0f} MB, source and copy on one server", flush=True)
    with _folder(place) as folder:
        warm(server, database)
        copied = _copy(server, database, folder / "home")
        unproven = _shown(copied)
        measured: dict[str, float] = {}
        ways: dict[str, Callable[[], float | None]] = {
            "pg_dump -Fd -j2, pg_restore -j2": lambda: floors.dump_and_restore(server, database, folder),
            "pgcopydb clone": lambda: floors.pgcopydb(server, database, folder),
            "pynonymizer with its dump": lambda: floors.pynonymizer(server, database, folder),
            "CREATE DATABASE ... TEMPLATE, the floor": lambda: floors.template(server, database),
        }
        whole = sum(copied.done.phases.values())
        for name, way in ways.items():
            warm(server, database)
            before = _effort(server)
            try:
                seconds = way()
            except RuntimeError as problem:  # another tool's, which is no reason to end the bench
                print(f"  {name:<44}failed: {str(problem).splitlines()[-1][:200]}")
                continue
            if seconds is None:
                print(f"  {name:<44}not installed")
                continue
            measured[name] = seconds
            shares = f"{unproven / seconds:5.2f} of it without prove, {whole / seconds:5.2f} with"
            after = _effort(server)
            spent = "" if before is None or after is None else f"   {after - before:.1f} s of processors"
            print(f"  {name:<44}{seconds:8.2f} s   {shares}{spent}", flush=True)
        idle, busy = _onlooker(server, database, customers, folder / "watched")
    server.drop_database(database)
    return {
        "bytes": size,
        "phases": copied.done.phases,
        "without_prove": unproven,
        "memory_mb": copied.memory,
        "effort": copied.effort,
        "ways": measured,
        "ratios": {name: unproven / seconds for name, seconds in measured.items()},
        "production_idle": idle,
        "production_during_the_copy": busy,
    }


def _shop(server: Server, customers: int, place: Path) -> dict[str, object]:
    database, size = make_production(server, HERE / "shop.sql", customers)
    print(
        f"\nThe set of DbToolsBundle: {customers:,} customers, {13 * customers:,} rows, {size / 1e6:,.0f} MB",
        flush=True,
    )
    with _folder(place) as folder:
        warm(server, database)
        copied = _copy(server, database, folder / "home")
    unproven = _shown(copied)
    if customers == 100_000:
        print(f"  {'published for DbToolsBundle, masking alone':<44}{24:8.2f} s   (its machine is not given)")
    server.drop_database(database)
    return {
        "bytes": size,
        "phases": copied.done.phases,
        "without_prove": unproven,
        "memory_mb": copied.memory,
        "effort": copied.effort,
    }


def _copy(server: Server, database: str, home: Path) -> Copied:
    console = Console(home)
    sandbox = server.url(f"{database}_sandbox", WORKER[0])
    register(console, server.url(database, READER[0]), sandbox, str(HERE / f"{database}.yaml"))
    plan = planned(home)
    with worker(home) as process:
        before = _effort(server, process)
        done = provision(console, [])
        after = _effort(server, process)
        memory = _most_memory(process)
        reset, wipe = again(console, "reset"), again(console, "wipe")
    spent = None if before is None or after is None else after - before
    return Copied(done, len(plan.masked_columns), memory, spent, reset, wipe)


def _shown(copied: Copied) -> float:
    unproven = shown_phases(copied.done, copied.masked)
    for name, (seconds, clock) in (("reset", copied.reset), ("wipe", copied.wipe)):
        print(f"  {name:<44}{seconds:8.2f} s   {clock:.2f} s by the clock")
    if copied.effort is not None:
        print(f"  {'processors, server and worker, all phases':<44}{copied.effort:8.2f} s")
    if copied.memory is not None:
        print(f"  {'most memory of the worker':<44}{copied.memory:8.0f} MB")
    print(flush=True)
    return unproven


def _onlooker(server: Server, database: str, customers: int, home: Path) -> tuple[str, str]:
    """How long production's own queries take, alone and during a copy."""
    warm(server, database)
    with Onlooker(server, database, customers) as alone:
        threading.Event().wait(_IDLE_SECONDS)
    with Onlooker(server, database, customers) as beside:
        _copy(server, database, home)
    print(f"\n  production alone          {alone.seen}")
    print(f"  production while copied   {beside.seen}", flush=True)
    return str(alone.seen), str(beside.seen)


def _effort(server: Server, process: int | None = None) -> float | None:
    """Of the server and of a worker, else of the programs we ran."""
    (number,) = server.run("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")[0]
    spent = effort.of_tree(int(number))
    other = effort.of_ended_children() if process is None else effort.of_tree(process)
    return None if spent is None or other is None else spent + other


def _most_memory(process: int) -> float | None:
    """The largest resident set of a process so far, in MB."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), None)


@contextmanager
def _folder(place: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
