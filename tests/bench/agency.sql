-- An agency of :customers customers with twelve times as many rows, 250 bytes each with their indexes. Nobody exists.
-- Two in a hundred have names and numbers that are written in an unusual way, as in life.
CREATE TABLE customer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first_name varchar(40) NOT NULL,
    last_name varchar(60) NOT NULL,
    email varchar(120) NOT NULL UNIQUE,
    phone varchar(24),
    birth_date date,
    active boolean NOT NULL,
    entered_at timestamptz NOT NULL,
    standing text NOT NULL,
    preferences jsonb NOT NULL
);
CREATE TABLE address (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL,
    street varchar(80) NOT NULL,
    city varchar(60) NOT NULL,
    state char(2) NOT NULL,
    postcode varchar(10) NOT NULL,
    kind text NOT NULL
);
CREATE TABLE policy (
    id uuid PRIMARY KEY,
    customer bigint NOT NULL,
    number varchar(20) NOT NULL,
    line text NOT NULL,
    effective date NOT NULL,
    expires date NOT NULL,
    premium numeric(12, 2) NOT NULL CHECK (premium >= 0),
    status text NOT NULL
);
CREATE TABLE claim (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL,
    claimant varchar(100) NOT NULL,
    lost_on date NOT NULL,
    cause text NOT NULL,
    amount numeric(12, 2)
);
CREATE TABLE activity (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    phone varchar(24),
    summary text NOT NULL
);
CREATE FUNCTION first_name(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN n % 50 = 7 THEN 'Zoë' ELSE (ARRAY['Marlo', 'Tamsin', 'Odalys', 'Bram', 'Ines', 'Joris', 'Petra', 'Wendell',
        'Amara', 'Lucinda', 'Corwin', 'Delphine', 'Edmund', 'Fenella', 'Gideon', 'Hester'])[1 + n * 7919 % 16] END $$;
CREATE FUNCTION last_name(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (ARRAY['Finchley', 'Oakesmith', 'Vandermolen', 'Quillfeather', 'O''Harrow', 'Brandvold', 'Castellane',
        'Dunmorrow', 'Farraday-Lunt', 'Hollowell', 'Inglethorpe', 'Jessamine', 'Kettering'])[1 + n * 104729 % 13]
        || CASE WHEN n % 3 = 0 THEN '' ELSE '-' || (ARRAY['Ames', 'Birch', 'Croft', 'Dale', 'Elm'])[1 + n % 5] END $$;
CREATE FUNCTION phone(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN n % 50 = 9 THEN 'ext. ' || n % 900 ELSE '617-' || 200 + n * 31 % 300 || '-' || lpad((n * 7907 % 10000)::text, 4, '0') END $$;

INSERT INTO customer (first_name, last_name, email, phone, birth_date, active, entered_at, standing, preferences)
SELECT first_name(n), last_name(n), lower(translate(first_name(n), 'ë', 'e') || '.' || replace(last_name(n), '''', '')) || n || '@mail.example',
    phone(n), date '1940-01-01' + (n * 7919 % 24000)::int, n % 9 <> 0, timestamptz '2015-01-01+00' + n * interval '10 min',
    (ARRAY['customer', 'prospect', 'former'])[1 + n % 3], jsonb_build_object('paperless', n % 2 = 0, 'language', 'en')
FROM generate_series(1, :customers::bigint) AS n;
INSERT INTO address (customer, street, city, state, postcode, kind)
SELECT 1 + n / 2, 1 + n * 37 % 2400 || ' ' || (ARRAY['Tidewater Lane', 'Mill Close', 'Harbor Row', 'Orchard Street'])[1 + n % 4],
    (ARRAY['Port Ellery', 'Nether Wick', 'Sandy Hook'])[1 + n % 3], 'MA', '0' || 2100 + n % 600, CASE WHEN n % 2 = 0 THEN 'home' ELSE 'mail' END
FROM generate_series(0, 2 * :customers::bigint - 1) AS n;
INSERT INTO policy SELECT md5('p' || n)::uuid, 1 + n / 2, 'A' || lpad((n * 7 + 1000000)::text, 10, '0'),
    (ARRAY['Personal auto', 'Homeowners', 'Umbrella', 'Boat'])[1 + n % 4], date '2026-01-01' - (n % 700)::int,
    date '2027-01-01' - (n % 700)::int, 350 + n % 4000 + 0.25, (ARRAY['active', 'renewed', 'cancelled'])[1 + n % 3]
FROM generate_series(0, 2 * :customers::bigint - 1) AS n;
INSERT INTO claim (customer, claimant, lost_on, cause, amount) SELECT n, first_name(n + 5) || ' ' || last_name(n), date '2026-01-01' - (n % 700)::int,
    (ARRAY['Collision', 'Water damage', 'Theft'])[1 + n % 3], n % 90000 + 0.5 FROM generate_series(1, :customers::bigint) AS n;
INSERT INTO activity (customer, at, kind, phone, summary)
SELECT 1 + n / 6, timestamptz '2024-01-01+00' + n * interval '20 s', (ARRAY['Phone call', 'E-mail sent', 'Download'])[1 + n % 3], phone(1 + n / 6),
    (ARRAY['Asked for a copy of the declarations page, sent the same day by mail; asked again about the deductible.', 'Payment taken; receipt goes out with the next mail. Wants to hear before the card is charged again.',
    'Renewal downloaded, no changes to coverage or premium since last term. Carrier kept all the discounts.'])[1 + n % 3] || ' #' || n
FROM generate_series(0, 6 * :customers::bigint - 1) AS n;

ALTER TABLE address ADD FOREIGN KEY (customer) REFERENCES customer;
ALTER TABLE policy ADD FOREIGN KEY (customer) REFERENCES customer;
ALTER TABLE claim ADD FOREIGN KEY (customer) REFERENCES customer;
ALTER TABLE activity ADD FOREIGN KEY (customer) REFERENCES customer;
CREATE INDEX customer_name ON customer (last_name, first_name);
CREATE INDEX address_customer ON address (customer);
CREATE INDEX policy_customer ON policy (customer);
CREATE INDEX policy_number ON policy (number);
CREATE INDEX claim_customer ON claim (customer);
CREATE INDEX activity_customer ON activity (customer, at);
DROP FUNCTION first_name, last_name, phone;
SET ROLE NONE;
VACUUM (ANALYZE);
