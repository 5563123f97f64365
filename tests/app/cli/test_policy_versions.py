from pathlib import Path

import pytest

from tests.app.cli.conftest import Run
from tests.app.office import POLICY, Office

REF = "Harbor/sandbox"


@pytest.fixture
def decided(office: Office, run: Run) -> None:
    """The sandbox has two versions of its policy."""
    assert run("policy", "decide", REF, "person.remarks", "keep", "--reason", "nothing in it").code == 0


@pytest.mark.usefixtures("office")
def test_packs_and_own_policies_are_listed_with_who_uses_them(run: Run) -> None:
    listed = run("--json", "policy", "list").json
    assert "agency-management" in [p["policy"] for p in listed["packs"]]
    assert set(listed["packs"][0]) >= {"policy", "title", "version", "description", "tables", "environments"}
    (own,) = listed["policies"]
    assert (own["policy"], own["tables"], own["environments"], own["outdated"]) == ("harbor", 3, [REF], [])
    said = run("policy", "list").out
    assert "agency-management" in said
    assert REF in said


@pytest.mark.usefixtures("decided")
def test_the_versions_of_an_environment_are_listed_newest_first(run: Run) -> None:
    versions = run("--json", "policy", "history", REF).json["versions"]
    assert [(v["number"], v["current"], v["of_copy"]) for v in versions] == [(2, True, False), (1, False, False)]
    assert versions[0]["author"] == versions[0]["by"] != ""
    said = run("policy", "history", REF).out
    assert "in force" in said
    assert "file harbor.yaml" in said
    refused = run("policy", "history", "Harbor/production")
    assert (refused.code, "has no policy" in refused.err) == (2, True)


@pytest.mark.usefixtures("decided")
def test_the_difference_is_said_in_words_and_on_request_in_lines(run: Run) -> None:
    data = run("--json", "policy", "diff", REF).json
    assert (data["old"], data["new"], len(data["changes"])) == (1, 2, 1)
    assert data["changes"][0]["before"] == "masked with redact_text"
    assert "-      remarks: {mask: redact_text}" in data["text"]
    said = run("policy", "diff", REF, "1", "2").out
    assert "person.remarks" in said
    assert "kept: nothing in it" in said
    assert "@@" not in said
    assert "@@" in run("policy", "diff", REF, "--text").out
    assert "They say the same" in run("policy", "diff", REF, "2", "2").out
    assert run("policy", "diff", REF, "7").code == 2
    assert run("policy", "diff", REF, "one").code == 2


@pytest.mark.usefixtures("decided")
def test_an_old_version_is_restored_once(run: Run) -> None:
    restored = run("--json", "policy", "restore", REF, "1").json
    assert (restored["restored"], restored["number"], restored["current"]) == (1, 3, True)
    assert run("policy", "show", REF).out.strip() == POLICY.strip()
    assert run("policy", "restore", REF, "3").code == 3
    assert run("policy", "restore", REF, "9").code == 2
    assert "as version 4" in run("policy", "restore", REF, "2").out


@pytest.mark.usefixtures("decided")
def test_what_is_exported_can_be_set_again_and_replaces_no_other_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    assert run("policy", "export", REF, str(file)).code == 0
    assert "nothing in it" in file.read_text()
    assert run("--json", "policy", "export", REF, str(file)).json == {"environment": REF, "output": str(file)}
    file.write_text(POLICY)
    assert run("policy", "export", REF, str(file)).code == 3
    assert file.read_text() == POLICY
    assert run("policy", "export", REF, str(file), "--force").code == 0
    assert run("environment", "set", REF, "--policy", str(file)).code == 0
    assert len(run("--json", "policy", "history", REF).json["versions"]) == 2, "the same text is no new version"


def test_a_copy_of_an_older_version_shows_in_list_and_inspect(office: Office, run: Run) -> None:
    def outdated() -> list[bool]:
        listed = run("--json", "environment", "list").json["environments"]
        seen = run("--json", "inspect", REF).json
        return [*(e["policy_outdated"] for e in listed), seen["policy_outdated"]]

    assert run("provision", REF, "--acknowledge", "all", "--confirm", "sandbox").code == 0
    office.workers.join()
    assert outdated() == [False, False, False]
    for mask in ("null", "lorem"):
        assert run("policy", "decide", REF, "person.remarks", mask).code == 0
    assert outdated() == [False, True, True]
    assert "another version" in run("environment", "show", REF).out
    assert f"older copies: {REF}" in run("policy", "list").out
    assert run("--json", "policy", "diff", REF).json["changes"][0]["before"] == "masked with redact_text"
