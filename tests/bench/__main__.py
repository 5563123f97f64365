"""`make bench`: how fast, as ratios from one run on one machine. Nothing here passes or fails.

    python -m tests.bench [--customers N] [--policy PACK] [--option K=V]... [--only PART] [--json FILE]

The demo's production database is made once for each number of customers and kept in build/bench.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.provision import ROOT, Console, again, planned, provision, register, shown_phases, worker

PLACE = ROOT / "build" / "bench"


def main() -> int:
    arguments = _arguments()
    figures: dict[str, object] = {"customers": arguments.customers, "processors": os.cpu_count(), "load": _load()}
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(_others())
    if arguments.only in (None, "provision"):
        figures["provision"] = _provision(arguments.customers, arguments.policy, arguments.option)
    if arguments.only in (None, "postgresql"):
        from tests.bench.postgresql import measure

        figures["postgresql"] = measure(arguments.customers, PLACE)
    failed = 0
    if arguments.only in (None, "console"):
        print("\nConsole")
        failed = subprocess.run([sys.executable, "-m", "tests.bench.console"], cwd=ROOT).returncode
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(figures, indent=2) + "\n")
    return failed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speeds as ratios, from one run.")
    parser.add_argument("--customers", type=int, default=500_000, help="customers of the demo agency (500,000)")
    parser.add_argument("--policy", default="agency-management", help="pack or file that scrubs them")
    parser.add_argument("--option", action="append", default=[], metavar="K=V", help="an option of the policy")
    parser.add_argument("--only", choices=("provision", "postgresql", "console"))
    parser.add_argument("--json", metavar="FILE", help="write the figures of provision there as well")
    return parser.parse_args()


def _provision(customers: int, policy: str, options: list[str]) -> dict[str, object]:
    production = _production(customers)
    size = production.stat().st_size
    print(f"\nProvision: {customers:,} customers, {size / 1e6:,.0f} MB")
    home = Path(tempfile.mkdtemp(prefix="home-", dir=PLACE))
    aside = home / "floor.sqlite"
    try:
        from tests.bench.floors import backup_update_vacuum, file_copy, vacuum_into

        console = Console(home / "home")
        register(console, f"sqlite:///{production}", f"sqlite:///{home}/sandbox.sqlite", policy)
        plan = planned(home / "home")
        _warm(production)
        with worker(home / "home"):
            done = provision(console, options)
            reset, reset_clock = again(console, "reset")
            wipe, wipe_clock = again(console, "wipe")
        _warm(production)
        floors = {
            "plain file copy": file_copy(production, aside),
            "VACUUM INTO": vacuum_into(production, aside),
            "backup, UPDATE with the same masks, VACUUM": backup_update_vacuum(production, aside, plan),
        }
    finally:
        shutil.rmtree(home, ignore_errors=True)
    masked = len(plan.masked_columns)
    unproven = shown_phases(done, masked)
    for name, seconds in floors.items():
        print(f"  {name:<44}{seconds:8.2f} s   provision without prove is {unproven / seconds:5.2f} of it")
    print(f"\n  {'reset':<44}{reset:8.2f} s   {reset_clock:.2f} s by the clock")
    print(f"  {'wipe':<44}{wipe:8.2f} s   {wipe_clock:.2f} s by the clock")
    return {
        "bytes": size,
        "rows": done.rows,
        "masked_columns": masked,
        "phases": done.phases,
        "without_prove": unproven,
        "clock": done.clock,
        "floors": floors,
        "ratios": {name: unproven / seconds for name, seconds in floors.items()},
        "reset": reset,
        "wipe": wipe,
    }


def _production(customers: int) -> Path:
    PLACE.mkdir(parents=True, exist_ok=True)
    path = PLACE / f"production-{customers}.sqlite"
    if not path.exists():
        from app.databases.demo import make_agency_database

        print(f"making the demo's production database of {customers:,} customers ...", flush=True)
        make_agency_database(path, customers)
    return path


def _others() -> str:
    """What else the machine does: times measured one after the other compare badly while that changes."""
    busy, processors = _load(), os.cpu_count() or 1
    verdict = "the machine is busy, take the ratios as rough" if busy > processors / 4 else "the machine is quiet"
    return f"{busy:.1f} other programs wanted a processor in the last minute: {verdict}"


def _load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _warm(path: Path) -> None:
    """Read it once, so that the first to be measured does not pay for the disk alone."""
    with path.open("rb") as file:
        while file.read(1 << 22):
            pass


if __name__ == "__main__":
    sys.exit(main())
