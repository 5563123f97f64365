"""How much of the processors work took: of use where other programs want them too, because the clock then tells little.

Linux tells; elsewhere everything is None.
"""

import os
import resource
import sys
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def of_tree(process: int) -> float | None:
    """Seconds that a process, its children and those that have ended spent on processors so far."""
    if not sys.platform.startswith("linux"):
        return None
    own = _stat(process)
    if own is None:
        return None
    children = (_stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    alive = sum(seconds for parent, seconds in filter(None, children) if parent == process)
    return own[1] + alive


def of_ended_children() -> float:
    """Seconds that the programs we ran and waited for spent on processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _stat(process: int) -> tuple[int, float] | None:
    """The parent and the seconds of a process, its ended children's among them."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / _TICKS
