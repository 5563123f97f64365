from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QGuiApplication, QImage

from app.domain.plan import Plan
from app.errors import OutsideError
from app.planning.certificate import CertificateFacts, render_certificate
from tests.fakes.world import HARBOR, NOW, usual
from ui.actions.certificates import DPI, ROOM, laid_out, write_pdf


def _certificate(folder: Path) -> Path:
    world = usual()
    environment = world.environments[f"{HARBOR}/sandbox"]
    operation = next(o for o in world.operations.values() if o.certificate)
    plan = Plan(
        operation="refresh", environment=environment.ref, source=f"{HARBOR}/production", policy="p", policy_hash="9f"
    )
    path = folder / "certificate.html"
    path.write_text(render_certificate(operation, environment, plan, CertificateFacts(issued_at=NOW)), encoding="utf-8")
    return path


def test_a_certificate_becomes_a_pdf_of_a4_pages(tmp_path: Path, qapp: QGuiApplication) -> None:
    target = tmp_path / "certificate.pdf"
    write_pdf(_certificate(tmp_path), target)
    written = target.read_bytes()
    assert written.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 595" in written
    assert len(written) > 5_000


def test_a_certificate_loads_nothing_from_outside_itself(tmp_path: Path, qapp: QGuiApplication) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not an image")
    page = tmp_path / "certificate.html"
    page.write_text(f"<p>words</p><img src='{secret.as_uri()}'><img src='secret.png'>", encoding="utf-8")
    write_pdf(page, tmp_path / "out.pdf")  # a warning of Qt about the image would fail this test
    assert (tmp_path / "out.pdf").stat().st_size > 0


def test_a_certificate_that_is_gone_says_so(tmp_path: Path, qapp: QGuiApplication) -> None:
    with pytest.raises(OutsideError, match="cannot be read"):
        write_pdf(tmp_path / "gone.html", tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, qapp: QGuiApplication) -> None:
    with pytest.raises(OutsideError, match="cannot be written"):
        write_pdf(_certificate(tmp_path), tmp_path / "no" / "such" / "folder.pdf")


def test_no_heading_stands_alone_at_the_foot_of_a_page_and_nothing_is_lost(qapp: QGuiApplication) -> None:
    parts = []
    for number in range(40):
        rows = "".join(f"<tr><td>row {n}</td><td>{'said ' * 20}</td></tr>" for n in range(number % 7 + 2))
        parts.append(f"<h2>Heading</h2><p>A paragraph.</p><table width='100%'>{rows}</table><p>After.</p>")
    height, device = 10.0 * DPI, QImage(1, 1, QImage.Format.Format_RGB32)
    document = laid_out(
        f"<style>h2 {{ font-size: 12pt; margin: 26px 0 6px 0; }}</style>{''.join(parts)}",
        QSizeF(7.0 * DPI, height),
        device,
    )
    block, above, headings = document.begin(), -1.0, 0
    while block.isValid():
        rect = document.documentLayout().blockBoundingRect(block)
        assert block.layout().lineCount() or not block.text()
        if block.text() in ("Heading", "A paragraph.", "After."):
            assert rect.top() > above, block.text()
            above = rect.top()
        if block.text() == "Heading":
            headings += 1
            assert height - rect.bottom() % height >= ROOM
        block = block.next()
    assert headings == 40
