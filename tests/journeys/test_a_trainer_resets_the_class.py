"""Several training sandboxes back at the same starting point, in one command."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.app.office import POLICY, make_production
from tests.journeys.conftest import Person

SEATS = ("training-01", "training-02", "training-03")


def _people(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM person ORDER BY id")]


def test_the_whole_class_is_back_where_it_began(person: Person) -> None:
    make_production(person.folder / "production.sqlite")
    (person.folder / "school.yaml").write_text(POLICY)
    person.does("tenant", "add", "School")
    person.does("environment", "add", "School", "production", "--kind", "production",
                "--database", "sqlite:///production.sqlite")  # fmt: skip
    for seat in SEATS:
        person.does("environment", "add", "School", seat, "--kind", "training",
                    "--database", f"sqlite:///{seat}.sqlite", "--policy", "school.yaml")  # fmt: skip
        person.does("provision", f"School/{seat}", "--acknowledge", "all", "--confirm", seat)
    start = {seat: _people(person.folder / f"{seat}.sqlite") for seat in SEATS}
    assert len({tuple(people) for people in start.values()}) == 1, "every pupil sees the same people"

    for seat in SEATS:
        with closing(sqlite3.connect(person.folder / f"{seat}.sqlite")) as connection, connection:
            connection.execute("UPDATE person SET name = 'a pupil was here'")

    refs = [f"School/{seat}" for seat in SEATS]
    typed = [word for seat in SEATS for word in ("--confirm", seat)]
    told = person("reset", *refs)
    assert told.code == 3
    assert "180 rows" in told.err or "60 rows" in told.err, "what pupils lose is said before"
    assert person("reset", *refs, "--acknowledge", "all", *typed[:-2]).code == 3
    assert _people(person.folder / "training-01.sqlite")[0] == "a pupil was here"

    done = person.does("reset", *refs, "--acknowledge", "all", *typed)
    assert [o["state"] for o in done["operations"]] == ["succeeded"] * 3
    assert {seat: _people(person.folder / f"{seat}.sqlite") for seat in SEATS} == start
