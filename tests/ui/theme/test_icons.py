import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from ui.theme.icons import paint_icon, tinted

UI = Path(__file__).parents[3] / "ui"
NAMES = sorted({n for p in UI.rglob("*.py") for n in re.findall(r'"((?:mdi6|msc)\.[a-z0-9-]+)"', p.read_text())})


def test_the_console_names_many_icons() -> None:
    assert len(NAMES) > 30


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_named_in_the_console_is_in_the_font_and_leaves_ink(name: str) -> None:
    image = tinted(name, "#FF0000", 16).pixmap(16, 16).toImage()
    inked = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 128
    ]
    assert inked
    assert all(colour.red() > 200 and colour.green() < 60 for colour in inked)


def test_a_misspelt_icon_is_an_error_and_not_an_empty_square() -> None:
    with pytest.raises(KeyError):
        tinted("mdi6.no-such-icon-at-all", "#000000")


def test_painting_leaves_the_painter_as_it_was() -> None:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter, QPixmap

    pixmap = QPixmap(32, 32)
    painter = QPainter(pixmap)
    painter.setPen(QColor("#123456"))
    paint_icon(painter, QRect(0, 0, 16, 16), "mdi6.lock-outline", "#FF0000")
    assert painter.pen().color().name() == "#123456"
    painter.end()
