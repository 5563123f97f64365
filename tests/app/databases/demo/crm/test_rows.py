"""The CRM's content: the same every time, true to the product's conventions, and full of what a clean-up must catch."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.databases.demo.crm import CRM
from app.databases.demo.crm.schema import references, schema
from app.databases.demo.world import Row

ROWS = 120


def made(rows: int, seed: int = 5) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    CRM.make_rows(rows, seed, lambda table, batch: tables.setdefault(table, []).extend(batch))
    return tables


@pytest.fixture(scope="module")
def crm() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(CRM.before("sqlite"))
        for table, rows in made(ROWS).items():
            connection.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
        connection.executescript(CRM.after("sqlite"))
        yield connection


def count(crm: sqlite3.Connection, table: str, where: str) -> int:
    return int(crm.execute(f'SELECT count(*) FROM "{table}" WHERE {where}').fetchone()[0])


def test_every_table_holds_rows_and_the_number_asked_for_is_of_companies(crm: sqlite3.Connection) -> None:
    assert [name for name in schema().tables if count(crm, name, "1") == 0] == []
    assert count(crm, "contact", "1") == ROWS
    assert 2 * ROWS < count(crm, "person", "1") < 3 * ROWS


def test_the_same_seed_gives_the_same_content_and_another_seed_another() -> None:
    first = made(12)
    assert first == made(12)
    assert first["contact"] != made(12, seed=6)["contact"]
    assert first["company"] != made(12, seed=6)["company"], "each production has a serial number of its own"


def test_the_smallest_crm_is_the_firm_alone() -> None:
    assert len(made(1)["contact"]) == 1


def test_every_reference_leads_somewhere_or_to_none(crm: sqlite3.Connection) -> None:
    lost = {}
    for column, to, none in references():
        table, name = column.table.name, column.name
        astray = count(crm, table, f'"{name}" NOT IN ({", ".join(map(str, none))}) AND "{name}" NOT IN '
                                   f'(SELECT "{to.name}" FROM "{to.table.name}")')  # fmt: skip
        if astray:
            lost[f"{table}.{name}"] = astray
    assert lost == {}


@pytest.mark.parametrize(
    ("table", "column", "kinds", "owner"),
    [
        ("address", "owner_id", "atype_idx & 16384 = 0", "contact"),
        ("address", "owner_id", "atype_idx & 16384", "person"),
        ("phone", "owner_id", "ptype_idx & 16384 = 0", "contact"),
        ("phone", "owner_id", "ptype_idx & 16384", "person"),
        *(("text", "owner_id", f"type = {kind}", owner) for kind, owner in enumerate(
            ("contact", "person", "project", "sale", "appointment", "document", "projectmember"), 1)),
        ("UserPreference", "owner_id", "deflevel = 5", "associate"),
        ("ErpInternalKey", "recordId", "tableId = 5", "contact"),
    ],
)  # fmt: skip
def test_owners_are_there(crm: sqlite3.Connection, table: str, column: str, kinds: str, owner: str) -> None:
    key = schema().tables[owner].columns[0].name
    assert count(crm, table, kinds) > 0
    assert count(crm, table, f'{kinds} AND "{column}" NOT IN (SELECT "{key}" FROM "{owner}")') == 0


def test_the_sequence_goes_on_after_the_last_number_of_each_table(crm: sqlite3.Connection) -> None:
    for table in schema().tables.values():
        row = crm.execute("SELECT id, next_id, TableNumber FROM sequence WHERE TableName = ?", (table.name,)).fetchone()
        last = crm.execute(f'SELECT max("{table.columns[0].name}") FROM "{table.name}"').fetchone()[0]
        number = table.info["number"]
        assert row == (number + 10, last + 1, number), table.name


def test_every_seal_is_a_row_s_own(crm: sqlite3.Connection) -> None:
    seals = [
        seal
        for table in schema().tables.values()
        if "encryptedCheck" in table.c
        for (seal,) in crm.execute(f'SELECT "encryptedCheck" FROM "{table.name}"')
    ]
    assert len(set(seals)) == len(seals) > 30
    assert all(re.fullmatch("[0-9A-F]{64}", seal) for seal in seals)


def test_the_company_has_one_row_and_a_serial_number(crm: sqlite3.Connection) -> None:
    ((serial, owner),) = crm.execute("SELECT serialNo, ownerContactId FROM company").fetchall()
    assert serial.isdigit()
    assert owner == 1


def test_a_request_s_status_is_its_row_s_base_status(crm: sqlite3.Connection) -> None:
    other = "status <> (SELECT s.status FROM ticket_status AS s WHERE s.id = ticket.ticket_status)"
    assert count(crm, "ticket", other) == 0
    assert count(crm, "ticket", "(closed_at IS NULL) <> (status IN (1, 3))") == 0


SERVICE_URL = "url1 LIKE 'http%/cs/scripts/{}.fcgi%' AND deleted = 0"


@pytest.mark.parametrize(
    ("table", "where"),
    [
        *(("ticket", f"status = {status}") for status in (1, 2, 3, 4, 5, 6)),
        ("ticket", "status = 5 AND connect_id > 0"),
        ("mail_in_filter", "pop_password <> '' AND status = 1"),
        ("service_auth", "password <> ''"),
        ("email_account", "account_status = 4 AND incoming_auth > 0"),
        ("email_item", "mime LIKE '%From: %@%To: %@%' AND cc LIKE '%@%'"),
        *(("ExtApp", SERVICE_URL.format(program)) for program in ("ticket", "rms", "customer", "blogic")),
        ("ExtApp", "url1 LIKE 'https://%' AND url1 NOT LIKE '%.fcgi%'"),
        ("ExtApp", "url1 LIKE '<csti>?%'"),
        ("schedule", "disabled = 0 AND next_execution IS NOT NULL"),
        ("schedule", "disabled = 1"),
        ("schedule", "after_schedule_id > 0"),
        ("schedule", "lock_expire IS NOT NULL"),
        ("Webhook", "type = 'webhook' AND state = 1 AND secret <> ''"),
        ("Webhook", "type = 'crmscript' AND state = 1"),
        ("OnlineApp", "authorizationRevoked = 0"),
        ("OnlineApp", "clientId IN (SELECT substr(name, 5) FROM associate WHERE type = 13)"),
        *(("associate", f"type = {kind}") for kind in (0, 1, 4, 7, 13)),
        ("associate", "userName LIKE '%@%'"),
        ("Credentials", "isActive = 1 AND secret <> ''"),
        ("ErpConnection", "Active = 1"),
        ("ErpConfiguration", "SyncRunning = 1"),
        ("ErpSyncLog", "NewValue LIKE '%@%'"),
        ("UserPreference", "prefsection = 'DataCollection' AND deflevel = 2 AND prefvalue = 'Yes'"),
        ("UserPreference", "prefsection = 'DataCollection' AND deflevel = 3 AND prefvalue = 'Yes'"),
        ("outbox", "rcpt LIKE '%@%,%@%' AND rfc822_content LIKE '%To: %@%' AND next_retry IS NOT NULL"),
        ("inbox", "imported IS NULL"),
        ("s_shipment", "status = 3"),
        ("s_shipment", "status = 9"),
        ("s_shipment_addr", "sending_time IS NULL"),
        ("login", "session_key <> ''"),
        ("login_customer", "expire > '2026-11-01'"),
        ("PushNotificationService", "PNSHandle <> ''"),
        ("TemporaryKey", "expires > '2026-11-01' AND authkey <> ''"),
        ("ej_category", "notification_email LIKE '%@%,%@%'"),
        ("ej_message", "email_header LIKE '%From: %@%' AND body LIKE '%@%'"),
        ("text", "text LIKE '%@%' AND html_text IS NOT NULL"),
        ("text", "text LIKE '%+47%'"),
        ("document", "extref <> ''"),
        ("ticket_attachment", "attachment_id > 0"),
        ("contact", "activeErpLinks > 0"),
    ],
)
def test_what_a_clean_up_must_catch_is_there(crm: sqlite3.Connection, table: str, where: str) -> None:
    assert count(crm, table, where) > 0


def test_both_opt_ins_are_described_and_on(crm: sqlite3.Connection) -> None:
    described = "SELECT prefkey FROM PrefDesc WHERE prefsection = 'DataCollection' AND name LIKE '% OptIn - Configured'"
    assert len(crm.execute(described).fetchall()) == 2
    assert count(crm, "UserPreference", f"prefkey IN ({described}) AND prefvalue = 'Yes'") == 4


HOLD_ADDRESSES = """
Email.email_address email_account.email_address email_item.from email_item.to email_item.cc email_item.plain_body
email_item.html_body email_item.mime service_auth.username ejuser.email mail_in_filter.address mail_in_filter.pop_user
mail_alias.alias message_customers.email ej_message.author ej_message.email_header ej_message.body ej_message.html_body
ticket.from_address ticket.filter_address ticket.author ej_category.notification_email ticket_alert.email_to
outbox.from_email outbox.from_envelope outbox.rcpt outbox.rfc822_content s_shipment.from_addr s_shipment.reply_addr
s_shipment.envelope_from s_shipment_addr.address s_list_element.address s_sent_message.email s_bounce_shipment.email
s_link_customer_statical.email s_washing.email_addr s_washing_list.address mail_block.mail_addr eab_entry.email_address
form_submission.email_address form_submission.response chat_session.email chat_topic.alert_recipient
invitation.organizer_email appointment.external_participants DocTmpl.senderEmailAddress email_flow.from_addr
email_flow.reply_to_addr Webhook.errors_email Webhook_notify.email_recipient script_trace.notification_email
sms_hysteria.recipient_address ms_filter.reply_to ms_filter.forward_to associate.userName UserPreference.prefvalue
registry.value
"""
HOLD_SECRETS = """
Credentials.secret service_auth.password mail_in_filter.pop_password ejuser.password ext_datasource.password
user_candidate.secret_key user_candidate.secret_value Webhook.secret Webhook.application_token Webhook.headers
ejscript.access_key s_message.access_key attachment.auth_key TemporaryKey.authkey form_keys.form_key login.session_key
login.ns_secret login_customer.session_key chat_session.session_key outgoing_message.session_key ErpConnector.URL
Webhook.target_url ExtApp.url1 config.smtp_host config.cgi_url config.cgi_url_internal s_shipment.smtp_serv
s_smtp_servers.smtp_server PushNotificationService.PNSHandle appointment.join_videomeet_url ModuleOwner.licenseUrl
mail_in_filter.next_check
"""


def test_every_documented_column_that_can_hold_an_address_holds_one(crm: sqlite3.Connection) -> None:
    places = (place.split(".") for place in HOLD_ADDRESSES.split())
    assert [place for place in places if count(crm, place[0], f"\"{place[1]}\" LIKE '%_@_%.example%'") == 0] == []


def test_every_documented_column_with_a_secret_or_a_way_out_has_one(crm: sqlite3.Connection) -> None:
    places = (place.split(".") for place in HOLD_SECRETS.split())
    assert [place for place in places if count(crm, place[0], f"\"{place[1]}\" <> ''") == 0] == []


def test_json_columns_hold_json_that_names_people(crm: sqlite3.Connection) -> None:
    for (text,) in crm.execute("SELECT response FROM form_submission"):
        assert set(json.loads(text)) == {"name", "email", "phone", "message"}
    guests = [json.loads(t) for (t,) in crm.execute("SELECT external_participants FROM appointment "
                                                    "WHERE external_participants IS NOT NULL")]  # fmt: skip
    assert all(set(guest) == {"name", "email"} for row in guests for guest in row)


def test_no_address_and_no_host_can_reach_anybody(crm: sqlite3.Connection) -> None:
    address, host = re.compile(r"@([\w.-]+)"), re.compile(r"https?://([^/:?]+)", re.IGNORECASE)
    outside = set()
    for name in schema().tables:
        for row in crm.execute(f'SELECT * FROM "{name}"'):
            for value in row:
                if isinstance(value, str):
                    outside |= {found.rstrip(".") for found in address.findall(value) + host.findall(value)}
    assert {place for place in outside if not place.endswith(".example")} == {"10.20.0.14"}
