"""The console's speeds: start to window, start to content, memory, filtering and standing still with 10,000 tenants.

`python -m tests.bench.console` prints them. Each start is a process of its own, on Qt's offscreen platform where there
is no display; times count from the moment before the process is made. The best of several starts is what the program
costs; the others show what the machine was doing besides.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STARTS = 5
KEYS = (
    "h",
    "ha",
    "har",
    "harb",
    "harbo",
    "harbor",
    "harbor s",
    "harbor sa",
    "harbor san",
    "zzz",
    "",
    "training",
    "1",
    "12",
)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="sandkeeper-bench-") as home:
        first = _child("start", home)
        empty = [_child("start", home) for _ in range(STARTS)]
    print(f"process start to visible window   {_best(empty, 'window'):6.2f} s   (goal 0.60)")
    print(f"process start to content          {_best(empty, 'content'):6.2f} s   (goal 1.20, real catalog)")
    print(f"the very first, making its catalog {first['content']:5.2f} s")
    print(f"memory, empty catalog             {_best(empty, 'memory'):6.0f} MB")
    crowd = _child("crowd", "")
    print(f"memory, 10,000 tenants            {crowd['memory']:6.0f} MB   (30,000 environments)")
    print(f"reading and grouping them         {crowd['prepared']:6.0f} ms  (in the background)")
    keys = crowd["keys"]
    assert isinstance(keys, list)
    print(
        f"filter, per keystroke             {statistics.median(keys):6.1f} ms median, {max(keys):.1f} ms most (goal 16)"
    )
    found = crowd["palette"]
    assert isinstance(found, list)
    print(f"palette, per keystroke            {statistics.median(found):6.1f} ms median, {max(found):.1f} ms most (16)")
    with tempfile.TemporaryDirectory(prefix="sandkeeper-bench-") as home:
        for delay, told in ((0, "as it is"), (100, "100 ms added to each query")):
            stalls: dict[str, float] = {str(k): float(v) for k, v in _run("console_stalls", home, str(delay)).items()}  # type: ignore[arg-type]  # numbers
            worst = sorted(stalls, key=lambda step: -stalls[step])
            print(f"longest stall, {told:<27}{stalls[worst[0]]:6.0f} ms  ({worst[0]}; goal 50)")
            print("  " + ", ".join(f"{step} {stalls[step]:.0f}" for step in worst[1:8]))
    return 0


def _best(runs: "list[dict[str, float | list[float]]]", what: str) -> float:
    return min(float(run[what]) for run in runs)  # type: ignore[arg-type]  # only "keys" is a list


def _child(what: str, home: str) -> "dict[str, float | list[float]]":
    return _run("console_child", what, home, repr(time.time()))


def _run(program: str, *arguments: str) -> "dict[str, float | list[float]]":
    environment = dict(os.environ)
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [sys.executable, "-m", f"tests.bench.{program}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise SystemExit(f"the console did not start:\n{done.stderr}")
    found: dict[str, float | list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    sys.exit(main())
