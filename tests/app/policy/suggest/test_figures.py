"""How good suggestions are, on databases whose truth a person wrote down: the figures stand in the guide, exactly."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.databases.demo import make_agency_database
from app.policy.suggest import Suggestion
from tests.app.policy.suggest.databases import columns, database, schema_of, suggested
from tests.app.policy.suggest.truth.reading import Compared, compared, plain, script, truth

GUIDE = Path(__file__).parents[4] / "docs" / "guide" / "suggest.md"


def recorded(name: str) -> str:
    """The row of the guide's table about this database."""
    found = re.search(rf"^\| `{name}`[^|]*\| (.*) \|$", GUIDE.read_text(), re.MULTILINE)
    return found[1] if found else "the guide has no row of it"


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Suggestion]:
    found: dict[str, Suggestion] = {}

    def of(name: str) -> Suggestion:
        if name not in found:
            path = tmp_path_factory.mktemp(name) / f"{name}.sqlite"
            if name == "agency":
                make_agency_database(path, 120)
            elif name in ("chinook", "northwind"):
                folder: Path = request.getfixturevalue("realdb")
                path.write_bytes((folder / f"{name}.sqlite").read_bytes())
            else:
                database(path, script(truth(name)))
            found[name] = suggested(path)
        return found[name]

    return of


@pytest.fixture(scope="module", params=["chinook", "northwind", "agency", "agency_names", "crm_online"])
def case(request: pytest.FixtureRequest, measured: Callable[[str], Suggestion]) -> tuple[str, Compared]:
    return request.param, compared(truth(request.param), measured(request.param))


def test_nothing_guarded_is_ever_kept(case: tuple[str, Compared]) -> None:
    _, found = case
    assert found.missed == ()
    assert found.figures.recall == 1


def test_the_figures_are_those_of_the_guide(case: tuple[str, Compared]) -> None:
    name, found = case
    assert found.figures.row == recorded(name), (found.wrong, found.needless)


@pytest.mark.parametrize("name", ["chinook", "northwind", "agency"])
def test_the_truth_speaks_of_every_column(name: str, measured: Callable[[str], Suggestion]) -> None:
    said = {plain(f"{table}.{column}") for table, found in truth(name).items() for column in found}
    there = {plain(place) for place in columns(measured(name))}
    assert there <= said
    assert {place for place in said - there if not place.startswith("usstates.")} == set()


def test_the_truth_of_a_database_without_rows_is_its_structure(tmp_path: Path) -> None:
    tables = truth("crm_online")
    path = database(tmp_path / "crm.sqlite", script(tables))
    assert {t.name: [c.name for c in t.columns] for t in schema_of(path).tables} == {
        table: list(found) for table, found in tables.items()
    }
    assert len(tables) >= 90
