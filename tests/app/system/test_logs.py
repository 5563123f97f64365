"""Logs go to the home, nobody else can read them, and libraries say little in them."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.system.home import Home
from app.system.logs import COMMAND_LOG, KEPT_BYTES, PrivateLog, log_to_home, open_private, rotate


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "app", "ui")}
    yield
    for handler in [h for h in root.handlers if isinstance(h, PrivateLog)]:
        root.removeHandler(handler)
        handler.close()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_our_own_modules_are_logged_and_libraries_from_warnings_on(
    home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    log_to_home(home, COMMAND_LOG)
    logging.getLogger("app.catalog").info("upgraded")
    logging.getLogger("sqlalchemy.engine").info("SELECT secret")
    logging.getLogger("sqlalchemy.engine").warning("pool")
    text = (home.logs / COMMAND_LOG).read_text()
    assert "upgraded" in text
    assert "pool" in text
    assert "SELECT secret" not in text
    assert capfd.readouterr() == ("", ""), "nothing reaches the person's terminal"


def test_a_log_is_private_also_after_it_rotated(home: Home) -> None:
    before = os.umask(0)
    try:
        handler = log_to_home(home, COMMAND_LOG)
        logging.getLogger("app").info("first")
        handler.doRollover()
        logging.getLogger("app").info("second \udcff")
    finally:
        os.umask(before)
    assert {p.name: p.stat().st_mode & 0o777 for p in home.logs.iterdir()} == {
        "command.log": 0o600,
        "command.log.1": 0o600,
    }
    assert "second" in (home.logs / COMMAND_LOG).read_text()


def test_a_log_that_is_set_up_twice_says_things_once(home: Home) -> None:
    log_to_home(home, COMMAND_LOG)
    log_to_home(home, COMMAND_LOG)
    logging.getLogger("app").info("once")
    assert (home.logs / COMMAND_LOG).read_text().count("once") == 1


def test_a_grown_log_is_moved_aside_before_a_new_process_writes(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    rotate(log)
    with open_private(log) as file:
        file.write(b"x")
    rotate(log)
    assert [p.name for p in tmp_path.iterdir()] == ["worker.log"]
    assert log.stat().st_mode & 0o777 == 0o600
    os.truncate(log, KEPT_BYTES + 1)
    rotate(log)
    assert [p.name for p in tmp_path.iterdir()] == ["worker.log.1"]
