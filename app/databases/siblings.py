"""Processes of this program that do part of the work, each at the other end of a socket.

What they are told, a mask key included, comes through the socket: never through arguments, environment or a file.
"""

import subprocess
import sys
from contextlib import closing
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]


def start(module: str) -> "tuple[Connection, subprocess.Popen[bytes]]":
    """This program anew, running `main` of the module; its standard input is the other end of the socket returned.

    Raises OSError where there can be no more processes.
    """
    ours, theirs = Pipe()
    run = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"
    with closing(theirs):
        process = subprocess.Popen(  # noqa: S603  # this program itself
            [sys.executable, "-P", "-c", run, str(_ROOT)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT.anchor,
        )
    return ours, process
