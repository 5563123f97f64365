"""The command line, run in this process over an office."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.cli import main
from app.system.logs import PrivateLog
from tests.app.office import Office


@dataclass(frozen=True)
class Said:
    """What one run answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def no_log_stays_open() -> Iterator[None]:
    """A process keeps its log open to its end; a test does not."""
    yield
    for handler in [h for h in logging.getLogger().handlers if isinstance(h, PrivateLog)]:
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.fixture
def run(empty_office: Office, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; waits for the office's worker to be done, so that nothing is left over."""

    def run(*words: str) -> Said:
        capsys.readouterr()
        code = main(words, services=empty_office.services)
        said = capsys.readouterr()
        return Said(int(code), said.out, said.err)

    return run
