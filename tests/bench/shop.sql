-- The tables and columns that DbToolsBundle publishes its timings for: 100,000 customers, 200,000 addresses and
-- 1,000,000 orders at :customers = 100000.
CREATE TABLE customer (
    id bigint PRIMARY KEY, email varchar(255) NOT NULL, password varchar(255) NOT NULL, lastname varchar(255) NOT NULL,
    firstname varchar(255) NOT NULL, age integer NOT NULL, level varchar(20) NOT NULL
);
CREATE TABLE address (
    id bigint PRIMARY KEY, customer bigint NOT NULL, street varchar(255) NOT NULL, zip_code varchar(10) NOT NULL,
    city varchar(255) NOT NULL, country varchar(255) NOT NULL
);
CREATE TABLE "order" (
    id bigint PRIMARY KEY, customer bigint NOT NULL, telephone varchar(30) NOT NULL, email varchar(255) NOT NULL,
    amount numeric(10, 2) NOT NULL, created_at timestamptz NOT NULL, note text NOT NULL
);
INSERT INTO customer SELECT n, 'customer' || n || '@mail.example', md5('pw' || n),
    (ARRAY['Finchley', 'Oakesmith', 'Vandermolen', 'Brandvold', 'Castellane', 'Hollowell', 'Jessamine'])[1 + n % 7]
        || (ARRAY['', '-Ames', '-Birch', '-Croft', '-Dale', '-Elm', '-Ferrar', '-Grange', '-Heath', '-Ivory', '-Kerr'])[1 + n % 11],
    (ARRAY['Marlo', 'Tamsin', 'Odalys', 'Bram', 'Ines', 'Joris', 'Petra', 'Wendell', 'Amara', 'Corwin', 'Edmund'])[1 + n % 11], 18 + n % 70,
    (ARRAY['none', 'bronze', 'gold'])[1 + n % 3] FROM generate_series(1, :customers::bigint) AS n;
INSERT INTO address SELECT n + 1, 1 + n / 2, 1 + n % 2400 || ' Tidewater Lane', '0' || 2100 + n % 600,
    (ARRAY['Port Ellery', 'Nether Wick'])[1 + n % 2], 'US' FROM generate_series(0, 2 * :customers::bigint - 1) AS n;
INSERT INTO "order" SELECT n + 1, 1 + n / 10, '617-' || 200 + n * 31 % 300 || '-' || lpad((n * 7907 % 10000)::text, 4, '0'),
    'customer' || 1 + n / 10 || '@mail.example', n % 5000 + 0.95, timestamptz '2024-01-01+00' + n * interval '1 min',
    'Leave it with the neighbour, order ' || n || ', ring twice. ' || md5(n::text)
FROM generate_series(0, 10 * :customers::bigint - 1) AS n;
ALTER TABLE address ADD FOREIGN KEY (customer) REFERENCES customer;
ALTER TABLE "order" ADD FOREIGN KEY (customer) REFERENCES customer;
CREATE INDEX address_customer ON address (customer);
CREATE INDEX order_customer ON "order" (customer);
SET ROLE NONE;
VACUUM (ANALYZE);
