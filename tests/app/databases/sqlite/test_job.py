"""A whole copy, from an untouched production to a published sandbox."""

from pathlib import Path

from app.domain.operations import ItemState, ProofState
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, SIGNER, Line

CHINOOK_MASKS = {
    "Customer.FirstName": "first_name",
    "Customer.LastName": "last_name",
    "Customer.Company": "company",
    "Customer.Address": "street",
    "Customer.City": "city",
    "Customer.PostalCode": "postcode",
    "Customer.Phone": "phone",
    "Customer.Fax": "null",
    "Customer.Email": "email",
    "Employee.FirstName": "first_name",
    "Employee.LastName": "last_name",
    "Employee.Address": "street",
    "Employee.Phone": "phone",
    "Employee.Fax": "null",
    "Employee.Email": "email",
    "Invoice.BillingAddress": "street",
    "Invoice.BillingCity": "city",
    "Invoice.BillingPostalCode": "postcode",
}


def test_chinook_comes_out_scrubbed_complete_and_proven(chinook: Line) -> None:
    originals = rows(chinook.source_path, "SELECT Email, Address, Phone FROM Customer")
    result = chinook.run(chinook.plan(CHINOOK_MASKS))

    assert result.proof.state is ProofState.CLEAN, result.proof.hits
    assert result.proof.originals > 150
    assert {i.id: i.state for i in result.checklist} == dict.fromkeys(
        ("rows", "masked", "references", "integrity"), ItemState.PASSED
    )
    data = chinook.target_path.read_bytes()
    for email, address, phone in originals:
        assert str(email).encode() not in data
        assert str(address).encode() not in data
        assert phone is None or str(phone).encode() not in data
    tables = "SELECT type, name, sql FROM sqlite_master WHERE name <> 'sandkeeper_marker' ORDER BY 1, 2"
    assert rows(chinook.target_path, tables) == rows(chinook.source_path, tables)
    assert rows(chinook.target_path, "SELECT * FROM Track") == rows(chinook.source_path, "SELECT * FROM Track")
    assert chinook.leftovers() == []
    assert ADAPTER.marker_state(chinook.target, ADAPTER.look(chinook.environment.database), SIGNER) == "valid"


def test_a_source_keeps_every_byte(chinook: Line) -> None:
    before = chinook.source_path.read_bytes()
    chinook.run(chinook.plan(CHINOOK_MASKS))
    assert chinook.source_path.read_bytes() == before


def test_refresh_reset_and_wipe_follow(chinook: Line, tmp_path: Path) -> None:
    chinook.run(chinook.plan(CHINOOK_MASKS))
    first = chinook.environment.identity
    chinook.run(chinook.plan(CHINOOK_MASKS))
    assert chinook.environment.identity != first
    chinook.reset()
    assert chinook.leftovers() == []
    removed = chinook.wipe()
    assert "sandbox.sqlite" in removed
    assert "baseline.sqlite" in removed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["production.sqlite"]
    assert chinook.wipe() == ()
