"""A small firm whose database talks to the outside in every way a suggestion knows; for SQLite and PostgreSQL."""

FIRM = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, last_name VARCHAR(60) NOT NULL, email VARCHAR(120), phone VARCHAR(30));
CREATE TABLE outgoing_mail (id INTEGER PRIMARY KEY, to_email VARCHAR(120), subject TEXT, body TEXT);
CREATE TABLE user_sessions (id INTEGER PRIMARY KEY, session_token VARCHAR(64), ip_address VARCHAR(45));
CREATE TABLE webhooks (id INTEGER PRIMARY KEY, target_url VARCHAR(200) NOT NULL, secret VARCHAR(80), active {boolean});
CREATE TABLE scheduled_jobs (id INTEGER PRIMARY KEY, name VARCHAR(60), next_run TIMESTAMP, disabled INTEGER NOT NULL);
CREATE TABLE cron (id INTEGER PRIMARY KEY, command TEXT, next_run TIMESTAMP);
CREATE TABLE integrations (id INTEGER PRIMARY KEY, api_key VARCHAR(80), host VARCHAR(120), sync_enabled {boolean},
    write_back_active {boolean});
CREATE TABLE settings (id INTEGER PRIMARY KEY, name VARCHAR(60), value TEXT);
INSERT INTO customer VALUES (1, 'Berg', 'anna.berg@harbor-mail.test', '+47 22 33 44 55'),
    (2, 'Olsen', 'per.olsen@harbor-mail.test', '+47 22 33 44 66');
INSERT INTO outgoing_mail VALUES (1, 'anna.berg@harbor-mail.test', 'Your policy', 'Dear Anna Berg, ...');
INSERT INTO user_sessions VALUES (1, 'b2c9a1d4e5f60718293a4b5c6d7e8f90', '10.0.0.7');
INSERT INTO webhooks VALUES (1, 'https://hooks.partner.test/in', 'whsec_Zk3q9Lm2Xv7Bn4Tr', {true}),
    (2, 'https://hooks.other.test/in', NULL, {false});
INSERT INTO scheduled_jobs VALUES (1, 'Nightly mailing', '2026-05-01 02:00:00', 0), (2, 'Old', NULL, 1);
INSERT INTO cron VALUES (1, 'send_reminders', '2026-05-01 02:00:00');
INSERT INTO integrations VALUES (1, 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', 'sync.partner.test', {true}, {true});
INSERT INTO settings VALUES (1, 'smtp_host', 'mail.harbor.test'), (2, 'language', 'en');
"""


def firm(*, server: bool) -> str:
    """The script, with the truth values of a server or of SQLite."""
    words = {"boolean": "BOOLEAN", "true": "true" if server else "1", "false": "false" if server else "0"}
    return FIRM.format(**words)


CLOSED = frozenset(
    {
        "no-outgoing-mail",
        "no-user-sessions",
        "webhooks-active",
        "no-webhooks-target-url",
        "no-webhooks-secret",
        "scheduled-jobs-disabled",
        "integrations-sync-enabled",
        "integrations-write-back-active",
        "no-integrations-api-key",
        "no-integrations-host",
    }
)
"""The ways out that are closed and proven; `stop-cron` and `settings-settings` are left to a person."""
