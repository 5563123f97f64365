import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.audit import AuditRecord
from app.errors import OutsideError, RefusedError
from app.services.audit import record_data
from tests.app.office import Office


def _tamper(office: Office, sql: str) -> None:
    with closing(sqlite3.connect(office.parts.home.catalog_path)) as connection, connection:
        table = next(
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'audit%'")
        )
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(sql.format(table=table))


def test_an_untouched_chain_holds(office: Office) -> None:
    verdict = office.services.audit.verify()
    assert (verdict.valid, verdict.records) == (True, 3)
    assert office.services.audit.count() == 3


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE {table} SET subject = 'Somebody' WHERE number = 2", 2),
        ("DELETE FROM {table} WHERE number = 2", 2),
        ("DELETE FROM {table} WHERE number = 3", 3),
        ("UPDATE {table} SET number = number + 10 WHERE number = 1", 1),
    ],
)
def test_a_record_that_was_changed_removed_moved_or_cut_off_is_named(office: Office, sql: str, broken: int) -> None:
    _tamper(office, sql)
    verdict = office.services.audit.verify()
    assert (verdict.valid, verdict.first_broken) == (False, broken)
    assert verdict.why


def test_an_export_has_every_record_and_can_be_verified_by_others(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    assert office.services.audit.export(file) == 3
    assert file.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    key = office.parts.secrets.integrity_key("audit")
    for line, record in zip(lines, office.services.audit.all(), strict=True):
        assert line == record_data(record)
        assert line["hash"] == record.sealed(key)
        assert isinstance(record, AuditRecord)


def test_an_export_replaces_no_file_and_leaves_none_behind_when_it_fails(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    file.write_text("mine")
    with pytest.raises(RefusedError, match="exists"):
        office.services.audit.export(file)
    assert file.read_text() == "mine"
    with pytest.raises(OutsideError):
        office.services.audit.export(tmp_path / "missing" / "trail.jsonl")


def test_records_can_be_read_from_where_one_left_off(office: Office) -> None:
    assert [r.number for r in office.services.audit.all(after=1, limit=1)] == [2]
