"""Rules of the house that no tool checks: who tests what, how long a file may be, what may not stand in it."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 400

# Modules with logic whose tests stand elsewhere, and where.
TESTED_ELSEWHERE: dict[str, str] = tomllib.loads((ROOT / "tests" / "tested_elsewhere.toml").read_text())


@cache
def _tracked() -> tuple[Path, ...]:
    """Files under version control; in an unpacked archive, every file that is not built or installed."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return tuple(p for p in (ROOT / n for n in done.stdout.split("\0") if n) if p.is_file())
    hidden = (".venv", "build", "__pycache__")
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not any(part in hidden for part in p.parts))


def _python(*folders: str) -> list[Path]:
    return [p for p in _tracked() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in folders]


def _has_logic(path: Path) -> bool:
    """Whether any function does something: a Protocol's methods and bare declarations do not."""

    def does_something(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        return any(
            not (isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)))
            for s in function.body
        )

    functions = (
        n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(does_something(f) for f in functions)


def _own_tests(module: Path) -> list[Path]:
    """Where the tests of a module may stand: the same path below tests/, a package's under its own name."""
    place = module.relative_to(ROOT)
    folder = ROOT / "tests" / place.parent
    if place.name == "__init__.py":
        return [folder / f"test_{place.parent.name}.py", folder.parent / f"test_{place.parent.name}.py"]
    return [folder / f"test_{place.stem}.py"]


def test_every_module_of_the_library_that_does_something_has_its_tests() -> None:
    alone = []
    for module in _python("app"):
        name = module.relative_to(ROOT).as_posix()
        if "/versions/" in name or not _has_logic(module) or any(t.exists() for t in _own_tests(module)):
            continue
        if name not in TESTED_ELSEWHERE:
            alone.append(name)
    assert alone == [], "write their tests, or say in tests/tested_elsewhere.toml where they stand"


@pytest.mark.parametrize("name", sorted(TESTED_ELSEWHERE))
def test_no_exception_outlives_its_reason(name: str) -> None:
    module = ROOT / name
    assert module.is_file(), "the module is gone"
    assert _has_logic(module), "nothing in it needs a test"
    assert not any(t.exists() for t in _own_tests(module)), "it has tests of its own now"
    assert (ROOT / TESTED_ELSEWHERE[name]).is_file(), "its tests are gone"


def test_every_folder_of_tests_is_a_package() -> None:
    """Otherwise two files of one name, in different folders, are one module to pytest, and one of them is not run."""
    folders = {p.parent for p in _python("tests") if p.name.startswith("test_")}
    assert sorted(f.relative_to(ROOT).as_posix() for f in folders if not (f / "__init__.py").exists()) == []


def test_no_file_has_grown_into_two_nouns() -> None:
    long = {p.relative_to(ROOT).as_posix(): n for p in _python("app", "ui", "tests") if (n := _lines(p)) > LONGEST}
    assert long == {}


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


# Spelt so that this file does not match itself.
_FORBIDDEN = {
    # ana is the person of our examples and lives nowhere
    "a person's home folder": re.compile(r"(?<![\w.:/}~-])/(?:home|Users|root)/(?!ana\b)\w" + r"|\b[A-Z]:\\+Users\\"),
    "a package index": re.compile(
        r"--(?:extra-)?index" + r"-url[ =]\S*:/|/simp" + r"le/|pypi" + r"\.org/|files\.python" + r"hosted"
    ),
}


@pytest.mark.parametrize("what", sorted(_FORBIDDEN))
def test_no_tracked_file_names(what: str) -> None:
    found = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a database
        found += [f"{path.relative_to(ROOT)}: {m.group(0)}" for m in _FORBIDDEN[what].finditer(text)]
    assert found == []


def test_the_lock_pins_everything_with_hashes_and_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^\w.*(?:\n .*)*", text, flags=re.MULTILINE)
    assert len(pins) > 50
    assert [p.splitlines()[0] for p in pins if "--hash=sha256:" not in p or "==" not in p] == []
    assert "://" not in text


def test_the_command_line_and_the_wiring_start_without_the_workflow_engine_and_qt() -> None:
    program = "import sys, app.cli, app.bootstrap; print([m for m in ('dbos', 'PySide6') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
