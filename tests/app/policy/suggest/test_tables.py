"""What tables are about, and whose rows stay behind."""

from pathlib import Path

import pytest

from app.policy.suggest.tables import TableKind, kind_of, surroundings_of
from tests.app.policy.suggest.databases import database, plan_errors, schema_of, suggested


def test_mail_that_waits_and_live_sessions_stay_behind_with_the_reason(tmp_path: Path) -> None:
    path = database(
        tmp_path / "q.sqlite",
        """CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT);
        CREATE TABLE email_outbox (id INTEGER PRIMARY KEY, recipient_email TEXT, body TEXT);
        CREATE TABLE user_sessions (token TEXT PRIMARY KEY, user_id INTEGER REFERENCES users (id), ip_address TEXT);
        CREATE TABLE audit_log (id INTEGER PRIMARY KEY, ip_address TEXT, details TEXT);
        CREATE TABLE training_session (id INTEGER PRIMARY KEY, starts_at TIMESTAMP, room TEXT);
        CREATE TABLE job_queue (id INTEGER PRIMARY KEY, kind TEXT, payload JSON);""",
    )
    tables = suggested(path).tables
    assert {name for name, table in tables.items() if table.rows == "none"} == {"email_outbox", "user_sessions"}
    assert all(table.reason for table in tables.values() if table.rows == "none")
    assert all(table.columns for table in tables.values())
    assert plan_errors(path) == []


def test_rows_that_others_refer_to_come_along(tmp_path: Path) -> None:
    path = database(
        tmp_path / "q.sqlite",
        """CREATE TABLE mail_queue (id INTEGER PRIMARY KEY, to_email TEXT, body TEXT);
        CREATE TABLE complaint (id INTEGER PRIMARY KEY, mail_id INTEGER REFERENCES mail_queue (id));""",
    )
    suggestion = suggested(path)
    assert suggestion.tables["mail_queue"].rows == "all"
    assert plan_errors(path) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Customers", TableKind.PERSON),
        ("customer_types", TableKind.CATALOG),
        ("order_customers", TableKind.PERSON),
        ("Order Details", TableKind.TRANSACTION),
        ("email_queue", TableKind.QUEUE),
        ("user_sessions", TableKind.SESSION),
        ("audit_log", TableKind.LOG),
        ("kundenstamm", TableKind.PERSON),
        ("leverandører", TableKind.COMPANY),
        ("zzz", TableKind.UNKNOWN),
        ("", TableKind.UNKNOWN),
    ],
)
def test_the_last_telling_word_decides(name: str, kind: TableKind) -> None:
    assert kind_of(name) is kind


def test_columns_tell_of_persons_where_the_table_does_not(tmp_path: Path) -> None:
    path = database(
        tmp_path / "s.sqlite",
        """CREATE TABLE zzz (id INTEGER PRIMARY KEY, surname TEXT, name TEXT);
        CREATE TABLE yyy (id INTEGER PRIMARY KEY, zzz_id INTEGER REFERENCES zzz (id), remarks TEXT);
        CREATE TABLE xxx (id INTEGER PRIMARY KEY, remarks TEXT);""",
    )
    around = surroundings_of(schema_of(path))
    assert {t: (a.personal, a.near_person) for t, a in around.items()} == {
        "zzz": (True, False),
        "yyy": (False, True),
        "xxx": (False, False),
    }
