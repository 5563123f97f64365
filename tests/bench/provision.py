"""A real provision through the command line, in a home of its own, timed by its own phases and by the clock."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bootstrap import build
from app.domain.operations import OperationKind
from app.domain.plan import Plan

ROOT = Path(__file__).parents[2]
TENANT = "Harbor"


@dataclass(frozen=True, slots=True)
class Provisioned:
    """`clock` is the whole command from the person's side; `phases` are the operation's own account."""

    clock: float
    phases: dict[str, float]
    rows: int
    proof: str
    size_bytes: int


@contextmanager
def worker(home: Path) -> Iterator[int]:
    """A worker of that home for the time of the block, so that nothing is left running in a folder that is gone; the
    number of its process."""
    command = [sys.executable, str(ROOT / "main.py"), "--home", str(home), "worker"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process.pid
        finally:
            process.terminate()


class Console:
    """The command line as a person uses it, against one home."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str) -> dict[str, Any]:
        """The JSON a command printed. Raises RuntimeError with what it said when it failed."""
        command = [sys.executable, str(ROOT / "main.py"), "--home", str(self.home), "--json", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            said = "\n".join((done.stdout.strip(), done.stderr.strip()[-2000:]))
            raise RuntimeError(f"sandkeeper {' '.join(words)} ended with {done.returncode}:\n{said}")
        return dict(json.loads(done.stdout)) if done.stdout.strip() else {}


def register(console: Console, production: str, sandbox: str, policy: str) -> None:
    """Both by their URLs."""
    console.run("tenant", "add", TENANT)
    console.run("environment", "add", TENANT, "production", "--kind", "production", "--database", production)
    console.run(
        "environment", "add", TENANT, "sandbox", "--kind", "sandbox", "--database", sandbox,
        "--source", "production", "--policy", policy,
    )  # fmt: skip


def shown_phases(done: Provisioned, masked: int) -> float:
    """Print them; the seconds of all without the proof."""
    total = sum(done.phases.values())
    unproven = total - done.phases.get("prove", 0.0)
    print(f"  {done.rows:,} rows copied, {masked} columns masked, proof: {done.proof}\n")
    for name, seconds in done.phases.items():
        print(f"  {name:<44}{seconds:8.2f} s")
    print(f"  {'all phases':<44}{total:8.2f} s")
    print(f"  {'without prove':<44}{unproven:8.2f} s")
    print(f"  {'by the clock, start of the command too':<44}{done.clock:8.2f} s\n")
    return unproven


def provision(console: Console, options: list[str]) -> Provisioned:
    chosen = [word for option in options for word in ("--option", option)]
    answer, clock = _timed(console, "provision", *chosen)
    shown = console.run("environment", "show", f"{TENANT}/sandbox")
    return Provisioned(
        clock,
        {str(p["name"]): float(p["seconds"] or 0) for p in answer["phases"]},
        sum(int(t["rows"]) for t in answer["tables"]),
        f"{answer['proof']['state']}, {answer['proof']['originals']} originals sought",
        int(shown["size_bytes"] or 0),
    )


def again(console: Console, kind: str) -> tuple[float, float]:
    """(seconds by the operation's own account, seconds by the clock) of a reset or a wipe."""
    answer, clock = _timed(console, kind)
    return float(answer["seconds"]), clock


def planned(home: Path) -> Plan:
    """What the provision will do, from the library itself."""
    services = build(home)
    try:
        return services.operations.plan(f"{TENANT}/sandbox", OperationKind.PROVISION)
    finally:
        services.close()


def _timed(console: Console, kind: str, *words: str) -> tuple[dict[str, Any], float]:
    begin = time.perf_counter()
    answer = console.run(kind, f"{TENANT}/sandbox", "--acknowledge", "all", "--confirm", "sandbox", *words)
    return answer, time.perf_counter() - begin
