"""A policy that is not YAML, has unknown keys, names tables that do not exist, masks a number with a name, or would
break a unique key."""

import pytest

from tests.app.office import POLICY, Office
from tests.invariants.conftest import alter
from tests.journeys.bad_input.conftest import GIVEN, Say

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)

INVALID = {
    "no YAML": "policy: harbor\ntables: {person: [}\n",
    "a tab": "policy: harbor\n\tversion: 1\n",
    "a list": "- policy\n- harbor\n",
    "a sentence": "please mask everything",
    "nothing": "",
    "an unknown key": POLICY + "tabels: {}\n",
    "an unknown key of a table": POLICY.replace("columns: {id: keep, person_id: keep}", "colums: {id: keep}"),
    "an unknown key of a column": POLICY.replace("{mask: email}", "{mask: email, secret: yes}"),
    "an unknown mask": POLICY.replace("{mask: email}", "{mask: emial}"),
    "an unknown treatment": POLICY.replace("id: keep", "id: kep"),
    "a key twice": POLICY + "version: 2\n",
    "a version that is none": POLICY.replace("version: 1", "version: newest"),
    "a Python object": "policy: !!python/object/apply:os.system ['touch /tmp/owned']\nversion: 1\n",
    "a bomb": BOMB,
    "deep brackets": "policy: " + "[" * 5000,
    "an anchor inside itself": POLICY + "preserve: &p [*p]\n",
    "an option of another type": POLICY.replace("default: all}", "default: 3}"),
    "a default nobody can choose": POLICY.replace("default: all}", "default: some}"),
    "a parameter out of range": POLICY.replace("{mask: redact_text}", "{mask: year_only, day: 77}"),
    "a regular expression": POLICY.replace("expect: 0}", "where: {body: {matches: (a+)+$}}}"),
    "an endless number": POLICY.replace("expect: 0}", "where: {id: {below: 1e999}}}"),
    "several statements in one": POLICY + "run: [{id: x, sql: DELETE FROM visit; DELETE FROM person}]\n",
    "a line for a shell": POLICY + "run: [{id: x, command: rm -rf /}]\n",
    "an endless trigger": f"{POLICY}run: [{{id: x, sql: 'CREATE TRIGGER t BEGIN {';' * 50_000}'}}, 7]\n",
    "a check in the place of ours": POLICY.replace("id: no-mail", "id: integrity"),
    "a manual item in the place of a check": POLICY.replace("id: look", "id: no-mail"),
    "steps that name each other": POLICY + "steps: [{id: a, title: A, check: b}, {id: b, title: B, check: a}]\n",
    "a reference to nowhere": POLICY.replace("visit: {", "visit: {references: {person_id: {to: person}}, "),
    "references in a circle": POLICY.replace(
        "visit: {", "visit: {references: {id: {to: visit.person_id, gone: follow}}, "
    ),
    "tables in tables": POLICY.replace(
        "expect: 0}", "where: " + "{id: {in_rows: {table: t, column: id, where: " * 9 + "{id: 1}" + "}}}" * 9 + "}"
    ),
}


def test_a_policy_that_is_not_valid_is_told_with_line_and_column_and_the_old_one_stays(
    office: Office, say: Say
) -> None:
    before = office.services.policies.text_of("Harbor/sandbox")
    bad = office.folder / "bad.yaml"
    for what, text in INVALID.items():
        bad.write_text(text)
        for words in (("policy", "check", str(bad)), ("environment", "set", "Harbor/sandbox", "--policy", str(bad))):
            said = say(*words)
            assert said.code == 2, (what, said.text)
            assert said.error["title"]
            problems = said.json["problems"]
            assert problems, what
            assert all(problem["line"] >= 1 and problem["column"] >= 1 and problem["message"] for problem in problems)
    assert office.services.policies.text_of("Harbor/sandbox") == before


def test_ten_megabytes_are_refused_unread(office: Office, say: Say) -> None:
    bad = office.folder / "bad.yaml"
    bad.write_text(POLICY + "#" * 10_000_000)
    for words in (("policy", "check", str(bad)), ("environment", "set", "Harbor/sandbox", "--policy", str(bad))):
        assert "10,000," in say(*words).told(2).error["detail"]
    assert office.services.policies.text_of("Harbor/sandbox") == POLICY


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary\x00", b"policy: harb\xe9\nversion: 1\n", None])
def test_a_policy_that_is_no_text_or_no_file_is_told(office: Office, say: Say, content: bytes | None) -> None:
    bad = office.folder / "bad.yaml"
    if content is None:
        bad.mkdir()
    else:
        bad.write_bytes(content)
    for words in (("policy", "check", str(bad)), ("environment", "set", "Harbor/sandbox", "--policy", str(bad))):
        said = say(*words)
        assert said.code in (1, 2)
        assert said.error["title"]
        assert said.error["hint"] or said.json.get("problems")
    assert office.services.environments.get("Harbor/sandbox").policy == "harbor"


LEADING = "visit: {rows: {option: history}"

DOES_NOT_FIT = {
    "follows what leads nowhere": (POLICY, LEADING, "visit: {references: {id: follow}, rows: {option: history}"),
    "empties what must have a value": (
        POLICY.replace("  person:\n", "  person:\n    rows: {where: {id: {below: 9}}}\n"),
        LEADING,
        "visit: {references: {person_id: detach}, rows: {option: history}",
    ),
    "runs what nobody approved": (POLICY, "manual:\n", "run: [{id: x, sql: DELETE FROM visit}]\nmanual:\n"),
    "preserves what is not there": (POLICY, "manual:\n", "preserve: [{id: x, table: letters}]\nmanual:\n"),
    "reconciles names": (POLICY, "manual:\n", "reconcile: [{table: person, sums: [name]}]\nmanual:\n"),
    "looks at rows of what is not there": (
        POLICY,
        "expect: 0}",
        "where: {id: {in_rows: {table: letters, column: id}}}}",
    ),
    "acts on our mark": (POLICY, "manual:\n", "actions: [{id: x, table: sandkeeper_marker, delete: true}]\nmanual:\n"),
    "names a table that is not there": (
        POLICY + "",
        "  outbox: {rows: none}",
        "  outbox: {rows: none}\n  letters: {rows: none}",
    ),
    "names a column that is not there": (
        POLICY,
        "name: {mask: full_name}",
        "name: {mask: full_name}\n      nickname: keep",
    ),
    "masks a number with a name": (POLICY, "person_id: keep", "person_id: {mask: full_name}"),
    "would break a unique key": (
        POLICY,
        "email: {mask: email}",
        "email: {mask: fixed, value: x@example.invalid}",
    ),
    "empties what must be there": (POLICY, "name: {mask: full_name}", 'name: {mask: "null"}'),
}


@pytest.mark.parametrize("case", DOES_NOT_FIT.values(), ids=[name.replace(" ", "-") for name in DOES_NOT_FIT])
def test_a_policy_that_does_not_fit_the_source_blocks_before_anything_starts(
    office: Office, say: Say, case: tuple[str, str, str]
) -> None:
    text, old, new = case
    assert old in text
    office.policy.write_text(text.replace(old, new))
    assert say("environment", "set", "Harbor/sandbox", "--policy", str(office.policy)).code in (0, 2)
    assert office.services.policies.text_of("Harbor/sandbox") == office.policy.read_text()
    assert say("plan", "Harbor/sandbox").code == 3
    said = say("provision", "Harbor/sandbox", *GIVEN).told(3)
    assert any(f["severity"] == "error" and f["hint"] for f in said.json["findings"])
    assert not office.sandbox.exists()
    assert office.services.operations.all() == ()


def test_a_key_that_only_the_rows_break_is_told_before_or_fails_whole(office: Office, say: Say) -> None:
    """A unique index over two columns, one of them masked to few values: nothing half is ever published."""
    alter(office.production, "CREATE UNIQUE INDEX name_once ON person (name, remarks)")
    office.policy.write_text(
        POLICY.replace("{mask: full_name}", "{mask: fixed, value: Ana}").replace("redact_text", "'null'")
    )
    said = say("environment", "set", "Harbor/sandbox", "--policy", str(office.policy))
    assert said.code == 0, said.text
    said = say("provision", "Harbor/sandbox", *GIVEN)
    if said.code == 0:
        # NULLs are distinct to a unique index: the copy holds every row and the key holds too.
        assert office.count("SELECT count(*) FROM person") == 60
    else:
        assert said.code in (1, 3)
        assert not office.sandbox.exists()


def test_a_decision_about_what_is_not_there_changes_nothing(office: Office, say: Say) -> None:
    before = office.services.policies.text_of("Harbor/sandbox")
    for place, treatment in (
        ("letters.body", "lorem"),
        ("person.nickname", "lorem"),
        ("person", "lorem"),
        ("person.name", "lorum"),
        ("person.name; DROP TABLE person", "keep"),
    ):
        said = say("policy", "decide", "Harbor/sandbox", place, treatment)
        assert said.code == 2, said.text
    assert office.services.policies.text_of("Harbor/sandbox") == before
