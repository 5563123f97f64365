"""The one place where siblings meet: everything is built here and handed on by constructor."""

import getpass
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.catalog import open_catalog
from app.databases import Adapters
from app.databases.connections import without_password
from app.ports.catalog import Catalog
from app.ports.databases import Adapter, Signer
from app.ports.processes import Workers
from app.services import Services
from app.services.audit import AuditService
from app.services.changes import ChangeService
from app.services.demo import DemoDatabases, DemoService
from app.services.environments import EnvironmentService
from app.services.inspection import InspectionService
from app.services.operations import OperationService
from app.services.plans import PlanService
from app.services.policies import PolicyService
from app.services.policy_versions import PolicyVersions
from app.services.reviews import ReviewService
from app.services.settings import SettingsService
from app.services.tenants import TenantService
from app.system.clock import SystemClock
from app.system.home import Home, default_home
from app.system.keyring_secrets import KeyringSecrets
from app.system.limits import SessionLimits
from app.system.processes import WorkerProcesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What services and workers of one home share."""

    home: Home
    catalog: Catalog
    catalog_url: str
    secrets: KeyringSecrets
    signer: Signer
    clock: SystemClock
    adapter_for: Callable[[str], Adapter]
    limits: SessionLimits
    actor: str


def build_parts(home: Path | None = None, *, catalog_url: str | None = None) -> Parts:
    """Open the home and its catalog, upgrading it first where it is older.

    Raises OutsideError when the home cannot be written, RefusedError when the catalog is of a newer version.
    """
    place = Home(home or default_home())
    clock = SystemClock()
    url = place.catalog_url(catalog_url)
    secrets = KeyringSecrets(place, catalog_url=url)
    limits = SessionLimits(place)
    actor = who()
    catalog = open_catalog(
        url,
        actor=actor,
        audit_key=secrets.integrity_key("audit"),
        clock=clock,
        on_audit_head=secrets.store_audit_head,
    )
    return Parts(
        home=place,
        catalog=catalog,
        catalog_url=url,
        secrets=secrets,
        signer=Signer.of(secrets.integrity_key("marker")),
        clock=clock,
        adapter_for=Adapters(secrets, limits),
        limits=limits,
        actor=actor,
    )


def build(home: Path | None = None, *, catalog_url: str | None = None, workers: Workers | None = None) -> Services:
    """Everything a person can do, for one home. `workers` replaces what starts workers of this home.

    Raises what `build_parts` does. Call `services.close()` at the end.
    """
    return services_of(build_parts(home, catalog_url=catalog_url), workers=workers)


def services_of(parts: Parts, *, workers: Workers | None = None) -> Services:
    """The services on parts that are built already."""
    workers = workers or WorkerProcesses(parts.home, catalog_url=parts.catalog_url)
    planner = PlanService(
        catalog=parts.catalog, adapter_for=parts.adapter_for, secrets=parts.secrets, signer=parts.signer
    )
    tenants = TenantService(
        catalog=parts.catalog,
        adapter_for=parts.adapter_for,
        secrets=parts.secrets,
        signer=parts.signer,
        clock=parts.clock,
    )
    environments = EnvironmentService(
        catalog=parts.catalog,
        adapter_for=parts.adapter_for,
        secrets=parts.secrets,
        signer=parts.signer,
        clock=parts.clock,
        actor=parts.actor,
        without_password=without_password,
    )
    return Services(
        tenants=tenants,
        environments=environments,
        policies=PolicyService(
            catalog=parts.catalog, adapter_for=parts.adapter_for, clock=parts.clock, actor=parts.actor
        ),
        policy_versions=PolicyVersions(catalog=parts.catalog),
        reviews=ReviewService(
            catalog=parts.catalog,
            adapter_for=parts.adapter_for,
            secrets=parts.secrets,
            clock=parts.clock,
            actor=parts.actor,
        ),
        operations=OperationService(
            catalog=parts.catalog, planner=planner, workers=workers, clock=parts.clock, actor=parts.actor
        ),
        inspection=InspectionService(
            catalog=parts.catalog,
            adapter_for=parts.adapter_for,
            secrets=parts.secrets,
            signer=parts.signer,
            clock=parts.clock,
            actor=parts.actor,
        ),
        audit=AuditService(catalog=parts.catalog, secrets=parts.secrets),
        demo=DemoService(
            catalog=parts.catalog,
            tenants=tenants,
            environments=environments,
            databases=lambda engine: _demo_databases(engine, parts.home),
        ),
        changes=ChangeService(catalog=parts.catalog),
        settings=SettingsService(
            home=parts.home.path,
            catalog_url=parts.catalog_url,
            logs=parts.home.logs,
            certificates=parts.home.certificates,
            secrets=parts.secrets,
            workers=workers,
            limits=parts.limits,
        ),
        close=parts.catalog.close,
    )


def run_worker(home: Path | None, catalog_url: str | None, idle_exit: float | None) -> int:
    """Be a worker until told to stop or idle for `idle_exit` seconds (None: never). Returns the exit code; 0 also when
    another worker of this home runs already."""
    return work(build_parts(home, catalog_url=catalog_url), idle_exit=idle_exit)


def work(parts: Parts, *, idle_exit: float | None) -> int:
    """Be a worker on parts that are built already."""
    from app.system.executors import gone, own_executor

    lock = own_executor(parts.home, clock=parts.clock)
    if lock is None:
        parts.catalog.close()
        return 0
    try:
        # dbos takes a second to import, so nothing but a worker that has its lock does.
        from app.operations.worker import Worker, WorkerSettings
        from app.operations.workshop import Workshop

        worker = Worker(
            Workshop(
                catalog=parts.catalog,
                adapter_for=parts.adapter_for,
                planner=PlanService(
                    catalog=parts.catalog, adapter_for=parts.adapter_for, secrets=parts.secrets, signer=parts.signer
                ),
                secrets=parts.secrets,
                signer=parts.signer,
                clock=parts.clock,
                certificates=parts.home.certificates,
            ),
            WorkerSettings(
                executor=lock.executor,
                system_database=parts.home.system_database_path,
                beat=lock.beat,
                dead=lambda executor: gone(parts.home, executor, clock=parts.clock),
                idle_exit=idle_exit,
            ),
        )
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        signal.signal(signal.SIGINT, lambda *_: worker.stop())
        worker.run()
        lock.release()
        if worker.idle:
            # Whoever queued something while this worker was ending found it alive, and started no other.
            services_of(parts).operations.keep_going()
    finally:
        lock.release()
        parts.catalog.close()
    return 0


def who() -> str:
    """The person as the audit trail names them: login@host."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return f"{login}@{socket.gethostname()}"


def _demo_databases(engine: str, home: Home) -> DemoDatabases:
    from app.databases.demo import PostgresqlDemo, SqliteDemo  # imports Faker, which nothing else needs

    return PostgresqlDemo(home.demo) if engine == "postgresql" else SqliteDemo(home.demo)
