import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.databases.connections import without_password
from app.domain.environments import EnvironmentKind, EnvironmentState
from app.domain.operations import Choices, OperationKind
from app.errors import RefusedError, UserError
from app.services.environments import EnvironmentService
from tests.app.office import Office


def test_a_sandbox_takes_the_only_production_as_its_source(office: Office) -> None:
    sandbox = office.services.environments.get("Harbor/sandbox")
    assert (sandbox.source, sandbox.policy, sandbox.state) == ("production", "harbor", EnvironmentState.ABSENT)
    production = office.services.environments.get("Harbor/production")
    assert production.state is EnvironmentState.REGISTERED
    assert production.size_bytes
    assert [e.name for e in office.services.environments.all("Harbor")] == ["production", "sandbox"]


def test_a_relative_path_is_resolved_when_it_is_added(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    added = office.services.environments.add("Harbor", "training", kind="training", database="sqlite:///t.sqlite")
    monkeypatch.chdir("/")
    assert added.database == f"sqlite:///{office.folder}/t.sqlite"


def test_a_policy_file_is_stored_and_later_edits_change_nothing(office: Office) -> None:
    office.policy.write_text("no policy any more")
    assert office.services.policies.policy_of("Harbor/sandbox").name == "harbor"


def test_adding_is_on_record_and_a_refusal_leaves_nothing(office: Office) -> None:
    before = office.actions()
    with pytest.raises(UserError, match="no policy"):
        office.services.environments.add(
            "Harbor", "other", kind="sandbox", database="sqlite:///x.sqlite", policy="nowhere.yaml"
        )
    assert office.actions() == before
    assert len(office.services.environments.all()) == 2


@pytest.mark.parametrize("name", ["sandbox", "SANDBOX", " sandbox "])
def test_a_name_is_there_once_in_a_tenant(office: Office, name: str) -> None:
    with pytest.raises(RefusedError, match="already"):
        office.services.environments.add("Harbor", name, kind="sandbox", database="sqlite:////nowhere/x.sqlite")


def test_kinds_other_than_the_three_and_sources_of_production_are_refused(office: Office) -> None:
    with pytest.raises(UserError, match="no kind"):
        office.services.environments.add("Harbor", "x", kind="staging", database="sqlite:///x.sqlite")
    with pytest.raises(UserError, match="no source and no policy"):
        office.services.environments.add(
            "Harbor", "p2", kind="production", database="sqlite:///x.sqlite", policy="agency-management"
        )


def test_a_password_goes_to_the_keyring_and_stands_nowhere_in_the_home(office: Office) -> None:
    service = EnvironmentService(
        catalog=office.parts.catalog,
        adapter_for=lambda url: office.parts.adapter_for("sqlite:" if url.startswith("postgresql") else url),
        secrets=office.parts.secrets,
        signer=office.parts.signer,
        clock=office.parts.clock,
        actor=office.parts.actor,
        without_password=without_password,
    )
    # SQLite's adapter refuses the URL of another kind; what was stored for it must be gone again.
    with pytest.raises(UserError) as refused:
        service.add("Harbor", "pg", kind="sandbox", database="postgresql://ana:tr0ub4dor@db/crm")
    assert "tr0ub4dor" not in str(refused.value)
    office.parts.catalog.close()
    assert not [p for p in office.home.rglob("*") if p.is_file() and b"tr0ub4dor" in p.read_bytes()]


def test_setting_changes_what_is_given_and_validates_it_in_the_same_way(office: Office) -> None:
    service = office.services.environments
    changed = service.set("Harbor/sandbox", policy="agency-management", database=f"sqlite:///{office.folder}/b.sqlite")
    assert (changed.policy, changed.source) == ("agency-management", "production")
    assert changed.database.endswith("/b.sqlite")
    with pytest.raises(RefusedError, match="is production"):
        service.set("Harbor/sandbox", database=f"sqlite:///{office.production}")
    with pytest.raises(RefusedError, match="cannot be a source"):
        service.set("Harbor/sandbox", source="sandbox")
    with pytest.raises(UserError, match="Nothing was given"):
        service.set("Harbor/sandbox")
    assert service.get("Harbor/sandbox").database.endswith("/b.sqlite")
    assert office.actions()[-1] == "environment.set"


def test_the_database_of_a_copy_cannot_be_changed_before_it_is_wiped(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    elsewhere = f"sqlite:///{office.folder}/elsewhere.sqlite"
    with pytest.raises(RefusedError, match="holds a copy"):
        office.services.environments.set("Harbor/sandbox", database=elsewhere)
    office.run(OperationKind.WIPE)
    assert office.services.environments.set("Harbor/sandbox", database=elsewhere).database == elsewhere


def test_a_busy_environment_is_neither_changed_nor_removed(office: Office) -> None:
    office.workers.idle = True
    choices = Choices(acknowledged=("all",), confirm="sandbox")
    operation = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, choices)
    for act in (
        lambda: office.services.environments.set("Harbor/sandbox", policy="agency-management"),
        lambda: office.services.environments.remove("Harbor/sandbox"),
    ):
        with pytest.raises(RefusedError, match="busy") as refused:
            act()
        assert refused.value.operation == operation.id


def test_a_source_of_others_is_not_removed_and_a_sandbox_without_a_copy_is(office: Office) -> None:
    with pytest.raises(RefusedError, match="copied from"):
        office.services.environments.remove("Harbor/production")
    office.services.environments.remove("Harbor/sandbox")
    office.services.environments.remove("Harbor/production")
    assert office.services.environments.all() == ()
    assert office.production.exists()


def test_a_copy_is_wiped_before_it_is_forgotten(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    with pytest.raises(RefusedError, match="holds a copy"):
        office.services.environments.remove("Harbor/sandbox")
    assert office.sandbox.exists()


def test_a_link_to_production_is_production(office: Office, tmp_path: Path) -> None:
    link = tmp_path / "innocent.sqlite"
    link.symlink_to(office.production)
    hard = tmp_path / "harmless.sqlite"
    hard.hardlink_to(office.production)
    for path in (link, hard):
        with pytest.raises(RefusedError, match="production"):
            office.services.environments.add("Harbor", "evil", kind="sandbox", database=f"sqlite:///{path}")


def test_kinds_may_be_given_as_values_of_the_enum(office: Office) -> None:
    with closing(sqlite3.connect(office.folder / "second.sqlite")) as connection:
        connection.execute("CREATE TABLE t (x)")
    added = office.services.environments.add(
        "Harbor",
        "second",
        kind=EnvironmentKind.PRODUCTION,
        database=f"sqlite:///{office.folder}/second.sqlite",
    )
    assert added.kind is EnvironmentKind.PRODUCTION
    with pytest.raises(UserError, match="several production"):
        office.services.environments.add("Harbor", "s2", kind="sandbox", database="sqlite:///s2.sqlite")
