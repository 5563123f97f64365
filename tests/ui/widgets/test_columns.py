import json
from operator import itemgetter

import pytest
from PySide6.QtCore import QPoint, QSortFilterProxyModel, Qt
from pytestqt.qtbot import QtBot

from ui.models.table import Column, Role, RowTableModel
from ui.widgets.tables import Table

NAMES = ("Kind", "Name", "Took", "Why")


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    return made(qtbot)


def made(qtbot: QtBot) -> Table:
    columns: list[Column[tuple[str, ...]]] = [Column(name, itemgetter(at)) for at, name in enumerate(NAMES)]
    model: RowTableModel[tuple[str, ...]] = RowTableModel(columns, lambda row: row[1])
    model.set_rows([("a", "2", "x", "p"), ("b", "1", "y", "q")])
    ordered = QSortFilterProxyModel()
    ordered.setSourceModel(model)
    ordered.setSortRole(Role.SORT)
    model.setParent(ordered)
    table = Table("Things", ordered)
    ordered.setParent(table)
    table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    table.setSortingEnabled(True)
    table.widths((100, 100, 100, 100), stretch=3)
    table.resize(700, 200)
    qtbot.addWidget(table)
    table.show()
    return table


def drag(qtbot: QtBot, table: Table, edge_of: int, by: int) -> None:
    """The edge at the right of that column, with the mouse."""
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(edge_of) + header.sectionSize(edge_of) - 1, 8)
    qtbot.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(header.viewport(), at + QPoint(by, 0))
    qtbot.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(by, 0))


def order(table: Table) -> list[str]:
    header = table.horizontalHeader()
    return [NAMES[header.logicalIndex(at)] for at in range(len(NAMES))]


def test_a_table_nobody_touched_has_nothing_to_remember(table: Table) -> None:
    table.resize(400, 200)
    table.widths((80, 80, 80, 80), stretch=1)
    table.setColumnHidden(3, True)
    assert table.arrangement() == ""


def test_everything_a_person_arranged_comes_back(qtbot: QtBot, table: Table) -> None:
    with qtbot.waitSignal(table.rearranged):
        drag(qtbot, table, 0, 60)
    table.horizontalHeader().moveSection(2, 0)
    table.columns.show("Name", False)
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    again = made(qtbot)
    again.arrange(table.arrangement())
    assert json.loads(again.arrangement()) == json.loads(table.arrangement())
    assert order(again) == ["Took", "Kind", "Name", "Why"]
    assert again.isColumnHidden(1)
    assert again.columnWidth(0) == table.columnWidth(0) > 130
    assert again.model().index(0, 0).data() == "b"


def test_a_persons_width_survives_what_the_page_sets(qtbot: QtBot, table: Table) -> None:
    drag(qtbot, table, 0, 60)
    own = table.columnWidth(0)
    table.widths((50, 50, 50, 50), stretch=3)
    assert table.columnWidth(0) == own
    assert table.columnWidth(1) == 50


def test_a_column_asked_for_stays_when_the_page_has_no_room(table: Table) -> None:
    table.setColumnHidden(2, True)
    assert table.isColumnHidden(2)
    table.columns.show("Took", True)
    table.setColumnHidden(2, True)
    assert not table.isColumnHidden(2)


def test_the_last_column_cannot_be_hidden(table: Table, qtbot: QtBot) -> None:
    for name in NAMES[:3]:
        table.columns.show(name, False)
    menu = table.columns.menu()
    assert [a.text() for a in menu.actions() if a.isCheckable() and not a.isEnabled()] == ["Why"]
    menu.close()


def test_the_menu_offers_the_columns_and_the_way_back(table: Table, qtbot: QtBot) -> None:
    menu = table.columns.menu()
    next(a for a in menu.actions() if a.text() == "Took").trigger()
    menu.close()
    assert table.isColumnHidden(2)
    menu = table.columns.menu()
    next(a for a in menu.actions() if a.text() == "Columns as they were").trigger()
    menu.close()
    assert not table.isColumnHidden(2)
    assert table.arrangement() == ""


@pytest.mark.parametrize(
    "kept",
    [
        '{"hidden": ["Kind", "Name", "Took", "Why"]}',
        '{"order": ["Gone", "Why", "Why", "Kind"], "hidden": ["Gone"], "sort": ["Gone", "up"]}',
        '{"widths": {"Kind": 9000000, "Name": -4}}',
        '{"sort": ["Why"]}',
    ],
)
def test_what_does_not_fit_leaves_a_table_one_can_use(table: Table, kept: str) -> None:
    table.arrange(kept)
    assert sorted(order(table)) == sorted(NAMES)
    assert any(not table.isColumnHidden(at) for at in range(len(NAMES)))
    assert all(table.columnWidth(at) <= 2_000 for at in range(len(NAMES)))
