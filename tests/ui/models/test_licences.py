import tomllib
from pathlib import Path

from ui.models.licences import LIBRARIES, libraries

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())


def test_everything_sandkeeper_stands_on_is_named() -> None:
    needed = {requirement.partition(">=")[0].partition("[")[0] for requirement in PROJECT["project"]["dependencies"]}
    assert {name for name, _ in LIBRARIES} == needed


def test_each_says_its_version_and_the_name_of_its_licence() -> None:
    found = libraries()
    assert len(found) == len(LIBRARIES)
    assert all(library.version for library in found)
    assert [library for library in found if not library.licence or library.licence == "see the package"] == []


def test_what_is_not_installed_is_left_out() -> None:
    assert libraries((("no-such-distribution", "Nothing"),)) == ()
