"""What is preserved of the old sandbox: how many rows there are, and that they survive a refresh."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from app.databases.sqlite import preserve
from app.domain.environments import Identity
from app.domain.policy import Clause, Operator, Preserve, RowSet
from app.errors import OutsideError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, Line

Make = Callable[[str], Line]

APPS = """
CREATE TABLE partner (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE app (id INTEGER PRIMARY KEY AUTOINCREMENT, client TEXT NOT NULL UNIQUE, secret TEXT, ours INT,
  partner_id INT REFERENCES partner);
INSERT INTO partner VALUES (1, 'Nordlys'), (2, 'Fjord');
INSERT INTO app (client, secret, ours, partner_id) VALUES ('mail', 'm', 0, 1), ('chat', 'c', 0, 2);
"""
OURS = (Clause(column="ours", operator=Operator.IS, value=1),)
LONG = (Clause(column="name", operator=Operator.LIKE, value="%ord%"),)
ENTRY = Preserve(id="apps", title="Partner apps", table="app", condition=OURS, match=("id",))


def change(line: Line, sql: str) -> None:
    with closing(sqlite3.connect(line.target_path, isolation_level=None)) as connection:
        connection.executescript(sql)


def test_what_would_survive_is_counted(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    line = made(APPS)
    assert ADAPTER.preserved(line.target, [ENTRY]) == {}, "there is no copy yet"
    line.run(line.plan())
    change(line, "UPDATE app SET ours = 1, partner_id = 2; CREATE VIEW seen AS SELECT * FROM app")
    fjord = RowSet(
        table="partner", column="id", condition=(Clause(column="name", operator=Operator.IS, value="Fjord"),)
    )
    of_fjord = (*OURS, Clause(column="partner_id", operator=Operator.IN_ROWS, value=fjord))
    entries = [
        ENTRY,
        replace(ENTRY, id="fjord", condition=of_fjord),
        replace(ENTRY, id="gone", table="nowhere"),
        replace(ENTRY, id="view", table="seen"),
    ]
    assert ADAPTER.preserved(line.target, entries) == {"apps": 2, "fjord": 2}
    with pytest.raises(OutsideError, match="cannot be asked") as raised:
        ADAPTER.preserved(line.target, [replace(ENTRY, match=("tenant",))])
    assert "no column tenant in app" in raised.value.detail
    monkeypatch.setattr(preserve, "SECONDS", -1.0)
    change(
        line,
        "INSERT INTO partner (name) SELECT a.name FROM partner a, partner b, partner c, partner d, partner e,"
        " partner f, partner g, partner h, partner i, partner j, partner k, partner l",
    )
    with pytest.raises(OutsideError, match="could not be counted"):
        ADAPTER.preserved(line.target, [replace(ENTRY, table="partner", condition=LONG)])


def test_nothing_is_counted_in_what_is_not_ours(made: Make) -> None:
    line = made(APPS)
    line.run(line.plan())
    change(line, "UPDATE app SET ours = 1")
    stranger = replace(line.environment, identity=Identity(engine="sqlite", major="1", minor="1"))
    assert ADAPTER.preserved(replace(line.target, environment=stranger), [ENTRY]) == {}
    change(line, "UPDATE sandkeeper_marker SET nonce = 'another'")
    assert ADAPTER.preserved(line.target, [ENTRY]) == {}
    assert rows(line.target_path, "SELECT count(*) FROM app WHERE ours") == [(2,)]
