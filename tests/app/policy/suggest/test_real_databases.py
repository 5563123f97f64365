"""What is suggested for databases other people wrote, against the truth as a person would put it down."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.domain.policy import Treatment
from app.domain.schema import Schema
from app.policy.parse import parse_policy
from app.policy.suggest import Suggestion, as_policy
from app.policy.write import write_policy
from tests.app.policy.suggest.databases import columns, kept, planned, schema_of, suggested

# Columns that speak of persons (or firms that may be one person), by table. Everything else does not.
CHINOOK = {
    "Customer": "FirstName LastName Company Address City State PostalCode Phone Fax Email",
    "Employee": "LastName FirstName Title BirthDate HireDate Address City State PostalCode Phone Fax Email",
    "Invoice": "BillingAddress BillingCity BillingState BillingPostalCode",
    "Track": "Composer",
}
NORTHWIND = {
    "CustomerCustomerDemo": "CustomerID",
    "CustomerDemographics": "CustomerDesc",
    "Customers": "CustomerID CompanyName ContactName ContactTitle Address City Region PostalCode Phone Fax",
    "Employees": "LastName FirstName Title TitleOfCourtesy BirthDate HireDate Address City Region PostalCode HomePhone "
    "Extension Photo Notes PhotoPath",
    "Orders": "CustomerID ShipName ShipAddress ShipCity ShipRegion ShipPostalCode",
    "Shippers": "CompanyName Phone",
    "Suppliers": "CompanyName ContactName ContactTitle Address City Region PostalCode Phone Fax HomePage",
}
MASKS = {
    "Customer.FirstName": "first_name",
    "Customer.LastName": "last_name",
    "Customer.Company": "company",
    "Customer.Address": "street",
    "Customer.City": "city",
    "Customer.PostalCode": "postcode",
    "Customer.Phone": "phone",
    "Customer.Fax": "phone",
    "Customer.Email": "email",
    "Employee.BirthDate": "year_only",
    "Employee.HireDate": "date_shift",
    "Invoice.BillingAddress": "street",
    "Track.Composer": "full_name",
    "Customers.CompanyName": "company",
    "Customers.ContactName": "full_name",
    "Employees.Photo": "null",
    "Employees.Notes": "lorem",
    "Orders.ShipName": "company",
    "Suppliers.ContactName": "full_name",
}


@dataclass(frozen=True)
class Case:
    schema: Schema
    suggestion: Suggestion
    personal: frozenset[str]


@pytest.fixture(scope="module", params=["chinook", "northwind"])
def case(request: pytest.FixtureRequest, realdb: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    name = request.param
    path = tmp_path_factory.mktemp(name) / f"{name}.sqlite"
    path.write_bytes((realdb / f"{name}.sqlite").read_bytes())
    truth = {"chinook": CHINOOK, "northwind": NORTHWIND}[name]
    personal = frozenset(f"{table}.{column}" for table, names in truth.items() for column in names.split())
    return Case(schema_of(path), suggested(path), personal)


def test_every_column_of_every_table_is_classified_with_a_reason(case: Case) -> None:
    found = columns(case.suggestion)
    assert set(found) == {f"{t.name}.{c.name}" for t in case.schema.tables for c in t.columns}
    assert all(c.reason.endswith(".") and 0 < c.confidence <= 1 for c in found.values())
    assert all((c.mask is None) == (c.treatment is Treatment.KEEP) for c in found.values())


def test_no_personal_column_is_kept(case: Case) -> None:
    assert case.personal <= set(columns(case.suggestion)), "the truth names a column that is not there"
    assert case.personal & kept(case.suggestion) == set()


def test_nearly_everything_else_is_kept(case: Case) -> None:
    found = columns(case.suggestion)
    disturbed = {p for p in found if p not in case.personal} - kept(case.suggestion)
    precision = len(case.personal) / (len(case.personal) + len(disturbed))
    assert precision >= 0.98, sorted(disturbed)


def test_plain_cases_get_their_own_mask_without_a_question(case: Case) -> None:
    found = columns(case.suggestion)
    for place, mask in MASKS.items():
        if place in found:
            assert found[place].mask == mask, place
    sure = [p for p in case.personal if found[p].treatment is Treatment.MASK]
    assert len(sure) >= 0.7 * len(case.personal)


def test_all_rows_come_along(case: Case) -> None:
    assert {t.rows for t in case.suggestion.tables.values()} == {"all"}


def test_the_accepted_policy_survives_its_file_and_plans_without_an_error(case: Case) -> None:
    policy = as_policy(case.suggestion, name="suggested", title="Suggested", accept=True)
    text = write_policy(policy)
    read = parse_policy(text)
    assert {
        (t, c): (d.treatment, d.mask, dict(d.parameters), d.reason)
        for t, table in read.tables.items()
        for c, d in table.columns.items()
    } == {
        (t, c): (d.treatment, d.mask, dict(d.parameters), d.reason)
        for t, table in policy.tables.items()
        for c, d in table.columns.items()
    }
    assert all(d.treatment is not Treatment.REVIEW for t in read.tables.values() for d in t.columns.values())
    plan = planned(case.schema, text)
    assert plan.errors == ()


def test_the_policy_with_its_reviews_blocks_on_each_of_them(case: Case) -> None:
    policy = as_policy(case.suggestion, name="suggested", title="Suggested", accept=False)
    reviews = [p for p, c in columns(case.suggestion).items() if c.treatment is Treatment.REVIEW]
    plan = planned(case.schema, write_policy(policy))
    assert len(reviews) > 0
    assert [f.code for f in plan.errors] == ["review"] * len(reviews)


def test_a_key_made_of_a_name_is_asked_about_and_masked_on_both_sides(realdb: Path, tmp_path: Path) -> None:
    path = tmp_path / "northwind.sqlite"
    path.write_bytes((realdb / "northwind.sqlite").read_bytes())
    found = columns(suggested(path))
    key = found["Customers.CustomerID"]
    assert key.treatment is Treatment.REVIEW
    assert "company name" in key.reason
    for other in ("Orders.CustomerID", "CustomerCustomerDemo.CustomerID"):
        assert (found[other].treatment, found[other].mask, found[other].parameters) == (
            key.treatment,
            key.mask,
            key.parameters,
        )
