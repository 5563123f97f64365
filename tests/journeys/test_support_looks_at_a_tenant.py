"""Support staff see what state a tenant's environments are in, and not one customer."""

from tests.app.office import POLICY, make_production
from tests.journeys.conftest import Person


def test_state_age_and_record_are_seen_without_personal_data(person: Person) -> None:
    make_production(person.folder / "production.sqlite")
    (person.folder / "harbor.yaml").write_text(POLICY)
    name = 'Harbor & "Söhne" / Nord'
    person.does("tenant", "add", name)
    person.does("environment", "add", name, "production", "--kind", "production",
                "--database", "sqlite:///production.sqlite")  # fmt: skip
    person.does("environment", "add", name, "sandbox", "--kind", "sandbox",
                "--database", "sqlite:///sandbox.sqlite", "--policy", "harbor.yaml")  # fmt: skip
    ref = f"{name}/sandbox"
    operation = person.does("provision", ref, "--acknowledge", "all", "--confirm", "sandbox")
    ticked = person("checklist", ref, "--tick", "look", "--note", "opened it, all fine")
    assert ticked.code == 0

    looks = [
        person("environment", "list"),
        person("tenant", "show", name),
        person("inspect", ref),
        person("inspect", f"{name}/production"),
        person("checklist", ref),
        person("operation", "list"),
        person("operation", "show", operation["id"]),
        person("plan", ref),
        person("audit", "list"),
        person("audit", "export", "trail.jsonl"),
    ]
    assert [look.code for look in looks] == [0] * len(looks)
    for look in looks:
        assert "Zanthorpe" not in look.out + look.err
    assert "opened it, all fine" in looks[4].out
    files = [p for p in person.home.rglob("*") if p.is_file()]
    assert files
    assert [p.name for p in files if b"Zanthorpe" in p.read_bytes()] == [], "no value of production is in the home"
    assert b"Zanthorpe" not in (person.folder / "trail.jsonl").read_bytes()
    assert person.does("audit", "verify")["valid"] is True
