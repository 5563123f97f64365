from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.databases.postgresql.embedded import PrivateServer
from app.services.demo import TENANTS
from tests.app.cli.conftest import Run
from tests.app.office import Office


@pytest.fixture
def private(empty_office: Office) -> Iterator[PrivateServer]:
    """The server that the demo on PostgreSQL will bring along."""
    server = PrivateServer(empty_office.parts.home.demo / "postgresql")
    yield server
    server.remove()


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")


def test_the_demo_is_made_once_and_says_how_to_go_on(run: Run) -> None:
    first = run("demo", "create", "--rows", "20")
    assert first.code == 0
    assert "provision 'Harbor Insurance/sandbox' --acknowledge all --confirm sandbox" in first.out
    again = run("--json", "demo", "create").json
    assert again["created"] is False
    assert [f"{e['tenant']}/{e['name']}" for e in again["environments"]] == [
        f"{tenant.name}/{name}" for tenant in TENANTS for name in ("production", *(name for name, _ in tenant.copies))
    ]
    assert "there already" in run("demo", "create").out
    assert run("demo", "create", "--rows", "0").code == 2


def test_the_demo_can_be_made_on_postgresql(run: Run, private: PrivateServer) -> None:
    assert run("demo", "create", "--engine", "oracle").code == 2
    first = run("--json", "demo", "create", "--rows", "20", "--engine", "postgresql")
    assert first.code == 0, first.err
    assert sorted(first.json) == ["created", "environments"]
    assert {e["database"].partition("?")[0] for e in first.json["environments"]} >= {
        "postgresql://sandkeeper_reader@:5432/harbor_production",
        "postgresql://sandkeeper_worker@:5432/harbor_training_01",
    }
    assert run("--json", "demo", "create").json["created"] is False
    assert run("demo", "create", "--engine", "sqlite").code == 3


def test_without_a_display_the_demo_is_done_in_the_terminal(no_display: None, run: Run) -> None:
    assert run("demo", "create", "--rows", "20").code == 0
    said = run("console", "--demo")
    assert said.code == 0, said.err
    assert "no display" in said.err
    assert "Provisioned Harbor Insurance/sandbox" in said.out
    assert "No original value is left" in said.out
    certificate = next(line for line in said.out.splitlines() if line.startswith("Certificate: "))
    assert Path(certificate.removeprefix("Certificate: ")).is_file()
    again = run("--json")
    assert (again.code, again.json["kind"]) == (0, "refresh")


def test_a_home_with_tenants_of_its_own_is_never_given_a_demo(no_display: None, office: Office, run: Run) -> None:
    said = run()
    assert said.code == 1
    assert "Harbor" in said.out
    assert "needs a display" in said.err
    assert [t.name for t in office.services.tenants.all()] == ["Harbor"]


def test_without_a_command_the_console_opens_on_this_home(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    opened: list[tuple[Path | None, str | None]] = []

    def open_console(home: Path | None, catalog_url: str | None) -> int:
        opened.append((home, catalog_url))
        return 0

    assert main(["--home", str(office.home)], open_console=open_console, services=office.services) == 0
    assert main(["console"], open_console=open_console, services=office.services) == 0
    assert opened == [(office.home, None), (None, None)]


def test_the_consoles_exit_code_is_ours(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert main([], open_console=lambda home, catalog_url: 3, services=office.services) == 3
