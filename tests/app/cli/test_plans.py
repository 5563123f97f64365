from tests.app.cli.conftest import Run
from tests.app.office import Office


def test_a_plan_has_the_keys_of_the_contract_and_no_values(office: Office, run: Run) -> None:
    said = run("--json", "plan", "Harbor/sandbox")
    assert said.code == 0
    plan = said.json
    assert set(plan) >= {"findings", "tables", "options", "warnings", "impact"}
    person = next(t for t in plan["tables"] if t["table"] == "person")
    assert person["rows"] == 60
    email = next(c for c in person["columns"] if c["column"] == "email")
    assert set(email) >= {"column", "type", "treatment", "mask", "decided", "before", "after"}
    assert (email["treatment"], email["mask"], email["before"], email["after"]) == ("mask", "email", [], [])
    assert {"id", "text"} <= set(plan["warnings"][0])
    assert "Quibble" not in said.out
    assert plan["options"][0]["id"] == "history"


def test_real_values_come_only_with_samples(office: Office, run: Run) -> None:
    assert "Quibble" not in run("plan", "Harbor/sandbox").out
    assert "Quibble" in run("plan", "Harbor/sandbox", "--samples").out


def test_errors_in_the_way_exit_with_3_and_are_in_the_plan(office: Office, run: Run) -> None:
    office.production.unlink()
    said = run("--json", "plan", "Harbor/sandbox")
    assert said.code == 3
    assert any(f["severity"] == "error" for f in said.json["findings"])
    text = run("plan", "Harbor/sandbox")
    assert text.code == 3
    assert "in the way" in text.out


def test_an_option_decides_what_comes_along(office: Office, run: Run) -> None:
    plan = run("--json", "plan", "Harbor/sandbox", "--option", "history=none").json
    assert next(t for t in plan["tables"] if t["table"] == "visit")["copied"] == "none"
    assert plan["options"][0]["chosen"] == "none"
    assert run("plan", "Harbor/sandbox", "--option", "history=some").code == 3
    assert run("plan", "Harbor/sandbox", "--option", "history").code == 2


def test_another_operation_can_be_planned(office: Office, run: Run) -> None:
    assert run("--json", "plan", "Harbor/sandbox", "--for", "wipe").json["operation"] == "wipe"
    assert run("plan", "Harbor/production").code == 3


def test_the_text_has_treatments_warnings_and_findings(office: Office, run: Run) -> None:
    out = run("plan", "Harbor/sandbox", "--all").out
    for word in ("person: all rows, 60 rows", "redact_text", "outbox: comes along empty", "not-a-backup", "told"):
        assert word in out


def test_without_more_every_table_has_one_line_and_its_masked_columns_are_named(office: Office, run: Run) -> None:
    lines = run("plan", "Harbor/sandbox").out.splitlines()
    assert any(line.startswith("3 tables: 2 with all rows, 1 empty") for line in lines), lines
    (person,) = [line for line in lines if line.split()[:3] == ["person", "60", "all"]]
    assert "email (email)" in person
    assert "remarks (redact_text)" in person
    assert not any(line.split()[:1] == ["remarks"] for line in lines)


def test_one_table_is_shown_with_every_column_under_any_spelling_of_its_name(office: Office, run: Run) -> None:
    out = run("plan", "Harbor/sandbox", "--table", "Person").out
    assert "person: all rows, 60 rows" in out
    assert "redact_text" in out
    assert "visit" not in out.split("Options")[0]
    said = run("--json", "plan", "Harbor/sandbox", "--table", "visit", "--table", "outbox")
    assert {table["table"] for table in said.json["tables"]} == {"visit", "outbox"}
    lost = run("plan", "Harbor/sandbox", "--table", "persn")
    assert (lost.code, "did you mean 'person'?" in lost.err.replace('"', "'")) == (2, True)
