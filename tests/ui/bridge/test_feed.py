import threading

from pytestqt.qtbot import QtBot

from app.errors import OutsideError
from tests.fakes.services import FakeChanges
from ui.bridge.feed import CatalogFeed


class Faltering(FakeChanges):
    """A feed that cannot be read while `broken` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = threading.Event()

    def since(self, id: int) -> "tuple[object, ...]":  # type: ignore[override]  # a wider answer is enough here
        if self.broken.is_set():
            raise OutsideError("The catalog cannot be read")
        return super().since(id)


def test_changes_arrive_as_kinds_and_refs_and_earlier_ones_do_not(qtbot: QtBot) -> None:
    changes = FakeChanges()
    changes.add("tenant", "long ago")
    feed = CatalogFeed(changes, every=0.01)
    seen: list[tuple[frozenset[str], frozenset[str]]] = []
    feed.catalog_changed.connect(lambda kinds, refs: seen.append((kinds, refs)))
    feed.start()
    with qtbot.waitSignal(feed.catalog_changed):
        qtbot.waitUntil(lambda: feed.ready)
        changes.add("environment", "Harbor/sandbox")
        changes.add("operation", "op1")
    qtbot.waitUntil(lambda: "op1" in {ref for _, refs in seen for ref in refs})
    feed.close()
    assert {kind for kinds, _ in seen for kind in kinds} == {"environment", "operation"}
    assert "long ago" not in {ref for _, refs in seen for ref in refs}


def test_a_feed_that_falters_says_so_once_and_misses_nothing(qtbot: QtBot) -> None:
    changes = Faltering()
    feed = CatalogFeed(changes, every=0.01, after_trouble=0.01)
    lost: list[Exception] = []
    feed.feed_lost.connect(lost.append)
    feed.start()
    qtbot.waitUntil(lambda: feed.ready)
    with qtbot.waitSignal(feed.feed_lost):
        changes.broken.set()
    changes.add("environment", "Harbor/sandbox")
    with qtbot.waitSignals([feed.feed_found, feed.catalog_changed]):
        changes.broken.clear()
    feed.close()
    assert len(lost) == 1


def test_closing_ends_the_thread(qtbot: QtBot) -> None:
    feed = CatalogFeed(FakeChanges(), every=60)
    feed.start()
    qtbot.waitUntil(lambda: feed.ready)
    feed.close()
    assert "catalog-feed" not in {thread.name for thread in threading.enumerate()}
