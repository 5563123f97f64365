from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from ui.theme.scheme import Theme, colours
from ui.widgets.charts import LINE, Bar, BarChart

BARS = (
    Bar(name="Harbor", parts=(75, 25), note="100 MB", told="production 75 MB, copies 25 MB"),
    Bar(name="Kestrel", parts=(50,), note="50 MB"),
    Bar(name="Nobody", parts=(), note="0 B"),
)


def _chart(qtbot: QtBot) -> BarChart:
    chart = BarChart("Size by tenant", ("production", "copies"))
    qtbot.addWidget(chart)
    chart.resize(400, 200)
    chart.set_bars(BARS)
    chart.show()
    return chart


def _painted(chart: BarChart, row: int, colour: QColor) -> int:
    """How many pixels in the middle of that line have the colour."""
    picture = chart.grab().toImage()
    middle = row * LINE + LINE // 2
    return sum(picture.pixelColor(x, middle) == colour for x in range(picture.width()))


def test_bars_share_one_scale(theme: Theme, qtbot: QtBot) -> None:
    chart = _chart(qtbot)
    strong = QColor(colours().accent)
    whole, half = _painted(chart, 0, strong), _painted(chart, 1, strong)
    assert half > 40
    assert abs(whole / half - 1.5) < 0.1  # the first part of the first is 75, the second bar 50
    assert _painted(chart, 2, strong) == 0


def test_a_screen_reader_hears_every_bar(theme: Theme, qtbot: QtBot) -> None:
    heard = _chart(qtbot).accessibleName()
    assert heard.startswith("Size by tenant. Harbor: 100 MB production 75 MB")
    assert "Kestrel: 50 MB" in heard


def test_resting_on_a_bar_tells_its_parts(theme: Theme, qtbot: QtBot) -> None:
    chart = _chart(qtbot)
    assert chart.told_at(QPoint(200, LINE // 2)) == "Harbor\nproduction 75 MB, copies 25 MB"
    assert chart.told_at(QPoint(200, LINE + 4)) == "Kestrel\n50 MB"
    assert chart.told_at(QPoint(200, 3 * LINE + 4)) == ""
