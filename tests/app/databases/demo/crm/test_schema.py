"""The CRM's tables as its vendor documents them, and the conventions they keep."""

import sqlite3
from contextlib import closing

import pytest

from app.databases.demo.crm.schema import after, before, references, schema

CORE = (
    "company associate Credentials UserGroup Role UserRoleLink ModuleOwner ModuleLicense LicenseAssocLink "
    "UserPreference country Category Business contact person address phone Email text project projectmember sale "
    "appointment document email_account service_auth email_item mail_in_filter outbox ejuser ej_category "
    "ticket_status ticket_priority ticket ej_message message_customers ExtApp schedule scheduled_task ejscript "
    "Webhook OnlineApp ErpConnector ErpConnection ErpConfiguration"
)
SEALED = {
    "associate", "company", "Credentials", "email_account", "LicenseAssocLink", "ModuleLicense", "ModuleOwner", "Role",
    "service_auth", "UserGroupLink", "UserRoleLink",
}  # fmt: skip


def test_every_table_of_the_core_is_there() -> None:
    core = CORE.split()
    assert len(core) == 45
    assert set(core) - set(schema().tables) == set()


def test_the_key_is_the_first_column_and_named_after_its_table_or_id() -> None:
    for table in schema().tables.values():
        (key,) = table.primary_key.columns
        assert key is table.columns[0], table.name
        assert key.name.lower() in ("id", f"{table.name.lower()}_id"), table.name


def test_no_constraint_but_the_key_is_declared() -> None:
    for table in schema().tables.values():
        assert {type(c).__name__ for c in table.constraints} == {"PrimaryKeyConstraint"}, table.name
    assert "REFERENCES" not in before("sqlite") + after("sqlite") + before("postgresql") + after("postgresql")


def test_documented_seals_are_there_and_no_others() -> None:
    assert {t.name for t in schema().tables.values() if "encryptedCheck" in t.c} == SEALED


def test_tables_have_numbers_of_their_own() -> None:
    numbers = [table.info["number"] for table in schema().tables.values()]
    assert len(set(numbers)) == len(numbers)


def test_references_come_with_the_values_that_mean_none() -> None:
    found = {(c.table.name, c.name): (str(to), none) for c, to, none in references()}
    assert found["person", "contact_id"] == ("contact.contact_id", (0,))
    assert found["ticket", "connect_id"] == ("ticket.id", (-1, 0))
    assert all(none for _, none in found.values())


def test_documented_self_references_and_the_cycle_of_company_person_and_user() -> None:
    found = {(c.table.name, to.table.name) for c, to, _ in references()}
    selves = {"ticket", "appointment", "schedule", "email_folder", "ej_category"}
    assert {(name, name) for name in selves} <= found
    assert {("contact", "person"), ("person", "associate"), ("associate", "person"), ("person", "contact")} <= found


@pytest.mark.parametrize("name", ["Credentials", "ExtApp"])
def test_mixed_case_is_kept_by_quoting(name: str) -> None:
    assert f'CREATE TABLE "{name}"' in before("postgresql")


def test_sqlite_takes_all_of_it() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(before("sqlite") + after("sqlite"))
        made = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert {name for (name,) in made} == set(schema().tables)
        assert connection.execute("SELECT count(*) FROM open_requests").fetchone() == (0,)
