"""The catalog's tables as typed models. Nothing here is of one database alone.

History outlives what it speaks of: operations and audit records name environments by text and have no foreign key
to them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.catalog.columns import AsJson, Moment
from app.domain.findings import Finding
from app.domain.operations import ChecklistItem, Choices, PhaseRun, Proof, TableRun
from app.domain.structure import Structure

BigNumber = BigInteger().with_variant(Integer, "sqlite")
"""A growing number. SQLite numbers rows by itself only where the type is exactly INTEGER."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text(), datetime: Moment()}  # noqa: RUF012  # SQLAlchemy reads it from the class


class TenantRow(Base):
    __tablename__ = "tenant"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class PolicyVersionRow(Base):
    """A policy's text as it was given; never changed."""

    __tablename__ = "policy_version"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    text: Mapped[str]
    hash: Mapped[str] = mapped_column(index=True)
    origin: Mapped[str]
    created_at: Mapped[datetime]
    author: Mapped[str]


class EnvironmentRow(Base):
    """`checklist_done` and `checklist_of` restate the checklist, so that a list of all needs no count.

    `policy_version` is the policy of the next copy, `copied_policy_version` the one that the copy there now was made
    with.
    """

    __tablename__ = "environment"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str]
    kind: Mapped[str]
    database: Mapped[str]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("environment.id"), index=True)
    policy_version: Mapped[str | None] = mapped_column(ForeignKey("policy_version.id"), index=True)
    state: Mapped[str]
    identity_engine: Mapped[str | None]
    identity_major: Mapped[str | None]
    identity_minor: Mapped[str | None]
    marker_nonce: Mapped[str | None]
    copied_at: Mapped[datetime | None]
    proven: Mapped[bool]
    checklist_done: Mapped[int]
    checklist_of: Mapped[int]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger())
    fence: Mapped[int]
    created_at: Mapped[datetime | None]
    copied_policy_version: Mapped[str | None] = mapped_column(ForeignKey("policy_version.id"))


class PolicyUseRow(Base):
    """An environment got a version of a policy; the newest row is the one in force. Outlives the environment."""

    __tablename__ = "policy_use"
    __table_args__ = (Index(None, "environment_id", "sequence"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=True)
    environment_id: Mapped[str]
    version_id: Mapped[str] = mapped_column(ForeignKey("policy_version.id"))
    at: Mapped[datetime]
    by: Mapped[str]


class PolicyReviewRow(Base):
    """The structure of an environment's source as it was when somebody last looked through it."""

    __tablename__ = "policy_review"

    environment_id: Mapped[str] = mapped_column(ForeignKey("environment.id", ondelete="CASCADE"), primary_key=True)
    structure: Mapped[Structure] = mapped_column(AsJson(Structure))
    by: Mapped[str]
    at: Mapped[datetime]


class ApprovalRow(Base):
    """A person approved the exact text of SQL or a command: `digest` is its SHA-256. Never changed."""

    __tablename__ = "approval"

    digest: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class ChecklistRow(Base):
    __tablename__ = "checklist_item"

    environment_id: Mapped[str] = mapped_column(ForeignKey("environment.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    item: Mapped[ChecklistItem] = mapped_column(AsJson(ChecklistItem))


class OperationRow(Base):
    """`sequence` decides what is newer, never a clock. `attempt` is the fence of its newest attempt."""

    __tablename__ = "operation"
    __table_args__ = (
        Index(
            "uq_operation_active",  # invariant 10: one queued or running operation per environment
            "environment_id",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index(None, "environment_id", "sequence"),
        Index(None, "state"),
        {"sqlite_autoincrement": True},
    )

    sequence: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    environment_id: Mapped[str]
    environment: Mapped[str]
    state: Mapped[str]
    choices: Mapped[Choices] = mapped_column(AsJson(Choices))
    reason: Mapped[str]
    hint: Mapped[str]
    requested_by: Mapped[str]
    created: Mapped[datetime | None]
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    phases: Mapped[tuple[PhaseRun, ...]] = mapped_column(AsJson(tuple[PhaseRun, ...]))
    tables: Mapped[tuple[TableRun, ...]] = mapped_column(AsJson(tuple[TableRun, ...]))
    checklist: Mapped[tuple[ChecklistItem, ...]] = mapped_column(AsJson(tuple[ChecklistItem, ...]))
    proof: Mapped[Proof] = mapped_column(AsJson(Proof))
    findings: Mapped[tuple[Finding, ...]] = mapped_column(AsJson(tuple[Finding, ...]))
    certificate: Mapped[str | None]
    cancel_requested: Mapped[bool]
    attempt: Mapped[int]
    staged: Mapped[Mapping[str, Any] | None] = mapped_column(AsJson(dict[str, Any]))


class OperationLogRow(Base):
    __tablename__ = "operation_log"
    __table_args__ = (Index(None, "operation_id", "sequence"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=True)
    operation_id: Mapped[str] = mapped_column(ForeignKey("operation.id"))
    at: Mapped[datetime]
    text: Mapped[str]


class AuditRow(Base):
    """Moment and detail stand as the very text that was hashed, so that an edit can hide in no conversion."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


class WorkerEntry(Base):
    __tablename__ = "worker"

    executor: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    process: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class ChangeRow(Base):
    """The change feed; an id is never given twice, even after the oldest entries are pruned."""

    __tablename__ = "change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=True)
    kind: Mapped[str]
    ref: Mapped[str]
