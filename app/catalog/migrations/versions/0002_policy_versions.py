"""Policies over time: who wrote a version, which environment used it when, what a copy was made with, what a person
looked through and approved.

Environments that have a policy already get one use on record, of the day their version was stored and by nobody; what
their copies were made with is not known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("policy_version") as table:
        table.add_column(sa.Column("author", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("policy_version", recreate="always") as table:
        table.alter_column("author", server_default=None)
    with op.batch_alter_table("environment", recreate="always") as table:
        table.add_column(sa.Column("copied_policy_version", sa.Text(), nullable=True))
        table.create_foreign_key(
            "fk_environment_copied_policy_version_policy_version", "policy_version", ["copied_policy_version"], ["id"]
        )
    op.create_table(
        "policy_use",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_policy_use"),
        sa.ForeignKeyConstraint(["version_id"], ["policy_version.id"], name="fk_policy_use_version_id_policy_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_policy_use_environment_id_sequence", "policy_use", ["environment_id", "sequence"])
    op.execute(
        'INSERT INTO policy_use (environment_id, version_id, at, "by") '
        "SELECT e.id, v.id, v.created_at, '' FROM environment e JOIN policy_version v ON v.id = e.policy_version "
        "ORDER BY v.created_at, e.id"
    )
    op.create_table(
        "policy_review",
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("structure", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", name="pk_policy_review"),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environment.id"],
            name="fk_policy_review_environment_id_environment",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "approval",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_approval"),
    )


def downgrade() -> None:
    for table in ("approval", "policy_review", "policy_use"):
        op.drop_table(table)
    with op.batch_alter_table("environment", recreate="always") as batch:
        batch.drop_constraint("fk_environment_copied_policy_version_policy_version", type_="foreignkey")
        batch.drop_column("copied_policy_version")
    with op.batch_alter_table("policy_version", recreate="always") as batch:
        batch.drop_column("author")
