import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.app.cli.conftest import Run
from tests.app.office import Office


def test_records_are_listed_verified_and_exported(office: Office, run: Run, tmp_path: Path) -> None:
    out = run("audit", "list").out
    assert "tenant.add" in out
    assert [r["number"] for r in run("--json", "audit", "list").json["records"]] == [1, 2, 3]
    assert [r["number"] for r in run("--json", "audit", "list", "--limit", "1").json["records"]] == [3]
    verdict = run("--json", "audit", "verify")
    assert verdict.code == 0
    assert {k: verdict.json[k] for k in ("valid", "records", "first_broken")} == {
        "valid": True,
        "records": 3,
        "first_broken": None,
    }
    assert run("audit", "export", str(tmp_path / "t.jsonl")).code == 0
    assert json.loads((tmp_path / "t.jsonl").read_text().splitlines()[0])["action"] == "tenant.add"
    assert run("audit", "export", str(tmp_path / "t.jsonl")).code == 3


def test_a_broken_chain_exits_with_1_and_names_the_record(office: Office, run: Run) -> None:
    with closing(sqlite3.connect(office.parts.home.catalog_path)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        (table,) = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'audit%'"
        ).fetchone()
        connection.execute(f"UPDATE {table} SET actor = 'nobody' WHERE number = 2")
    said = run("--json", "audit", "verify")
    assert (said.code, said.json["valid"], said.json["first_broken"]) == (1, False, 2)
    text = run("audit", "verify")
    assert text.code == 1
    assert "record 2" in text.err
