"""Verbs of certificates: open one as it is, save one as PDF."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF, QUrl
from PySide6.QtGui import QDesktopServices, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.errors import OutsideError
from ui.bridge.desk import Desk
from ui.theme.tokens import Tone

MARGIN_MM = 8  # the page brings margins of its own


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
    document = _Sealed()
    document.setHtml(html)
    document.setPageSize(QSizeF(writer.pageLayout().paintRectPoints().size()))
    document.print_(writer)
    if target.stat().st_size == 0:
        raise OutsideError("The PDF cannot be written", str(target), "Free some space, then try again.")


class _Sealed(QTextDocument):
    """A document that loads nothing from anywhere: what it shows is what stands in it."""

    @override
    def loadResource(self, type: int, name: QUrl | str) -> object:
        return None
