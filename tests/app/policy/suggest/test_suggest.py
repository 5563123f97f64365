"""What a suggestion rests on: values under harmless names, keys, kinds of tables, and hostile structures."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from faker import Faker

from app.databases.sqlite.source import SqliteSource
from app.domain.policy import RowsKind, Treatment
from app.errors import OutsideError
from app.policy.parse import parse_policy
from app.policy.suggest import ColumnSuggestion, as_policy, suggest
from app.policy.write import write_policy
from app.ports.databases import RowValue
from tests.app.policy.suggest.databases import columns, database, kept, plan_errors, suggested


def one_column(
    tmp_path: Path, name: str, values: Sequence[RowValue], table: str = "thing", type_: str = "TEXT"
) -> ColumnSuggestion:
    """What is suggested for one column of those values beside an integer key."""
    path = database(
        tmp_path / "one.sqlite",
        f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, "{name}" {type_})',
        {table: [(n, value) for n, value in enumerate(values, 1)]},
    )
    return columns(suggested(path))[f"{table}.{name}"]


def people(count: int = 30) -> Faker:
    fake = Faker("en_US")
    fake.seed_instance(count)
    return fake


def test_addresses_under_a_harmless_name_are_found(tmp_path: Path) -> None:
    fake = people()
    found = one_column(tmp_path, "status", [fake.email() for _ in range(30)])
    assert (found.treatment, found.mask) == (Treatment.MASK, "email")


def test_a_single_address_in_hundreds_of_remarks_is_enough(tmp_path: Path) -> None:
    values: list[RowValue] = [f"Delivered in {n} boxes, nothing broken, all well" for n in range(200)]
    values[97] = "Please write to anna.lindqvist@example.org about the pallet"
    assert one_column(tmp_path, "remarks", values, table="product").treatment is not Treatment.KEEP


def test_the_same_remarks_without_it_are_kept(tmp_path: Path) -> None:
    values: list[RowValue] = [f"Delivered in {n} boxes, nothing broken, all well" for n in range(200)]
    assert one_column(tmp_path, "remarks", values, table="product").treatment is Treatment.KEEP


@pytest.mark.parametrize(
    ("mask", "make"),
    [
        ("phone", lambda f: f.numerify("+47 ## ## ## ##")),
        ("full_name", lambda f: f.name()),
        ("bank_account", lambda f: f.iban()),
        ("card", lambda f: f.credit_card_number(card_type="visa")),
        ("national_id", lambda f: f.ssn()),
        ("ip", lambda f: f.ipv4()),
        ("street", lambda f: f.street_address()),
        ("null", lambda f: "$2b$12$" + f.lexify("?" * 53)),
        ("digits", lambda f: f.mac_address()),
    ],
)
def test_a_meaningless_name_does_not_hide_what_the_values_are(tmp_path: Path, mask: str, make: object) -> None:
    fake = people()
    assert callable(make)
    found = one_column(tmp_path, "x1", [make(fake) for _ in range(30)])
    assert (found.treatment, found.mask) == (Treatment.MASK, mask)


def test_personal_numbers_in_an_integer_column_are_found_by_their_check_digits(tmp_path: Path) -> None:
    fake = Faker("no_NO")
    fake.seed_instance(3)
    numbers: list[RowValue] = [int(fake.ssn()) for _ in range(20)]
    assert any(len(str(number)) == 10 for number in numbers), "one that lost its leading zero belongs to the test"
    found = one_column(tmp_path, "x1", numbers, type_="INTEGER")
    assert (found.treatment, found.mask) == (Treatment.MASK, "national_id")


def test_card_numbers_in_an_integer_column_are_found_too(tmp_path: Path) -> None:
    fake = people()
    found = one_column(tmp_path, "ref1", [int(fake.credit_card_number("visa16")) for _ in range(20)], type_="INTEGER")
    assert (found.treatment, found.mask) == (Treatment.MASK, "card")


def test_dates_that_spread_like_birthdays_are_not_kept(tmp_path: Path) -> None:
    fake = people()
    path = database(
        tmp_path / "d.sqlite",
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, d1 DATE, created_at TIMESTAMP)",
        {"thing": [(n, str(fake.date_of_birth(minimum_age=18)), f"2024-01-{n:02} 10:00:00") for n in range(1, 29)]},
    )
    found = columns(suggested(path))
    assert (found["thing.d1"].treatment, found["thing.d1"].mask) == (Treatment.REVIEW, "year_only")
    assert found["thing.created_at"].treatment is Treatment.KEEP


def test_a_few_values_again_and_again_are_a_code(tmp_path: Path) -> None:
    found = one_column(tmp_path, "zz", ["gold", "silver", "bronze"] * 20)
    assert found.treatment is Treatment.KEEP


def test_a_few_persons_again_and_again_are_not_a_code(tmp_path: Path) -> None:
    found = one_column(tmp_path, "zz", ["Jane Peacock", "Margaret Park", "Steve Johnson"] * 20)
    assert (found.treatment, found.mask) == (Treatment.MASK, "full_name")


@pytest.mark.parametrize("names", [("Tqui Vrasmo", "Ylle Sturbak", "Omri Qvand"), ("王伟", "李娜", "张敏")])
def test_a_few_names_that_no_list_knows_are_asked_about(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert one_column(tmp_path, "zz", list(names) * 20).treatment is Treatment.REVIEW


def test_text_that_says_nothing_waits_for_a_person(tmp_path: Path) -> None:
    found = one_column(tmp_path, "zz", [f"qx{n}v{n * 7}" for n in range(40)])
    assert found.treatment is Treatment.REVIEW
    assert found.mask is not None


def test_documents_about_persons_are_masked_whole(tmp_path: Path) -> None:
    values: list[RowValue] = [json.dumps({"n": n, "who": f"p{n}@example.org"}) for n in range(20)]
    found = one_column(tmp_path, "zz", values)
    assert found.mask == "json"
    assert found.treatment is not Treatment.KEEP


def test_texts_in_a_blob_column_and_numbers_in_a_text_column_are_still_seen(tmp_path: Path) -> None:
    fake = people()
    path = database(
        tmp_path / "b.sqlite",
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, zz BLOB, yy)",
        {"thing": [(n, fake.email().encode(), fake.email()) for n in range(20)]},
    )
    assert kept(suggested(path)) == {"thing.id"}


@pytest.mark.parametrize("type_", ["INTEGER", "NUMERIC(10,2)", "BOOLEAN", "DATE", "DATETIME"])
def test_texts_in_a_column_declared_as_something_else_are_seen(tmp_path: Path, type_: str) -> None:
    fake = people()
    found = one_column(tmp_path, "total", [fake.email() for _ in range(20)], type_=type_)
    assert found.treatment is not Treatment.KEEP
    assert plan_errors(tmp_path / "one.sqlite") == []


def test_the_libraries_that_recognise_are_loaded_only_when_suggesting() -> None:
    heavy = "{'phonenumbers', 'stdnum', 'email_validator', 'faker'}"
    code = f"import sys, app.policy.suggest; sys.exit(len({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_email_address_that_is_a_primary_key_is_masked_wherever_it_is_referred_to(tmp_path: Path) -> None:
    fake = people()
    mails = [fake.unique.email() for _ in range(20)]
    path = database(
        tmp_path / "k.sqlite",
        """CREATE TABLE account (email VARCHAR(80) NOT NULL PRIMARY KEY, plan TEXT);
        CREATE TABLE payment (id INTEGER PRIMARY KEY, payer VARCHAR(80) REFERENCES account (email), amount NUMERIC);
        CREATE TABLE visit (id INTEGER PRIMARY KEY, payment_id INTEGER REFERENCES payment (id), who VARCHAR(60));""",
        {
            "account": [(mail, "basic") for mail in mails],
            "payment": [(n, mail, 9.5) for n, mail in enumerate(mails)],
            "visit": [(n, n, mail) for n, mail in enumerate(mails)],
        },
    )
    found = columns(suggested(path))
    assert found["account.email"].treatment is Treatment.MASK
    assert (found["payment.payer"].mask, found["payment.payer"].parameters) == (
        found["account.email"].mask,
        found["account.email"].parameters,
    )
    assert "account.email" in found["payment.payer"].reason
    assert found["visit.who"].mask == "email"
    assert found["visit.payment_id"].treatment is Treatment.KEEP
    assert plan_errors(path) == []


def test_a_reference_of_another_type_is_emptied_rather_than_parted(tmp_path: Path) -> None:
    path = database(
        tmp_path / "k.sqlite",
        """CREATE TABLE person (ssn TEXT NOT NULL PRIMARY KEY, name TEXT);
        CREATE TABLE loan (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person (ssn));""",
        {"person": [(f"{n + 101}-45-{n + 6000}", "x") for n in range(9)], "loan": [(1, None)]},
    )
    found = columns(suggested(path))
    assert (found["person.ssn"].treatment, found["person.ssn"].mask) == (Treatment.MASK, "national_id")
    assert (found["loan.person"].treatment, found["loan.person"].mask) == (Treatment.REVIEW, "null")
    assert plan_errors(path) == []


def test_values_known_to_be_names_elsewhere_are_names_here(tmp_path: Path) -> None:
    firms = [f"Hxqv Brmpf {n}" for n in range(20)]
    path = database(
        tmp_path / "k.sqlite",
        """CREATE TABLE supplier (id INTEGER PRIMARY KEY, company_name TEXT);
        CREATE TABLE shipment (id INTEGER PRIMARY KEY, label TEXT, weight REAL);""",
        {"supplier": list(enumerate(firms)), "shipment": [(n, firm, 1.5) for n, firm in enumerate(firms)]},
    )
    found = columns(suggested(path))
    assert (found["shipment.label"].treatment, found["shipment.label"].mask) == (Treatment.MASK, "company")
    assert found["shipment.weight"].treatment is Treatment.KEEP


def test_an_outside_number_is_asked_about_in_every_table_that_repeats_it(tmp_path: Path) -> None:
    numbers = [f"PX-{n:05}-{n * 7 % 97:02}" for n in range(30)]
    path = database(
        tmp_path / "k.sqlite",
        """CREATE TABLE profile (id INTEGER PRIMARY KEY, integration_id TEXT NOT NULL UNIQUE, name TEXT);
        CREATE TABLE coupon (id INTEGER PRIMARY KEY, holder_ref TEXT, code TEXT);""",
        {
            "profile": [(n, number, "Anna Berg") for n, number in enumerate(numbers)],
            "coupon": [(n, number, "SUMMER") for n, number in enumerate(numbers)],
        },
    )
    found = columns(suggested(path))
    assert found["profile.integration_id"].treatment is Treatment.REVIEW
    assert (found["coupon.holder_ref"].treatment, found["coupon.holder_ref"].mask) == (
        Treatment.REVIEW,
        found["profile.integration_id"].mask,
    )


def test_when_something_happened_to_an_address_is_no_address(tmp_path: Path) -> None:
    path = database(
        tmp_path / "t.sqlite",
        """CREATE TABLE users (id INTEGER PRIMARY KEY, email_verified_at TIMESTAMP, last_login DATETIME,
        password_changed_on DATE, birth_date DATE, married_on DATE, email_status TEXT, blood_type TEXT)""",
    )
    assert kept(suggested(path)) == {
        "users.id",
        "users.email_verified_at",
        "users.last_login",
        "users.password_changed_on",
        "users.email_status",
    }


def test_masks_fit_not_null_unique_short_and_checked_columns(tmp_path: Path) -> None:
    path = database(
        tmp_path / "c.sqlite",
        """CREATE TABLE member (
            id INTEGER PRIMARY KEY, first_name VARCHAR(6) NOT NULL UNIQUE, phone INTEGER NOT NULL, photo BLOB NOT NULL,
            gender CHAR(1) NOT NULL CHECK (gender IN ('F', 'M', 'X')), email VARCHAR(12) NOT NULL UNIQUE,
            birth_year INTEGER NOT NULL, password CHAR(60) NOT NULL, state CHAR(2) NOT NULL, login CHAR(4) UNIQUE,
            smoker BOOLEAN NOT NULL, profile JSON NOT NULL, ssn TEXT NOT NULL CHECK (length(ssn) = 11));""",
    )
    assert kept(suggested(path)) == {"member.id"}
    assert plan_errors(path) == []


def test_mail_that_waits_and_live_sessions_stay_behind_with_the_reason(tmp_path: Path) -> None:
    path = database(
        tmp_path / "q.sqlite",
        """CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT);
        CREATE TABLE email_outbox (id INTEGER PRIMARY KEY, recipient_email TEXT, body TEXT);
        CREATE TABLE user_sessions (token TEXT PRIMARY KEY, user_id INTEGER REFERENCES users (id), ip_address TEXT);
        CREATE TABLE audit_log (id INTEGER PRIMARY KEY, ip_address TEXT, details TEXT);
        CREATE TABLE training_session (id INTEGER PRIMARY KEY, starts_at TIMESTAMP, room TEXT);
        CREATE TABLE job_queue (id INTEGER PRIMARY KEY, kind TEXT, payload JSON);""",
    )
    tables = suggested(path).tables
    assert {name for name, table in tables.items() if table.rows == "none"} == {"email_outbox", "user_sessions"}
    assert all(table.reason for table in tables.values() if table.rows == "none")
    assert all(table.columns for table in tables.values())
    assert plan_errors(path) == []


def test_rows_that_others_refer_to_come_along(tmp_path: Path) -> None:
    path = database(
        tmp_path / "q.sqlite",
        """CREATE TABLE mail_queue (id INTEGER PRIMARY KEY, to_email TEXT, body TEXT);
        CREATE TABLE complaint (id INTEGER PRIMARY KEY, mail_id INTEGER REFERENCES mail_queue (id));""",
    )
    suggestion = suggested(path)
    assert suggestion.tables["mail_queue"].rows == "all"
    assert plan_errors(path) == []


def test_rows_that_stay_behind_do_so_in_the_policy(tmp_path: Path) -> None:
    path = database(tmp_path / "q.sqlite", "CREATE TABLE outbox (id INTEGER PRIMARY KEY, to_email TEXT, body TEXT)")
    policy = as_policy(suggested(path), name="p", title="P", accept=False)
    assert policy.tables["outbox"].rows.kind is RowsKind.NONE
    assert "waiting to be sent" in policy.tables["outbox"].reason
    assert parse_policy(write_policy(policy)).tables["outbox"].rows.kind is RowsKind.NONE


def test_accepting_turns_each_review_into_its_mask_and_never_into_keep(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.sqlite",
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, zz TEXT, contact TEXT, value TEXT, lat REAL, pic BLOB, motd TEXT)",
    )
    suggestion = suggested(path)
    waiting = {p: c for p, c in columns(suggestion).items() if c.treatment is Treatment.REVIEW}
    accepted = as_policy(suggestion, name="p", title="P", accept=True).tables["thing"].columns
    asked = as_policy(suggestion, name="p", title="P", accept=False).tables["thing"].columns
    assert len(waiting) >= 4
    for place, column in waiting.items():
        name = place.removeprefix("thing.")
        assert (accepted[name].treatment, accepted[name].mask) == (Treatment.MASK, column.mask)
        assert (asked[name].treatment, asked[name].mask) == (Treatment.REVIEW, None)
        assert f"Suggested mask: {column.mask}" in asked[name].reason


def test_full_text_tables_are_at_least_as_careful_as_what_they_index(tmp_path: Path) -> None:
    path = database(
        tmp_path / "f.sqlite",
        """CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, remarks TEXT);
        CREATE VIRTUAL TABLE customer_fts USING fts5(name, remarks);
        CREATE VIRTUAL TABLE customer_index USING fts5(name, remarks, content='customer', content_rowid='id');""",
        {"customer": [(1, "Anna Berg", "Calls on Mondays")]},
    )
    found = columns(suggested(path))
    assert found["customer_fts.name"].mask == "full_name"
    assert found["customer_fts.remarks"].mask == "lorem"
    assert not any("_data" in place or "_content" in place for place in found)
    assert plan_errors(path) == []


def test_hostile_names_and_values_change_nothing(tmp_path: Path) -> None:
    names = ['quo"te', "new\nline", "semi;colon--", "rtl\u202egnirts", "n" * 10_000, "' OR 1=1", "e-mail", "\U0001f600"]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    script = f'CREATE TABLE "od""d\n{"t" * 5000}" (id INTEGER PRIMARY KEY, {", ".join(q + " TEXT" for q in quoted)});'
    path = database(tmp_path / "h.sqlite", script)
    nasty = [
        "\x00",
        "{" * 3000,
        "[" * 100_000,
        "@" * 500,
        "+" + "1" * 3000,
        "٣" * 11,
        "²³" * 6,
        "a@b",
        "(((((((",
        "\ud7ff",
    ]
    connection = sqlite3.connect(path)
    table = '"od""d\n' + "t" * 5000 + '"'
    for n, text in enumerate(nasty * 3):
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * 9)})", (n, *[text] * 8))
    connection.commit()
    connection.close()
    suggestion = suggested(path)
    (found,) = suggestion.tables.values()
    assert set(found.columns) == {"id", *names}
    assert {n for n, c in found.columns.items() if c.treatment is Treatment.KEEP} <= {"id"}
    assert all(len(c.reason) < 400 for c in found.columns.values())
    policy = as_policy(suggestion, name="p", title="P", accept=True)
    assert set(parse_policy(write_policy(policy)).tables) == set(policy.tables)


def test_reasons_hold_no_value_of_a_row(tmp_path: Path) -> None:
    fake = people()
    values: list[RowValue] = [f"Ask {fake.name()} at {fake.email()} or {fake.phone_number()}" for _ in range(30)]
    found = one_column(tmp_path, "remarks", values, table="customer")
    words = {word for value in values for word in str(value).split() if word not in ("Ask", "at", "or")}
    assert not any(word in found.reason for word in words)
    assert "texts" in found.reason


def test_a_table_that_cannot_be_read_is_an_error_and_never_harmless(tmp_path: Path) -> None:
    path = database(tmp_path / "e.sqlite", "CREATE TABLE thing (id INTEGER PRIMARY KEY, note TEXT)")

    def broken(table: str, names: object, limit: int) -> list[tuple[RowValue, ...]]:
        raise OutsideError("The disk failed")

    with SqliteSource(path) as source, pytest.raises(OutsideError):
        suggest(source.schema(), broken)


def test_samples_are_small_however_heavy_the_rows(tmp_path: Path) -> None:
    path = database(
        tmp_path / "s.sqlite",
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, note TEXT, scan BLOB)",
        {"thing": [(n, "words " * 20_000, b"\xff\xd8\xff" + bytes(2_000_000)) for n in range(60)]},
    )
    read = 0

    with SqliteSource(path) as source:

        def counting(table: str, names: list[str], limit: int) -> list[tuple[RowValue, ...]]:
            nonlocal read
            rows = source.sample(table, names, limit)
            read += sum(len(v) for row in rows for v in row if isinstance(v, str | bytes))
            return rows

        suggestion = suggest(source.schema(), counting)  # type: ignore[arg-type]  # lists are what it gives
    assert suggestion.tables["thing"].columns["scan"].treatment is Treatment.REVIEW
    assert read < 25_000_000
