"""Commands run with nothing of ours, say what they do, and never outlive their time."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.databases.commands import run_command
from app.domain.policy import Run
from app.errors import CancelledError, OutsideError
from tests.app.databases.sqlite.line import Context

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="commands are run on Linux and macOS")
URL = "sqlite:////srv/staging.sqlite"


def shell(script: str, **more: object) -> Run:
    return Run(id="migrate", title="Migrations", command=("/bin/sh", "-c", script), **more)  # type: ignore[arg-type]  # test data


def said(entry: Run, password: str | None = None, url: str = URL) -> list[str]:
    ctx = Context()
    run_command(entry, url, ctx, password=password)
    return [line.removeprefix("migrate: ") for line in ctx.lines]


def test_the_environment_holds_the_connection_and_nothing_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_OF_OURS", "hush")
    variables = dict(line.split("=", 1) for line in said(Run(id="migrate", title="x", command=("env",))))
    home = Path(variables.pop("HOME"))
    assert set(variables) == {"PATH", "LANG", "SANDKEEPER_DATABASE_URL"}
    assert variables["SANDKEEPER_DATABASE_URL"] == URL
    assert not home.exists(), "its folder goes with it"
    (here,) = said(shell("touch mine; pwd", folder=str(tmp_path)))
    assert here == str(tmp_path)
    empty = said(shell('pwd; echo "$HOME"; ls -A'))
    assert len(empty) == 2
    assert empty[0] == empty[1]


def test_a_password_is_in_the_url_and_in_nothing_that_is_logged() -> None:
    url = "postgresql://maker@db.example:5433/staging?host=/run"
    script = (
        'case "$SANDKEEPER_DATABASE_URL" in postgresql://maker:*@db.example:5433/staging*) echo right;; esac;'
        'echo "$SANDKEEPER_DATABASE_URL"; exit 3'
    )
    ctx = Context()
    with pytest.raises(OutsideError) as raised:
        run_command(shell(script), url, ctx, password="p/ä:ss@w%rd")
    assert ctx.lines[0] == "migrate: right"
    assert ":***@" in ctx.lines[1]
    assert "rd@" not in "".join(ctx.lines)
    assert "rd@" not in str(raised.value)


def test_output_arrives_as_lines_fit_for_a_log() -> None:
    script = r"printf 'a\033[31mred\033[0m\007\nslow\rdone\r\n\377x\n'; echo complaint >&2; printf 'no end'"
    assert said(shell(script)) == ["ared", "done", "\ufffdx", "complaint", "no end"]
    (long,) = said(shell("head -c 100000 /dev/zero | tr '\\0' x"))
    assert len(long) == 500
    many = said(shell("seq 2500"))
    assert (len(many), many[1999], many[-1]) == (2001, "2000", "500 more lines are left out")


def test_a_line_is_told_before_the_command_ends(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    os.mkfifo(heard)

    class Answering(Context):
        def log(self, text: str) -> None:
            super().log(text)
            if text == "migrate: are you there":
                heard.write_text("yes\n")  # the command waits for this

    ctx = Answering()
    run_command(shell(f'echo are you there; read answer < "{heard}"; echo "$answer"', timeout=20), URL, ctx)
    assert ctx.lines == ["migrate: are you there", "migrate: yes"]


def test_a_failure_names_entry_code_and_last_words() -> None:
    with pytest.raises(OutsideError, match="Migrations failed") as raised:
        said(shell("seq 9; exit 7"))
    assert raised.value.detail == "The command of migrate ended with exit code 7. It said last: 5 / 6 / 7 / 8 / 9"
    with pytest.raises(OutsideError, match="by signal SIGTERM"):
        said(shell("kill -TERM $$"))


@pytest.mark.parametrize(
    ("command", "folder", "why"),
    [
        (("/no/such/program",), "", "there is no such program"),
        (("no-such-program-anywhere",), "", "there is no such program"),
        (("/etc/passwd",), "", "may not be executed"),
        (("/bin/true",), "/no/such/folder", "there is no folder /no/such/folder"),
        (("/bin/echo", "a\0b"), "", "a character that no command can have"),
    ],
)
def test_what_cannot_be_started_is_said(command: tuple[str, ...], folder: str, why: str) -> None:
    with pytest.raises(OutsideError, match="Migrations cannot be started") as raised:
        said(Run(id="migrate", title="Migrations", command=command, folder=folder))
    assert why in raised.value.detail


WAITING = "sh -c 'echo child $$; exec sleep 1000' & echo leader $$; wait"


def _gone(ctx: Context) -> bool:
    pids = [int(line.rpartition(" ")[2]) for line in ctx.lines]
    assert len(pids) == 2
    return not any(_runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    """Whether it does anything still: a zombie waits for init alone."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_too_long_ends_the_whole_group() -> None:
    ctx = Context()
    with pytest.raises(OutsideError, match="Migrations took too long"):
        run_command(shell(WAITING, timeout=1), URL, ctx)
    assert _gone(ctx)


def test_a_cancel_ends_the_whole_group() -> None:
    class Impatient(Context):
        def log(self, text: str) -> None:
            super().log(text)
            self.cancelled = len(self.lines) == 2

    ctx = Impatient()
    with pytest.raises(CancelledError):
        run_command(shell(WAITING), URL, ctx)
    assert _gone(ctx)


def test_what_is_left_in_the_background_ends_with_the_command() -> None:
    ctx = Context()
    run_command(
        shell("sh -c 'echo child $$; touch told; exec sleep 1000' & until [ -e told ]; do :; done; echo leader $$"),
        URL,
        ctx,
    )
    assert _gone(ctx)


def test_a_command_ends_with_the_process_that_asked_for_it(tmp_path: Path) -> None:
    asking = (
        "import os; from app.databases.commands import run_command; from app.domain.policy import Run\n"
        "from tests.app.databases.sqlite.line import Context\n"
        "class Dying(Context):\n"
        "    def log(self, text):\n"
        "        print(text, flush=True); os.kill(os.getpid(), 9)\n"
        "run_command(Run(id='m', title='m', command=('/bin/sh', '-c', 'echo $$; exec sleep 1000')), 'sqlite:////x',"
        " Dying())"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", asking], capture_output=True, text=True, check=False, cwd=root, env=dict(os.environ)
    )
    assert done.returncode == -9
    pid = int(done.stdout.removeprefix("m: "))
    end = time.monotonic() + 10
    while _runs(pid):
        assert time.monotonic() < end, "it outlived the process that asked for it"
