"""What somebody looked through comes back as it was then, and goes with its environment."""

from datetime import timedelta

from app.catalog import SqlCatalog
from app.domain.structure import ColumnFact, Structure
from tests.app.catalog.conftest import START, harbor

BEFORE = Structure(
    tables={
        "Order Details": {"unit price": ColumnFact(type="NUMERIC(10, 2)", nullable=True)},
        "customer": {"z": ColumnFact(type="", nullable=False), "a": ColumnFact(type="TEXT", nullable=True)},
        "empty": {},
    }
)


def test_the_newest_review_of_each_environment_is_kept(catalog: SqlCatalog) -> None:
    source, copy = harbor(catalog)
    after = Structure(tables={"customer": {"a": ColumnFact(type="INTEGER", nullable=False)}})
    last = catalog.last_change()
    with catalog.write() as tx:
        assert tx.environments.reviewed(copy.id) is None
        tx.environments.set_reviewed(copy.id, BEFORE, by="ana", at=START)
    with catalog.read() as tx:
        found = tx.environments.reviewed(copy.id)
        assert found is not None
        assert (found.structure, found.by, found.at) == (BEFORE, "ana", START)
        assert list(found.structure.tables["customer"]) == ["z", "a"], "in the database's order"
        assert tx.environments.reviewed(source.id) is None
    assert [(c.kind, c.ref) for c in catalog.changes_since(last)] == [("policy", copy.id)]
    with catalog.write() as tx:
        tx.environments.set_reviewed(copy.id, after, by="ben", at=START + timedelta(days=1))
    with catalog.read() as tx:
        found = tx.environments.reviewed(copy.id)
        assert found is not None
        assert (found.structure, found.by) == (after, "ben")


def test_a_review_goes_with_its_environment(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.environments.set_reviewed(copy.id, BEFORE, by="ana", at=START)
        tx.environments.remove(copy.id)
        assert tx.environments.reviewed(copy.id) is None
