"""Invariant 7. Every act leaves a record, outside what is replaced, in a chain that shows tampering."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.bootstrap import build_parts, services_of
from app.domain.operations import OperationKind
from tests.app.office import Office
from tests.invariants.conftest import ALL, Run, alter, meanwhile


def test_every_command_that_changes_something_leaves_its_record(office: Office, run: Run) -> None:
    policy, other = str(office.policy), f"sqlite:///{office.folder}/other.sqlite"
    words: list[tuple[tuple[str, ...], list[str]]] = [
        (("tenant", "add", "Orchard"), ["tenant.add"]),
        (("tenant", "remove", "Orchard"), ["tenant.remove"]),
        (("environment", "add", "Harbor", "t1", "--kind", "training", "--database", other), ["environment.add"]),
        (("environment", "set", "Harbor/t1", "--policy", policy), ["environment.set"]),
        (("policy", "decide", "Harbor/t1", "person.remarks", "null"), ["policy.decide"]),
        (("policy", "follow", "Harbor/t1", "visit.person_id", "follow"), ["policy.follow"]),
        (("policy", "restore", "Harbor/t1", "1"), ["policy.restore"]),
        (("environment", "remove", "Harbor/t1"), ["environment.remove"]),
        (
            ("provision", "Harbor/sandbox", "--confirm", "sandbox", "--acknowledge", "all"),
            ["operation.requested", "operation.running", "operation.published", "operation.succeeded"],
        ),
        (("checklist", "Harbor/sandbox", "--tick", "look", "--note", "Ana looked"), ["checklist.tick"]),
        (
            ("reset", "Harbor/sandbox", "--confirm", "sandbox", "--acknowledge", "all"),
            ["operation.requested", "operation.running", "operation.published", "operation.succeeded"],
        ),
        (
            ("wipe", "Harbor/sandbox", "--confirm", "sandbox", "--acknowledge", "all"),
            ["operation.requested", "operation.running", "environment.wiped", "operation.succeeded"],
        ),
    ]
    for command, records in words:
        before = len(office.actions())
        assert run(*command) == 0, command
        office.workers.join()
        assert office.actions()[before:] == records, command
    assert office.services.audit.verify().valid
    assert all(record.actor == office.parts.actor for record in office.services.audit.all())


def test_stopping_and_resuming_are_on_record_and_so_is_who_acknowledged(office: Office, run: Run) -> None:
    office.workers.idle = True
    queued = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    before = len(office.actions())
    assert run("operation", "cancel", queued.id) == 0
    assert office.actions()[before:] == ["operation.cancelled"]
    office.services.operations.resume(queued.id)
    assert office.actions()[before + 1 :] == ["operation.resumed"]
    requested = next(r for r in office.services.audit.all() if r.action == "operation.requested")
    assert requested.detail["acknowledged"] == ["all"]
    assert requested.detail["operation"] == queued.id


def test_an_operation_that_fails_says_so_in_the_trail(provisioned: Office) -> None:
    before = len(provisioned.actions())
    operation = meanwhile(
        provisioned, OperationKind.REFRESH, lambda: alter(provisioned.production, "CREATE TABLE news (id INTEGER)")
    )
    assert provisioned.actions()[before:] == ["operation.requested", "operation.running", "operation.failed"]
    failed = provisioned.services.audit.all()[-1]
    assert failed.detail["operation"] == operation.id
    assert failed.detail["reason"]


def rows(catalog: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(catalog)) as connection, connection:
        return connection.execute(sql).fetchall()


def empty_trail(catalog: Path) -> None:
    rows(catalog, "DELETE FROM audit")


def first_gone(catalog: Path) -> None:
    rows(catalog, "DELETE FROM audit WHERE number = 1")


def first_gone_and_renumbered(catalog: Path) -> None:
    rows(catalog, "DELETE FROM audit WHERE number = 1")
    rows(catalog, "UPDATE audit SET number = -number")
    rows(catalog, "UPDATE audit SET number = -number - 1")


def last_gone(catalog: Path) -> None:
    rows(catalog, "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)")


def another_actor(catalog: Path) -> None:
    rows(catalog, "UPDATE audit SET actor = 'somebody@else' WHERE number = 2")


def another_subject(catalog: Path) -> None:
    rows(catalog, "UPDATE audit SET subject = 'Harbor/other' WHERE number = 3")


def another_detail(catalog: Path) -> None:
    rows(catalog, "UPDATE audit SET detail = json_set(detail, '$.kind', 'training') WHERE number = 2")


def later(catalog: Path) -> None:
    rows(catalog, "UPDATE audit SET at = '2031-01-01T00:00:00+00:00' WHERE number = 2")


def one_added(catalog: Path) -> None:
    copied = "number + 1, at, actor, 'environment.wiped', subject, detail, hash, hash"
    rows(
        catalog,
        "INSERT INTO audit (number, at, actor, action, subject, detail, previous, hash) "
        f"SELECT {copied} FROM audit ORDER BY number DESC LIMIT 1",
    )


@pytest.mark.parametrize(
    "tamper",
    [
        empty_trail,
        first_gone,
        first_gone_and_renumbered,
        last_gone,
        another_actor,
        another_subject,
        another_detail,
        later,
        one_added,
    ],
    ids=lambda t: t.__name__,
)
def test_tampering_of_any_kind_is_found_through_the_command_line(
    office: Office, run: Run, tamper: Callable[[Path], None]
) -> None:
    assert run("audit", "verify") == 0
    tamper(office.home / "catalog.sqlite")
    assert run("audit", "verify") == 1
    verdict = office.services.audit.verify()
    assert verdict.first_broken is not None
    assert verdict.why


def test_an_older_catalog_put_in_its_place_is_found(office: Office) -> None:
    with closing(sqlite3.connect(office.home / "catalog.sqlite")) as catalog:
        catalog.execute("VACUUM INTO ?", (str(office.folder / "older.sqlite"),))
    office.services.tenants.add("Orchard")
    last = office.services.audit.count()
    office.parts.catalog.close()
    for path in office.home.glob("catalog.sqlite*"):
        path.unlink()
    (office.folder / "older.sqlite").rename(office.home / "catalog.sqlite")
    again = build_parts(office.home)
    try:
        verdict = services_of(again, workers=office.workers).audit.verify()
    finally:
        again.catalog.close()
    assert not verdict.valid
    assert verdict.first_broken == last


def test_what_is_replaced_does_not_hold_the_trail(provisioned: Office) -> None:
    before = provisioned.services.audit.all()
    provisioned.run(OperationKind.WIPE)
    assert provisioned.services.audit.all()[: len(before)] == before
