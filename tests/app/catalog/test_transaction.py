"""Reads are snapshots that cannot write, writes follow one another, and the world's failures come in words."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import event

from app.catalog import SqlCatalog, outside
from app.catalog import engine as engine_module
from app.domain.audit import verify
from app.domain.environments import Tenant
from app.domain.ids import TenantId
from app.domain.operations import LogLine, TableRun
from app.errors import OutsideError
from tests.app.catalog.conftest import KEY, START, harbor, opened_at, operation, tenant


def test_a_reader_sees_one_moment_however_long_it_looks(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    first = operation("o1", copy)
    with catalog.write() as tx:
        tx.operations.add(first)
        number = tx.operations.claim(first.id, at=START)
    with catalog.read() as reading:
        before = reading.operations.get(first.id)
        with catalog.write() as tx:
            tx.operations.progress(first.id, number, tables=(TableRun(table="t"),), log=(LogLine(at=START, text="x"),))
        assert reading.operations.get(first.id) == before
    with catalog.read() as tx:
        assert tx.operations.get(first.id) != before


def test_writing_through_a_read_is_a_bug_and_changes_nothing(catalog: SqlCatalog) -> None:
    with pytest.raises(RuntimeError, match="read"), catalog.read() as tx:
        tx.tenants.add(tenant())
    with catalog.write() as tx:
        assert tx.tenants.all() == []
        tx.tenants.add(tenant())


def test_a_write_inside_a_write_is_told_at_once_instead_of_waiting_for_itself(catalog: SqlCatalog) -> None:
    def nest() -> None:
        with catalog.write() as tx:
            tx.tenants.add(tenant())
            with catalog.write():
                pass

    with pytest.raises(RuntimeError, match="wait for itself"):
        nest()
    with catalog.write() as tx:
        assert tx.tenants.all() == [], "the outer one was rolled back, and the next one can begin"


def test_threads_can_write_at_once_and_nothing_is_lost(catalog: SqlCatalog) -> None:
    def work(of: int) -> None:
        for number in range(10):
            with catalog.write() as tx:
                name = f"{of}-{number}"
                tx.tenants.add(Tenant(id=TenantId(name), name=name, created_at=START))
                tx.audit.append("tenant.add", name)

    threads = [threading.Thread(target=work, args=(of,)) for of in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalog.read() as tx:
        assert len(tx.tenants.all()) == tx.audit.count() == 40


def test_a_catalog_locked_for_too_long_is_an_error_one_can_act_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.1)
    catalog = opened_at(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutsideError, match="locked") as told, catalog.write():
        pass
    assert str(path) in told.value.detail
    with catalog.read() as tx:
        assert tx.tenants.all() == [], "reading goes on meanwhile"
    other.rollback()
    other.close()
    with catalog.write() as tx:
        tx.tenants.add(tenant())
    catalog.close()


def test_ten_seconds_is_how_long_a_write_waits(catalog: SqlCatalog) -> None:
    with catalog.read() as tx:
        timeout = tx.feed._connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert timeout == outside.BUSY_SECONDS * 1000 == 10_000


def test_a_full_disk_loses_only_the_write_that_met_it(catalog: SqlCatalog, path: Path) -> None:
    harbor(catalog)
    pages = sqlite3.connect(path)
    limit = pages.execute("PRAGMA page_count").fetchone()[0]
    pages.close()

    def fill(connection: sqlite3.Connection, record: object, proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit}")

    event.listen(catalog._reading, "checkout", fill)

    def write_much() -> None:
        with catalog.write() as tx:
            tx.tenants.add(tenant("Nordlys"))
            tx.audit.append("tenant.add", "x" * 1_000_000)

    with pytest.raises(OutsideError, match="disk is full") as told:
        write_much()
    assert "nothing was changed" in told.value.detail
    with catalog.read() as tx:
        assert [t.name for t in tx.tenants.all()] == ["Harbor"]
        assert tx.audit.count() == 0


def test_connections_keep_foreign_keys_and_full_durability(catalog: SqlCatalog) -> None:
    with catalog.write() as tx:
        connection = tx.feed._connection
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "synchronous", "journal_mode", "trusted_schema")
        }
    assert settings == {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal", "trusted_schema": 0}


def test_a_record_somebody_damaged_is_told_without_its_contents(catalog: SqlCatalog, path: Path) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
    with sqlite3.connect(path) as other:
        other.execute('UPDATE operation SET phases = \'[{"name": "secret"}]\'')
    other.close()
    with pytest.raises(OutsideError, match="damaged") as told, catalog.read() as tx:
        tx.operations.all()
    assert "secret" not in str(told.value)


def test_a_list_of_all_environments_is_one_query_however_many_there_are(catalog: SqlCatalog) -> None:
    harbor(catalog)
    asked: list[str] = []
    event.listen(catalog._reading, "before_cursor_execute", lambda c, cursor, statement, *rest: asked.append(statement))
    with catalog.read() as tx:
        assert len(tx.environments.all()) == 2
    assert [s.split()[0] for s in asked if not s.startswith(("PRAGMA", "BEGIN"))] == ["SELECT"]


def test_a_writer_killed_at_any_moment_leaves_whole_transactions_only(catalog: SqlCatalog, path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.app.catalog.conftest import opened_at, tenant\n"
        "catalog = opened_at(Path(sys.argv[1]))\n"
        "for number in range(1_000_000):\n"
        "    with catalog.write() as tx:\n"
        "        tx.tenants.add(tenant(f'{sys.argv[2]}-{number}')); tx.audit.append('tenant.add', str(number))"
    )
    for life in range(3):
        before = catalog.last_change()
        with subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(life)], cwd=Path(__file__).parents[3]
        ) as it:
            deadline = time.monotonic() + 60
            while catalog.last_change() < before + 10 and time.monotonic() < deadline:
                threading.Event().wait(0.001)
            it.kill()
        with catalog.write() as tx:
            records, feed = tx.audit.all(), catalog.changes_since(0)
            assert len(tx.tenants.all()) == len(records) == len(feed) // 2 > 5 * life
            assert verify(records, KEY, None).valid
