"""The tables of customers: profiles and sessions, audiences, giveaways, loyalty, achievements.

What has a column `sandbox` belongs to the sandbox or to the live environment; the rest belongs where the thing it
refers to belongs. A link table's two ends must be of one environment, which no constraint can say.
"""

from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text, UniqueConstraint

from app.databases.demo.declared import Json, Moment, Money, key, to
from app.databases.demo.promotions.tables.account import METADATA


def pair(name: str, left: str, right: str, *, owner: str, other: str = "application") -> Table:
    """A link table: rows of `owner` and of `other`."""
    return Table(name, METADATA, to(left, owner, primary_key=True), to(right, other, primary_key=True))


Table(
    "customer_profile", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("integration_id", String(254), nullable=False),
    Column("attributes", Json, nullable=False),
    to("account_id", "account"),
    Column("closed_sessions", Integer, nullable=False),
    Column("total_sales", Money, nullable=False),
    Column("last_activity", Moment),
    Column("sandbox", Boolean, nullable=False),
    UniqueConstraint("account_id", "sandbox", "integration_id"),
)  # fmt: skip
Table(
    "customer_session", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("integration_id", String(100), nullable=False),
    to("application_id", "application"),
    to("profile_id", "customer_profile", nullable=True, index=True),
    Column("store_integration_id", String(100)),
    Column("coupon_codes", Json, nullable=False),
    Column("referral_code", String(40)),
    Column("loyalty_cards", Json, nullable=False),
    Column("state", String(20), nullable=False),
    Column("cart_items", Json, nullable=False),
    Column("identifiers", Json, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("first_session", Boolean, nullable=False),
    Column("update_count", Integer, nullable=False),
    Column("total", Money, nullable=False),
    Column("cart_item_total", Money, nullable=False),
    Column("additional_cost_total", Money, nullable=False),
    UniqueConstraint("application_id", "integration_id"),
)  # fmt: skip
Table(
    "audience", METADATA, key(), to("account_id", "account"),
    Column("created", Moment, nullable=False),
    Column("name", String(100), nullable=False),
    Column("sandbox", Boolean, nullable=False),
    Column("description", Text),
    Column("integration", String(30)),
    Column("integration_id", String(100)),
    Column("created_in_3rd_party", Boolean, nullable=False),
    Column("last_update", Moment),
)  # fmt: skip
pair("audience_membership", "audience_id", "profile_id", owner="audience", other="customer_profile")
pair("audience_application", "audience_id", "application_id", owner="audience")
Table(
    "giveaways_pool", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("modified", Moment),
    to("account_id", "account"),
    Column("name", String(100), nullable=False),
    Column("description", Text),
    Column("sandbox", Boolean, nullable=False),
    to("created_by", "user_account"),
    to("modified_by", "user_account", nullable=True),
)  # fmt: skip
pair("giveaways_pool_application", "pool_id", "application_id", owner="giveaways_pool")
Table(
    "giveaway", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("code", String(40), nullable=False),
    to("pool_id", "giveaways_pool"),
    Column("start_date", Moment),
    Column("end_date", Moment),
    Column("attributes", Json),
    Column("used", Boolean, nullable=False),
    Column("import_id", Integer),
    Column("profile_integration_id", String(254)),
    to("profile_id", "customer_profile", nullable=True),
    UniqueConstraint("pool_id", "code"),
)  # fmt: skip
Table(
    "loyalty_program", METADATA, key(), to("account_id", "account"),
    Column("created", Moment, nullable=False),
    Column("name", String(60), nullable=False, unique=True),
    Column("title", String(100), nullable=False),
    Column("description", Text),
    Column("default_validity", String(20), nullable=False),
    Column("default_pending", String(20), nullable=False),
    Column("allow_subledger", Boolean, nullable=False),
    Column("users_per_card_limit", Integer),
    Column("sandbox", Boolean, nullable=False),
    Column("program_join_policy", String(20), nullable=False),
    Column("tiers_expiration_policy", String(30)),
    Column("tiers_downgrade_policy", String(30)),
    Column("card_based", Boolean, nullable=False),
    Column("timezone", String(60), nullable=False),
)  # fmt: skip
pair("loyalty_program_application", "program_id", "application_id", owner="loyalty_program")
Table(
    "loyalty_tier", METADATA, key(),
    Column("created", Moment, nullable=False),
    to("program_id", "loyalty_program"),
    Column("name", String(60), nullable=False),
    Column("min_points", Money, nullable=False),
)  # fmt: skip
Table(
    "loyalty_card", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("modified", Moment),
    to("program_id", "loyalty_program"),
    Column("status", String(12), nullable=False),
    Column("block_reason", Text),
    Column("identifier", String(108), nullable=False),
    Column("users_per_card_limit", Integer),
    Column("old_card_identifier", String(108)),
    Column("new_card_identifier", String(108)),
    Column("batch_id", String(20)),
    UniqueConstraint("program_id", "identifier"),
)  # fmt: skip
pair("loyalty_card_profile", "card_id", "profile_id", owner="loyalty_card", other="customer_profile")
Table(
    "achievement", METADATA, key(), to("account_id", "account"),
    Column("created", Moment, nullable=False),
    Column("name", String(60), nullable=False),
    Column("title", String(100), nullable=False),
    Column("description", Text),
    Column("target", Float, nullable=False),
    Column("period", String(12)),
    Column("sandbox", Boolean, nullable=False),
    to("user_id", "user_account"),
    Column("created_by", String(120)),
)  # fmt: skip
pair("achievement_application", "achievement_id", "application_id", owner="achievement")
Table(
    "achievement_progress", METADATA, key(),
    to("achievement_id", "achievement"),
    to("profile_id", "customer_profile"),
    Column("value", Float, nullable=False),
    Column("status", String(12), nullable=False),
    Column("start_date", Moment),
    Column("completion_date", Moment),
    UniqueConstraint("achievement_id", "profile_id"),
)  # fmt: skip
