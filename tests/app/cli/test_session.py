import sys
from pathlib import Path

import pytest

from app.cli.output import Output
from app.cli.session import Session


def test_a_command_to_copy_works_in_the_same_home(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(Output(json=False))
    session.home = Path("/srv/my home")
    session.catalog_url = "sqlite:////srv/c.sqlite"
    monkeypatch.setattr(sys, "argv", ["/usr/bin/sandkeeper"])
    assert session.command("wipe", "O'Brien/sandbox") == (
        "sandkeeper --home '/srv/my home' --catalog sqlite:////srv/c.sqlite wipe 'O'\"'\"'Brien/sandbox'"
    )
    monkeypatch.setattr(sys, "argv", ["main.py"])
    assert session.program == "python main.py"


def test_services_are_built_when_first_needed_and_let_go(tmp_path: Path) -> None:
    session = Session(Output(json=False))
    session.home = tmp_path / "home"
    session.close()
    assert not session.home.exists()
    assert session.services.tenants.all() == ()
    assert session.services is session.services
    assert session.home.exists()
    session.close()


def test_a_home_that_cannot_be_written_has_no_log(tmp_path: Path) -> None:
    session = Session(Output(json=False))
    (tmp_path / "file").write_text("")
    session.home = tmp_path / "file"
    assert session.log_file() is None
