"""Small schemas and plans, so that a test shows only what it is about."""

from collections.abc import Mapping
from dataclasses import replace

from app.domain.environments import Environment, EnvironmentKind
from app.domain.findings import Finding
from app.domain.ids import EnvironmentId, TenantId
from app.domain.operations import OperationKind
from app.domain.plan import ColumnPlan, Impact, Plan
from app.domain.policy import Scalar
from app.domain.schema import Column, Schema, Table, TypeFamily
from app.planning.plan import PlanRequest, make_plan
from app.policy.parse import parse_policy

SANDBOX = Environment(
    id=EnvironmentId("s"),
    tenant_id=TenantId("t"),
    tenant="Harbor",
    name="sandbox",
    kind=EnvironmentKind.SANDBOX,
    database="sqlite:///sandbox.sqlite",
)
PRODUCTION = replace(SANDBOX, id=EnvironmentId("p"), name="production", kind=EnvironmentKind.PRODUCTION)


def text(name: str, *, nullable: bool = True, length: int | None = None, generated: bool = False) -> Column:
    return Column(name=name, type="TEXT", family=TypeFamily.TEXT, nullable=nullable, length=length, generated=generated)


def number(name: str, *, nullable: bool = False, identity: bool = False) -> Column:
    return Column(name=name, type="INTEGER", family=TypeFamily.INTEGER, nullable=nullable, identity=identity)


def plan(
    policy: str | None,
    *tables: Table,
    kind: OperationKind = OperationKind.PROVISION,
    options: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
    findings: tuple[Finding, ...] = (),
    impact: Impact | None = None,
) -> Plan:
    """The plan for a policy's parts (below `policy:`) and tables."""
    return make_plan(
        PlanRequest(
            kind=kind,
            environment=SANDBOX,
            source=PRODUCTION,
            policy=parse_policy(f"policy: test\n{policy}") if policy is not None else None,
            policy_hash="c0ffee" if policy is not None else None,
            schema=Schema(tables=tables, fingerprint="f1") if tables else None,
            options=options or {},
            findings=findings,
            impact=impact or Impact(),
        )
    )


def codes(made: Plan) -> list[tuple[str, str, str]]:
    """What was found: severity, code and place."""
    return [(str(f.severity), f.code, f.where) for f in made.findings]


def column(made: Plan, table: str, name: str) -> ColumnPlan:
    found = next(t for t in made.tables if t.table == table)
    return next(c for c in found.columns if c.column == name)
