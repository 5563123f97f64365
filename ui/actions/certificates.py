"""Verbs of certificates: open one as it is, save one as PDF."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QImage,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.errors import OutsideError
from ui.bridge.desk import Desk
from ui.theme.tokens import Tone

MARGIN_MM = 8  # the page brings margins of its own
DPI = 96  # what the document is laid out for
ROOM = 72  # of those, what must be left under a heading


def open_certificate(desk: Desk, certificate: str) -> None:
    """Show the document in the person's browser."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(certificate)):
        desk.notify.say(f"No program opened {certificate}", Tone.WARNING)


def save_certificate(*, parent: QWidget, desk: Desk, certificate: str) -> None:
    """Ask where, and write it there as PDF."""
    source = Path(certificate)

    def chosen(target: Path) -> None:
        desk.bridge.submit(
            write_pdf,
            source,
            target,
            owner=parent,
            on_done=lambda _done: desk.notify.say(
                f"Certificate saved as {target.name}",
                Tone.GOOD,
                action="Open",
                act=lambda: open_certificate(desk, str(target)),
            ),
        )

    desk.dialogs.choose_file_to_save(parent, "Save certificate as PDF", f"{source.stem}.pdf", chosen)


def write_pdf(source: Path, target: Path) -> None:
    """The certificate at `source`, an HTML page, as A4 pages at `target`. Raises OutsideError."""
    try:
        html = source.read_text(encoding="utf-8")
    except OSError as error:
        raise OutsideError(
            "The certificate cannot be read", f"{source}: {error.strerror}", "It may have been moved or deleted."
        ) from error
    try:
        with target.open("ab"):
            pass  # Qt says nothing of why it could not write
    except OSError as error:
        raise OutsideError(
            "The PDF cannot be written", f"{target}: {error.strerror}", "Choose another folder, or free some space."
        ) from error
    writer = QPdfWriter(str(target))
    writer.setTitle(source.stem)
    writer.setCreator("Sandkeeper")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(*[MARGIN_MM] * 4), QPageLayout.Unit.Millimeter)
    device = QImage(1, 1, QImage.Format.Format_RGB32)
    document = laid_out(html, writer.pageLayout().paintRect(QPageLayout.Unit.Inch).size() * DPI, device)
    document.print_(writer)
    if target.stat().st_size == 0:
        raise OutsideError("The PDF cannot be written", str(target), "Free some space, then try again.")


def laid_out(html: str, paper: QSizeF, device: QImage) -> QTextDocument:
    """The page as a document of sheets of that size, in pixels; `device` must live as long as it does."""
    for told in (device.setDotsPerMeterX, device.setDotsPerMeterY):
        told(round(DPI / 0.0254))  # sizes in points come out right whatever the screen is
    document = _Sealed()
    document.documentLayout().setPaintDevice(device)
    document.setHtml(html.replace("<footer>", "<p>").replace("</footer>", "</p>"))  # Qt knows no footer
    document.setPageSize(paper)
    _keep_headings(document, paper.height())
    return document


def _keep_headings(document: QTextDocument, height: float) -> None:
    """A heading that would stand alone at the foot of a page begins the next one.

    Everything is laid out again each time: laying out a part of it, Qt loses what follows a table.
    """
    block = document.begin()
    while block.isValid():
        format_ = block.blockFormat()
        if format_.headingLevel() == 2:
            bottom = document.documentLayout().blockBoundingRect(block).bottom()
            room = height - bottom % height
            if room < ROOM:
                format_.setTopMargin(format_.topMargin() + room + ROOM / 2)
                QTextCursor(block).setBlockFormat(format_)
                document.markContentsDirty(0, document.characterCount())
        block = block.next()


class _Sealed(QTextDocument):
    """A document that loads nothing from anywhere: what it shows is what stands in it."""

    @override
    def loadResource(self, type: int, name: QUrl | str) -> object:
        return None
