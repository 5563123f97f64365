"""Rows W1 to W9 of the requirements, on an agency's sandbox of either kind of database."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from app.databases.demo.agency import AGENCY
from app.domain.operations import ItemState, OperationKind
from app.errors import RefusedError
from tests.requirements.provisioned import ENGINES, REF, TENANT, Provisioned, in_use, provisioned

ROWS = 300
ALIAS = "qa@harbor-agency.example"
CHOSEN = ("AAB", "AAC")
MAIL = {"employee": ("email",), "customer": ("email",), "customer_contact": ("email",), "dependent": ("email",)}
PHONES = {
    "employee": ("phone",),
    "customer": ("home_phone", "business_phone", "cell_phone"),
    "customer_contact": ("phone",),
}
NUMBERS = {
    "policy": ("policy_id", "policy_number"),
    "claim": ("claim_id", "claim_number", "policy_number"),
    "vehicle": ("vehicle_id", "vin", "licence_plate"),
    "driver": ("driver_id", "license_number"),
    "customer": ("customer_id", "ssn", "drivers_license", "federal_tax_id"),
    "dependent": ("dependent_id", "ssn", "drivers_license"),
    "bank_account": ("bank_code", "routing_number", "account_number"),
}
"""By table: what names a row, and the numbers by which people are known."""
SUMS = {"policy": "full_term_premium", "claim": "amount", "invoice": "amount"}


@pytest.fixture(scope="module", params=ENGINES)
def agency(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provisioned]:
    """An agency with a sandbox in which two people may log in, and whose mail reaches the agency's own address."""
    folder: Path = tmp_path_factory.mktemp("agency")
    options = {"mail_alias": ALIAS, "active_logins": CHOSEN}
    with provisioned(AGENCY, "agency-management", request.param, folder, ROWS, options) as made:
        yield made


def _values(agency: Provisioned, columns: dict[str, tuple[str, ...]], *, production: bool) -> set[str]:
    ask = agency.ask_production if production else agency.ask
    return {
        value
        for table, names in columns.items()
        for name in names
        for (value,) in ask(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL")
    }


def test_nothing_stands_in_the_way_and_every_item_is_green_but_those_for_people(agency: Provisioned) -> None:
    plan = agency.plan()
    assert [f for f in plan.findings if f.severity != "note"] == []
    items = agency.checklist()
    assert {i.id: i.evidence for i in items.values() if i.state is ItemState.FAILED} == {}
    assert {i.id for i in items.values() if i.state is ItemState.OPEN} == {"mail-test", "integrated-products"}
    assert [i.id for i in items.values() if i.state is not ItemState.OPEN and not i.evidence] == []


def test_w1_a_sandbox_has_its_own_logins_and_user_accounts(agency: Provisioned) -> None:
    item, access = agency.checklist()["login"], agency.login()
    if agency.server is None:
        assert item.state is ItemState.NOT_APPLICABLE
        assert "no logins of its own" in item.evidence
        assert access.login is None
    else:
        assert item.state is ItemState.PASSED
        assert access.login is not None
        with closing(
            psycopg.connect(agency.server.place(agency.sandbox, access.login, access.password).conninfo())
        ) as s:
            assert s.execute("SELECT count(*) FROM customer").fetchone() == (ROWS,)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(agency.server.place(agency.production, access.login, access.password).conninfo())
    active = "active" if agency.server else "active = 1"
    assert {code for (code,) in agency.ask(f"SELECT employee_code FROM employee WHERE {active}")} == set(CHOSEN)
    assert agency.ask("SELECT count(*) FROM employee WHERE password_hash IS NOT NULL") == [(0,)]
    assert agency.ask_production("SELECT count(*) FROM employee WHERE password_hash IS NULL") == [(0,)]
    logins = {"employee": ("login_name",)}
    assert not _values(agency, logins, production=True) & _values(agency, logins, production=False)
    assert agency.checklist()["own-logins"].state is ItemState.PASSED


def test_w1_the_people_to_choose_from_are_read_from_production(agency: Provisioned) -> None:
    with in_use(agency.keyring):
        plan = agency.office.services.operations.plan(REF, OperationKind.REFRESH, {}, samples=1)
    active = "active" if agency.server else "active = 1"
    expected = agency.ask_production(f"SELECT employee_code, login_name FROM employee WHERE {active} ORDER BY 1")
    assert sorted((str(o.value), o.label) for o in plan.offers["active_logins"]) == expected


def test_w2_no_address_of_a_customer_and_nothing_that_waits_comes_along(agency: Provisioned) -> None:
    for columns in (MAIL, PHONES):
        real, kept = _values(agency, columns, production=True), _values(agency, columns, production=False)
        assert len(real) > 100
        assert not real & kept
        assert len(kept) > 100
    digits = {re.sub(r"\D", "", number) for number in _values(agency, PHONES, production=False)}
    assert {number[-10:-7] for number in digits} == {"555"}, "a number that can be dialled"
    for queue in ("queued_mail", "queued_form", "webhook"):
        assert agency.ask_production(f"SELECT count(*) FROM {queue}") > [(0,)]
        assert agency.ask(f"SELECT count(*) FROM {queue}") == [(0,)]
    assert agency.checklist()["nobody-contacted"].state is ItemState.PASSED


def test_w3_every_address_is_an_alias_of_the_one_that_the_agency_controls(agency: Provisioned) -> None:
    addresses = _values(agency, MAIL, production=False)
    assert all(re.fullmatch(r"qa\+\w+@harbor-agency\.example", address) for address in addresses)
    assert len(addresses) == len(_values(agency, MAIL, production=True))
    assert "alias" in agency.checklist()["mail-test"].instructions


def test_w4_people_are_told_that_all_data_will_be_wiped_before_they_begin(agency: Provisioned) -> None:
    for kind in (OperationKind.PROVISION, OperationKind.REFRESH):
        told = {w.id: w.text for w in agency.plan(kind).warnings}
        assert "will be wiped" in told["will-be-wiped"]


def test_w5_a_sandbox_says_when_its_time_is_up(agency: Provisioned) -> None:
    assert agency.plan().lifetime_days == 14
    seen = agency.office.services.inspection.glance(REF)
    assert seen.copied_at is not None
    assert seen.expires_at == seen.copied_at + timedelta(days=14)
    assert "14 days" in _certificate(agency, OperationKind.PROVISION)


def test_w6_data_never_leaves_a_sandbox(agency: Provisioned) -> None:
    environments, url = agency.office.services.environments, agency.office.services.environments.get(REF).database
    elsewhere = f"sqlite:///{agency.office.folder}/elsewhere.sqlite"
    with pytest.raises(RefusedError, match="cannot be a source"):
        environments.add(TENANT, "second", kind="sandbox", database=elsewhere, source="sandbox")
    with pytest.raises(RefusedError):
        environments.add("Demo", "live", kind="production", database=url)
    assert "never" in {w.id: w.text for w in agency.plan().warnings}["never-to-production"]
    assert set(OperationKind) == {"provision", "refresh", "reset", "wipe"}


def test_w7_nothing_flows_back_to_an_integrated_product(agency: Provisioned) -> None:
    assert agency.ask_production(
        "SELECT count(*) FROM integration_credential WHERE endpoint IS NULL OR login IS NULL OR secret IS NULL"
    ) == [(0,)]
    left = agency.ask("SELECT endpoint, login, secret, write_back_enabled, enabled FROM integration_credential")
    assert {(e, n, s, bool(w), bool(on)) for e, n, s, w, on in left} == {(None, None, None, False, False)}
    assert len(left) == 6
    assert agency.ask("SELECT DISTINCT ftp_host, ftp_user, ftp_password FROM company") == [(None, None, None)]
    ways = {way.id: way for way in agency.plan().outward}
    proven = {i.id for i in agency.checklist().values() if i.state is ItemState.PASSED}
    for way in ("write-back", "integration-sync", "integration-secrets", "integration-logins", "integration-endpoints",
                "webhooks", "carrier-downloads", "carrier-users", "carrier-hosts"):  # fmt: skip
        assert ways[way].check in proven, way
    assert agency.checklist()["nothing-flows-back"].state is ItemState.PASSED


def test_w8_what_was_imported_is_verified_by_rows_and_sums(agency: Provisioned) -> None:
    item = agency.checklist()["reconciliation"]
    assert item.state is ItemState.PASSED
    said = "\n".join(" ".join(row) for row in item.details).replace(",", "")
    for table, column in SUMS.items():
        query = f"SELECT count(*), CAST(sum({column}) AS numeric(14, 2)) FROM {table}"
        [(rows, total)] = agency.ask_production(query)
        [(copied, same)] = agency.ask(query)
        assert (rows, float(total)) == (copied, pytest.approx(float(same)))
        assert f"{float(total):.2f}".rstrip("0").rstrip(".") in said, (table, said)
    assert agency.checklist()["import-verified"].state is ItemState.PASSED


def test_w8_numbers_that_belong_together_still_do(agency: Provisioned) -> None:
    """A claim finds its policy by number, a driver her household, and no number is production's."""
    query = "SELECT count(*) FROM claim AS k JOIN policy AS p USING (policy_id) WHERE p.policy_number = k.policy_number"
    claims = agency.ask("SELECT count(*) FROM claim")
    assert agency.ask(query) == claims == agency.ask_production(query)
    assert claims > [(10,)]
    for table, columns in NUMBERS.items():
        key, *masked = columns
        for column in masked:
            query = f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"
            real, copied = dict(agency.ask_production(query)), dict(agency.ask(query))
            assert real.keys() == copied.keys() != set()
            assert [k for k, value in copied.items() if value == real[k]] == [], (table, column)
    terms = "SELECT count(*), count(DISTINCT policy_number) FROM policy"
    assert agency.ask(terms) == agency.ask_production(terms)


def test_w8_w9_a_class_begins_anew_and_is_told_what_is_lost(agency: Provisioned) -> None:
    told = {w.id: w.text for w in agency.plan(OperationKind.PROVISION).warnings}
    assert "no continuity" in told["no-continuity"]
    assert "gone after the next copy" in told["no-continuity"]
    before = agency.ask("SELECT count(*) FROM suspense")
    agency.change("DELETE FROM suspense WHERE suspense_id IN (SELECT min(suspense_id) FROM suspense)")
    for kind in (OperationKind.REFRESH, OperationKind.RESET):
        assert "suspense: 1 removed" in {w.id: w.text for w in agency.plan(kind).warnings}["changes-will-be-lost"]
    agency.succeed(OperationKind.RESET)
    assert agency.ask("SELECT count(*) FROM suspense") == before


def test_w3_w9_a_refresh_without_an_alias_sends_mail_nowhere(agency: Provisioned) -> None:
    agency.succeed(OperationKind.REFRESH, history="none")
    addresses = _values(agency, MAIL, production=False)
    assert {address.partition("@")[2] for address in addresses} == {"example.invalid"}
    assert agency.ask(f"SELECT count(*) FROM employee WHERE active = {'true' if agency.server else '1'}") == [(0,)]
    assert agency.ask("SELECT count(*) FROM activity") == [(0,)]


def test_w4_a_wipe_leaves_nothing_but_its_certificate(agency: Provisioned) -> None:
    agency.succeed(OperationKind.WIPE)
    assert "wipe" in _certificate(agency, OperationKind.WIPE).lower()
    if agency.server is None:
        assert not Path(agency.sandbox).exists()
    else:
        assert agency.server.run(f"SELECT 1 FROM pg_database WHERE datname = '{agency.sandbox}'") == []


def _certificate(agency: Provisioned, kind: OperationKind) -> str:
    done = next(o for o in agency.office.services.operations.all() if o.kind is kind)
    assert done.certificate is not None
    return Path(done.certificate).read_text(encoding="utf-8")
