"""Invariant 7: what was done is on record with what it was done to, and tampering with the file shows."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.catalog import SqlCatalog
from app.domain.audit import GENESIS, AuditHead, AuditVerdict, verify
from app.errors import OutsideError
from tests.app.catalog.conftest import KEY, START, SetClock, opened_at, tenant


def record(catalog: SqlCatalog, count: int) -> None:
    for number in range(count):
        with catalog.write() as tx:
            tx.audit.append("environment.add", f"Harbor/{number}", kind="sandbox", rows=[number, 1.5, None, "ä"])


def verdict(catalog: SqlCatalog, heads: list[tuple[int, str]]) -> AuditVerdict:
    with catalog.read() as tx:
        records = tx.audit.all()
    return verify(records, KEY, AuditHead(number=heads[-1][0], hash=heads[-1][1]) if heads else None)


def test_records_are_numbered_chained_and_come_back_as_they_were_sealed(
    catalog: SqlCatalog, heads: list[tuple[int, str]]
) -> None:
    record(catalog, 3)
    with catalog.read() as tx:
        records = tx.audit.all()
        assert [r.number for r in records] == [1, 2, 3]
        assert [r.previous for r in records] == [GENESIS, records[0].hash, records[1].hash]
        assert (records[0].at, records[0].actor) == (START, "ana@desk")
        assert records[0].detail == {"kind": "sandbox", "rows": [0, 1.5, None, "ä"]}
        assert tx.audit.count() == 3
        assert [r.number for r in tx.audit.all(after=1, limit=1)] == [2]
    assert heads == [(r.number, r.hash) for r in records]
    assert verdict(catalog, heads) == AuditVerdict(valid=True, records=3)


def test_a_record_lands_with_what_it_records_or_not_at_all(catalog: SqlCatalog, heads: list[tuple[int, str]]) -> None:
    def fail_late() -> None:
        with catalog.write() as tx:
            tx.tenants.add(tenant())
            tx.audit.append("tenant.add", "Harbor")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_late()
    with catalog.read() as tx:
        assert tx.audit.count() == 0
        assert tx.tenants.all() == []
    assert heads == [], "the head kept outside is never ahead of the catalog"
    assert catalog.last_change() == 0


def test_several_records_of_one_transaction_follow_one_another(
    catalog: SqlCatalog, heads: list[tuple[int, str]]
) -> None:
    with catalog.write() as tx:
        tx.audit.append("a", "Harbor")
        tx.audit.append("b", "Harbor")
    assert [number for number, _ in heads] == [2]
    assert verdict(catalog, heads).valid


@pytest.mark.parametrize("detail", [{1, 2}, float("nan"), START, b"bytes"])
def test_a_detail_that_is_no_plain_json_is_refused_before_anything_is_stored(
    catalog: SqlCatalog, detail: object
) -> None:
    with pytest.raises((TypeError, ValueError)), catalog.write() as tx:
        tx.audit.append("a", "Harbor", detail=detail)
    with catalog.read() as tx:
        assert tx.audit.count() == 0


@pytest.mark.parametrize(
    ("tamper", "first_broken"),
    [
        ("UPDATE audit SET actor = 'eve' WHERE number = 2", 2),
        ("UPDATE audit SET at = '2026-11-02T09:00:01+00:00' WHERE number = 3", 3),
        ("UPDATE audit SET at = 'never' WHERE number = 3", 3),
        ("UPDATE audit SET at = X'00ff' WHERE number = 3", 3),
        ("UPDATE audit SET detail = 'not json' WHERE number = 4", 4),
        ("UPDATE audit SET detail = '[' || detail || ']' WHERE number = 4", 4),
        ("UPDATE audit SET actor = CAST(X'ff61' AS TEXT) WHERE number = 4", 4),
        ("UPDATE audit SET hash = 'é' WHERE number = 1", 1),
        ("UPDATE audit SET hash = X'ff' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number > 3", 4),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET number = 99 WHERE number = 2", 2),
        ("UPDATE audit SET number = -number WHERE number IN (2, 3)", 2),
        (
            "INSERT INTO audit SELECT 6, at, actor, action, subject, detail, previous, hash FROM audit WHERE number=5",
            6,
        ),
    ],
)
def test_tampering_with_the_file_is_found_and_the_record_named(
    catalog: SqlCatalog, path: Path, heads: list[tuple[int, str]], tamper: str, first_broken: int
) -> None:
    record(catalog, 5)
    assert verdict(catalog, heads).valid
    with sqlite3.connect(path) as other:
        other.execute(tamper)
    other.close()
    found = verdict(catalog, heads)
    assert not found.valid
    assert found.first_broken == first_broken


def test_two_records_that_changed_places_are_found(
    catalog: SqlCatalog, path: Path, heads: list[tuple[int, str]]
) -> None:
    record(catalog, 5)
    with sqlite3.connect(path) as other:
        for old, new in ((2, 100), (3, 2), (100, 3)):
            other.execute("UPDATE audit SET number = ? WHERE number = ?", (new, old))
    other.close()
    assert verdict(catalog, heads).first_broken == 2


def test_a_chain_made_anew_with_another_key_is_found(path: Path, clock: SetClock) -> None:
    heads: list[tuple[int, str]] = []
    first = opened_at(path, clock, heads)
    record(first, 2)
    first.close()
    path.unlink()
    second = opened_at(path, clock)
    record(second, 2)
    assert verdict(second, heads).valid, "the same acts under the same key make the same chain"
    clock.go(1)
    record(second, 1)
    second.close()
    path.unlink()
    third = opened_at(path, clock)
    record(third, 2)
    found = verdict(third, heads)
    third.close()
    assert (found.valid, found.first_broken) == (False, 2), "the head shows that record 2 is another one"


def test_when_the_head_cannot_be_kept_outside_the_write_stands(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from app.catalog import open_catalog

    def locked(number: int, hash_: str) -> None:
        raise OutsideError("Keychain is locked")

    catalog = open_catalog(f"sqlite:///{path}", actor="ana", audit_key=KEY, clock=SetClock(), on_audit_head=locked)
    with catalog.write() as tx:
        tx.tenants.add(tenant())
        tx.audit.append("tenant.add", "Harbor")
    with catalog.read() as tx:
        assert tx.audit.count() == 1
    catalog.close()
    assert "Keychain is locked" in caplog.text


def test_processes_that_write_at_once_make_one_chain_without_gaps(
    catalog: SqlCatalog, path: Path, heads: list[tuple[int, str]]
) -> None:
    script = (
        "import sys; from pathlib import Path;"
        "from tests.app.catalog.conftest import opened_at; from tests.app.catalog.test_audit import record;"
        "catalog = opened_at(Path(sys.argv[1])); record(catalog, 20); catalog.close()"
    )
    root = Path(__file__).parents[3]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
        )
        for _ in range(3)
    ]
    record(catalog, 20)
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    assert verdict(catalog, []).valid
    with catalog.read() as tx:
        assert tx.audit.count() == 80
