"""The README's first sandbox, word for word, on a database somebody else wrote."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Terminal:
    """A folder, and the program as a person there would run it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = [sys.executable, str(ROOT / "main.py"), "--home", str(folder / "home")]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*self.program, *words], cwd=self.folder, capture_output=True, text=True)


@pytest.fixture
def terminal(tmp_path: Path, realdb: Path) -> Iterator[Terminal]:
    shutil.copy(realdb / "chinook.sqlite", tmp_path / "crm.sqlite")
    (tmp_path / "crm.sqlite").chmod(0o600)
    made = Terminal(tmp_path)
    null = subprocess.DEVNULL
    with subprocess.Popen([*made.program, "worker"], cwd=tmp_path, stdout=null, stderr=null) as worker:
        try:
            yield made
        finally:
            worker.terminate()


def commands(section: str) -> list[list[str]]:
    """The `sandkeeper` commands of a section of the README, in order, as words."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("sandkeeper ")]


def test_a_newcomer_follows_the_readme_from_a_database_to_a_wiped_sandbox(terminal: Terminal) -> None:
    words = commands("A first sandbox of your own database")
    assert [w[0] for w in words if w[0] in ("provision", "refresh", "reset", "wipe")] == [
        "provision", "refresh", "reset", "wipe",
    ]  # fmt: skip
    production = (terminal.folder / "crm.sqlite").read_bytes()
    sandbox = terminal.folder / "crm-sandbox.sqlite"
    for command in words:
        done = terminal.run(*command)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        if command[0] == "provision":
            assert _emails(sandbox).isdisjoint(_emails(terminal.folder / "crm.sqlite"))
            assert len(_emails(sandbox)) == 59
    assert not sandbox.exists()
    assert (terminal.folder / "crm.sqlite").read_bytes() == production
    trail = json.loads(terminal.run("--json", "audit", "verify").stdout)
    assert trail["valid"] is True


def _emails(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {email for (email,) in connection.execute("SELECT Email FROM Customer")}
