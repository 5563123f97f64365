"""`make run` on a machine without a screen: the whole job in the terminal."""

from pathlib import Path

from tests.journeys.conftest import Person


def test_the_demo_is_provisioned_with_progress_checklist_and_certificate(person: Person) -> None:
    said = person("console", "--demo")
    assert said.code == 0, said.err
    assert "There is no display" in said.err
    for phase in ("copy done", "prove done", "settle done"):
        assert phase in said.err
    assert "Provisioned Harbor Insurance/sandbox" in said.out
    assert "No original value is left" in said.out
    certificate = next(line for line in said.out.splitlines() if line.startswith("Certificate: "))
    assert "Harbor Insurance" in Path(certificate.removeprefix("Certificate: ")).read_text()
    environments = person.does("environment", "list")["environments"]
    states = {f"{e['tenant']}/{e['name']}": e["state"] for e in environments}
    assert states.pop("Harbor Insurance/sandbox") == "ready"
    assert {"Kestrel Brokers/sandbox", "Tidewater Rewards/sandbox"} <= states.keys()
    assert states == {ref: "registered" if ref.endswith("/production") else "absent" for ref in states}
