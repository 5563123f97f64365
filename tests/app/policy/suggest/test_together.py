"""Columns that speak of each other: keys, names inside keys, the same values in two places."""

from pathlib import Path

import pytest

from app.domain.policy import Treatment
from app.domain.schema import Column, Table, TypeFamily
from app.policy.suggest.together import groups, made_from, referring
from tests.app.policy.suggest.databases import columns, database, people, plan_errors, schema_of, suggested


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


@pytest.mark.parametrize(
    ("keys", "names", "made"),
    [
        (("ALFKI", "ANATR", "VINET"), ("Alfreds Futterkiste", "Ana Trujillo Emparedados", "Vins et alcools"), True),
        (("JDO", "MSM", "ABE"), ("John Doe", "Mary Smith", "Anna Berg"), True),
        (("jsmith", "mberg", "kdoe"), ("John Smith", "Mary Berg", "Kim Doe"), True),
        (("X1Q9", "K7TT", "ZZ01"), ("John Doe", "Mary Smith", "Anna Berg"), False),
        (("1", "2", "3"), ("John Doe", "Mary Smith", "Anna Berg"), False),
    ],
)
def test_a_key_made_from_names_is_known(keys: tuple[str, ...], names: tuple[str, ...], made: bool) -> None:
    columns = tuple(Column(name=name, type="TEXT", family=TypeFamily.TEXT) for name in ("code", "name"))
    table = Table(name="t", columns=columns, primary_key=("code",))
    rows = list(zip(keys, names, strict=True))
    assert made_from(table, ["code", "name"], rows) == ({"code": {"name"}} if made else {})


def test_columns_tied_by_references_form_one_group(tmp_path: Path) -> None:
    path = database(
        tmp_path / "g.sqlite",
        """CREATE TABLE a (id TEXT PRIMARY KEY, boss TEXT REFERENCES a (id));
        CREATE TABLE b (a_id TEXT REFERENCES a (id), c_id TEXT REFERENCES missing (id));""",
    )
    schema = schema_of(path)
    references = referring(schema)
    found = {tuple(group) for group in groups(schema, references)}
    assert found == {(("a", "id"), ("a", "boss"), ("b", "a_id")), (("b", "c_id"),)}


def test_a_column_called_like_another_tables_key_is_treated_like_it(tmp_path: Path) -> None:
    people = [f"K{n:04}" for n in range(20)]
    path = database(
        tmp_path / "u.sqlite",
        """CREATE TABLE customer (customer_code CHAR(5) PRIMARY KEY, lastname TEXT);
        CREATE TABLE parcel (parcel_code CHAR(36) PRIMARY KEY, customer_code CHAR(5), state TEXT);
        CREATE TABLE step (id INTEGER PRIMARY KEY, parcel_code CHAR(36), customer_code INTEGER)""",
        {"customer": [(code, "Berg") for code in people]},
    )
    found = columns(suggested(path))
    assert found["customer.customer_code"].treatment is Treatment.REVIEW
    assert found["parcel.customer_code"].treatment is Treatment.REVIEW
    assert "customer.customer_code" in found["parcel.customer_code"].reason
    assert found["step.parcel_code"].treatment is Treatment.KEEP
    assert "Called like" not in found["step.customer_code"].reason
