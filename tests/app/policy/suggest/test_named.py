"""What names alone lead to, in their tables: no row is there to help."""

from pathlib import Path

import pytest

from app.domain.policy import Treatment
from tests.app.policy.suggest.databases import columns, database, suggested


@pytest.mark.parametrize(
    ("table", "column", "type_", "treatment", "mask"),
    [
        ("person", "gender", "INTEGER", Treatment.REVIEW, "null"),
        ("deal", "heading", "TEXT", Treatment.KEEP, None),
        ("sale", "heading", "TEXT", Treatment.REVIEW, "lorem"),
        ("account", "reset_id", "CHAR(36)", Treatment.MASK, "null"),
        ("account", "invite_code", "TEXT", Treatment.MASK, "null"),
        ("mail", "filter_address", "TEXT", Treatment.MASK, "email"),
        ("house", "filter_address", "TEXT", Treatment.MASK, "street"),
        ("outbox", "rcpt", "TEXT", Treatment.MASK, "email"),
        ("settings", "smtp_host", "TEXT", Treatment.REVIEW, "null"),
        ("ticket", "last_error", "TEXT", Treatment.REVIEW, "lorem"),
        ("company", "orgNr", "TEXT", Treatment.MASK, "national_id"),
        ("patient", "hiv", "BOOLEAN", Treatment.REVIEW, "null"),
        ("document", "ExtUrl", "TEXT", Treatment.REVIEW, "null"),
        ("employee", "kuerzel", "TEXT", Treatment.REVIEW, "digits"),
        ("thing", "changed_data", "TEXT", Treatment.REVIEW, "digits"),
        ("thing", "plus_code", "TEXT", Treatment.REVIEW, "number_noise"),
        ("thing", "google_id", "INTEGER", Treatment.REVIEW, "digits"),
        ("thing", "gehaltsgruppe", "TEXT", Treatment.MASK, "number_noise"),
        ("product", "kto", "INTEGER", Treatment.MASK, "bank_account"),
    ],
)
def test_a_name_in_its_table(
    tmp_path: Path, table: str, column: str, type_: str, treatment: Treatment, mask: str | None
) -> None:
    path = database(tmp_path / "n.sqlite", f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, "{column}" {type_})')
    found = columns(suggested(path))[f"{table}.{column}"]
    assert (found.treatment, found.mask) == (treatment, mask), found.reason
