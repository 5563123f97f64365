import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.bridge.work import Bridge


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    made = Bridge()
    yield made
    assert made.close()


def test_work_runs_elsewhere_and_its_result_arrives_on_the_main_thread(bridge: Bridge, qtbot: QtBot) -> None:
    owner, seen = QObject(), []
    bridge.submit(
        lambda a, b: (a + b, threading.current_thread()),
        2,
        owner=owner,
        on_done=lambda result: seen.append((*result, threading.current_thread())),
        b=3,
    )
    qtbot.waitUntil(lambda: bool(seen))
    total, worked, told = seen[0]
    assert total == 5
    assert worked is not threading.main_thread()
    assert told is threading.main_thread()


def test_an_error_arrives_where_it_was_asked_for_and_else_at_the_one_place_for_all(
    bridge: Bridge, qtbot: QtBot
) -> None:
    owner, seen = QObject(), []

    def fail() -> None:
        raise ValueError("no")

    bridge.submit(fail, owner=owner, on_error=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ValueError)
    with qtbot.waitSignal(bridge.failed) as told:
        bridge.submit(fail, owner=owner)
    assert told.args is not None
    assert told.args[0] is owner
    assert isinstance(told.args[1], ValueError)


def test_a_result_for_an_owner_that_is_gone_is_dropped(bridge: Bridge, qtbot: QtBot) -> None:
    owner, go, seen, after = QObject(), threading.Event(), [], []
    bridge.submit(go.wait, 5, owner=owner, on_done=seen.append)
    import shiboken6

    shiboken6.delete(owner)
    go.set()
    bridge.submit(lambda: 1, owner=bridge, on_done=after.append)
    qtbot.waitUntil(lambda: not bridge.busy)
    assert after == [1]
    assert seen == []


def test_only_the_newest_result_on_a_topic_is_delivered(bridge: Bridge, qtbot: QtBot) -> None:
    owner, first, seen = QObject(), threading.Event(), []
    bridge.submit(lambda: (first.wait(5), "old")[1], owner=owner, topic="detail", on_done=seen.append)
    bridge.submit(lambda: "new", owner=owner, topic="detail", on_done=seen.append)
    bridge.submit(lambda: "other", owner=bridge, topic="detail", on_done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2)
    first.set()
    assert bridge.close()
    qtbot.waitUntil(lambda: not bridge.busy)
    assert sorted(seen) == ["new", "other"]


def test_closing_says_when_something_still_runs(qtbot: QtBot) -> None:
    bridge, go = Bridge(), threading.Event()
    bridge.submit(go.wait, 5, owner=bridge)
    assert not bridge.close(patience_ms=20)
    go.set()
    assert bridge.close()
