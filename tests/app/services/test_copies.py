import shutil
import sqlite3
from contextlib import closing

import pytest

from app.domain.operations import OperationKind
from app.errors import RefusedError
from app.services.copies import copy_exists, refuse_while_copy
from tests.app.office import Office


def _why(office: Office, ref: str = "Harbor/sandbox") -> str:
    environment = office.services.environments.get(ref)
    return copy_exists(office.parts.adapter_for, office.parts.signer, environment)


def test_only_a_copy_that_sandkeeper_made_counts(office: Office) -> None:
    assert _why(office) == ""
    assert _why(office, "Harbor/production") == ""
    office.run(OperationKind.PROVISION)
    assert "made is there" in _why(office)
    environment = office.services.environments.get("Harbor/sandbox")
    with pytest.raises(RefusedError, match="still holds a copy"):
        refuse_while_copy(office.parts.adapter_for, office.parts.signer, environment)


def test_a_baseline_left_behind_counts_too(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    office.sandbox.unlink()
    assert "baseline" in _why(office)


def test_after_a_wipe_nothing_is_left_that_counts(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    office.run(OperationKind.WIPE)
    assert _why(office) == ""
    assert not office.sandbox.exists()


def test_a_copy_that_cannot_be_read_now_counts_as_there(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    shutil.rmtree(office.sandbox.with_name(f".{office.sandbox.name}.sandkeeper"))
    with closing(sqlite3.connect(office.sandbox, isolation_level=None)) as program:
        for step in ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL", "CREATE TABLE own (a)"):
            program.execute(step)
        assert "cannot be looked at now" in _why(office)
