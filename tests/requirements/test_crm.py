"""S1 to S18: what the CRM's vendor says of a sandbox, each row shown on a real copy on either kind of database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app.databases.demo.crm import CRM
from app.databases.demo.crm.schema import schema
from app.domain.operations import ItemKind, ItemState, OperationKind, ProofState
from app.domain.plan import Plan
from app.domain.policy import RowsKind, Value
from app.errors import RefusedError
from app.policy.packs import pack_text
from app.policy.parse import parse_policy
from tests.requirements.partners import FIRST, apps_set_up, production_goes_on
from tests.requirements.provisioned import ENGINES, REF, TENANT, Provisioned, in_use, provisioned

ROWS = 50
ADDRESS = re.compile(r"[^\s,;<>()\[\]\"':=]+@([\w-]+(?:\.[\w-]+)+)")
OPEN = "status IN (1, 3)"


@pytest.fixture(scope="module", params=ENGINES)
def crm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provisioned]:
    """A first copy, made with nothing chosen."""
    with provisioned(CRM, "crm-online", request.param, tmp_path_factory.mktemp("crm"), ROWS) as made:
        yield made


@pytest.fixture(scope="module")
def planned(crm: Provisioned) -> Plan:
    """The next refresh as somebody plans it who means to use a public inbox, with what can be chosen."""
    with in_use(crm.keyring):
        options = {"mail_domain": "mailinator.com"}
        return crm.office.services.operations.plan(REF, OperationKind.REFRESH, options, samples=1)


@pytest.fixture(scope="module")
def texts(crm: Provisioned) -> list[tuple[str, str]]:
    """Every text of the copy, with its place."""
    return [
        (f"{name}.{column.name}", value)
        for name, table in schema().tables.items()
        for row in crm.ask(f'SELECT * FROM "{name}"')
        for column, value in zip(table.c, row, strict=True)
        if isinstance(value, str)
    ]


def count(crm: Provisioned, table: str, where: str = "1 = 1") -> int:
    return int(crm.ask(f'SELECT count(*) FROM "{table}" WHERE {where}')[0][0])


def in_production(crm: Provisioned, table: str, where: str = "1 = 1") -> int:
    return int(crm.ask_production(f'SELECT count(*) FROM "{table}" WHERE {where}')[0][0])


def green(crm: Provisioned, *ids: str) -> None:
    items = crm.checklist()
    for id_ in ids:
        assert items[id_].state is ItemState.PASSED, items[id_]
        assert items[id_].evidence, items[id_]


def test_s1_a_sandbox_is_a_full_copy_of_data_and_configuration(crm: Provisioned) -> None:
    rows = {name: policy.rows for name, policy in parse_policy(pack_text("crm-online")).tables.items()}
    whole = [n for n in schema().tables if rows[n].kind is RowsKind.ALL and not rows[n].option]
    assert len(whole) > 75
    for name in set(whole) - {"LicenseAssocLink"}:
        assert count(crm, name) == in_production(crm, name) > 0, name
    assert count(crm, "UserPreference") > 0
    assert count(crm, "ejscript", "body LIKE '%Mailer%'") == in_production(crm, "ejscript")
    crm.ask("SELECT id, company FROM open_requests")
    green(crm, "references", "integrity", "reconciliation", "step-08")
    details = {row[0]: row for row in crm.checklist()["reconciliation"].details}
    assert any("sale" in name for name in details)


def test_s3_there_is_no_way_back(crm: Provisioned, planned: Plan) -> None:
    environments = crm.office.services.environments
    database = environments.get(REF).database
    with in_use(crm.keyring):
        with pytest.raises(RefusedError):
            environments.add(TENANT, "back", kind="production", database=database)
        with pytest.raises(RefusedError):
            environments.add(TENANT, "next", kind="sandbox", database=f"{database}_next", source="sandbox")
    assert "dead-end" in {warning.id for warning in planned.warnings}


def test_s4_a_sandbox_is_no_backup_and_it_is_said_before_everything_with_the_date_of_the_last_copy(
    crm: Provisioned, planned: Plan
) -> None:
    for plan in (planned, crm.plan(OperationKind.RESET), crm.plan(OperationKind.WIPE)):
        (said,) = (w.text for w in plan.warnings if w.id == "not-a-backup")
        assert "ask for its backup" in said
        assert "The last copy was made on" in said


def test_s5_logins_and_mail_of_users_own_accounts_are_gone(crm: Provisioned) -> None:
    for table in ("email_account", "service_auth", "email_folder", "email_item", "email_attachment"):
        assert in_production(crm, table) > 0
        assert count(crm, table) == 0
    green(crm, "no-mail-accounts", "no-mail-logins", "no-fetched-mail", "no-mail-folders", "no-mail-attachments")


def test_s6_all_mailboxes_are_gone_and_one_was_made(crm: Provisioned) -> None:
    assert in_production(crm, "mail_in_filter") == 4
    asked = "SELECT address, pop_server, pop_user, pop_password, next_check FROM mail_in_filter"
    assert crm.ask(asked) == [("sandbox@example.invalid", None, None, None, None)]
    assert count(crm, "mail_alias") == count(crm, "inbox") == count(crm, "outbox") == 0
    assert crm.ask("SELECT DISTINCT filter_id FROM ticket WHERE filter_id > 0") == [], "no request is of an old mailbox"
    green(crm, "one-mailbox", "sandbox-mailbox", "step-04", "step-17")


def test_s7_open_requests_are_closed(crm: Provisioned) -> None:
    assert in_production(crm, "ticket", "status = 1") > 0
    assert in_production(crm, "ticket", "status = 3") > 0
    ids = ", ".join(str(id_) for (id_,) in crm.ask_production(f"SELECT id FROM ticket WHERE {OPEN}"))
    asked = (
        "SELECT DISTINCT t.status, s.status, CAST(t.closed_at AS text) FROM ticket AS t "
        f"JOIN ticket_status AS s ON s.id = t.ticket_status WHERE t.id IN ({ids})"
    )
    assert crm.ask(asked) == [(2, 2, "2000-01-01 00:00:00")]
    for status in (2, 4, 5, 6):
        more = ids.count(",") + 1 if status == 2 else 0
        assert count(crm, "ticket", f"status = {status}") == in_production(crm, "ticket", f"status = {status}") + more
    green(crm, "requests-closed", "requests-status", "requests-moment")


def test_s8_panels_have_template_variables_for_full_addresses_of_service(crm: Provisioned) -> None:
    urls = dict(crm.ask('SELECT "ExtApp_id", url1 FROM "ExtApp"'))
    assert {n: urls[n] for n in range(1, 8)} == {
        1: "<csti>?action=listCompany&id=<cont>&lang=no",
        2: "<csrm>?action=showReport&reportId=12",
        3: "<cscu>?action=mainMenu",
        4: "<csbl>?action=doScreenDefinition&idString=approve&sale=<sale>",
        5: "<csti>?action=new",
        6: "<csrm>?r=3",
        7: "<csti>?action=mine",
    }
    assert crm.ask('SELECT url2 FROM "ExtApp" WHERE "ExtApp_id" = 3') == [("<cscu>",)]
    assert all(urls[n].startswith("https://example.invalid") for n in (8, 9, 10))
    assert crm.ask("""SELECT filename, path, parameters FROM "ExtApp" WHERE "ExtApp_id" = 11""") == [("", None, None)]
    green(crm, "panels", "panels-second", "panels-service", "panels-programs")


def test_s9_scheduled_tasks_are_off_when_none_was_chosen(crm: Provisioned, planned: Plan) -> None:
    assert in_production(crm, "schedule", "disabled = 0") == 6
    assert count(crm, "schedule", "disabled = 0 OR next_execution IS NOT NULL OR lock_expire IS NOT NULL") == 0
    offered = {offer.value: offer.label for offer in planned.offers["tasks"]}
    assert set(offered) == {"1", "2", "4", "5", "7", "8"}
    assert offered["1"] == "Fetch invoices from the ledger"
    green(crm, "tasks-off", "tasks-on", "tasks-unplanned", "step-11")


def test_s10_no_app_works_and_what_apps_made_stays(crm: Provisioned) -> None:
    assert in_production(crm, "OnlineApp", '"authorizationRevoked" = 0') == 3
    assert count(crm, "OnlineApp", '"authorizationRevoked" = 1') == 4
    assert in_production(crm, "associate", "type = 13 AND deleted = 0") == 3
    assert count(crm, "associate", "type = 13 AND deleted = 0") == 0
    assert count(crm, "Credentials") == 0
    assert count(crm, "ExtApp") == in_production(crm, "ExtApp")
    green(crm, "apps-revoked", "system-users", "no-logins", "step-12")
    item = crm.checklist()["apps-again"]
    assert item.kind is ItemKind.MANUAL
    assert "sign it up" in item.instructions
    assert "Hide the web panels" in item.instructions


def test_s11_both_opt_ins_are_off_on_every_level(crm: Provisioned) -> None:
    asked = (
        'SELECT prefkey, deflevel, prefvalue FROM "UserPreference" WHERE prefkey IN '
        """(SELECT prefkey FROM "PrefDesc" WHERE name LIKE '% OptIn - Configured') ORDER BY prefkey, deflevel"""
    )
    assert {value for *_, value in crm.ask_production(asked)} == {"Yes"}
    assert [(level, value) for _, level, value in crm.ask(asked)] == [(2, "No"), (3, "No")] * 2
    green(crm, "opt-ins", "serial-number", "step-20")
    ours = crm.ask_production('SELECT "serialNo" FROM company')
    assert crm.ask('SELECT "serialNo", "ownerContactName" FROM company') == [("SANDBOX", "Sandbox")] != ours


def test_s12_the_erp_synchronisation_is_off(crm: Provisioned) -> None:
    assert in_production(crm, "ErpConnection", '"Active" = 1') == 2
    assert count(crm, "ErpConnection", '"Active" <> 0') == 0
    assert in_production(crm, "ErpConfiguration", '"SyncRunning" = 1') == 1
    assert count(crm, "ErpConfiguration", '"SyncRunning" <> 0') == 0
    assert count(crm, "ErpConnector", '"URL" IS NOT NULL OR "ConfigXml" IS NOT NULL') == 0
    assert count(crm, "ErpSyncLog") == 0
    green(crm, "erp-connections", "erp-sync", "erp-addresses", "erp-settings")


def test_s13_nobody_may_use_it_who_was_not_chosen(crm: Provisioned, planned: Plan) -> None:
    assert in_production(crm, "associate", "type IN (0, 4) AND deleted = 0") > 8
    assert count(crm, "associate", "type IN (0, 4, 13) AND deleted = 0") == 0
    assert count(crm, "associate", "type IN (1, 7) AND deleted = 0") == 3, "rooms and strangers log in nowhere"
    assert count(crm, "LicenseAssocLink") == 0
    assert count(crm, "ejuser", "password IS NOT NULL") == count(crm, "login") == count(crm, "login_customer") == 0
    offered = [offer.value for offer in planned.offers["allowed_users"]]
    assert len(offered) == in_production(crm, "associate", "type = 0 AND deleted = 0")
    green(crm, "employees", "customers", "user-plans", "no-passwords", "step-22")


def test_s14_each_of_the_33_steps_is_done_explained_or_instructed(crm: Provisioned) -> None:
    items = crm.checklist()
    steps = [items[f"step-{number:02d}"] for number in range(1, 34)]
    manual = [s.id[-2:] for s in steps if s.kind is ItemKind.MANUAL]
    assert manual == ["14", "16", "27", "29", "31"]
    done = {s.id[-2:] for s in steps if s.state is ItemState.PASSED}
    own_login = {"07", "10", "18"}  # a file has none, and says so
    assert done == {"04", "06", "08", "09", "11", "12", "13", "17", "20", "22", "25", "26", "32"} | (
        own_login if crm.engine == "postgresql" else set()
    )
    assert all(s.evidence for s in steps if s.kind is not ItemKind.MANUAL)
    assert all(s.instructions for s in steps if s.kind is ItemKind.MANUAL)


def test_s15_no_address_stays_as_it_was_and_none_can_be_reached(
    crm: Provisioned, texts: list[tuple[str, str]], planned: Plan
) -> None:
    """Scripts alone come along as they were written: a person reads them, and the checklist says so."""
    found = {(place, domain) for place, text in texts for domain in ADDRESS.findall(text)}
    assert {place for place, domain in found if domain != "example.invalid"} == {"ejscript.body"}
    assert len(found) > 25
    assert count(crm, "Email", "email_address LIKE '%@example.invalid'") == count(crm, "Email")
    assert "scripts-read" in crm.checklist()
    (public,) = [finding for finding in planned.findings if finding.code == "mask.public_domain"]
    assert "mailinator.com" in public.message
    assert re.search(r"in \d\d columns", public.message)
    green(crm, "step-13")


def test_s16_no_document_and_no_attachment_comes_along_when_none_was_chosen(crm: Provisioned) -> None:
    for table in ("document", "attachment", "ticket_attachment"):
        assert in_production(crm, table) > 0
        assert count(crm, table) == 0
    assert in_production(crm, "appointment", "document_id > 0") > 0
    assert count(crm, "appointment", "document_id > 0") == count(crm, "ej_message", "body_attachment > 0") == 0


def test_s18_webhooks_are_gone(crm: Provisioned) -> None:
    for table in ("Webhook", "Webhook_usage", "Webhook_notify"):
        assert in_production(crm, table) == 5
        assert count(crm, table) == 0
    green(crm, "no-webhooks", "no-webhook-receivers")


def test_all_items_are_green_with_evidence_but_those_a_person_does(crm: Provisioned) -> None:
    items = crm.checklist().values()
    assert {i.state for i in items if i.kind is ItemKind.AUTOMATIC} == {ItemState.PASSED, ItemState.NOT_APPLICABLE}
    assert [i.id for i in items if i.kind is ItemKind.AUTOMATIC and not i.evidence] == []
    counted = {check.id for check in parse_policy(pack_text("crm-online")).checks}
    assert [i.id for i in items if i.id in counted and i.state is ItemState.PASSED and not i.query] == []
    absent = {i.id for i in items if i.state is ItemState.NOT_APPLICABLE and not i.id.startswith("step-")}
    assert absent == {"menu-addresses", "extra-menu-addresses", "preserved"} | (
        {"login"} if crm.engine == "sqlite" else set()
    )
    outward = crm.checklist()["outward"]
    assert outward.found == "47 closed, 2 waived"


def test_what_must_not_travel_is_nowhere_in_the_copy(crm: Provisioned, texts: list[tuple[str, str]]) -> None:
    secrets = [
        ("Credentials", "secret"), ("service_auth", "password"), ("mail_in_filter", "pop_password"),
        ("ejuser", "password"), ("ext_datasource", "password"), ("user_candidate", "secret_value"),
        ("Webhook", "secret"), ("Webhook", "application_token"), ("ejscript", "access_key"),
        ("s_message", "access_key"),
        ("attachment", "auth_key"), ("TemporaryKey", "authkey"), ("form_keys", "form_key"), ("login", "session_key"),
        ("login", "ns_secret"), ("login_customer", "session_key"), ("chat_session", "session_key"),
        ("outgoing_message", "session_key"), ("PushNotificationService", "PNSHandle"), ("registry", "value"),
        ("config", "smtp_host"), ("config", "cgi_url"), ("config", "cgi_url_internal"), ("ErpConnector", "URL"),
        ("Webhook", "target_url"), ("s_smtp_servers", "smtp_server"), ("appointment", "join_videomeet_url"),
        ("ModuleOwner", "licenseUrl"), ("company", "serialNo"),
    ]  # fmt: skip
    theirs: set[str] = set()
    for table, column in secrets:
        found = {str(v) for (v,) in crm.ask_production(f'SELECT "{column}" FROM "{table}" WHERE "{column}" <> \'\'')}
        assert found, (table, column)
        theirs |= {value for value in found if len(value) > 5}
    assert {place for place, text in texts if text in theirs} == set()
    done = crm.office.services.operations.all()[0]
    assert done.proof.state is ProofState.CLEAN
    assert done.proof.originals > 1000


CHOSEN: dict[str, Value] = {
    "allowed_users": ("1", "2"), "tasks": ("1", "4"), "documents": "some", "documents_since": "2024-01-01",
    "attachments": "some", "attachments_size": 600_000, "mail_domain": "sandbox.example",
    "test_mailbox": "qa@sandbox.example", "serial_number": "NORDLYS-TEST", "owner_name": "Nordlys Test AS",
}  # fmt: skip


@dataclass(frozen=True)
class Replaced:
    """A sandbox in which partners set up two apps, replaced after production went on."""

    copy: Provisioned
    clients: tuple[str, str]
    """The apps of production that were signed up again."""


@pytest.fixture(scope="module")
def replaced(crm: Provisioned) -> Replaced:
    (client,), (other,) = crm.ask('SELECT "clientId" FROM "OnlineApp" WHERE onlineapp_id < 3 ORDER BY onlineapp_id')
    for statement in apps_set_up(client, other):
        crm.change(statement)
    for statement in production_goes_on():
        crm.change_production(statement)
    crm.succeed(OperationKind.REFRESH, **CHOSEN)
    return Replaced(crm, (client, other))


def test_s2_a_newer_copy_takes_its_place(replaced: Replaced) -> None:
    crm = replaced.copy
    assert count(crm, "contact") == in_production(crm, "contact") == ROWS + 1
    assert count(crm, "contact", "name = 'Halden Fjordfiske AS'") == 0, "but not by its name"
    green(crm, "reconciliation", "references", "step-08")


def test_s9_the_tasks_chosen_are_the_ones_that_are_on(replaced: Replaced) -> None:
    crm = replaced.copy
    assert crm.ask("SELECT id FROM schedule WHERE disabled = 0 ORDER BY id") == [(1,), (4,)]
    assert count(crm, "schedule", "disabled = 0 AND next_execution IS NULL") == 0
    green(crm, "tasks-off", "tasks-on")


def test_s11_two_productions_of_one_serial_number_are_a_finding(planned: Plan, replaced: Replaced) -> None:
    crm = replaced.copy
    assert crm.ask('SELECT "serialNo", "ownerContactName", "dbContactName" FROM company') == [
        ("NORDLYS-TEST", "Nordlys Test AS", "Nordlys Test AS")
    ]
    assert [f.code for f in planned.findings if f.code == "serial-number-twice"] == []
    with crm.twin() as database, in_use(crm.keyring):
        tenants, environments = crm.office.services.tenants, crm.office.services.environments
        tenants.add("Somebody Else")
        environments.add("Somebody Else", "production", kind="production", **database)
        found = [f for f in crm.plan(**CHOSEN).findings if f.code == "serial-number-twice"]
        environments.remove("Somebody Else/production")
    assert [f.where for f in found] == ["Somebody Else/production"]


def test_s13_the_users_chosen_may_use_it_and_have_a_plan(replaced: Replaced) -> None:
    crm = replaced.copy
    assert crm.ask("SELECT associate_id FROM associate WHERE type = 0 AND deleted = 0 ORDER BY 1") == [(1,), (2,)]
    assert crm.ask('SELECT DISTINCT "assocId" FROM "LicenseAssocLink" ORDER BY 1') == [(1,), (2,)]
    green(crm, "employees", "customers", "user-plans")


def test_s15_the_domain_of_the_addresses_can_be_chosen(replaced: Replaced) -> None:
    crm = replaced.copy
    assert count(crm, "Email", "email_address LIKE '%@sandbox.example'") == count(crm, "Email") > ROWS
    assert count(crm, "ejuser", "loginname LIKE '%@sandbox.example'") == count(crm, "ejuser")
    assert crm.ask("SELECT address, domain FROM mail_in_filter") == [("qa@sandbox.example", "sandbox.example")]
    (guests,) = crm.ask("SELECT external_participants FROM appointment WHERE external_participants IS NOT NULL LIMIT 1")
    assert set(ADDRESS.findall(str(guests))) == {"sandbox.example"}, "inside JSON too"


def test_s16_the_documents_and_attachments_chosen_come_along(replaced: Replaced) -> None:
    crm, since = replaced.copy, "registered >= '2024-01-01'"
    assert 0 < in_production(crm, "document", since) < in_production(crm, "document")
    assert count(crm, "document") == count(crm, "document", since) == in_production(crm, "document", since)
    assert 0 < in_production(crm, "attachment", "att_size <= 600000") < in_production(crm, "attachment")
    assert count(crm, "attachment") == in_production(crm, "attachment", "att_size <= 600000")
    small = "attachment_id IN (SELECT id FROM attachment WHERE att_size <= 600000)"
    assert count(crm, "ticket_attachment") == in_production(crm, "ticket_attachment", small) > 0
    assert count(crm, "ej_message", "body_attachment > 0 AND body_attachment NOT IN (SELECT id FROM attachment)") == 0
    assert count(crm, "attachment", "auth_key IS NOT NULL") == count(crm, "document", '"ExtUrl" IS NOT NULL') == 0


def test_s17_what_partner_apps_set_up_in_the_old_sandbox_is_kept(replaced: Replaced) -> None:
    crm = replaced.copy
    client, other = replaced.clients
    working = 'SELECT onlineapp_id, "clientId" FROM "OnlineApp" WHERE "authorizationRevoked" = 0 ORDER BY 1'
    assert crm.ask(working) == [(1, client), (2, other), (FIRST, "tried-here")]
    assert count(crm, "OnlineApp") == in_production(crm, "OnlineApp") + 1
    ((theirs,),) = crm.ask_production(f"SELECT associate_id FROM associate WHERE name = 'SYS-{other}'")
    users = "SELECT associate_id, name FROM associate WHERE type = 13 AND deleted = 0 ORDER BY 1"
    assert crm.ask(users) == [(theirs, f"SYS-{other}"), (FIRST, f"SYS-{client}"), (FIRST + 1, "SYS-tried-here")]
    logins = [(theirs, other), (FIRST, client), (FIRST + 1, "tried-here")]
    assert crm.ask('SELECT "associateId", "searchName" FROM "Credentials" ORDER BY 1') == logins
    roles = f'SELECT associate_id, role_id FROM "UserRoleLink" WHERE associate_id IN ({theirs}, {FIRST}, {FIRST + 1})'
    assert sorted(crm.ask(roles)) == [(theirs, 3), (FIRST, 3), (FIRST + 1, 3)], "a role that is gone is left out"
    others = count(crm, "associate", "type = 13 AND deleted = 1")
    assert others == in_production(crm, "associate", "type = 13") - 1, "production's own stay off"
    assert crm.ask("SELECT next_id FROM sequence WHERE \"TableName\" = 'associate'") == [(FIRST + 2,)]
    green(crm, "preserved", "apps-revoked", "system-users", "no-logins", "numbers-apart", "step-25")
    left_out = {row[1]: row[-1] for row in crm.checklist()["preserved"].details}
    assert left_out["UserRoleLink"] == "2"
