import hashlib
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from app.domain.findings import Severity
from app.domain.ids import EnvironmentId
from app.domain.operations import Choices, OperationKind
from app.domain.plan import Plan
from app.errors import UserError
from app.services.plans import PlanService
from tests.app.office import Office, make_production, open_office


def _codes(plan: Plan) -> set[str]:
    return {finding.code for finding in plan.findings}


def _files(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.endswith(("-shm", "-wal"))  # SQLite's own, of databases that are open
    }


@pytest.mark.parametrize("samples", [0, 3])
def test_a_dry_run_writes_nothing_anywhere(office: Office, samples: int) -> None:
    office.services.operations.plan("Harbor/sandbox", samples=samples)
    before = _files(office.folder)
    records = office.services.audit.count()
    for kind in OperationKind:
        office.services.operations.plan("Harbor/sandbox", kind, samples=samples)
    assert _files(office.folder) == before
    assert office.services.audit.count() == records
    assert not office.sandbox.exists()


def test_values_are_read_only_when_samples_are_asked_for(office: Office) -> None:
    blind = office.services.operations.plan("Harbor/sandbox")
    assert "Quibble" not in repr(blind)
    seen = office.services.operations.plan("Harbor/sandbox", samples=3)
    person = next(t for t in seen.tables if t.table == "person")
    columns = {c.column: c for c in person.columns}
    assert len(columns["name"].before) == 3
    assert all("Quibble" in str(value) for value in columns["name"].before)
    assert not any("Quibble" in str(value) for value in columns["name"].after)
    assert columns["id"].before == columns["id"].after
    outbox = next(t for t in seen.tables if t.table == "outbox")
    assert not any(c.before for c in outbox.columns)


def test_what_is_shown_before_is_what_the_copy_gets(office: Office) -> None:
    plan = office.services.operations.plan("Harbor/sandbox", samples=60)
    person = next(t for t in plan.tables if t.table == "person")
    columns = {c.column: c for c in person.columns}
    promised = dict(zip(columns["id"].before, columns["email"].after, strict=True))
    office.run(OperationKind.PROVISION)
    assert office.count("SELECT email FROM person WHERE id = 7") == promised["7"]


def test_without_a_kind_it_plans_what_fits(office: Office) -> None:
    assert office.services.operations.plan("Harbor/sandbox").operation == "provision"
    office.run(OperationKind.PROVISION)
    plan = office.services.operations.plan("Harbor/sandbox")
    assert plan.operation == "refresh"
    assert plan.impact.last_copied_at is not None


def test_a_source_that_cannot_be_read_is_a_finding(office: Office) -> None:
    office.production.write_bytes(b"not a database " * 100)
    plan = office.services.operations.plan("Harbor/sandbox")
    assert "source-unreadable" in _codes(plan)
    finding = next(f for f in plan.errors if f.code == "source-unreadable")
    assert finding.where == "Harbor/production"
    assert finding.hint


def test_a_table_that_appeared_in_production_blocks(office: Office) -> None:
    import sqlite3

    connection = sqlite3.connect(office.production)
    connection.execute("CREATE TABLE secrets (id INTEGER PRIMARY KEY, ssn TEXT)")
    connection.close()
    plan = office.services.operations.plan("Harbor/sandbox")
    assert any("secrets" in f.where + f.message for f in plan.errors)


def test_a_target_that_became_a_production_of_any_tenant_is_noticed_now(office: Office, tmp_path: Path) -> None:
    office.services.tenants.add("Orchard")
    theirs = tmp_path / "orchard.sqlite"
    make_production(theirs, people=2)
    office.services.environments.add("Orchard", "production", kind="production", database=f"sqlite:///{theirs}")
    office.sandbox.hardlink_to(theirs)
    plan = office.services.operations.plan("Harbor/sandbox")
    assert plan.errors
    assert any("production" in f.message.lower() for f in plan.errors)


def test_a_production_that_cannot_be_looked_at_is_noted(office: Office, tmp_path: Path) -> None:
    office.services.tenants.add("Orchard")
    theirs = tmp_path / "orchard.sqlite"
    make_production(theirs, people=2)
    office.services.environments.add("Orchard", "production", kind="production", database=f"sqlite:///{theirs}")
    theirs.unlink()
    plan = office.services.operations.plan("Harbor/sandbox")
    finding = next(f for f in plan.findings if f.code == "production-not-seen")
    assert (finding.severity, finding.where) == (Severity.NOTE, "Orchard/production")


def test_without_a_keyring_a_plan_warns_that_masks_change(tmp_path: Path) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring's classes have no types here
    with open_office(tmp_path) as office:
        office.populate()
        finding = next(
            f for f in office.services.operations.plan("Harbor/sandbox").findings if f.code == "masks-not-stable"
        )
        assert finding.severity is Severity.WARNING


def test_with_a_keyring_it_does_not(office: Office) -> None:
    assert "masks-not-stable" not in _codes(office.services.operations.plan("Harbor/sandbox"))


def test_reset_and_wipe_need_no_source(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    office.production.unlink()
    for kind in (OperationKind.RESET, OperationKind.WIPE):
        assert office.services.operations.plan("Harbor/sandbox", kind).errors == ()
    assert office.services.operations.plan("Harbor/sandbox", OperationKind.REFRESH).errors != ()


def test_reset_without_a_baseline_is_an_error(office: Office) -> None:
    office.policy.write_text(office.policy.read_text() + "baseline: false\n")
    office.services.environments.set("Harbor/sandbox", policy=str(office.policy))
    office.run(OperationKind.PROVISION)
    assert "no-baseline" in {
        f.code for f in office.services.operations.plan("Harbor/sandbox", OperationKind.RESET).errors
    }


def test_a_running_operation_counts_as_busy_except_for_itself(office: Office) -> None:
    office.workers.idle = True
    operation = office.services.operations.start(
        "Harbor/sandbox", OperationKind.PROVISION, Choices(acknowledged=("all",), confirm="sandbox")
    )
    planner = PlanService(
        catalog=office.parts.catalog,
        adapter_for=office.parts.adapter_for,
        secrets=office.parts.secrets,
        signer=office.parts.signer,
    )
    assert "busy" in _codes(planner.plan(operation.environment_id, OperationKind.PROVISION, {}))
    own = planner.plan(operation.environment_id, OperationKind.PROVISION, {}, operation=operation.id)
    assert "busy" not in _codes(own)
    with pytest.raises(UserError, match="not there any more"):
        planner.plan(EnvironmentId("gone"), OperationKind.WIPE, {})
