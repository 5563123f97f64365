"""The tables of campaigns: their rules, what they hand out, and the points that were given for it.

A campaign and all of it belongs to the environment of its application.
"""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, UniqueConstraint

from app.databases.demo.declared import Json, Moment, Money, key, to
from app.databases.demo.promotions.tables.account import METADATA
from app.databases.demo.promotions.tables.customers import pair

Table(
    "campaign", METADATA, key(),
    Column("created", Moment, nullable=False),
    to("application_id", "application"),
    to("user_id", "user_account"),
    Column("name", String(100), nullable=False),
    Column("description", Text),
    Column("start_time", Moment),
    Column("end_time", Moment),
    Column("attributes", Json),
    Column("state", String(12), nullable=False),
    to("active_ruleset_id", "ruleset", nullable=True),
    Column("tags", Json, nullable=False),
    Column("features", Json, nullable=False),
    Column("limits", Json, nullable=False),
    Column("type", String(12), nullable=False),
    Column("created_by", String(120)),
    Column("frontend_state", String(12), nullable=False),
)  # fmt: skip
pair("campaign_store", "campaign_id", "store_id", owner="campaign", other="store")
Table(
    "ruleset", METADATA, key(),
    Column("created", Moment, nullable=False),
    to("user_id", "user_account"),
    to("campaign_id", "campaign"),
    Column("rules", Json, nullable=False),
    Column("bindings", Json, nullable=False),
    Column("rb_version", String(12)),
    Column("activate", Boolean, nullable=False),
    Column("activated_at", Moment),
)  # fmt: skip
Table(
    "loyalty_transaction", METADATA, key(),
    Column("transaction_uuid", String(36), nullable=False, unique=True),
    to("program_id", "loyalty_program"),
    to("campaign_id", "campaign", nullable=True),
    Column("created", Moment, nullable=False),
    Column("type", String(12), nullable=False),
    Column("amount", Money, nullable=False),
    Column("name", String(200), nullable=False),
    Column("start_date", Moment),
    Column("expiry_date", Moment),
    Column("customer_profile_id", String(254)),  # the integration id, as the source system has it
    Column("card_identifier", String(108)),
    Column("subledger_id", String(60)),
    Column("customer_session_id", String(100)),
    Column("import_id", Integer),
    to("user_id", "user_account", nullable=True),
    Column("user_email", String(254)),
    to("ruleset_id", "ruleset", nullable=True),
    Column("rule_name", String(100)),
)  # fmt: skip
Table(
    "referral", METADATA, key(),
    Column("created", Moment, nullable=False),
    to("campaign_id", "campaign"),
    Column("code", String(40), nullable=False),
    Column("advocate_profile_integration_id", String(254), nullable=False),
    Column("friend_profile_integration_id", String(254)),
    Column("usage_limit", Integer, nullable=False),
    Column("usage_counter", Integer, nullable=False),
    Column("start_date", Moment),
    Column("expiry_date", Moment),
    Column("batch_id", String(20)),
    UniqueConstraint("campaign_id", "code"),
)  # fmt: skip
Table(
    "coupon", METADATA, key(),
    Column("created", Moment, nullable=False),
    to("campaign_id", "campaign"),
    Column("value", String(40), nullable=False),
    Column("usage_limit", Integer, nullable=False),
    Column("discount_limit", Money),
    Column("reservation_limit", Integer),
    Column("start_date", Moment),
    Column("expiry_date", Moment),
    Column("usage_counter", Integer, nullable=False),
    Column("discount_counter", Money),
    Column("discount_remainder", Money),
    Column("reservation_counter", Integer),
    Column("attributes", Json),
    to("referral_id", "referral", nullable=True),
    Column("recipient_integration_id", String(254)),
    Column("import_id", Integer),
    Column("batch_id", String(20)),
    Column("is_reservation_mandatory", Boolean, nullable=False),
    UniqueConstraint("campaign_id", "value"),
)  # fmt: skip
