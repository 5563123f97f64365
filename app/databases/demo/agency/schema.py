"""The structure of the demo agency's database: a small cousin of an agency management system.

Written the way such systems are: declared lengths, NOT NULLs, CHECKs, keys that refer to one another and to themselves,
two views people use every morning, and a trigger that keeps `changed_at` honest. Each table is declared once, for
either kind of database.
"""

from sqlalchemy import CHAR, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text

from app.databases.demo import declared
from app.databases.demo.declared import Identifier, Moment, Money, flag, key, new_metadata

METADATA = new_metadata()

Table(
    "business_unit", METADATA,
    Column("code", CHAR(4), primary_key=True),
    Column("name", String(60), nullable=False),
)  # fmt: skip
Table(
    "employee", METADATA,
    Column("employee_code", CHAR(3), CheckConstraint("length(employee_code) = 3"), primary_key=True),
    Column("first_name", String(40), nullable=False),
    Column("last_name", String(60), nullable=False),
    Column("title", String(60)),
    Column("email", String(120), nullable=False),
    Column("phone", String(24)),
    Column("birth_date", Date),
    Column("supervisor_code", CHAR(3), ForeignKey("employee.employee_code")),
    *flag("is_producer"),
    *flag("is_csr"),
    *flag("active", default=True),
    Column("login_name", String(40), nullable=False, unique=True),
    Column("password_hash", String(128)),
)  # fmt: skip
Table(
    "company", METADATA,
    Column("company_code", String(8), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("naic", CHAR(5)),
    Column("parent_code", String(8), ForeignKey("company.company_code")),
    Column("ftp_host", String(120)),
    Column("ftp_user", String(60)),
    Column("ftp_password", String(60)),
)  # fmt: skip
Table(
    "customer", METADATA,
    Column("customer_id", Identifier, primary_key=True),
    Column("customer_number", Integer, nullable=False, unique=True),
    Column("type", CHAR(1), CheckConstraint("type IN ('C', 'P')"), nullable=False),
    Column("first_name", String(40)),
    Column("last_name", String(60)),
    Column("firm_name", String(100)),
    Column("dba", String(100)),
    Column("email", String(120), CheckConstraint("email IS NULL OR email LIKE '%_@_%'")),
    Column("home_phone", String(24)),
    Column("business_phone", String(24)),
    Column("cell_phone", String(24)),
    Column("street", String(80)),
    Column("city", String(60)),
    Column("state", CHAR(2)),
    Column("postcode", String(10)),
    Column("country", CHAR(2), nullable=False, server_default="US"),
    Column("birth_date", Date),
    Column("ssn", CHAR(11)),
    Column("drivers_license", String(20)),
    Column("federal_tax_id", CHAR(10)),
    Column("occupation", String(80)),
    Column("notes", Text),
    Column("account_exec", CHAR(3), ForeignKey("employee.employee_code")),
    Column("account_rep", CHAR(3), ForeignKey("employee.employee_code")),
    *flag("active", default=True),
    Column("entered_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    CheckConstraint("last_name IS NOT NULL OR firm_name IS NOT NULL"),
)  # fmt: skip
Table(
    "customer_contact", METADATA,
    key("contact_id"),
    Column("customer_id", Identifier, ForeignKey("customer.customer_id"), nullable=False),
    Column("contact_name", String(100), nullable=False),
    Column("title", String(60)),
    Column("email", String(120)),
    Column("phone", String(24)),
    Column("notes", Text),
    sqlite_autoincrement=True,
)  # fmt: skip
Table(
    "dependent", METADATA,
    key("dependent_id"),
    Column("customer_id", Identifier, ForeignKey("customer.customer_id", ondelete="CASCADE"), nullable=False),
    Column("first_name", String(40), nullable=False),
    Column("last_name", String(60), nullable=False),
    Column("relationship", String(20), nullable=False),
    Column("birth_date", Date),
    Column("ssn", CHAR(11)),
    Column("drivers_license", String(20)),
    Column("email", String(120)),
)  # fmt: skip
Table(
    "policy", METADATA,
    Column("policy_id", Identifier, primary_key=True),
    Column("customer_id", Identifier, ForeignKey("customer.customer_id"), nullable=False),
    Column("policy_number", String(20), nullable=False),
    Column("company_code", String(8), ForeignKey("company.company_code"), nullable=False),
    Column("line_of_business", String(30), nullable=False),
    Column("policy_type", CHAR(1), CheckConstraint("policy_type IN ('P', 'S', 'B')"), nullable=False),
    Column("effective_date", Date, nullable=False),
    Column("expiration_date", Date, nullable=False),
    Column("status", String(12), nullable=False),
    CheckConstraint("status IN ('active', 'renewed', 'cancelled', 'expired', 'quoted')"),
    Column("bill_method", CHAR(1), CheckConstraint("bill_method IN ('A', 'D')"), nullable=False),
    Column("full_term_premium", Money, CheckConstraint("full_term_premium >= 0"), nullable=False),
    Column("prior_policy_id", Identifier, ForeignKey("policy.policy_id")),
)  # fmt: skip
Table(
    "vehicle", METADATA,
    key("vehicle_id"),
    Column("policy_id", Identifier, ForeignKey("policy.policy_id", ondelete="CASCADE"), nullable=False),
    Column("vin", CHAR(17), nullable=False),
    Column("licence_plate", String(10)),
    Column("make", String(30), nullable=False),
    Column("model", String(30), nullable=False),
    Column("year", Integer, CheckConstraint("year BETWEEN 1950 AND 2100"), nullable=False),
)  # fmt: skip
Table(
    "driver", METADATA,
    key("driver_id"),
    Column("policy_id", Identifier, ForeignKey("policy.policy_id", ondelete="CASCADE"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("birth_date", Date),
    Column("license_number", String(20)),
    Column("license_state", CHAR(2)),
)  # fmt: skip
Table(
    "claim", METADATA,
    Column("claim_id", Identifier, primary_key=True),
    Column("policy_id", Identifier, ForeignKey("policy.policy_id"), nullable=False),
    Column("claim_number", String(20), nullable=False, unique=True),
    Column("policy_number", String(20), nullable=False),
    Column("status", String(12), CheckConstraint("status IN ('open', 'closed', 'reopened')"), nullable=False),
    Column("loss_date", Date, nullable=False),
    Column("cause", String(60)),
    Column("loss_street", String(80)),
    Column("loss_city", String(60)),
    Column("description", Text),
    Column("amount", Money),
)  # fmt: skip
Table(
    "activity", METADATA,
    key("activity_id"),
    Column("customer_id", Identifier, ForeignKey("customer.customer_id"), nullable=False),
    Column("policy_id", Identifier),
    Column("employee_code", CHAR(3), ForeignKey("employee.employee_code")),
    Column("action", String(30), nullable=False),
    Column("description", Text),
    Column("created_at", Moment, nullable=False),
)  # fmt: skip
Table(
    "suspense", METADATA,
    key("suspense_id"),
    Column("customer_id", Identifier),
    Column("description", Text, nullable=False),
    Column("assigned_to", CHAR(3), ForeignKey("employee.employee_code")),
    Column("due_date", Date),
    *flag("is_completed"),
)  # fmt: skip
Table(
    "invoice", METADATA,
    key("invoice_id"),
    Column("customer_id", Identifier, ForeignKey("customer.customer_id"), nullable=False),
    Column("policy_id", Identifier),
    Column("amount", Money, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("status", String(12), CheckConstraint("status IN ('open', 'paid', 'overdue', 'void')"), nullable=False),
)  # fmt: skip
Table(
    "bank_account", METADATA,
    Column("bank_code", CHAR(3), primary_key=True),
    Column("bank_name", String(60), nullable=False),
    Column("routing_number", CHAR(9), nullable=False),
    Column("account_number", String(17), nullable=False),
    Column("account_type", CHAR(1), CheckConstraint("account_type IN ('O', 'T')"), nullable=False),
)  # fmt: skip
Table(
    "integration_credential", METADATA,
    key("credential_id"),
    Column("product", String(60), nullable=False),
    Column("endpoint", String(200)),
    Column("login", String(80)),
    Column("secret", String(120)),
    *flag("write_back_enabled"),
    *flag("enabled", default=True),
)  # fmt: skip
Table(
    "queued_mail", METADATA,
    key("mail_id"),
    Column("customer_id", Identifier),
    Column("to_address", String(120), nullable=False),
    Column("subject", String(150), nullable=False),
    Column("body", Text),
    Column("queued_at", Moment, nullable=False),
)  # fmt: skip
Table(
    "queued_form", METADATA,
    key("form_id"),
    Column("customer_id", Identifier),
    Column("form_name", String(80), nullable=False),
    Column("recipient", String(120), nullable=False),
    Column("link", String(250)),
    Column("status", String(12), CheckConstraint("status IN ('queued', 'sent', 'opened')"), nullable=False),
)  # fmt: skip
Table(
    "webhook", METADATA,
    key("webhook_id"),
    Column("url", String(250), nullable=False),
    Column("event", String(60), nullable=False),
    Column("secret", String(120)),
    *flag("enabled", default=True),
)  # fmt: skip
Table(
    "customer_attribute", METADATA,
    key("attribute_id"),
    Column("customer_id", Identifier, ForeignKey("customer.customer_id", ondelete="CASCADE"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("value", Text),
)  # fmt: skip
Table(
    "profile_answer", METADATA,
    key("answer_id"),
    Column("customer_id", Identifier, ForeignKey("customer.customer_id", ondelete="CASCADE"), nullable=False),
    Column("question", String(120), nullable=False),
    Column("answer", Text),
)  # fmt: skip

_INDEXES_VIEWS = """
CREATE INDEX customer_name ON customer (last_name, first_name);
CREATE INDEX customer_email ON customer (email);
CREATE INDEX customer_exec ON customer (account_exec);
CREATE INDEX customer_contact_customer ON customer_contact (customer_id);
CREATE INDEX dependent_customer ON dependent (customer_id);
CREATE INDEX policy_customer ON policy (customer_id);
CREATE INDEX policy_number ON policy (policy_number, effective_date);
CREATE INDEX policy_expiration ON policy (expiration_date);
CREATE INDEX vehicle_policy ON vehicle (policy_id);
CREATE INDEX driver_policy ON driver (policy_id);
CREATE INDEX claim_policy ON claim (policy_id);
CREATE INDEX activity_customer ON activity (customer_id, created_at);
CREATE INDEX invoice_customer ON invoice (customer_id);
CREATE INDEX customer_attribute_customer ON customer_attribute (customer_id, name);
CREATE INDEX profile_answer_customer ON profile_answer (customer_id);

CREATE VIEW renewals_due AS
    SELECT p.policy_number, p.line_of_business, p.expiration_date, p.full_term_premium,
           coalesce(c.firm_name, c.first_name || ' ' || c.last_name) AS customer, c.business_phone, c.account_rep
      FROM policy AS p JOIN customer AS c USING (customer_id)
     WHERE p.status = 'active' AND p.expiration_date BETWEEN '2026-11-01' AND '2026-12-31';
CREATE VIEW open_claims AS
    SELECT k.claim_number, k.policy_number, k.loss_date, k.cause, k.amount,
           coalesce(c.firm_name, c.first_name || ' ' || c.last_name) AS customer, y.name AS company
      FROM claim AS k JOIN policy AS p USING (policy_id) JOIN customer AS c USING (customer_id)
      JOIN company AS y ON y.company_code = p.company_code
     WHERE k.status <> 'closed';
"""
_OWN = {
    "sqlite": """
CREATE INDEX customer_firm ON customer (firm_name COLLATE NOCASE) WHERE firm_name IS NOT NULL;
CREATE INDEX suspense_assigned ON suspense (assigned_to, due_date) WHERE is_completed = 0;
CREATE TRIGGER customer_changed AFTER UPDATE ON customer WHEN NEW.changed_at IS OLD.changed_at
BEGIN
    UPDATE customer SET changed_at = strftime('%Y-%m-%d %H:%M:%S', 'now') WHERE customer_id = NEW.customer_id;
END;
""",
    "postgresql": """
CREATE INDEX customer_firm ON customer (lower(firm_name)) WHERE firm_name IS NOT NULL;
CREATE INDEX suspense_assigned ON suspense (assigned_to, due_date) WHERE NOT is_completed;
CREATE FUNCTION customer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER customer_changed BEFORE UPDATE ON customer FOR EACH ROW
    WHEN (NEW.changed_at IS NOT DISTINCT FROM OLD.changed_at) EXECUTE FUNCTION customer_changed();
""",
}


def before(engine: str) -> str:
    """The tables."""
    return declared.before(METADATA, engine)


def after(engine: str) -> str:
    """Keys, indexes, views and the trigger."""
    return declared.after(METADATA, engine) + _INDEXES_VIEWS + _OWN[engine]
