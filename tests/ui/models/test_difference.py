import random

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from ui.models.table import Column, Role, RowTableModel

Row = tuple[int, str]


def _model() -> RowTableModel[Row]:
    return RowTableModel(
        (Column("Number", lambda r: str(r[0]), lambda r: r[0], numeric=True), Column("Word", lambda r: r[1])),
        lambda r: r[0],
    )


class Heard:
    """Which signals a model sent."""

    def __init__(self, model: RowTableModel[Row]) -> None:
        self.said: list[tuple[str, int, int]] = []
        model.rowsInserted.connect(lambda _p, a, b: self.said.append(("in", a, b)))
        model.rowsRemoved.connect(lambda _p, a, b: self.said.append(("out", a, b)))
        model.dataChanged.connect(lambda a, b, _roles: self.said.append(("new", a.row(), b.row())))
        model.modelReset.connect(lambda: self.said.append(("reset", 0, 0)))


def test_the_same_rows_again_say_nothing() -> None:
    model = _model()
    model.set_rows([(1, "a"), (2, "b")])
    heard = Heard(model)
    model.set_rows([(1, "a"), (2, "b")])
    assert heard.said == []


def test_a_changed_row_says_so_of_itself_alone() -> None:
    model = _model()
    model.set_rows([(1, "a"), (2, "b"), (3, "c")])
    heard = Heard(model)
    model.set_rows([(1, "a"), (2, "B"), (3, "c")])
    assert heard.said == [("new", 1, 1)]
    assert model.index(1, 1).data() == "B"


def test_rows_that_come_and_go_leave_the_chosen_one_chosen() -> None:
    model = _model()
    model.set_rows([(n, "x") for n in range(10)])
    selection = QItemSelectionModel(model)
    selection.select(model.index(5, 0), QItemSelectionModel.SelectionFlag.Select)
    kept = QPersistentModelIndex(model.index(5, 0))
    heard = Heard(model)
    assert not model.set_rows([(-1, "new"), *[(n, "x") for n in range(4, 10)]])
    assert heard.said == [("out", 0, 3), ("in", 0, 0)]
    assert kept.data(Role.ROW) == (5, "x")
    assert [index.data(Role.ROW) for index in selection.selectedIndexes()] == [(5, "x")]


def test_another_order_is_a_reset() -> None:
    model = _model()
    model.set_rows([(1, "a"), (2, "b")])
    heard = Heard(model)
    assert model.set_rows([(2, "b"), (1, "a")])
    assert heard.said == [("reset", 0, 0)]


@pytest.mark.parametrize("seed", range(6))
def test_any_change_keeps_the_model_sound_and_ends_with_the_rows_given(seed: int) -> None:
    dice = random.Random(seed)
    model = _model()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for _ in range(15):
        rows = [(n, dice.choice("abc")) for n in sorted(dice.sample(range(40), dice.randrange(40)))]
        if dice.random() < 0.1:
            dice.shuffle(rows)
        model.set_rows(rows)
        assert [model.row_at(i) for i in range(model.rowCount())] == rows
    assert tester.model() is model


def test_columns_are_named_and_numbers_sort_as_numbers() -> None:
    from PySide6.QtCore import Qt

    model = _model()
    model.set_rows([(10, "B")])
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Number"
    assert model.index(0, 0).data(Role.SORT) == 10
    assert model.index(0, 1).data(Role.SORT) == "b"
    assert model.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight.value
