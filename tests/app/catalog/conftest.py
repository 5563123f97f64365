"""A real catalog in a file of its own, under a clock that can be set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.catalog import SqlCatalog, open_catalog
from app.domain.environments import Environment, EnvironmentKind, Tenant
from app.domain.ids import EnvironmentId, OperationId, TenantId
from app.domain.operations import Operation, OperationKind, OperationState

KEY = b"k" * 32
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class SetClock:
    """A clock that stands where a test puts it."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return (self.moment - START).total_seconds()

    def go(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


@pytest.fixture
def heads() -> list[tuple[int, str]]:
    """Every audit head handed out after a commit."""
    return []


@pytest.fixture
def catalog(path: Path, clock: SetClock, heads: list[tuple[int, str]]) -> Iterator[SqlCatalog]:
    opened = opened_at(path, clock, heads)
    yield opened
    opened.close()


def opened_at(path: Path, clock: SetClock | None = None, heads: list[tuple[int, str]] | None = None) -> SqlCatalog:
    kept = [] if heads is None else heads
    return open_catalog(
        f"sqlite:///{path}",
        actor="ana@desk",
        audit_key=KEY,
        clock=clock or SetClock(),
        on_audit_head=lambda number, hash_: kept.append((number, hash_)),
    )


def tenant(name: str = "Harbor") -> Tenant:
    return Tenant(id=TenantId(name.casefold()), name=name, created_at=START)


def production(name: str = "production", of: str = "Harbor") -> Environment:
    return _environment(name, of, EnvironmentKind.PRODUCTION, None)


def sandbox(name: str = "sandbox", of: str = "Harbor", source: Environment | None = None) -> Environment:
    return _environment(name, of, EnvironmentKind.SANDBOX, source)


def _environment(name: str, of: str, kind: EnvironmentKind, source: Environment | None) -> Environment:
    return Environment(
        id=EnvironmentId(f"{of.casefold()}-{name}"),
        tenant_id=TenantId(of.casefold()),
        tenant=of,
        name=name,
        kind=kind,
        database=f"sqlite:////data/{name}.sqlite",
        source_id=None if source is None else source.id,
        created_at=START,
    )


def operation(id_: str, environment: Environment, state: OperationState = OperationState.QUEUED) -> Operation:
    return Operation(
        id=OperationId(id_),
        kind=OperationKind.PROVISION,
        environment_id=environment.id,
        environment=environment.ref,
        state=state,
        requested_by="ana@desk",
        created=START,
    )


def harbor(catalog: SqlCatalog) -> tuple[Environment, Environment]:
    """The tenant Harbor with its production and a sandbox."""
    source = production()
    copy = sandbox(source=source)
    with catalog.write() as tx:
        tx.tenants.add(tenant())
        tx.environments.add(source)
        tx.environments.add(copy)
    return source, copy
