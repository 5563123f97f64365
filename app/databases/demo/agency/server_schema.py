"""The structure of the demo agency's database on PostgreSQL: the same tables, with the types that are proper there."""

TABLES = """
CREATE TABLE business_unit (
    code char(4) NOT NULL PRIMARY KEY,
    name varchar(60) NOT NULL
);
CREATE TABLE employee (
    employee_code char(3) NOT NULL PRIMARY KEY CHECK (length(employee_code) = 3),
    first_name varchar(40) NOT NULL,
    last_name varchar(60) NOT NULL,
    title varchar(60),
    email varchar(120) NOT NULL,
    phone varchar(24),
    birth_date date,
    supervisor_code char(3),
    is_producer boolean NOT NULL DEFAULT false,
    is_csr boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true,
    login_name varchar(40) NOT NULL UNIQUE,
    password_hash varchar(128)
);
CREATE TABLE company (
    company_code varchar(8) NOT NULL PRIMARY KEY,
    name varchar(100) NOT NULL,
    naic char(5),
    parent_code varchar(8),
    ftp_host varchar(120),
    ftp_user varchar(60),
    ftp_password varchar(60)
);
CREATE TABLE customer (
    customer_id uuid NOT NULL PRIMARY KEY,
    customer_number integer NOT NULL UNIQUE,
    type char(1) NOT NULL CHECK (type IN ('C', 'P')),
    first_name varchar(40),
    last_name varchar(60),
    firm_name varchar(100),
    dba varchar(100),
    email varchar(120) CHECK (email IS NULL OR email LIKE '%_@_%'),
    home_phone varchar(24),
    business_phone varchar(24),
    cell_phone varchar(24),
    street varchar(80),
    city varchar(60),
    state char(2),
    postcode varchar(10),
    country char(2) NOT NULL DEFAULT 'US',
    birth_date date,
    ssn char(11),
    drivers_license varchar(20),
    federal_tax_id char(10),
    occupation varchar(80),
    notes text,
    account_exec char(3),
    account_rep char(3),
    active boolean NOT NULL DEFAULT true,
    entered_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK (last_name IS NOT NULL OR firm_name IS NOT NULL)
);
CREATE TABLE customer_contact (
    contact_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    contact_name varchar(100) NOT NULL,
    title varchar(60),
    email varchar(120),
    phone varchar(24),
    notes text
);
CREATE TABLE dependent (
    dependent_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    first_name varchar(40) NOT NULL,
    last_name varchar(60) NOT NULL,
    relationship varchar(20) NOT NULL,
    birth_date date,
    ssn char(11),
    drivers_license varchar(20),
    email varchar(120)
);
CREATE TABLE policy (
    policy_id uuid NOT NULL PRIMARY KEY,
    customer_id uuid NOT NULL,
    policy_number varchar(20) NOT NULL,
    company_code varchar(8) NOT NULL,
    line_of_business varchar(30) NOT NULL,
    policy_type char(1) NOT NULL CHECK (policy_type IN ('P', 'S', 'B')),
    effective_date date NOT NULL,
    expiration_date date NOT NULL,
    status varchar(12) NOT NULL CHECK (status IN ('active', 'renewed', 'cancelled', 'expired', 'quoted')),
    bill_method char(1) NOT NULL CHECK (bill_method IN ('A', 'D')),
    full_term_premium numeric(12, 2) NOT NULL CHECK (full_term_premium >= 0),
    prior_policy_id uuid
);
CREATE TABLE vehicle (
    vehicle_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    policy_id uuid NOT NULL,
    vin char(17) NOT NULL,
    licence_plate varchar(10),
    make varchar(30) NOT NULL,
    model varchar(30) NOT NULL,
    year integer NOT NULL CHECK (year BETWEEN 1950 AND 2100)
);
CREATE TABLE driver (
    driver_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    policy_id uuid NOT NULL,
    name varchar(100) NOT NULL,
    birth_date date,
    license_number varchar(20),
    license_state char(2)
);
CREATE TABLE claim (
    claim_id uuid NOT NULL PRIMARY KEY,
    policy_id uuid NOT NULL,
    claim_number varchar(20) NOT NULL UNIQUE,
    policy_number varchar(20) NOT NULL,
    status varchar(12) NOT NULL CHECK (status IN ('open', 'closed', 'reopened')),
    loss_date date NOT NULL,
    cause varchar(60),
    loss_street varchar(80),
    loss_city varchar(60),
    description text,
    amount numeric(12, 2)
);
CREATE TABLE activity (
    activity_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    policy_id uuid,
    employee_code char(3),
    action varchar(30) NOT NULL,
    description text,
    created_at timestamptz NOT NULL
);
CREATE TABLE suspense (
    suspense_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid,
    description text NOT NULL,
    assigned_to char(3),
    due_date date,
    is_completed boolean NOT NULL DEFAULT false
);
CREATE TABLE invoice (
    invoice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    policy_id uuid,
    amount numeric(12, 2) NOT NULL,
    due_date date NOT NULL,
    status varchar(12) NOT NULL CHECK (status IN ('open', 'paid', 'overdue', 'void'))
);
CREATE TABLE bank_account (
    bank_code char(3) NOT NULL PRIMARY KEY,
    bank_name varchar(60) NOT NULL,
    routing_number char(9) NOT NULL,
    account_number varchar(17) NOT NULL,
    account_type char(1) NOT NULL CHECK (account_type IN ('O', 'T'))
);
CREATE TABLE integration_credential (
    credential_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product varchar(60) NOT NULL,
    endpoint varchar(200),
    login varchar(80),
    secret varchar(120),
    write_back_enabled boolean NOT NULL DEFAULT false,
    enabled boolean NOT NULL DEFAULT true
);
CREATE TABLE queued_mail (
    mail_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid,
    to_address varchar(120) NOT NULL,
    subject varchar(150) NOT NULL,
    body text,
    queued_at timestamptz NOT NULL
);
CREATE TABLE queued_form (
    form_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid,
    form_name varchar(80) NOT NULL,
    recipient varchar(120) NOT NULL,
    link varchar(250),
    status varchar(12) NOT NULL CHECK (status IN ('queued', 'sent', 'opened'))
);
CREATE TABLE webhook (
    webhook_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url varchar(250) NOT NULL,
    event varchar(60) NOT NULL,
    secret varchar(120),
    enabled boolean NOT NULL DEFAULT true
);
CREATE TABLE customer_attribute (
    attribute_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    name varchar(40) NOT NULL,
    value text
);
CREATE TABLE profile_answer (
    answer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    question varchar(120) NOT NULL,
    answer text
);
"""

# Made after the rows are in: quicker, and rows can come in any order.
KEYS_INDEXES_VIEWS_TRIGGERS = """
ALTER TABLE employee ADD FOREIGN KEY (supervisor_code) REFERENCES employee (employee_code);
ALTER TABLE company ADD FOREIGN KEY (parent_code) REFERENCES company (company_code);
ALTER TABLE customer ADD FOREIGN KEY (account_exec) REFERENCES employee (employee_code);
ALTER TABLE customer ADD FOREIGN KEY (account_rep) REFERENCES employee (employee_code);
ALTER TABLE customer_contact ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id);
ALTER TABLE dependent ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE;
ALTER TABLE policy ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id);
ALTER TABLE policy ADD FOREIGN KEY (company_code) REFERENCES company (company_code);
ALTER TABLE policy ADD FOREIGN KEY (prior_policy_id) REFERENCES policy (policy_id);
ALTER TABLE vehicle ADD FOREIGN KEY (policy_id) REFERENCES policy (policy_id) ON DELETE CASCADE;
ALTER TABLE driver ADD FOREIGN KEY (policy_id) REFERENCES policy (policy_id) ON DELETE CASCADE;
ALTER TABLE claim ADD FOREIGN KEY (policy_id) REFERENCES policy (policy_id);
ALTER TABLE activity ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id);
ALTER TABLE activity ADD FOREIGN KEY (employee_code) REFERENCES employee (employee_code);
ALTER TABLE suspense ADD FOREIGN KEY (assigned_to) REFERENCES employee (employee_code);
ALTER TABLE invoice ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id);
ALTER TABLE customer_attribute ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE;
ALTER TABLE profile_answer ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id) ON DELETE CASCADE;

CREATE INDEX customer_name ON customer (last_name, first_name);
CREATE INDEX customer_firm ON customer (lower(firm_name)) WHERE firm_name IS NOT NULL;
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
CREATE INDEX suspense_assigned ON suspense (assigned_to, due_date) WHERE NOT is_completed;
CREATE INDEX invoice_customer ON invoice (customer_id);
CREATE INDEX customer_attribute_customer ON customer_attribute (customer_id, name);
CREATE INDEX profile_answer_customer ON profile_answer (customer_id);

CREATE VIEW renewals_due AS
    SELECT p.policy_number, p.line_of_business, p.expiration_date, p.full_term_premium,
           coalesce(c.firm_name, c.first_name || ' ' || c.last_name) AS customer, c.business_phone, c.account_rep
      FROM policy AS p JOIN customer AS c USING (customer_id)
     WHERE p.status = 'active' AND p.expiration_date BETWEEN DATE '2026-11-01' AND DATE '2026-12-31';
CREATE VIEW open_claims AS
    SELECT k.claim_number, k.policy_number, k.loss_date, k.cause, k.amount,
           coalesce(c.firm_name, c.first_name || ' ' || c.last_name) AS customer, y.name AS company
      FROM claim AS k JOIN policy AS p USING (policy_id) JOIN customer AS c USING (customer_id)
      JOIN company AS y ON y.company_code = p.company_code
     WHERE k.status <> 'closed';

CREATE FUNCTION customer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER customer_changed BEFORE UPDATE ON customer FOR EACH ROW
    WHEN (NEW.changed_at IS NOT DISTINCT FROM OLD.changed_at) EXECUTE FUNCTION customer_changed();
"""
