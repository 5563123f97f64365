from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from app.domain.plan import Plan
from app.errors import OutsideError
from app.planning.certificate import CertificateFacts, render_certificate
from tests.fakes.world import HARBOR, NOW, usual
from ui.actions.certificates import write_pdf


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
