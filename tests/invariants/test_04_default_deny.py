"""Invariant 4. What no rule covers blocks, also when it appeared in production after the policy was written."""

from collections.abc import Callable

import pytest

from app.domain.operations import OperationKind
from app.errors import RefusedError
from tests.app.office import POLICY, Office
from tests.invariants.conftest import ALL, Run, alter, interfering, meanwhile

APPEARS = {
    "a table": "CREATE TABLE diagnosis (id INTEGER PRIMARY KEY, text TEXT)",
    "an empty column": "ALTER TABLE person ADD COLUMN ssn TEXT",
    "a column in a kept table": "ALTER TABLE visit ADD COLUMN note TEXT",
    "a full-text table": "CREATE VIRTUAL TABLE found USING fts5(words)",
    "a table that looks like one of SQLite's own": "CREATE TABLE sqlitestat (word TEXT)",
    "a table named like a mark": "CREATE TABLE sandkeeper_notes (word TEXT)",
    "a column that was renamed": "ALTER TABLE person RENAME COLUMN remarks TO comments",
}


LATE = ("a table", "an empty column", "a column that was renamed")


@pytest.mark.parametrize("appears", APPEARS.values(), ids=[name.replace(" ", "-") for name in APPEARS])
def test_what_appeared_in_production_blocks_every_way_to_a_copy(office: Office, run: Run, appears: str) -> None:
    alter(office.production, appears)
    plan = office.services.operations.plan("Harbor/sandbox")
    assert plan.errors
    assert run("plan", "Harbor/sandbox") == 3
    with pytest.raises(RefusedError) as refused:
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    assert refused.value.findings
    assert run("provision", "Harbor/sandbox", "--acknowledge", "all", "--confirm", "sandbox") == 3
    assert not office.sandbox.exists()


@pytest.mark.parametrize("late", LATE)
def test_what_appears_between_start_and_worker_stops_the_worker(provisioned: Office, late: str) -> None:
    before = provisioned.sandbox.read_bytes()
    ended = meanwhile(provisioned, OperationKind.REFRESH, lambda: alter(provisioned.production, APPEARS[late]))
    assert ended.state == "failed"
    assert ended.hint
    assert not any(phase.name == "stage" and phase.state != "waiting" for phase in ended.phases)
    assert provisioned.sandbox.read_bytes() == before


@pytest.mark.parametrize(("late", "moment"), [(LATE[0], "before stage"), *((late, "before copy") for late in LATE)])
def test_what_appears_after_preflight_stops_the_copy_before_its_first_row(
    office: Office, late: str, moment: str
) -> None:
    with interfering(office, moment, lambda: alter(office.production, APPEARS[late])) as interference:
        ended = office.run(OperationKind.PROVISION)
    assert interference.happened
    assert ended.state == "failed"
    assert "structure" in ended.reason or "decided" in ended.reason
    assert not office.sandbox.exists()
    assert sum(table.rows for table in ended.tables) == 0


def undecided(policy: str) -> str:
    return policy.replace("email: {mask: email}", "email: review")


def forgotten(policy: str) -> str:
    return policy.replace("      remarks: {mask: redact_text}   # what people wrote\n", "")


def no_columns(policy: str) -> str:
    return policy.replace("columns: {id: keep, person_id: keep}", "columns: {}")


def no_table(policy: str) -> str:
    return policy.replace("  outbox: {rows: none}\n", "").replace(
        "checks:\n  - {id: no-mail, title: No mail waits, table: outbox, expect: 0}\n", ""
    )


@pytest.mark.parametrize("left_open", [undecided, forgotten, no_columns, no_table], ids=lambda f: f.__name__)
def test_what_a_policy_leaves_open_blocks_and_cannot_be_acknowledged(
    office: Office, run: Run, left_open: Callable[[str], str]
) -> None:
    text = left_open(POLICY)
    assert text != POLICY
    office.policy.write_text(text)
    office.services.environments.set("Harbor/sandbox", policy=str(office.policy))
    with pytest.raises(RefusedError) as refused:
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    errors = [f for f in refused.value.findings if getattr(f, "severity", "") == "error"]
    assert errors
    words = [word for f in errors for word in ("--acknowledge", getattr(f, "fingerprint", ""))]
    assert run("provision", "Harbor/sandbox", "--acknowledge", "all", *words, "--confirm", "sandbox") == 3
    assert not office.sandbox.exists()


def test_without_any_policy_nothing_is_copied(office: Office) -> None:
    alter(office.home / "catalog.sqlite", "UPDATE environment SET policy_version = NULL WHERE name = 'sandbox'")
    with pytest.raises(RefusedError) as refused:
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    assert refused.value.findings


def test_a_policy_that_somebody_emptied_in_the_catalog_blocks(office: Office) -> None:
    alter(office.home / "catalog.sqlite", "UPDATE policy_version SET text = 'policy: harbor\nversion: 1\n'")
    with pytest.raises(RefusedError) as refused:
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    assert refused.value.findings
