"""Icons: glyphs of the symbol fonts that qtawesome ships, drawn in a token's colour.

The fonts are taken from the package's folder without importing it: importing qtawesome loads twelve fonts and a second
Qt binding layer, which costs a quarter of a second before the first window. Names are "mdi6.lock-outline" or
"msc.refresh", as qtawesome's own browser shows them.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from ui.theme.scheme import colours
from ui.theme.tokens import Tone

_FONTS = {
    "mdi6": "materialdesignicons6-webfont-*.ttf",
    "msc": "codicon-*.ttf",
}


def icon(name: str, tone: Tone = Tone.NEUTRAL, size: int = 16) -> QIcon:
    """The icon in the scheme in force, for Qt's own buttons and menus. Ask again after a theme change."""
    return tinted(name, colours().of(tone), size)


@cache
def tinted(name: str, colour: str, size: int = 16) -> QIcon:
    """The icon in one colour, kept: the same question gets the same icon."""
    _glyph(*name.split(".", 1))  # fails here, and not with a painter open
    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(size * ratio, size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_icon(painter, QRect(0, 0, size, size), name, colour)
        painter.end()
        made.addPixmap(pixmap)
    return made


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, colour: str | QColor) -> None:
    """Draw the glyph into `rect`, as large as its height, centred."""
    family, _, glyph = name.partition(".")
    text, box = _glyph(family, glyph), QRectF(rect)
    face = QFont(_face(family))
    face.setPixelSize(max(1, round(box.height())))
    painter.save()
    painter.setFont(face)
    painter.setPen(QColor(colour))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def icon_box(rect: QRect, size: int = 16) -> QRect:
    """A square of `size` centred in `rect`."""
    box = QRect(0, 0, size, size)
    box.moveCenter(rect.center() + QPoint(0, 0))
    return box


@cache
def _face(family: str) -> QFont:
    number = QFontDatabase.addApplicationFont(str(_file(_FONTS[family])))
    return QFont(QFontDatabase.applicationFontFamilies(number)[0])


@cache
def _glyphs(family: str) -> dict[str, str]:
    stem = _FONTS[family].removesuffix("-*.ttf")
    names: dict[str, str] = json.loads(_file(f"{stem}-charmap-*.json").read_text(encoding="utf-8"))
    return names


@cache
def _glyph(family: str, name: str) -> str:
    """Raises KeyError for a name that the font has not: a misspelt icon is a bug that a test finds."""
    return chr(int(_glyphs(family)[name], 16))


@cache
def _file(pattern: str) -> Path:
    found = importlib.util.find_spec("qtawesome")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the symbol fonts of qtawesome are not installed")
    return next(iter(sorted((Path(found.submodule_search_locations[0]) / "fonts").glob(pattern))))
