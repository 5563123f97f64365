"""A thin bar in a cell of a table, for how far a row is."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from typing_extensions import override

from ui.theme.scheme import colours
from ui.theme.tokens import Space
from ui.widgets.tables import RowDelegate

SHARE_ROLE = Qt.ItemDataRole.UserRole + 16
"""A number from 0 to 1 that a cell's bar shows; None for no bar."""


class BarDelegate(RowDelegate):
    """Paints a bar over the row's usual ground where the model gives a share."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(SHARE_ROLE)
        if share is None:
            return
        c = colours()
        rect = QRectF(option.rect)
        track = QRectF(rect.x() + Space.M, rect.center().y() - 2, max(8.0, rect.width() - 2 * Space.M), 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.neutral_soft))
        painter.drawRoundedRect(track, 2, 2)
        if share > 0:
            painter.setBrush(QColor(c.good if share >= 1 else c.accent_fill))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), max(4.0, track.width() * min(1.0, share)), 4), 2, 2)
        painter.restore()
