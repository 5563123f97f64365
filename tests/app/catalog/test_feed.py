"""The change feed: each write says what it changed, once, in its own transaction."""

from app.catalog import SqlCatalog
from app.catalog.feed import KEPT, PRUNE_EVERY
from app.domain.operations import OperationState, TableRun
from app.ports.catalog import WorkerRow
from tests.app.catalog.conftest import START, harbor, operation, tenant


def kinds_since(catalog: SqlCatalog, last: int) -> list[tuple[str, str]]:
    return [(change.kind, change.ref) for change in catalog.changes_since(last)]


def test_a_write_tells_what_it_changed_under_growing_ids(catalog: SqlCatalog) -> None:
    assert catalog.last_change() == 0
    source, copy = harbor(catalog)
    assert kinds_since(catalog, 0) == [
        ("tenant", "harbor"),
        ("environment", source.id),
        ("environment", copy.id),
    ]
    ids = [change.id for change in catalog.changes_since(0)]
    assert ids == sorted(set(ids))
    assert catalog.last_change() == ids[-1]
    assert catalog.changes_since(ids[-1]) == []
    assert [change.id for change in catalog.changes_since(ids[0])] == ids[1:]


def test_every_kind_of_write_is_told(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    last = catalog.last_change()
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        tx.environments.replace_checklist(copy.id, [])
        tx.audit.append("operation.queued", copy.ref)
    assert set(kinds_since(catalog, last)) == {
        ("operation", "o1"),
        ("environment", copy.id),
        ("checklist", copy.id),
        ("audit", "1"),
    }


def test_what_one_transaction_changes_many_times_is_told_once(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
    last = catalog.last_change()
    with catalog.write() as tx:
        number = tx.operations.claim(operation("o1", copy).id, at=START)
        for rows in range(10):
            tx.operations.progress(operation("o1", copy).id, number, tables=(TableRun(table="t", rows=rows),))
        tx.operations.end(operation("o1", copy).id, number, state=OperationState.SUCCEEDED, reason="", at=START)
    assert sorted(kinds_since(catalog, last)) == [("environment", copy.id), ("operation", "o1")]


def test_only_the_newest_few_thousand_entries_are_kept(catalog: SqlCatalog) -> None:
    with catalog.write() as tx:
        for number in range(KEPT):
            tx.feed.bump("environment", f"e{number}")
    assert len(catalog.changes_since(0)) == KEPT
    for start in range(0, 2 * PRUNE_EVERY, 100):
        with catalog.write() as tx:
            for number in range(start, start + 100):
                tx.feed.bump("tenant", f"t{number}")
    kept = catalog.changes_since(0)
    assert KEPT <= len(kept) < KEPT + PRUNE_EVERY
    assert kept[-1].id == catalog.last_change() == KEPT + 2 * PRUNE_EVERY, "ids grow on; none is given twice"


def test_a_heartbeat_is_no_change_but_a_worker_that_comes_or_goes_is(catalog: SqlCatalog) -> None:
    worker = WorkerRow(executor="local", host="desk", process=7, started_at=START, seen_at=START)
    with catalog.write() as tx:
        tx.workers.beat(worker)
    assert kinds_since(catalog, 0) == [("worker", "local")]
    with catalog.write() as tx:
        tx.workers.beat(worker)
        assert tx.workers.all() == [worker]
    assert catalog.last_change() == 1
    with catalog.write() as tx:
        tx.workers.remove("local")
        assert tx.workers.all() == []
    assert catalog.last_change() == 2


def test_a_write_that_fails_tells_nothing(catalog: SqlCatalog) -> None:
    try:
        with catalog.write() as tx:
            tx.tenants.add(tenant())
            raise ZeroDivisionError
    except ZeroDivisionError:
        assert catalog.changes_since(0) == []
