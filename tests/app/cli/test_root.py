import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, cast

import pytest
import typer
from typer.core import TyperGroup

import app
from app.cli import main
from app.cli.root import cli
from app.services.tenants import TenantService
from tests.app.cli.conftest import Run
from tests.app.office import Office

ROOT = Path(__file__).parents[3]


def test_json_may_stand_before_or_after_the_command(run: Run) -> None:
    assert run("--json", "tenant", "list").json == run("tenant", "list", "--json").json == {"tenants": []}


def test_what_follows_two_hyphens_is_no_option(run: Run) -> None:
    assert run("tenant", "add", "--", "--json").code == 0
    assert [t["name"] for t in run("tenant", "list", "--json").json["tenants"]] == ["--json"]


@pytest.mark.parametrize(
    "words", [("nonsense",), ("tenant",), ("tenant", "add"), ("tenant", "list", "--nope"), ("environment", "add", "a")]
)
def test_wrong_usage_exits_with_2_and_is_an_object_for_scripts(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words)
    assert said.code == 2
    assert said.out == ""
    assert "--help" in said.err
    asked = run("--json", *words)
    assert asked.code == 2
    assert asked.json["error"]["kind"] == "usage"
    assert asked.json["error"]["title"]


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.strip() == f"sandkeeper {app.__version__}"


def test_every_command_of_the_contract_has_its_help(run: Run) -> None:
    commands = (
        "demo create|tenant add|tenant list|tenant show|tenant remove|environment add|environment set|environment list|"
        "environment show|environment remove|plan|provision|refresh|reset|wipe|checklist|inspect|operation list|"
        "operation show|operation cancel|operation resume|policy list|policy show|policy check|policy suggest|"
        "policy decide|audit list|audit verify|audit export|worker|console"
    )
    for command in commands.split("|"):
        said = run(*command.split(), "--help")
        assert said.code == 0, command
        assert "Usage" in said.out, command


class _Broken:
    def all(self) -> NoReturn:
        raise RuntimeError("IntegrityError: value 'Margaret Ashdown'")


def test_a_bug_is_told_in_short_and_traced_in_the_log_alone(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    broken = replace(office.services, tenants=cast(TenantService, _Broken()))
    code = main(["--home", str(office.home), "tenant", "list"], services=broken)
    said = capsys.readouterr()
    assert code == 1
    assert "met a bug (RuntimeError)" in said.err
    assert "Margaret" not in said.err + said.out
    assert "Traceback" not in said.err
    log = office.home / "logs" / "command.log"
    assert str(log) in said.err
    assert "Traceback" in log.read_text()
    assert main(["--home", str(office.home), "--json", "tenant", "list"], services=broken) == 1
    assert json.loads(capsys.readouterr().out)["error"]["kind"]


class _Interrupted:
    def all(self) -> NoReturn:
        raise KeyboardInterrupt


def test_ctrl_c_exits_with_4(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    stopped = replace(office.services, tenants=cast(TenantService, _Interrupted()))
    assert main(["tenant", "list"], services=stopped) == 4
    assert "Stopped" in capsys.readouterr().err


def test_a_home_that_cannot_be_used_is_told_without_a_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert main(["--home", str(tmp_path / "file"), "tenant", "list"]) == 1
    err = capsys.readouterr().err
    assert "Error:" in err
    assert "Traceback" not in err
    assert main(["--home", "", "tenant", "list"]) == 2


def test_a_list_needs_neither_the_migrations_nor_the_recognisers_nor_the_workflow_engine(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from app.cli import main\n"
        f"home = ['--home', {str(tmp_path / 'home')!r}]\n"
        "if len(sys.argv) > 1: sys.exit(main([*home, 'tenant', 'add', 'Harbor']))\n"
        "code = main([*home, 'tenant', 'list'])\n"
        "heavy = ('dbos', 'alembic', 'faker', 'phonenumbers', 'ahocorasick_rs', 'stdnum', 'PySide6')\n"
        "print([m for m in heavy if m in sys.modules], code)\n"
    )
    subprocess.run([sys.executable, "-c", program, "make"], cwd=ROOT, check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[] 0"


def test_the_guide_knows_every_command() -> None:
    page = (ROOT / "docs" / "guide" / "command-line.md").read_text()
    root = typer.main.get_command(cli)
    assert isinstance(root, TyperGroup)
    missing = []
    for name, command in root.commands.items():
        inner = command.commands if isinstance(command, TyperGroup) else {}
        row = " ".join(line for line in page.splitlines() if line.startswith(f"| `{name} "))
        words = [name, *inner] if inner else [name]
        missing += [f"{name} {word}" for word in words if word not in row and f"`{word} TENANT/NAME`" not in page]
    assert missing == []


def _to(stream: str, home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = f'"$@" > {stream}' if stream.startswith("/") else f'"$@" | {stream}'
    main_ = [sys.executable, str(ROOT / "main.py"), "--home", str(home), *words]
    return subprocess.run(["bash", "-c", command, "-", *main_], capture_output=True, text=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_the_output_is_told_and_is_no_bug(tmp_path: Path) -> None:
    for words in (("tenant", "list"), ("--json", "tenant", "list")):
        done = _to("/dev/full", tmp_path / "home", *words)
        assert done.returncode == 1
        assert "could not be written" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_trouble(tmp_path: Path) -> None:
    done = _to("true", tmp_path / "home", "audit", "list")
    assert done.stderr == ""
