import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.cli.policies import split_place
from app.errors import UserError
from tests.app.cli.conftest import Run
from tests.app.office import POLICY, Office


def test_packs_are_listed_and_shown(office: Office, run: Run) -> None:
    packs = run("--json", "policy", "list").json["packs"]
    assert "agency-management" in [p["policy"] for p in packs]
    assert run("policy", "show", "agency-management").out.lstrip("# ").strip()
    assert run("--json", "policy", "show", "Harbor/sandbox").json["text"] == POLICY
    assert run("policy", "show", "nothing").code == 2


def test_a_file_that_is_not_valid_exits_with_2_and_says_where(office: Office, run: Run, tmp_path: Path) -> None:
    assert run("policy", "check", str(office.policy)).code == 0
    broken = tmp_path / "broken.yaml"
    broken.write_text("policy: x\nversion: 1\ntables:\n  t: {rows: most}\n  u: {colums: {}}\n")
    said = run("policy", "check", str(broken))
    assert said.code == 2
    assert "4:" in said.err or "line 4" in said.err
    problems = run("--json", "policy", "check", str(broken)).json["problems"]
    assert [p["line"] for p in problems] == [4, 5]
    assert run("policy", "check", str(tmp_path / "missing.yaml")).code == 2


def test_a_suggestion_has_the_keys_of_the_contract(office: Office, run: Run) -> None:
    tables = run("--json", "policy", "suggest", "Harbor/production").json["tables"]
    email = tables["person"]["columns"]["email"]
    assert set(email) >= {"treatment", "mask", "reason", "confidence"}
    assert (email["treatment"], email["mask"]) == ("mask", "email")
    assert tables["person"]["rows"] == "all"
    said = run("policy", "suggest", "Harbor/sandbox")
    assert "email" in said.out
    assert "Quibble" not in said.out


def test_a_suggestion_is_written_once_and_never_over_another_policy(office: Office, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "suggested.yaml"
    assert run("policy", "suggest", "Harbor/production", "--accept", "--output", str(file)).code == 0
    text = file.read_text()
    assert run("policy", "check", str(file)).code == 0
    assert run("policy", "suggest", "Harbor/production", "--accept", "--output", str(file)).code == 0, "the same text"
    file.write_text(text + "# mine\n")
    refused = run("policy", "suggest", "Harbor/production", "--output", str(file))
    assert (refused.code, file.read_text().endswith("# mine\n")) == (3, True)
    assert run("policy", "suggest", "Harbor/production", "--output", str(file), "--force").code == 0
    assert [p.name for p in tmp_path.glob(".suggested*")] == []


def test_accepting_turns_no_review_into_keep(office: Office, run: Run) -> None:
    draft = run("--json", "policy", "suggest", "Harbor/production").json["tables"]
    accepted = run("--json", "policy", "suggest", "Harbor/production", "--accept").json["tables"]
    for name, table in draft.items():
        for column, before in table["columns"].items():
            after = accepted[name]["columns"][column]["treatment"]
            assert after == ("mask" if before["treatment"] == "review" else before["treatment"])


def test_a_column_is_decided_with_parameters_and_a_reason(office: Office, run: Run) -> None:
    said = run("policy", "decide", "Harbor/sandbox", "person.remarks", "keep", "--reason", "nothing in it")
    assert said.code == 0
    text = run("policy", "show", "Harbor/sandbox").out
    assert "nothing in it" in text
    assert "# what people wrote" in text
    masked = run("--json", "policy", "decide", "Harbor/sandbox", '"person".email', "null")
    assert masked.code in (0, 2)
    assert run("policy", "decide", "Harbor/sandbox", "person.email", "rot13").code == 2
    assert run("policy", "decide", "Harbor/sandbox", "person.email", "email", "--parameter", "colour=red").code == 2
    assert run("policy", "decide", "Harbor/sandbox", "person", "keep").code == 2
    assert run("policy", "decide", "Harbor/sandbox", "person.id", "keep", "--parameter", "a=b").code == 2


def test_several_columns_are_decided_alike_as_one_version_or_none(office: Office, run: Run) -> None:
    before = len(run("--json", "policy", "history", "Harbor/sandbox").json["versions"])
    assert run("policy", "decide", "Harbor/sandbox", "person.name", "person.ghost", "null").code == 2
    said = run("--json", "policy", "decide", "Harbor/sandbox", "person.name", "person.remarks", "null")
    assert (said.code, said.json["column"], len(said.json["columns"])) == (0, "name", 2)
    assert len(run("--json", "policy", "history", "Harbor/sandbox").json["versions"]) == before + 1
    assert {
        office.services.policies.policy_of("Harbor/sandbox").tables["person"].columns[c].mask
        for c in ("name", "remarks")
    } == {"null"}


def test_what_a_written_suggestion_leaves_to_a_person_is_listed_with_its_reason(
    office: Office, run: Run, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(office.production)) as connection, connection:
        connection.execute("ALTER TABLE person ADD COLUMN region TEXT")
    out = run("policy", "suggest", "Harbor/production", "--output", str(tmp_path / "made.yaml")).out
    assert "Part of an address" in next(line for line in out.splitlines() if "person.region" in line)


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("customer.email", ("customer", "email")),
        ("Order Details.UnitPrice", ("Order Details", "UnitPrice")),
        ('"Order Details"."Unit Price"', ("Order Details", "Unit Price")),
        ("crm.customer.email", ("crm.customer", "email")),
        ('"a.b"."c.d"', ('"a.b"', "c.d")),
        ('x."say ""hi"""', ("x", 'say "hi"')),
    ],
)
def test_a_place_is_parted_as_sql_quotes_it(place: str, parts: tuple[str, str]) -> None:
    assert split_place(place) == parts


@pytest.mark.parametrize("place", ["", "customer", "customer.", ".email", '"customer.email', "a..b"])
def test_a_place_without_two_parts_is_refused(place: str) -> None:
    with pytest.raises(UserError):
        split_place(place)
