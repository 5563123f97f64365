"""A person whose input is bad, at the command line of a real home; the worker is real too and works in a thread."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.domain.operations import OperationKind
from tests.app.office import Office, open_office

GIVEN = ("--confirm", "sandbox", "--acknowledge", "all")


@dataclass(frozen=True)
class Said:
    """What a command answered: exit code and the one JSON object."""

    code: int
    json: Any

    @property
    def error(self) -> dict[str, str]:
        return dict(self.json["error"])

    @property
    def text(self) -> str:
        """Everything that a person is told, in one."""
        return json.dumps(self.json, ensure_ascii=False)

    @property
    def codes(self) -> set[str]:
        return {finding["code"] for finding in self.json.get("findings", ())}

    def told(self, code: int) -> "Said":
        """The exit code, a title, and something to do about it; never a bug, never a row's value."""
        assert self.code == code, self.text
        problems = [self.error, *self.json.get("findings", ()), *self.json.get("problems", ())]
        assert self.error["title"]
        assert any(problem.get("hint") for problem in problems), self.text
        assert "bug" not in self.error["title"]
        assert "Zanthorpe" not in self.text
        assert len(self.text) < 20_000
        return self


Say = Callable[..., Said]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Harbor with its production and a sandbox that has no copy yet."""
    with open_office(tmp_path) as made:
        made.populate()
        yield made


@pytest.fixture
def copied(office: Office) -> Office:
    """The same, with a copy."""
    assert office.run(OperationKind.PROVISION).state == "succeeded"
    return office


@pytest.fixture
def say(office: Office, capsys: pytest.CaptureFixture[str]) -> Say:
    """Types a command with --json."""

    def say(*words: str) -> Said:
        capsys.readouterr()
        code = main(("--home", str(office.home), "--json", *words), services=office.services)
        office.workers.join()
        return Said(int(code), json.loads(capsys.readouterr().out))

    return say


def nothing_lost(office: Office, before: bytes | None) -> None:
    """The sandbox is what it was (None: not there), nothing is left aside, and the record holds."""
    if before is None:
        assert not os.path.lexists(office.sandbox)
    else:
        assert office.sandbox.read_bytes() == before
    area = office.sandbox.with_name(f".{office.sandbox.name}.sandkeeper")
    if area.exists():
        assert [p.name for p in area.iterdir() if p.name.startswith(("staging", "old-", "baseline-"))] == []
    assert office.services.audit.verify().valid
    assert not any(not operation.state.ended for operation in office.services.operations.all())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0755", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("NO SMALL DISK: only root may mount one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=True)
