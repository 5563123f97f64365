"""The tables of an account: who may work in it, its applications, and the ways its data reaches the outside world."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, UniqueConstraint

from app.databases.demo.declared import Json, Moment, key, new_metadata, to

METADATA = new_metadata()

Table(
    "account", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("modified", Moment, nullable=False),
    Column("company_name", String(100), nullable=False),
    Column("domain_name", String(120), nullable=False),
    Column("state", String(12), nullable=False),
    Column("billing_email", String(254), nullable=False),
    Column("plan_name", String(40)),
    Column("plan_expires", Moment),
    Column("application_limit", Integer),
    Column("user_limit", Integer),
    Column("campaign_limit", Integer),
    Column("api_limit", Integer),
)  # fmt: skip
Table(
    "role", METADATA, key(), to("account_id", "account"),
    Column("name", String(60), nullable=False),
    Column("description", Text),
    Column("permissions", Json, nullable=False),
    Column("is_readonly", Boolean, nullable=False),
)  # fmt: skip
Table(
    "user_account", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("modified", Moment, nullable=False),
    Column("email", String(254), nullable=False, unique=True),
    to("account_id", "account"),
    Column("name", String(120), nullable=False),
    Column("state", String(12), nullable=False),
    Column("invite_token", String(64)),
    Column("password_hash", String(128)),
    Column("is_admin", Boolean, nullable=False),
    Column("auth_method", String(20), nullable=False),
    Column("last_signed_in", Moment),
    Column("last_accessed", Moment),
)  # fmt: skip
Table(
    "user_account_role", METADATA,
    to("user_id", "user_account", primary_key=True),
    to("role_id", "role", primary_key=True),
)  # fmt: skip
Table(
    "attribute_definition", METADATA, key(), to("account_id", "account"),
    Column("created", Moment, nullable=False),
    Column("entity", String(40), nullable=False),
    Column("name", String(60), nullable=False),
    Column("title", String(100), nullable=False),
    Column("type", String(20), nullable=False),
    Column("editable", Boolean, nullable=False),
    UniqueConstraint("account_id", "entity", "name"),
)  # fmt: skip
Table(
    "application", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("modified", Moment, nullable=False),
    to("account_id", "account"),
    Column("name", String(100), nullable=False),
    Column("description", Text),
    Column("timezone", String(60), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("case_sensitivity", String(30)),
    Column("attributes", Json),
    Column("sandbox", Boolean, nullable=False),
    Column("enable_campaign_state_management", Boolean, nullable=False),
)  # fmt: skip
Table(
    "application_api_key", METADATA, key(),
    Column("title", String(100), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("expires", Moment, nullable=False),
    Column("platform", String(30), nullable=False),
    Column("type", String(12), nullable=False),
    Column("time_offset", Integer),
    to("created_by", "user_account"),
    to("account_id", "account"),
    to("application_id", "application"),
    Column("created", Moment, nullable=False),
)  # fmt: skip
Table(
    "store", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("name", String(100), nullable=False),
    Column("description", Text),
    Column("attributes", Json),
    Column("integration_id", String(100), nullable=False),
    to("application_id", "application"),
    UniqueConstraint("application_id", "integration_id"),
)  # fmt: skip
Table(
    "webhook_authentication", METADATA, key(), to("account_id", "account"),
    Column("name", String(100), nullable=False),
    Column("type", String(20), nullable=False),
    Column("data", Json, nullable=False),  # the credentials themselves
)  # fmt: skip
Table(
    "webhook", METADATA, key(),
    Column("created", Moment, nullable=False),
    Column("modified", Moment, nullable=False),
    to("account_id", "account"),
    Column("title", String(100), nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("verb", String(8), nullable=False),
    Column("url", String(500), nullable=False),
    Column("headers", Json, nullable=False),
    Column("payload", Text),
    Column("params", Json),
    Column("enabled", Boolean, nullable=False),
    to("authentication_id", "webhook_authentication", nullable=True),
)  # fmt: skip
Table(  # a webhook without a row here speaks for all applications
    "webhook_application", METADATA,
    to("webhook_id", "webhook", primary_key=True),
    to("application_id", "application", primary_key=True),
)  # fmt: skip
Table(
    "management_key", METADATA, key(),
    Column("name", String(100), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("expiry_date", Moment, nullable=False),
    Column("endpoints", Json),
    to("created_by", "user_account"),
    to("account_id", "account"),
    Column("created", Moment, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("last_used", Moment),
)  # fmt: skip
Table(  # a key without a row here opens all applications
    "management_key_application", METADATA,
    to("management_key_id", "management_key", primary_key=True),
    to("application_id", "application", primary_key=True),
)  # fmt: skip
Table(
    "access_log", METADATA,
    Column("uuid", String(36), primary_key=True),
    to("application_id", "application"),
    Column("status", Integer, nullable=False),
    Column("method", String(8), nullable=False),
    Column("request_uri", String(500), nullable=False),
    Column("time", Moment, nullable=False, index=True),
    Column("request_payload", Text),
    Column("response_payload", Text),
)  # fmt: skip
Table(
    "change_log", METADATA, key(),
    Column("created", Moment, nullable=False),
    to("user_id", "user_account", nullable=True),
    to("application_id", "application", nullable=True),
    Column("entity", String(100), nullable=False),
    Column("old", Json),
    Column("new", Json),
    to("management_key_id", "management_key", nullable=True),
)  # fmt: skip
