"""The first tables: tenants, environments, policies, operations, audit, workers and the change feed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenant"),
        sa.UniqueConstraint("name", name="uq_tenant_name"),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_version"),
    )
    op.create_index("ix_policy_version_hash", "policy_version", ["hash"])
    op.create_table(
        "environment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("database", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("identity_engine", sa.Text(), nullable=True),
        sa.Column("identity_major", sa.Text(), nullable=True),
        sa.Column("identity_minor", sa.Text(), nullable=True),
        sa.Column("marker_nonce", sa.Text(), nullable=True),
        sa.Column("copied_at", _moment(), nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("checklist_done", sa.Integer(), nullable=False),
        sa.Column("checklist_of", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_environment"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_environment_tenant_id_name"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_environment_tenant_id_tenant"),
        sa.ForeignKeyConstraint(["source_id"], ["environment.id"], name="fk_environment_source_id_environment"),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policy_version.id"], name="fk_environment_policy_version_policy_version"
        ),
    )
    op.create_index("ix_environment_policy_version", "environment", ["policy_version"])
    op.create_index("ix_environment_source_id", "environment", ["source_id"])
    op.create_table(
        "checklist_item",
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_checklist_item"),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environment.id"],
            name="fk_checklist_item_environment_id_environment",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "operation",
        sa.Column("sequence", _number(), nullable=False, autoincrement=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("created", _moment(), nullable=True),
        sa.Column("started", _moment(), nullable=True),
        sa.Column("finished", _moment(), nullable=True),
        sa.Column("phases", sa.Text(), nullable=False),
        sa.Column("tables", sa.Text(), nullable=False),
        sa.Column("checklist", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("staged", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name="pk_operation"),
        sa.UniqueConstraint("id", name="uq_operation_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_operation_active",
        "operation",
        ["environment_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index("ix_operation_environment_id_sequence", "operation", ["environment_id", "sequence"])
    op.create_index("ix_operation_state", "operation", ["state"])
    op.create_table(
        "operation_log",
        sa.Column("sequence", _number(), nullable=False, autoincrement=True),
        sa.Column("operation_id", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_operation_log"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name="fk_operation_log_operation_id_operation"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operation_log_operation_id_sequence", "operation_log", ["operation_id", "sequence"])
    op.create_table(
        "audit",
        sa.Column("number", _number(), nullable=False, autoincrement=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_table(
        "worker",
        sa.Column("executor", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("seen_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("executor", name="pk_worker"),
    )
    op.create_table(
        "change",
        sa.Column("id", _number(), nullable=False, autoincrement=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in (
        "change",
        "worker",
        "audit",
        "operation_log",
        "operation",
        "checklist_item",
        "environment",
        "policy_version",
        "tenant",
    ):
        op.drop_table(table)
