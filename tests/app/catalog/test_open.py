"""Opening a catalog: private, safe when several do it at once, and never at the cost of what is in it."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalog import SqlCatalog, open_catalog
from app.catalog.open import HEAD
from app.errors import OutsideError, RefusedError, UserError
from tests.app.catalog.conftest import KEY, SetClock, opened_at, tenant

ROOT = Path(__file__).parents[3]


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


def dump(path: Path) -> str:
    connection = sqlite3.connect(path)
    text = "\n".join(connection.iterdump())
    connection.close()
    return text


@pytest.fixture
def loose_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("loose_umask")
def test_nobody_else_can_read_a_catalog_nor_what_stands_beside_it(catalog: SqlCatalog, path: Path) -> None:
    with catalog.write() as tx:
        tx.tenants.add(tenant())
    assert modes(path.parent) == {"catalog.sqlite": 0o600, "catalog.sqlite-wal": 0o600, "catalog.sqlite-shm": 0o600}


@pytest.mark.usefixtures("loose_umask")
def test_a_catalog_others_could_read_is_closed_to_them(path: Path) -> None:
    opened_at(path).close()
    path.chmod(0o644)
    catalog = opened_at(path)
    with catalog.write() as tx:
        tx.tenants.add(tenant())
    assert set(modes(path.parent).values()) == {0o600}
    catalog.close()


def test_what_is_written_is_there_at_the_next_opening(path: Path) -> None:
    first = opened_at(path)
    with first.write() as tx:
        tx.tenants.add(tenant())
    first.close()
    second = opened_at(path)
    with second.read() as tx:
        assert [t.name for t in tx.tenants.all()] == ["Harbor"]
    second.close()


def test_two_catalogs_on_one_file_in_one_process_do_not_disturb_one_another(path: Path) -> None:
    one, other = opened_at(path), opened_at(path)
    with one.write() as tx:
        tx.tenants.add(tenant())
        third = opened_at(path)
        third.close()
    with other.read() as tx:
        assert len(tx.tenants.all()) == 1
    one.close()
    other.close()


def test_processes_that_open_a_new_catalog_at_once_all_succeed(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.app.catalog.conftest import opened_at\n"
        "catalog = opened_at(Path(sys.argv[1]))\n"
        "with catalog.write() as tx: tx.audit.append('opened', 'Harbor')\n"
        "catalog.close()"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(path)], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in running]
    assert ended == [("", 0)] * 4
    catalog = opened_at(path)
    with catalog.read() as tx:
        assert tx.audit.count() == 4
    catalog.close()


def test_an_up_to_date_catalog_is_opened_without_alembic(path: Path) -> None:
    opened_at(path).close()
    script = (
        "import sys; from pathlib import Path; from tests.app.catalog.conftest import opened_at\n"
        "opened_at(Path(sys.argv[1])).close()\n"
        "print([m for m in ('alembic', 'pydantic', 'keyring') if m in sys.modules])"
    )
    script = script.replace(
        "from tests.app.catalog.conftest import opened_at",
        "from app.catalog import open_catalog; from app.system.clock import SystemClock; "
        "opened_at = lambda p: open_catalog(f'sqlite:///{p}', actor='a', audit_key=b'k', clock=SystemClock(), "
        "on_audit_head=print)",
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == "[]"


def test_a_catalog_of_a_newer_version_is_refused_and_left_as_it_is(path: Path) -> None:
    opened_at(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("UPDATE catalog_version SET version_num = '9999'")
        newer.execute("CREATE TABLE something_new (id INTEGER)")
    newer.close()
    before = dump(path)
    with pytest.raises(RefusedError, match="newer version") as refused:
        opened_at(path)
    assert refused.value.hint
    assert dump(path) == before
    assert [file.name for file in path.parent.iterdir() if "before" in file.name] == []


def test_a_database_of_something_else_is_refused_and_left_as_it_is(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE customer (name TEXT)")
        other.execute("INSERT INTO customer VALUES ('Ada')")
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute(f"INSERT INTO alembic_version VALUES ('{HEAD}')")
    other.close()
    before = dump(path)
    with pytest.raises(RefusedError, match="not a catalog"):
        opened_at(path)
    assert dump(path) == before


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"a letter to my aunt " * 1000)
    with pytest.raises(OutsideError, match="not a catalog"):
        opened_at(path)
    assert path.read_bytes() == b"a letter to my aunt " * 1000


@pytest.mark.parametrize(
    "url",
    ["", "catalog.sqlite", "sqlite://", "sqlite:///:memory:", "sqlite:////tmp/x?mode=ro", "postgresql://ana@host/x"],
)
def test_a_url_that_names_no_file_is_the_persons_to_mend(url: str) -> None:
    with pytest.raises(UserError) as told:
        open_catalog(url, actor="ana", audit_key=KEY, clock=SetClock(), on_audit_head=lambda n, h: None)
    assert told.value.hint


def test_a_password_in_a_catalogs_url_shows_in_no_error() -> None:
    with pytest.raises(UserError) as told:
        open_catalog(
            "mysql://ana:hunter2@host/x", actor="ana", audit_key=KEY, clock=SetClock(), on_audit_head=lambda n, h: None
        )
    assert "hunter2" not in str(told.value)


def test_a_folder_that_is_not_there_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="cannot be opened") as told:
        opened_at(tmp_path / "missing" / "catalog.sqlite")
    assert "--home" in told.value.hint


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_folder_one_may_not_write_to_is_told_with_the_way_out() -> None:
    """In a child without root's rights, which would write anywhere, and in a folder that child can enter."""
    script = (
        "import os, sys; from app.errors import OutsideError; from tests.app.catalog.conftest import opened_at;"
        "from pathlib import Path\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    with opened_at(Path(sys.argv[1])).write() as tx: tx.audit.append('a', 'b')\n"
        "except OutsideError as told: print(told.title, '|', told.hint)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.sqlite"
        opened_at(path).close()
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        if os.getuid() == 0:
            os.chown(path, 65534, 65534)
        said = subprocess.run(
            [sys.executable, "-B", "-c", script, str(path)], cwd=ROOT, check=False, capture_output=True, text=True
        )
        Path(folder).chmod(0o700)
    assert "cannot be" in said.stdout, said.stderr
    assert "--home" in said.stdout
