"""What plans hear of the rows themselves: counts, choices, serial numbers, and what would survive."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from app.domain.operations import OperationKind
from app.domain.plan import Plan
from tests.app.office import POLICY, Office


def _policy(office: Office, text: str) -> None:
    office.policy.write_text(text)
    office.services.environments.set("Harbor/sandbox", policy=str(office.policy))


def _plan(office: Office, samples: int = 0, **options: tuple[str, ...]) -> Plan:
    return office.services.operations.plan("Harbor/sandbox", options=options, samples=samples)


def _codes(plan: Plan) -> dict[str, str]:
    return {finding.code: finding.message for finding in plan.findings}


SOME = POLICY.replace("  person:\n    columns", "  person:\n    rows: {where: {id: {at_most: 10}}}\n    columns")


def test_rows_that_would_lose_their_parent_are_counted_and_can_follow(office: Office) -> None:
    _policy(office, SOME)
    plan = _plan(office)
    assert _codes(plan)["rows-lose-their-parent"].startswith("50 rows of 'visit'")
    assert next(t for t in plan.tables if t.table == "person").coming == 10
    _policy(office, SOME.replace("visit: {rows", "visit: {references: {person_id: follow}, rows"))
    followed = _plan(office)
    assert followed.errors == ()
    assert next(t for t in followed.tables if t.table == "visit").coming == 10
    office.run(OperationKind.PROVISION)
    assert office.count("SELECT count(*) FROM visit") == 10


@pytest.mark.parametrize(("limit", "code"), [(0, "condition-matches-nothing"), (60, "condition-matches-all")])
def test_a_condition_that_chooses_none_or_all_is_told(office: Office, limit: int, code: str) -> None:
    _policy(office, SOME.replace("at_most: 10", f"at_most: {limit}"))
    assert code in _codes(_plan(office))


CHOOSING = POLICY.replace(
    "options:\n",
    "options:\n  - {id: people, type: list, title: People, default: [], choices_from: "
    "{table: person, value: id, label: name, where: {id: {at_most: 3}}}}\n",
)


def test_an_offer_is_something_that_can_be_typed_and_read(office: Office) -> None:
    """Neither bytes nor endless texts; each value once, its label on one line, and neither in a representation."""
    with closing(sqlite3.connect(office.production)) as connection, connection:
        connection.execute("CREATE TABLE odd (v, l)")
        connection.executemany(
            "INSERT INTO odd VALUES (?, ?)",
            [
                (None, "a"), (b"\x00\xff", "b"), ("", "c"), ("x" * 100_000, "d"), ("twice", "e"), ("twice", "f"),
                ("lines", "one\nfake: two"), ("long", "g" * 100_000), ("bytes", b"\x1b"), (5, None),
            ],
        )  # fmt: skip
    choosing = CHOOSING.replace(
        "{table: person, value: id, label: name, where: {id: {at_most: 3}}}", "{table: odd, value: v, label: l}"
    )
    _policy(office, choosing.replace("  outbox", "  odd: {rows: none}\n  outbox"))
    plan = _plan(office, samples=1)
    offers = plan.offers["people"]
    assert sorted((offer.value, offer.label) for offer in offers) == [
        ("5", "5"), ("bytes", "bytes"), ("lines", "one fake: two"), ("long", "g" * 199 + "…"), ("twice", "e"),
    ]  # fmt: skip
    assert "fake" not in repr(plan)
    assert "Zanthorpe" not in repr(plan)


def test_what_can_be_chosen_is_read_only_when_values_are_asked_for(office: Office) -> None:
    _policy(office, CHOOSING)
    assert _plan(office).offers == {}
    offers = _plan(office, samples=1).offers["people"]
    assert [(offer.value, offer.label) for offer in offers] == [
        ("1", "Quibble Zanthorpe1"),
        ("2", "Quibble Zanthorpe2"),
        ("3", "Quibble Zanthorpe3"),
    ]


def test_what_is_not_there_cannot_be_chosen(office: Office) -> None:
    _policy(office, CHOOSING)
    assert "option-value" not in _codes(_plan(office, people=("1", "3")))
    assert _codes(_plan(office, people=("1", "4")))["option-value"].startswith("1 of the 2 values")


def test_two_productions_of_one_serial_number_are_told(office: Office) -> None:
    with closing(sqlite3.connect(office.production)) as connection, connection:
        connection.executescript("CREATE TABLE firm (serial TEXT); INSERT INTO firm VALUES ('S-1')")
    _policy(office, POLICY + "serial_number: {table: firm, column: serial}\n")
    other = office.folder / "other.sqlite"
    with closing(sqlite3.connect(office.production)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(office.production, other)
    office.services.tenants.add("Kestrel")
    office.services.environments.add("Kestrel", "production", kind="production", database=f"sqlite:///{other}")
    assert "Kestrel/production" in _codes(_plan(office))["serial-number-twice"]
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE firm SET serial = 'S-2'")
    assert "serial-number-twice" not in _codes(_plan(office))


def test_what_would_survive_is_counted_in_the_copy_that_is_there(office: Office) -> None:
    _policy(office, POLICY + "preserve: [{id: late, table: visit, where: {id: {above: 55}}}]\n")
    assert _plan(office).preserved == {}
    office.run(OperationKind.PROVISION)
    assert _plan(office).preserved == {"late": 5}


def test_what_the_policy_runs_is_approved_before_it_runs(office: Office) -> None:
    _policy(office, POLICY + 'run: [{id: add, sql: "DELETE FROM outbox"}]\n')
    plan = _plan(office)
    assert "run-not-approved" in _codes(plan)
    digest = office.services.policies.policy_of("Harbor/sandbox").run[0].digest
    office.services.reviews.approve("Harbor/sandbox", "add", digest=digest)
    assert "run-not-approved" not in _codes(_plan(office))
