"""The structure of the demo agency's database: a small cousin of an agency management system.

Written the way such systems are: declared lengths, NOT NULLs, CHECKs, keys that refer to one another and to themselves,
two views people use every morning, and a trigger that keeps `changed_at` honest.
"""

TABLES = """
CREATE TABLE business_unit (
    code CHAR(4) NOT NULL PRIMARY KEY,
    name VARCHAR(60) NOT NULL
);
CREATE TABLE employee (
    employee_code CHAR(3) NOT NULL PRIMARY KEY CHECK (length(employee_code) = 3),
    first_name VARCHAR(40) NOT NULL,
    last_name VARCHAR(60) NOT NULL,
    title VARCHAR(60),
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(24),
    birth_date DATE,
    supervisor_code CHAR(3) REFERENCES employee (employee_code),
    is_producer INTEGER NOT NULL DEFAULT 0 CHECK (is_producer IN (0, 1)),
    is_csr INTEGER NOT NULL DEFAULT 0 CHECK (is_csr IN (0, 1)),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    login_name VARCHAR(40) NOT NULL UNIQUE,
    password_hash VARCHAR(128)
);
CREATE TABLE company (
    company_code VARCHAR(8) NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    naic CHAR(5),
    parent_code VARCHAR(8) REFERENCES company (company_code),
    ftp_host VARCHAR(120),
    ftp_user VARCHAR(60),
    ftp_password VARCHAR(60)
);
CREATE TABLE customer (
    customer_id TEXT NOT NULL PRIMARY KEY,
    customer_number INTEGER NOT NULL UNIQUE,
    type CHAR(1) NOT NULL CHECK (type IN ('C', 'P')),
    first_name VARCHAR(40),
    last_name VARCHAR(60),
    firm_name VARCHAR(100),
    dba VARCHAR(100),
    email VARCHAR(120) CHECK (email IS NULL OR email LIKE '%_@_%'),
    home_phone VARCHAR(24),
    business_phone VARCHAR(24),
    cell_phone VARCHAR(24),
    street VARCHAR(80),
    city VARCHAR(60),
    state CHAR(2),
    postcode VARCHAR(10),
    country CHAR(2) NOT NULL DEFAULT 'US',
    birth_date DATE,
    ssn CHAR(11),
    drivers_license VARCHAR(20),
    federal_tax_id CHAR(10),
    occupation VARCHAR(80),
    notes TEXT,
    account_exec CHAR(3) REFERENCES employee (employee_code),
    account_rep CHAR(3) REFERENCES employee (employee_code),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    entered_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    CHECK (last_name IS NOT NULL OR firm_name IS NOT NULL)
);
CREATE TABLE customer_contact (
    contact_id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id TEXT NOT NULL REFERENCES customer (customer_id),
    contact_name VARCHAR(100) NOT NULL,
    title VARCHAR(60),
    email VARCHAR(120),
    phone VARCHAR(24),
    notes TEXT
);
CREATE TABLE dependent (
    dependent_id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (customer_id) ON DELETE CASCADE,
    first_name VARCHAR(40) NOT NULL,
    last_name VARCHAR(60) NOT NULL,
    relationship VARCHAR(20) NOT NULL,
    birth_date DATE,
    ssn CHAR(11),
    drivers_license VARCHAR(20),
    email VARCHAR(120)
);
CREATE TABLE policy (
    policy_id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (customer_id),
    policy_number VARCHAR(20) NOT NULL,
    company_code VARCHAR(8) NOT NULL REFERENCES company (company_code),
    line_of_business VARCHAR(30) NOT NULL,
    policy_type CHAR(1) NOT NULL CHECK (policy_type IN ('P', 'S', 'B')),
    effective_date DATE NOT NULL,
    expiration_date DATE NOT NULL,
    status VARCHAR(12) NOT NULL CHECK (status IN ('active', 'renewed', 'cancelled', 'expired', 'quoted')),
    bill_method CHAR(1) NOT NULL CHECK (bill_method IN ('A', 'D')),
    full_term_premium DECIMAL(12, 2) NOT NULL CHECK (full_term_premium >= 0),
    prior_policy_id TEXT REFERENCES policy (policy_id)
);
CREATE TABLE vehicle (
    vehicle_id INTEGER PRIMARY KEY,
    policy_id TEXT NOT NULL REFERENCES policy (policy_id) ON DELETE CASCADE,
    vin CHAR(17) NOT NULL,
    licence_plate VARCHAR(10),
    make VARCHAR(30) NOT NULL,
    model VARCHAR(30) NOT NULL,
    year INTEGER NOT NULL CHECK (year BETWEEN 1950 AND 2100)
);
CREATE TABLE driver (
    driver_id INTEGER PRIMARY KEY,
    policy_id TEXT NOT NULL REFERENCES policy (policy_id) ON DELETE CASCADE,
    name VARCHAR(100) NOT NULL,
    birth_date DATE,
    license_number VARCHAR(20),
    license_state CHAR(2)
);
CREATE TABLE claim (
    claim_id TEXT NOT NULL PRIMARY KEY,
    policy_id TEXT NOT NULL REFERENCES policy (policy_id),
    claim_number VARCHAR(20) NOT NULL UNIQUE,
    policy_number VARCHAR(20) NOT NULL,
    status VARCHAR(12) NOT NULL CHECK (status IN ('open', 'closed', 'reopened')),
    loss_date DATE NOT NULL,
    cause VARCHAR(60),
    loss_street VARCHAR(80),
    loss_city VARCHAR(60),
    description TEXT,
    amount DECIMAL(12, 2)
);
CREATE TABLE activity (
    activity_id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (customer_id),
    policy_id TEXT,
    employee_code CHAR(3) REFERENCES employee (employee_code),
    action VARCHAR(30) NOT NULL,
    description TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE TABLE suspense (
    suspense_id INTEGER PRIMARY KEY,
    customer_id TEXT,
    description TEXT NOT NULL,
    assigned_to CHAR(3) REFERENCES employee (employee_code),
    due_date DATE,
    is_completed INTEGER NOT NULL DEFAULT 0 CHECK (is_completed IN (0, 1))
);
CREATE TABLE invoice (
    invoice_id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (customer_id),
    policy_id TEXT,
    amount DECIMAL(12, 2) NOT NULL,
    due_date DATE NOT NULL,
    status VARCHAR(12) NOT NULL CHECK (status IN ('open', 'paid', 'overdue', 'void'))
);
CREATE TABLE bank_account (
    bank_code CHAR(3) NOT NULL PRIMARY KEY,
    bank_name VARCHAR(60) NOT NULL,
    routing_number CHAR(9) NOT NULL,
    account_number VARCHAR(17) NOT NULL,
    account_type CHAR(1) NOT NULL CHECK (account_type IN ('O', 'T'))
);
CREATE TABLE integration_credential (
    credential_id INTEGER PRIMARY KEY,
    product VARCHAR(60) NOT NULL,
    endpoint VARCHAR(200),
    login VARCHAR(80),
    secret VARCHAR(120),
    write_back_enabled INTEGER NOT NULL DEFAULT 0 CHECK (write_back_enabled IN (0, 1)),
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1))
);
CREATE TABLE queued_mail (
    mail_id INTEGER PRIMARY KEY,
    customer_id TEXT,
    to_address VARCHAR(120) NOT NULL,
    subject VARCHAR(150) NOT NULL,
    body TEXT,
    queued_at TIMESTAMP NOT NULL
);
CREATE TABLE queued_form (
    form_id INTEGER PRIMARY KEY,
    customer_id TEXT,
    form_name VARCHAR(80) NOT NULL,
    recipient VARCHAR(120) NOT NULL,
    link VARCHAR(250),
    status VARCHAR(12) NOT NULL CHECK (status IN ('queued', 'sent', 'opened'))
);
CREATE TABLE webhook (
    webhook_id INTEGER PRIMARY KEY,
    url VARCHAR(250) NOT NULL,
    event VARCHAR(60) NOT NULL,
    secret VARCHAR(120),
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1))
);
CREATE TABLE customer_attribute (
    attribute_id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (customer_id) ON DELETE CASCADE,
    name VARCHAR(40) NOT NULL,
    value TEXT
);
CREATE TABLE profile_answer (
    answer_id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (customer_id) ON DELETE CASCADE,
    question VARCHAR(120) NOT NULL,
    answer TEXT
);
"""

# Made after the rows are in: building an index over rows that are there is far quicker than keeping it up to date.
INDEXES_VIEWS_TRIGGERS = """
CREATE INDEX customer_name ON customer (last_name, first_name);
CREATE INDEX customer_firm ON customer (firm_name COLLATE NOCASE) WHERE firm_name IS NOT NULL;
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
CREATE INDEX suspense_assigned ON suspense (assigned_to, due_date) WHERE is_completed = 0;
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

CREATE TRIGGER customer_changed AFTER UPDATE ON customer WHEN NEW.changed_at IS OLD.changed_at
BEGIN
    UPDATE customer SET changed_at = strftime('%Y-%m-%d %H:%M:%S', 'now') WHERE customer_id = NEW.customer_id;
END;
"""
