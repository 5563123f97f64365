"""What one column's name, type and values lead to."""

import json
from pathlib import Path

import pytest
from faker import Faker

from app.domain.policy import Treatment
from app.ports.databases import RowValue
from tests.app.policy.suggest.databases import columns, database, kept, one_column, people, plan_errors, suggested


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
