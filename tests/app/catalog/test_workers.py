"""Workers as the catalog knows them."""

from dataclasses import replace
from datetime import timedelta

from app.catalog import SqlCatalog
from app.ports.catalog import WorkerRow
from tests.app.catalog.conftest import START

WORKER = WorkerRow(executor="local", host="desk", process=7, started_at=START, seen_at=START)


def test_the_newest_beat_of_each_worker_is_remembered(catalog: SqlCatalog) -> None:
    later = replace(WORKER, seen_at=START + timedelta(seconds=1))
    other = replace(WORKER, executor="local-2", process=8)
    with catalog.write() as tx:
        tx.workers.beat(WORKER)
        tx.workers.beat(other)
        tx.workers.beat(later)
    with catalog.read() as tx:
        assert tx.workers.all() == [later, other]
    with catalog.write() as tx:
        tx.workers.remove("local")
    with catalog.read() as tx:
        assert tx.workers.all() == [other]


def test_another_process_under_the_same_name_is_a_change(catalog: SqlCatalog) -> None:
    with catalog.write() as tx:
        tx.workers.beat(WORKER)
    last = catalog.last_change()
    with catalog.write() as tx:
        tx.workers.beat(replace(WORKER, process=9))
    assert [change.ref for change in catalog.changes_since(last)] == ["local"]
