"""The pack crm-online against what the vendor's documents name: every table, every column, every step."""

from functools import cache

from app.databases.demo.crm.schema import references, schema
from app.domain.policy import Gone, Policy, RowsKind, Treatment
from app.policy.packs import pack_text
from app.policy.parse import parse_policy
from tests.app.databases.demo.crm.test_rows import HOLD_ADDRESSES, HOLD_SECRETS

MORE_ADDRESSES = "associate.name email_item.subject"
LOOKED_AT = [("UserPreference", "prefvalue"), ("associate", "name")]
"""Kept, and a check makes sure that no address is among them: preferences of sections that hold none, short codes."""
OTHERS = {
    "URL", "ConsentPerson", "TaskMenu", "extra_menus", "mail_in_uidl", "sms", "DataRight", "FunctionRight",
    "FunctionRightRoleLink", "LicenseSatlLink", "Publish", "VisibleFor", "foreignapp", "foreigndevice", "foreignkey",
    "log_events", "freetextindex", "freetextwords",
}  # fmt: skip
"""Tables the documents name and the demo lacks."""


@cache
def pack() -> Policy:
    return parse_policy(pack_text("crm-online"))


def stays_or_is_masked(table: str, column: str) -> bool:
    policy = pack().tables[table]
    if policy.rows.kind is RowsKind.NONE:
        return True
    return policy.columns[column].treatment is Treatment.MASK


def test_it_speaks_of_exactly_the_tables_and_columns_there_are_and_those_others_may_have() -> None:
    tables = pack().tables
    assert set(tables) == set(schema().tables) | OTHERS
    for name, table in schema().tables.items():
        if tables[name].rows.kind is not RowsKind.NONE:
            assert set(tables[name].columns) == {column.name for column in table.c}, name
    assert [name for name in OTHERS if not tables[name].optional] == []


def test_every_column_that_can_hold_an_address_is_masked_or_stays_behind() -> None:
    places = [tuple(place.split(".")) for place in (HOLD_ADDRESSES + MORE_ADDRESSES).split()]
    assert len(places) > 50
    assert [p for p in places if not stays_or_is_masked(p[0], p[1])] == LOOKED_AT
    looked = {(c.table, k.column) for c in pack().checks for k in c.condition if k.value == "%@%"}
    assert looked == set(LOOKED_AT)


def test_every_column_with_a_secret_a_session_or_a_live_address_is_masked_or_stays_behind() -> None:
    places = [tuple(place.split(".")) for place in HOLD_SECRETS.split()]
    assert len(places) > 30
    assert [p for p in places if not stays_or_is_masked(p[0], p[1])] == []


def test_of_the_preferences_only_sections_without_addresses_and_passwords_come_along() -> None:
    (clause,) = pack().tables["UserPreference"].rows.condition
    assert (clause.column, clause.value) == ("prefsection", ("DataCollection", "Functions", "Visual"))


def test_every_reference_is_declared_with_the_values_that_mean_none() -> None:
    for column, to, none in references():
        policy = pack().tables[column.table.name]
        if policy.rows.kind is RowsKind.NONE:
            continue
        (found,) = (r for r in policy.references if r.column == column.name)
        assert (found.table, found.referred, set(found.nothing)) == (to.table.name, to.name, set(none)), column
        comes = pack().tables[to.table.name].rows
        whole = comes.option == policy.rows.option if comes.option else comes.kind is RowsKind.ALL
        assert (found.gone is Gone.STOP) == whole, column


def test_checksums_are_declared_wherever_there_is_one() -> None:
    sealed = {name for name, table in schema().tables.items() if "encryptedCheck" in table.c}
    for name in sealed:
        policy = pack().tables[name]
        assert policy.rows.kind is RowsKind.NONE or (policy.checksum and policy.checksum.column == "encryptedCheck")
        assert policy.rows.kind is RowsKind.NONE or policy.columns["encryptedCheck"].treatment is Treatment.KEEP


def test_the_vendors_33_steps_stand_there_in_order_each_done_explained_or_instructed() -> None:
    steps = pack().steps
    assert [step.id for step in steps] == [f"step-{n:02d}" for n in range(1, 34)]
    assert all(step.title.startswith(step.id[-2:]) for step in steps)
    assert sum(bool(step.checks) for step in steps) >= 14
    assert sum(bool(step.manual) for step in steps) <= 6


def test_every_check_closes_a_way_out_or_stands_in_a_step_or_speaks_for_an_action() -> None:
    policy = pack()
    used = {way.check for way in policy.outward} | {id_ for step in policy.steps for id_ in step.checks}
    spoken_for = {action.table for action in policy.actions}
    beside = {"mailings-no-server", "no-mail-folders", "no-mail-attachments", "no-fetched-mail", "panels-service"}
    assert {c.id for c in policy.checks if c.id not in used and c.table not in spoken_for} <= beside


def test_two_productions_of_one_serial_number_are_to_be_found() -> None:
    serial = pack().serial_number
    assert serial is not None
    assert (serial.table, serial.column) == ("company", "serialNo")
