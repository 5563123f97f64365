"""A real X screen of the test's own, its keyboard, and pictures of it."""

import os
import shutil
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

WIDTH, HEIGHT = 1280, 800


class Screen:
    """One Xvfb. Keys go where the focus is, as with any keyboard."""

    def __init__(self, display: str, frame: Path) -> None:
        self.environment = {**os.environ, "DISPLAY": display}
        self._frame = frame

    def window(self) -> str:
        """Waits for the console's window and gives it the keys, which a window manager would do. Its number."""
        found = self._xdotool("search", "--sync", "--onlyvisible", "--name", "Sandkeeper").split()[0]
        self._xdotool("windowfocus", "--sync", found)
        return found

    def title(self, window: str) -> str:
        return self._xdotool("getwindowname", window).strip()

    def press(self, *keys: str) -> None:
        """Key names as X has them: `Return`, `ctrl+2`."""
        self._xdotool("key", "--clearmodifiers", "--delay", "20", *keys)

    def type(self, words: str) -> None:
        self._xdotool("type", "--delay", "20", words)

    def picture(self) -> QImage:
        """What is on the screen, from the file Xvfb keeps it in (the format of `xwd`)."""
        data = self._frame.read_bytes()
        header = struct.unpack(">25I", data[:100])
        size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
        pixels = data[size + 12 * colours :]
        return QImage(pixels, width, height, line, QImage.Format.Format_RGB32).copy()

    def settled(self) -> QImage:
        """What is on the screen once it stands still, or after three seconds."""
        pause, before, deadline = threading.Event(), self.picture(), time.monotonic() + 3
        while time.monotonic() < deadline:
            pause.wait(0.2)
            now = self.picture()
            if now == before:
                break
            before = now
        return before

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """Skips, loudly, where there is no Xvfb or xdotool."""
    lacking = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
    if lacking:
        pytest.skip(f"NO X SESSION: {' and '.join(lacking)} absent, so the console was not tried on a real screen")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        [*command, "-fbdir", str(folder)], pass_fds=(write,), stdin=quiet, stdout=quiet, stderr=quiet
    ) as server:
        os.close(write)
        try:
            with os.fdopen(read) as told:
                number = told.readline().strip()
            assert number, "Xvfb did not come up"
            yield Screen(f":{number}", folder / "Xvfb_screen0")
        finally:
            server.terminate()
