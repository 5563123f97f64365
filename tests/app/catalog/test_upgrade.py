"""An older catalog is copied aside and upgraded; when that fails it is as it was.

These tests write the revision after the newest themselves, into a copy of the migrations.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.catalog import migrations, open_catalog
from app.catalog import open as opening
from app.catalog.open import HEAD
from app.errors import OutsideError
from tests.app.catalog.conftest import KEY, SetClock, harbor, opened_at

NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "next", "{newest}", None, None
def upgrade():
    with op.batch_alter_table("tenant") as tenant:
        tenant.add_column(sa.Column("note", sa.Text(), nullable=False, server_default="none"))
    with op.batch_alter_table("tenant", recreate="always") as tenant:
        tenant.alter_column("note", server_default=None)
    {extra}
def downgrade():
    op.drop_column("tenant", "note")
"""


@pytest.fixture
def next_version(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This program one revision later; returns the file of the revision."""
    folder = tmp_path_factory.mktemp("next") / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    revision = folder / "versions" / "next.py"
    revision.write_text(NEXT.format(newest=HEAD, extra=""))
    monkeypatch.setattr(migrations, "__file__", str(folder / "__init__.py"))
    monkeypatch.setattr(opening, "HEAD", "next")
    return revision


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("catalog.sqlite.before-*"))


@pytest.fixture
def old(path: Path) -> Path:
    catalog = opened_at(path)
    harbor(catalog)
    catalog.close()
    return path


def test_an_older_catalog_is_copied_aside_privately_and_upgraded(old: Path, next_version: Path) -> None:
    before = os.umask(0)
    try:
        catalog = opened_at(old)
    finally:
        os.umask(before)
    with catalog.read() as tx:
        assert len(tx.environments.all()) == 2, "rebuilding a table did not take its children with it"
    catalog.close()
    assert rows(old, "SELECT name, note FROM tenant") == [("Harbor", "none")]
    assert rows(old, "SELECT version_num FROM catalog_version") == [("next",)]
    (copy,) = copies(old)
    assert copy.name == f"catalog.sqlite.before-{HEAD}-20261102T090000Z"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert rows(copy, "SELECT version_num FROM catalog_version") == [(HEAD,)]
    assert rows(copy, "SELECT name FROM environment ORDER BY name") == [("production",), ("sandbox",)]
    opened_at(old).close()
    assert copies(old) == [copy], "an upgraded one is not copied again"


@pytest.mark.parametrize(
    "extra",
    ["raise ZeroDivisionError", "op.execute('DELETE FROM tenant')"],
    ids=["a step that fails", "a step that leaves rows that refer to nothing"],
)
def test_an_upgrade_that_fails_leaves_the_catalog_as_it_was(old: Path, next_version: Path, extra: str) -> None:
    next_version.write_text(NEXT.format(newest=HEAD, extra=extra))
    with pytest.raises((ZeroDivisionError, RuntimeError)):
        opened_at(old)
    assert rows(old, "SELECT version_num FROM catalog_version") == [(HEAD,)]
    assert rows(old, "SELECT * FROM tenant") == [("harbor", "Harbor", "2026-11-02 09:00:00.000000")]
    assert copies(old) == [], "nothing changed, so no copy is needed, and no two tries fill the disk"


def test_where_no_copy_can_be_made_nothing_is_upgraded(tmp_path: Path, next_version: Path) -> None:
    """The catalog's own name is so long that a longer one cannot be."""
    path = tmp_path / ("c" * 240)
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(opening, "HEAD", HEAD)
        earlier.setattr(migrations, "__file__", str(Path(opening.__file__).parent / "migrations" / "__init__.py"))
        opened_at(path).close()
    with pytest.raises(OutsideError, match="copied aside") as told:
        opened_at(path)
    assert "as it was" in told.value.detail
    assert rows(path, "SELECT version_num FROM catalog_version") == [(HEAD,)]


def test_a_copy_made_in_the_same_second_is_left_alone(old: Path, next_version: Path) -> None:
    first = old.with_name(f"catalog.sqlite.before-{HEAD}-20261102T090000Z")
    first.write_text("precious")
    opened_at(old).close()
    assert first.read_text() == "precious"
    assert [copy.name for copy in copies(old)] == [first.name, first.name + "-2"]


def test_processes_that_upgrade_at_once_make_one_copy_and_all_succeed(old: Path, next_version: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.catalog import migrations, open as opening\n"
        "migrations.__file__, opening.HEAD = sys.argv[2], 'next'\n"
        "from tests.app.catalog.conftest import opened_at; opened_at(Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", script, str(old), migrations.__file__]
    root = Path(__file__).parents[3]
    running = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in running]
    assert ended == [("", 0)] * 3
    assert len(copies(old)) == 1
    assert rows(old, "SELECT version_num FROM catalog_version") == [("next",)]


def test_connections_after_an_upgrade_keep_foreign_keys(path: Path) -> None:
    catalog = open_catalog(
        f"sqlite:///{path}", actor="ana", audit_key=KEY, clock=SetClock(), on_audit_head=lambda n, h: None
    )
    with catalog.write() as tx:
        assert tx.feed._connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    catalog.close()
