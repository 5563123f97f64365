-- What features.sql cannot hold where contrib, XML and ICU are absent. Loaded after it.
SET ROLE NONE;
CREATE SCHEMA tools;
GRANT USAGE ON SCHEMA tools TO PUBLIC;
CREATE EXTENSION citext SCHEMA tools;
CREATE EXTENSION hstore SCHEMA public;
CREATE EXTENSION "uuid-ossp" SCHEMA tools;
CREATE EXTENSION postgres_fdw SCHEMA tools;
CREATE EXTENSION btree_gist SCHEMA tools;
CREATE EXTENSION pg_trgm SCHEMA tools;
CREATE EXTENSION ltree SCHEMA tools;
CREATE EXTENSION isn SCHEMA tools;
CREATE EXTENSION seg SCHEMA tools;
CREATE EXTENSION intarray SCHEMA tools;
CREATE EXTENSION cube SCHEMA tools;
CREATE EXTENSION pgcrypto SCHEMA tools;
CREATE SERVER branch FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'branch.example', dbname 'agency');
CREATE USER MAPPING FOR PUBLIC SERVER branch OPTIONS (user 'agency', password 'not-to-come-along');
GRANT USAGE ON FOREIGN SERVER branch TO sk_app;
SET ROLE sk_app;

CREATE DOMAIN crm.login_name AS tools.citext CHECK (VALUE ~ '^[a-z0-9._]+$');
CREATE COLLATION crm.no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION crm.german (provider = icu, locale = 'de-DE');
CREATE TABLE crm.account (
    id uuid PRIMARY KEY DEFAULT tools.uuid_generate_v4(),
    email tools.citext NOT NULL UNIQUE,
    login crm.login_name UNIQUE,
    aliases tools.citext[],
    display_name text COLLATE crm.no_case UNIQUE,
    sort_name text COLLATE crm.german,
    attributes public.hstore,
    statement xml,
    path tools.ltree,
    book tools.isbn13,
    size tools.seg,
    wanted tools.query_int,
    corner tools.cube
);
INSERT INTO crm.account (email, login, aliases, display_name, sort_name, attributes, statement, path, book, size, wanted, corner)
SELECT 'Account' || n || '@Mail.example', 'login.' || n, ARRAY['Alias' || n || '@mail.example']::tools.citext[],
    crm.first_name(n) || ' ' || crm.last_name(n) || ' ' || n, crm.last_name(n),
    public.hstore(ARRAY['phone', '+1 617 555 ' || lpad(n::text, 4, '0'), 'maiden name', crm.last_name(n + 3)]),
    xmlelement(name person, xmlattributes(n AS id), xmlelement(name name, crm.first_name(n)), xmlelement(name mail, 'x' || n || '@mail.example')),
    ('agency.east.p' || n)::tools.ltree, '978-0-306-40615-7', (n || ' .. ' || n + 1)::tools.seg, (n || '&!' || n + 1)::tools.query_int,
    tools.cube(n)
FROM generate_series(1, 60) AS n;
INSERT INTO crm.account (email, statement) VALUES ('two@roots.example', '<a>Tamsin</a><b/>text'), ('no@document.example', '<?xml version="1.0"?><!-- Bram --><p/>');
CREATE INDEX account_trigrams ON crm.account USING gin (sort_name tools.gin_trgm_ops);
CREATE INDEX account_path ON crm.account USING gist (path);
CREATE TABLE crm.room_booking (room integer, guest tools.citext, during daterange, EXCLUDE USING gist (room WITH =, during WITH &&));
INSERT INTO crm.room_booking SELECT n % 3, crm.first_name(n), daterange(date '2026-01-01' + n, date '2026-01-02' + n) FROM generate_series(1, 20) AS n;
CREATE TABLE crm.account_note (email tools.citext REFERENCES crm.account (email) ON UPDATE CASCADE, note text);
INSERT INTO crm.account_note VALUES ('ACCOUNT1@mail.EXAMPLE', 'writes in capitals');
CREATE FOREIGN TABLE crm.branch_customer (id integer, email text) SERVER branch OPTIONS (table_name 'customer');
CREATE VIEW crm.all_accounts AS SELECT email::text AS email, xpath('/person/name/text()', statement) AS names FROM crm.account;
ANALYZE;
