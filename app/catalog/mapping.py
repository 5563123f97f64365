"""Rows to frozen values and back. Rows stay in the catalog; values leave it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from app.catalog.tables import EnvironmentRow, OperationRow, PolicyVersionRow, TenantRow
from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, Identity, Tenant
from app.domain.ids import EnvironmentId, OperationId, PolicyVersionId, TenantId
from app.domain.operations import LogLine, Operation, OperationKind, OperationState
from app.ports.catalog import PolicyVersion

_SourceRow = aliased(EnvironmentRow)
_KINDS = {kind.value: kind for kind in EnvironmentKind}
_STATES = {state.value: state for state in EnvironmentState}


def environments_query() -> Select[Any]:
    """Every environment with the names of its tenant, source and policy: one query, whatever their number."""
    return (
        select(
            *EnvironmentRow.__table__.columns,
            TenantRow.name.label("tenant_name"),
            _SourceRow.name.label("source_name"),
            PolicyVersionRow.name.label("policy_name"),
        )
        .select_from(EnvironmentRow)
        .join(TenantRow, TenantRow.id == EnvironmentRow.tenant_id)
        .outerjoin(_SourceRow, _SourceRow.id == EnvironmentRow.source_id)
        .outerjoin(PolicyVersionRow, PolicyVersionRow.id == EnvironmentRow.policy_version)
    )


def environment_of(row: Row[Any]) -> Environment:
    """Unpacked at once, in the order of the table's columns: there may be tens of thousands."""
    (
        id_,
        tenant_id,
        name,
        kind,
        database,
        source_id,
        policy_version,
        state,
        identity_engine,
        identity_major,
        identity_minor,
        marker_nonce,
        copied_at,
        proven,
        checklist_done,
        checklist_of,
        size_bytes,
        fence,
        created_at,
        copied_policy,
        tenant,
        source,
        policy,
    ) = tuple(row)
    identity = None
    if identity_engine is not None:
        identity = Identity(engine=identity_engine, major=identity_major, minor=identity_minor)
    return Environment(
        id=id_,
        tenant_id=tenant_id,
        tenant=tenant,
        name=name,
        kind=_KINDS[kind],
        database=database,
        source_id=source_id,
        source=source,
        policy_version=policy_version,
        policy=policy,
        state=_STATES[state],
        identity=identity,
        marker_nonce=marker_nonce,
        copied_at=copied_at,
        proven=proven,
        checklist_done=checklist_done,
        checklist_of=checklist_of,
        size_bytes=size_bytes,
        fence=fence,
        created_at=created_at,
        copied_policy=copied_policy,
    )


def environment_values(environment: Environment) -> dict[str, object]:
    """What a new environment's row holds; the names of tenant, source and policy are looked up on reading."""
    identity = environment.identity
    return {
        "id": environment.id,
        "tenant_id": environment.tenant_id,
        "name": environment.name,
        "kind": str(environment.kind),
        "database": environment.database,
        "source_id": environment.source_id,
        "policy_version": environment.policy_version,
        "state": str(environment.state),
        "identity_engine": None if identity is None else identity.engine,
        "identity_major": None if identity is None else identity.major,
        "identity_minor": None if identity is None else identity.minor,
        "marker_nonce": environment.marker_nonce,
        "copied_at": environment.copied_at,
        "proven": environment.proven,
        "checklist_done": environment.checklist_done,
        "checklist_of": environment.checklist_of,
        "size_bytes": environment.size_bytes,
        "fence": environment.fence,
        "created_at": environment.created_at,
        "copied_policy_version": environment.copied_policy,
    }


def tenant_of(row: Row[Any]) -> Tenant:
    return Tenant(id=TenantId(row.id), name=row.name, created_at=row.created_at)


def policy_version_of(row: Row[Any]) -> PolicyVersion:
    return PolicyVersion(
        id=PolicyVersionId(row.id),
        name=row.name,
        text=row.text,
        hash=row.hash,
        origin=row.origin,
        created_at=row.created_at,
        author=row.author,
    )


def operation_of(row: Row[Any], log: Sequence[LogLine] = ()) -> Operation:
    return Operation(
        id=OperationId(row.id),
        kind=OperationKind(row.kind),
        environment_id=EnvironmentId(row.environment_id),
        environment=row.environment,
        state=OperationState(row.state),
        choices=row.choices,
        reason=row.reason,
        hint=row.hint,
        requested_by=row.requested_by,
        created=row.created,
        started=row.started,
        finished=row.finished,
        phases=row.phases,
        tables=row.tables,
        checklist=row.checklist,
        proof=row.proof,
        findings=row.findings,
        certificate=row.certificate,
        cancel_requested=row.cancel_requested,
        attempt=row.attempt,
        log=tuple(log),
    )


def operation_values(operation: Operation) -> dict[str, object]:
    """What a new operation's row holds; its log is stored apart, line by line."""
    named = OperationRow.__table__.columns.keys()
    values = {name: getattr(operation, name) for name in named if name not in ("sequence", "staged")}
    return values | {"kind": str(operation.kind), "state": str(operation.state)}
