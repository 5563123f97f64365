"""Which tables act by themselves, in several languages."""

from pathlib import Path

import pytest

from app.domain.policy import OutwardKind
from app.policy.suggest.suggestion import Fires, Switch
from tests.app.policy.suggest.databases import database, suggested


@pytest.mark.parametrize(
    ("table", "columns", "found"),
    [
        ("Webhook", "events TEXT, state INTEGER", Fires(OutwardKind.WEBHOOK, ())),
        ("webhook_usage", "calls INTEGER", None),
        ("schedule", "disabled BOOLEAN", Fires(OutwardKind.TASK, (Switch("disabled", True),))),
        ("tbl_Job", "is_active INTEGER", Fires(OutwardKind.TASK, (Switch("is_active", 0),))),
        ("zeitplan", "aktiv INTEGER", Fires(OutwardKind.TASK, (Switch("aktiv", 0),))),
        ("tache", "prochaine TEXT, actif BOOLEAN", Fires(OutwardKind.TASK, (Switch("actif", False),))),
        ("jobs", "job_title TEXT, min_salary INTEGER", None),
        ("tasks", "due DATE, done BOOLEAN", None),
        ("connector", "URL TEXT", Fires(OutwardKind.ENDPOINT, ())),
        ("customer", "active BOOLEAN, website TEXT", None),
        ("job_log", "next_run TEXT, enabled BOOLEAN", None),
        ("product", "active BOOLEAN", None),
    ],
)
def test_tables_that_fire(tmp_path: Path, table: str, columns: str, found: Fires | None) -> None:
    path = database(tmp_path / "f.sqlite", f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, {columns})')
    assert suggested(path).tables[table].fires == found
