"""Every field of a domain value finds its column, and its way back."""

import dataclasses
from datetime import timedelta

from app.catalog import SqlCatalog
from app.catalog.mapping import environment_values, operation_values
from app.catalog.tables import EnvironmentRow, OperationRow
from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, Identity
from app.domain.ids import EnvironmentId, PolicyVersionId, TenantId
from app.domain.operations import Operation, OperationState
from app.ports.catalog import PolicyVersion
from tests.app.catalog.conftest import START, operation, production, sandbox, tenant


def test_an_environment_with_every_field_set_comes_back_whole(catalog: SqlCatalog) -> None:
    """No two values alike, so that columns that changed places would show."""
    full = Environment(
        id=EnvironmentId("e"),
        tenant_id=TenantId("harbor"),
        tenant="Harbor",
        name="class",
        kind=EnvironmentKind.TRAINING,
        database="sqlite:///d",
        source_id=production().id,
        source="production",
        policy_version=PolicyVersionId("p1"),
        policy="house policy",
        state=EnvironmentState.UNREACHABLE,
        identity=Identity(engine="sqlite", major="1", minor="2"),
        marker_nonce="nonce",
        copied_at=START + timedelta(minutes=1),
        proven=True,
        checklist_done=3,
        checklist_of=4,
        size_bytes=5,
        fence=6,
        created_at=START,
        copied_policy=PolicyVersionId("p0"),
    )
    assert all(getattr(full, f.name) for f in dataclasses.fields(full)), "a new field is set here too"
    version = PolicyVersion(
        id=PolicyVersionId("p1"), name="house policy", text="t", hash="h", origin="o", created_at=START, author="ana"
    )
    assert all(getattr(version, f.name) for f in dataclasses.fields(version)), "a new field is set here too"
    older = dataclasses.replace(version, id=PolicyVersionId("p0"), name="policy of the copy")
    with catalog.write() as tx:
        tx.tenants.add(tenant())
        tx.policies.add(version)
        tx.policies.add(older)
        tx.environments.add(production())
        tx.environments.add(full)
    with catalog.read() as tx:
        assert tx.environments.get(full.id) == full
        assert tx.policies.get(version.id) == version


def test_a_new_row_leaves_no_column_to_chance() -> None:
    assert set(environment_values(sandbox())) == set(EnvironmentRow.__table__.columns.keys())
    columns = set(OperationRow.__table__.columns.keys()) - {"sequence", "staged"}
    assert set(operation_values(operation("o", sandbox()))) == columns
    assert {f.name for f in dataclasses.fields(Operation)} - {"log"} == columns


def test_states_and_kinds_are_stored_as_their_words() -> None:
    values = operation_values(operation("o", sandbox(), OperationState.RUNNING))
    assert (values["state"], values["kind"]) == ("running", "provision")
    assert {type(values["state"]), type(values["kind"])} == {str}
