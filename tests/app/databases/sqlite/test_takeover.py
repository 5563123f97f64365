"""Rows of the old sandbox survive a refresh, or the refresh says why they cannot."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.operations import ItemState, ProofState
from app.domain.plan import Plan, ReferencePlan
from app.domain.policy import Clause, Operator, Preserve
from app.errors import OutsideError, RefusedError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import Context, Line
from tests.app.databases.sqlite.test_preserve import APPS, ENTRY, change

Make = Callable[[str], Line]

BY_CLIENT = replace(ENTRY, match=("client",))
PARTNERS = Preserve(
    id="partners",
    title="Partners",
    table="partner",
    condition=(Clause(column="id", operator=Operator.ABOVE, value=2),),
    match=("id",),
)


def keeping(line: Line, *entries: Preserve, masks: dict[str, str] | None = None) -> Plan:
    return replace(line.plan(masks), preserve=entries)


def refreshed(
    made: Make, before: str, sandbox: str = "", source: str = "", masks: dict[str, str] | None = None
) -> Line:
    """A line whose sandbox was copied, then changed by its users, and whose source went on meanwhile."""
    line = made(before)
    line.run(line.plan(masks))
    change(line, sandbox)
    with closing(sqlite3.connect(line.source_path, isolation_level=None)) as connection:
        connection.executescript(source)
    return line


def as_it_was(line: Line, plan: Plan, error: type[Exception], match: str) -> str:
    """What the refresh is refused with; nothing else happens."""
    before = line.target_path.read_bytes()
    with pytest.raises(error, match=match) as raised:
        line.prepare(plan)
    assert line.target_path.read_bytes() == before
    assert line.leftovers() == []
    return str(raised.value)


def test_preserved_rows_survive_and_the_copys_make_way(made: Make) -> None:
    line = refreshed(
        made,
        APPS,
        "UPDATE app SET ours = 1, secret = 'own' WHERE client = 'mail';"
        "INSERT INTO app (id, client, secret, ours, partner_id) VALUES (900, 'test', x'00ff', 1, NULL);",
        "INSERT INTO app (client, secret, ours, partner_id) VALUES ('new', 'n', 0, 2)",
    )
    result = line.run(keeping(line, ENTRY))
    assert rows(line.target_path, "SELECT id, client, secret, ours, partner_id FROM app ORDER BY id") == [
        (1, "mail", "own", 1, 1),
        (2, "chat", "c", 0, 2),
        (3, "new", "n", 0, 2),
        (900, "test", b"\x00\xff", 1, None),
    ]
    assert result.words == ("Partner apps: 2 rows of app preserved, 1 of the copy made way",)
    item = result.item("preserved")
    assert (item.state, item.found) == (ItemState.PASSED, "2 rows")
    assert item.details[1:] == (("Partner apps", "app", "2", "1", "0"),)
    assert rows(line.target_path, item.query) == [(2,)]
    assert result.item("rows").state is ItemState.PASSED
    change(line, "INSERT INTO app (client) VALUES ('next')")
    assert rows(line.target_path, "SELECT max(id) FROM app") == [(901,)], "the counter goes on above them"
    line.run(keeping(line, ENTRY))
    assert rows(line.target_path, "SELECT count(*) FROM app WHERE ours") == [(2,)], "and they survive the next one"


def test_a_first_copy_has_nothing_to_preserve(made: Make) -> None:
    line = made(APPS)
    item = line.run(keeping(line, ENTRY)).item("preserved")
    assert (item.state, item.evidence) == (ItemState.NOT_APPLICABLE, "There was no copy before.")
    line.target_path.unlink()
    assert line.prepare(keeping(line, ENTRY)).item("preserved").evidence.endswith("not there any more.")


def test_what_is_told_apart_by_another_column_keeps_its_key(made: Make) -> None:
    line = refreshed(made, APPS, "UPDATE app SET ours = 1, id = 50 WHERE client = 'mail'")
    line.run(keeping(line, BY_CLIENT))
    assert rows(line.target_path, "SELECT id, client FROM app ORDER BY id") == [(2, "chat"), (50, "mail")]


def test_a_key_that_another_row_has_is_an_error(made: Make) -> None:
    line = refreshed(made, APPS, "UPDATE app SET ours = 1, id = 50 WHERE client = 'mail'")
    said = as_it_was(line, keeping(line, ENTRY), OutsideError, r"has the same app.client as another row")
    assert "under `match`" in said
    assert "mail" not in said, "no value is told"


def test_what_must_have_a_value_is_an_error(made: Make) -> None:
    line = made(APPS)
    line.run(line.plan())
    change(line, "UPDATE app SET ours = 1")
    line.source_path.unlink()
    made(
        APPS.replace("ours INT", "ours INT, tenant TEXT NOT NULL DEFAULT 'x' CHECK (tenant <> 'x')")
        .replace("INSERT INTO app (client", "INSERT INTO app (tenant, client")
        .replace("VALUES ('mail'", "VALUES ('t', 'mail'")
        .replace("('chat'", "('u', 'chat'")
    )
    as_it_was(line, keeping(line, ENTRY), OutsideError, "breaks a rule of the new copy")
    line.source_path.unlink()
    made(APPS.replace("secret TEXT", "secret TEXT NOT NULL"))
    change(line, "UPDATE app SET secret = NULL")
    as_it_was(line, keeping(line, ENTRY), OutsideError, r"a preserved row has no app.secret")


def test_columns_that_one_side_lacks_are_left_out(made: Make) -> None:
    line = made(APPS)
    line.run(line.plan())
    change(line, "UPDATE app SET ours = 1, secret = 'own'")
    line.source_path.unlink()
    made(APPS.replace("secret TEXT", "hush TEXT DEFAULT 'd'").replace("secret", "hush"))
    result = line.run(keeping(line, ENTRY))
    assert rows(line.target_path, "SELECT hush, ours FROM app") == [("d", 1), ("d", 1)]
    assert result.words[0].endswith("columns the copy does not have: secret")


GONE = "INSERT INTO partner VALUES (3, 'Own'); UPDATE app SET ours = 1, partner_id = 3 WHERE id = 1"


def test_a_reference_to_what_is_gone_stops_the_operation(made: Make) -> None:
    line = refreshed(made, APPS, GONE)
    said = as_it_was(line, keeping(line, ENTRY), OutsideError, "refer to what the new copy does not have")
    assert "1 of apps in app.partner_id, which leads to partner.id" in said
    line.run(keeping(line, ENTRY, PARTNERS))
    assert rows(line.target_path, "SELECT name FROM app JOIN partner ON partner.id = partner_id") == [
        ("Own",),
        ("Fjord",),
    ], "what is preserved along is no orphan's parent"


def test_orphans_are_left_out_where_the_policy_says_so(made: Make) -> None:
    line = refreshed(made, APPS, GONE)
    result = line.run(keeping(line, replace(ENTRY, leave_orphans=True)))
    assert rows(line.target_path, "SELECT client, partner_id, ours FROM app") == [("mail", 1, 0), ("chat", 2, 0)]
    assert result.item("preserved").details[1] == ("Partner apps", "app", "0", "0", "1")


def test_leaving_out_one_leaves_out_what_refers_to_it(made: Make) -> None:
    tree = "CREATE TABLE node (id INTEGER PRIMARY KEY, parent INT REFERENCES node); INSERT INTO node VALUES (1, NULL);"
    line = refreshed(made, tree, "INSERT INTO node VALUES (10, 99), (11, 10), (12, 11), (20, 1), (21, 20), (22, NULL)")
    entry = Preserve(id="nodes", title="Nodes", table="node", match=("id",), leave_orphans=True)
    line.run(keeping(line, entry))
    assert rows(line.target_path, "SELECT id FROM node ORDER BY id") == [(1,), (20,), (21,), (22,)]


def test_references_of_the_policy_are_looked_at_too(made: Make) -> None:
    line = refreshed(made, APPS.replace("REFERENCES partner", ""), "UPDATE app SET ours = 1, partner_id = id * 8 - 8")
    plan = keeping(line, ENTRY)
    said = ReferencePlan(column="partner_id", table="partner", referred="id", nothing=(0,))
    tables = tuple(replace(t, references=(said,)) if t.table == "app" else t for t in plan.tables)
    message = as_it_was(line, replace(plan, tables=tables), OutsideError, "refer to what the new copy does not have")
    assert "1 of apps in app.partner_id" in message, "0 refers to nothing, 8 to what is not there"


def test_what_people_filled_in_is_no_unmasked_value(made: Make) -> None:
    line = refreshed(made, APPS, "UPDATE app SET ours = 1, secret = 'own' WHERE id = 1", masks={"app.secret": "null"})
    result = line.run(keeping(line, ENTRY, masks={"app.secret": "null"}))
    assert rows(line.target_path, "SELECT id, secret FROM app") == [(1, "own"), (2, None)]
    assert result.item("masked").state is ItemState.PASSED


def test_the_proof_searches_what_was_preserved(made: Make) -> None:
    mails = "ALTER TABLE partner ADD mail TEXT; UPDATE partner SET mail = 'someone' || id || '@fjord-trading.no';"
    masks = {"partner.mail": "email", "app.secret": "token"}
    line = refreshed(
        made,
        APPS + mails,
        "UPDATE app SET ours = 1, secret = 'ask someone2@fjord-trading.no' WHERE id = 1",
        masks=masks,
    )
    proof = line.prepare(keeping(line, ENTRY, masks=masks)).proof
    assert proof.state is ProofState.HITS
    assert [(hit.table, hit.column) for hit in proof.hits] == [("app", "secret")]


def test_what_was_written_a_moment_ago_is_preserved(made: Make) -> None:
    line = refreshed(made, "PRAGMA journal_mode = WAL;" + APPS)
    with closing(sqlite3.connect(line.target_path, isolation_level=None)) as user:
        user.execute("UPDATE app SET ours = 1, secret = 'own'")
        assert Path(f"{line.target_path}-wal").stat().st_size
        result = line.prepare(keeping(line, ENTRY))
    assert result.item("preserved").found == "2 rows"


def test_only_the_sandbox_that_is_ours_is_read(made: Make) -> None:
    line = refreshed(made, APPS, "UPDATE app SET ours = 1")

    def swap() -> None:
        line.target_path.unlink()
        with closing(sqlite3.connect(line.target_path, isolation_level=None)) as connection:
            connection.executescript(APPS)

    with pytest.raises(RefusedError, match="not one that Sandkeeper made"):
        line.until(keeping(line, ENTRY), "neutralise", Context(), before=swap)


def test_an_entry_the_old_sandbox_cannot_answer_is_an_error(made: Make) -> None:
    line = refreshed(made, APPS, "ALTER TABLE app RENAME COLUMN ours TO owned")
    assert "no column ours in app" in as_it_was(line, keeping(line, ENTRY), OutsideError, "cannot be asked for it")
    change(line, "DROP TABLE app")
    result = line.run(keeping(line, ENTRY))
    assert result.words == ("Partner apps: the old sandbox has no table app",)
