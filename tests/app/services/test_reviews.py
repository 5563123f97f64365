"""Between two copies: what changed in production, accepting it, live examples, waivers and approvals."""

import sqlite3
from contextlib import closing

import pytest

from app.domain.operations import Choices, OperationKind, OperationState
from app.domain.policy import ColumnPolicy, Gone, Policy, Treatment
from app.errors import OutsideError, RefusedError, UserError
from app.planning.drift import DriftKind
from app.services.drifting import DriftItem
from tests.app.office import POLICY, Office

REF = "Harbor/sandbox"
KEEP = ColumnPolicy(treatment=Treatment.KEEP)
WITH_RUN = POLICY + "run:\n  - {id: tidy, title: Tidy up, sql: DELETE FROM visit}\n"
WITH_WAY = POLICY + "outward:\n  - {id: mail, title: Waiting mail, kind: mailbox, check: no-mail}\n"


def _change(office: Office, *statements: str) -> None:
    with closing(sqlite3.connect(office.production)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def _give(office: Office, text: str) -> None:
    office.policy.write_text(text)
    office.services.environments.set(REF, policy=str(office.policy))


def _drift(office: Office) -> dict[str, DriftItem]:
    return {item.place: item for item in office.services.reviews.drift(REF).items}


def _blocking(office: Office) -> set[tuple[str, str]]:
    return {(f.code, f.where) for f in office.services.operations.plan(REF).errors}


@pytest.fixture
def moved_on(office: Office) -> Office:
    """Production went on after its policy was given."""
    _change(
        office,
        "ALTER TABLE person ADD COLUMN phone TEXT",
        "UPDATE person SET phone = '+47 55 23 12 ' || (10 + id)",
        "CREATE TABLE note (id INTEGER PRIMARY KEY, writer TEXT REFERENCES person (email), body TEXT)",
        "ALTER TABLE person DROP COLUMN remarks",
        "DROP TABLE visit",
        "CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id TEXT REFERENCES person (id))",
    )
    return office


def test_giving_a_policy_is_a_review_of_the_source_as_it_is(office: Office) -> None:
    report = office.services.reviews.drift(REF)
    assert (report.source, report.policy, report.reviewed_by) == ("Harbor/production", "harbor", office.parts.actor)
    assert report.reviewed_at is not None
    assert report.items == ()
    assert office.services.reviews.accept(REF) == ()
    assert "policy.accept" not in office.actions()


def test_what_changed_is_shown_with_a_suggestion_and_blocks_until_it_is_accepted(moved_on: Office) -> None:
    blocked = {
        ("uncovered-column", "person.phone"),
        ("uncovered-table", "note"),
        ("column-changed", "visit.person_id"),
    }
    assert _blocking(moved_on) == blocked
    found = _drift(moved_on)
    assert {place: str(item.kind) for place, item in found.items()} == {
        "person.phone": "added",
        "note.id": "added",
        "note.writer": "added",
        "note.body": "added",
        "visit.person_id": "changed",
        "person.remarks": "removed",
    }
    phone, writer = found["person.phone"].suggestion, found["note.writer"].suggestion
    assert phone is not None
    assert (phone.treatment, phone.mask, found["person.phone"].confidence > 0.5) == (Treatment.MASK, "phone", True)
    assert writer is not None
    assert (writer.mask, writer.reason) == ("email", "Refers to person.email, which is masked.")
    with pytest.raises(RefusedError):
        moved_on.services.operations.start(
            REF, OperationKind.PROVISION, Choices(acknowledged=("all",), confirm="sandbox")
        )


def test_accepting_everything_makes_one_signed_version_and_the_copy_goes_on(moved_on: Office) -> None:
    accepted = moved_on.services.reviews.accept(REF)
    assert len(accepted) == 6
    policy = moved_on.services.policies.policy_of(REF)
    person, note = policy.tables["person"].columns, policy.tables["note"].columns
    assert (person["phone"].mask, person["phone"].decided_by) == ("phone", moved_on.parts.actor)
    assert "remarks" not in person
    assert {name: how.mask for name, how in note.items()} == {"id": None, "writer": "email", "body": "lorem"}
    assert policy.tables["visit"].columns["person_id"].treatment is Treatment.KEEP
    assert policy.tables["visit"].columns["person_id"].decided_by == moved_on.parts.actor
    assert [a for a in moved_on.actions() if a.startswith("policy.")] == ["policy.accept"]
    assert _drift(moved_on) == {}
    assert moved_on.services.operations.plan(REF).errors == ()
    assert moved_on.run(OperationKind.PROVISION).state is OperationState.SUCCEEDED
    assert moved_on.count("SELECT count(*) FROM person WHERE phone LIKE '+47 55 23 12%'") == 0


def test_a_check_that_looked_at_what_is_gone_alone_leaves_with_it_and_says_so(moved_on: Office) -> None:
    check = "  - {id: no-remarks, title: No remarks, table: person, where: {remarks: {not: null}}, expect: 0}\n"
    _give(moved_on, POLICY.replace("checks:\n", f"checks:\n{check}"))
    assert '"no-remarks"' in _drift(moved_on)["person.remarks"].reason
    moved_on.services.reviews.accept(REF)
    assert moved_on.services.operations.plan(REF).errors == ()
    assert "no-remarks" not in {c.id for c in moved_on.services.policies.policy_of(REF).checks}


def test_only_the_named_places_are_accepted_and_the_rest_goes_on_blocking(moved_on: Office) -> None:
    before = moved_on.services.reviews.drift(REF)
    with pytest.raises(UserError, match="Nothing changed at"):
        moved_on.services.reviews.accept(REF, ["person.phone", "person.name"])
    accepted = moved_on.services.reviews.accept(REF, ["PERSON.phone", "note"])
    assert [item.place for item in accepted] == ["person.phone", "note.id", "note.writer", "note.body"]
    assert _blocking(moved_on) == {("column-changed", "visit.person_id")}
    after = moved_on.services.reviews.drift(REF)
    assert {item.place for item in after.items} == {"visit.person_id", "person.remarks"}
    assert after.reviewed_at == before.reviewed_at


def test_deciding_on_a_changed_column_reviews_it_and_no_other(moved_on: Office) -> None:
    moved_on.services.reviews.decide_many(REF, [("visit", "PERSON_ID", KEEP), ("note", "id", KEEP)])
    assert ("column-changed", "visit.person_id") not in _blocking(moved_on)
    assert {place for place, item in _drift(moved_on).items() if item.kind is DriftKind.ADDED} == {
        "person.phone",
        "note.writer",
        "note.body",
    }
    record = moved_on.services.audit.all()[-1]
    assert record.action == "policy.decide"
    assert len(str(record.detail["decisions"]).split("person_id")) == 2


def test_several_decisions_are_one_version_or_none(office: Office) -> None:
    with pytest.raises(UserError, match="no column"):
        office.services.reviews.decide_many(REF, [("person", "name", KEEP), ("person", "nothing", KEEP)])
    assert office.services.policies.text_of(REF) == POLICY
    made = office.services.reviews.decide_many(REF, [("person", "name", KEEP), ("person", "email", KEEP)])
    assert {made.tables["person"].columns[c].decided_by for c in ("name", "email")} == {office.parts.actor}
    assert len(office.services.policy_versions.history(REF)) == 2


def test_a_column_without_a_name_of_its_own_is_the_decision_of_whoever_gave_the_policy(office: Office) -> None:
    office.services.reviews.decide_many(REF, [("person", "name", KEEP)])
    (given,) = [v for v in office.services.policy_versions.history(REF) if v.number == 1]
    columns = {c.column: c for t in office.services.operations.plan(REF).tables for c in t.columns}
    assert columns["email"].decided_by == office.parts.actor
    assert columns["email"].decided_at == given.at.isoformat(timespec="seconds")
    assert columns["name"].decided_at >= columns["email"].decided_at


def test_a_change_that_nobody_can_judge_keeps_the_stricter_treatment(office: Office) -> None:
    _change(
        office,
        "CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT, born TEXT)",
        "INSERT INTO contact VALUES (1, 'someone@private.example', '1980-02-03')",
    )
    office.services.reviews.decide_many(
        REF,
        [
            ("contact", "id", KEEP),
            ("contact", "email", KEEP),
            ("contact", "born", ColumnPolicy(treatment=Treatment.MASK, mask="date_shift")),
        ],
    )
    _change(office, "DROP TABLE contact", "CREATE TABLE contact (id INTEGER PRIMARY KEY, email VARCHAR(80), born INT)")
    _change(office, "INSERT INTO contact VALUES (1, 'someone@private.example', 19800203)")
    accepted = {item.place: item.accepted for item in office.services.reviews.accept(REF)}
    email, born = accepted["contact.email"], accepted["contact.born"]
    assert email is not None
    assert (email.treatment, email.mask) == (Treatment.MASK, "email")
    assert born is not None
    assert born.treatment is Treatment.MASK


def test_nothing_is_accepted_while_an_operation_runs(moved_on: Office) -> None:
    moved_on.services.reviews.accept(REF)
    moved_on.workers.idle = True
    moved_on.services.operations.start(REF, OperationKind.PROVISION, Choices(acknowledged=("all",), confirm="sandbox"))
    _change(moved_on, "ALTER TABLE person ADD COLUMN more TEXT")
    with pytest.raises(RefusedError, match="busy"):
        moved_on.services.reviews.accept(REF)


def test_where_nobody_is_on_record_starting_is_the_review_of_what_was_shown(office: Office) -> None:
    sandbox = office.services.environments.get(REF)
    office.services.environments.add("Harbor", "second", kind="sandbox", database=f"sqlite:///{office.folder}/2.sqlite")
    second = office.services.environments.get("Harbor/second")
    assert sandbox.policy_version is not None
    with office.parts.catalog.write() as tx:  # as a catalog of before has it: a policy, and no review
        tx.environments.set(second.id, policy_version=sandbox.policy_version)
    assert office.services.reviews.drift("Harbor/second").reviewed_at is None
    office.run(OperationKind.PROVISION, "Harbor/second")
    assert office.services.reviews.drift("Harbor/second").reviewed_by == office.parts.actor
    _change(office, "DROP TABLE visit", "CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id TEXT)")
    assert [f.code for f in office.services.operations.plan("Harbor/second").errors] == ["column-changed"]


def test_an_example_shows_real_values_and_leaves_none_behind(office: Office) -> None:
    mask = ColumnPolicy(treatment=Treatment.MASK, mask="email", parameters={"domain": "x.invalid"})
    example = office.services.reviews.example(REF, "PERSON", "email", mask, 3)
    assert len(example.rows) == 3
    for before, after in example.rows:
        assert before is not None
        assert after is not None
        assert before.endswith("@private.example")
        assert after.endswith("@x.invalid")
    assert "private.example" not in repr(example)
    assert office.services.reviews.example(REF, "person", "email", mask, 3).rows == example.rows
    kept = office.services.reviews.example(REF, "person", "name", KEEP)
    assert all(before == after for before, after in kept.rows)
    assert office.services.policies.text_of(REF) == POLICY
    written = b"".join(p.read_bytes() for p in office.home.rglob("*") if p.is_file())
    assert b"private.example" not in written


@pytest.mark.parametrize(
    ("column", "decision", "said"),
    [
        ("id", ColumnPolicy(treatment=Treatment.MASK, mask="email"), "integer"),
        ("name", ColumnPolicy(treatment=Treatment.MASK, mask="rot13"), "no mask"),
        ("name", ColumnPolicy(treatment=Treatment.MASK, mask="email", parameters={"domain": 7}), "domain"),
        ("email", ColumnPolicy(treatment=Treatment.MASK, mask="fixed", parameters={"value": "x"}), "unique"),
    ],
)
def test_what_stands_against_an_example_is_said_in_words(
    office: Office, column: str, decision: ColumnPolicy, said: str
) -> None:
    example = office.services.reviews.example(REF, "person", column, decision)
    assert said in " ".join(f.message.casefold() for f in example.findings)


def test_an_example_of_a_column_that_stays_behind_can_be_seen_too(office: Office) -> None:
    example = office.services.reviews.example(
        REF, "outbox", "body", ColumnPolicy(treatment=Treatment.MASK, mask="lorem")
    )
    ((before, after),) = example.rows
    assert before == "Dear Quibble"
    assert after not in (None, before)


def test_a_source_that_cannot_be_read_is_said(office: Office) -> None:
    office.production.unlink()
    with pytest.raises(OutsideError):
        office.services.reviews.drift(REF)
    with pytest.raises(OutsideError):
        office.services.reviews.example(REF, "person", "name", KEEP)
    with pytest.raises(UserError, match="has no policy"):
        office.services.reviews.drift("Harbor/production")


def test_rows_that_lose_their_parent_follow_it_once_a_person_said_so(office: Office) -> None:
    _give(office, POLICY.replace("  person:\n", "  person:\n    rows: {where: {id: {at_most: 20}}}\n"))
    assert _blocking(office) == {("rows-lose-their-parent", "visit.person_id")}
    office.services.reviews.follow(REF, "visit", "person_id", Gone.FOLLOW)
    assert _blocking(office) == set()
    record = office.services.audit.all()[-1]
    assert (record.action, record.detail["table"], record.detail["column"], record.detail["gone"]) == (
        "policy.follow",
        "visit",
        "person_id",
        "follow",
    )
    assert office.run(OperationKind.PROVISION).state is OperationState.SUCCEEDED
    assert office.count("SELECT count(*) FROM visit") == 20


def test_a_waiver_needs_a_reason_and_names_who_gave_it(office: Office) -> None:
    _give(office, WITH_WAY)
    for wrong, said in (("mail", "reason"), ("post", "no way out")):
        with pytest.raises(UserError, match=said):
            office.services.reviews.waive(REF, wrong, "  " if wrong == "mail" else "because")
    (way,) = office.services.reviews.waive(REF, "mail", "The server\nis off").outward
    assert (way.check, way.waived, way.decided_by) == (None, "The server is off", office.parts.actor)
    record = office.services.audit.all()[-1]
    assert (record.action, record.detail["way"], record.detail["reason"]) == (
        "policy.waive",
        "mail",
        "The server is off",
    )
    plan = office.services.operations.plan(REF)
    assert [check.id for check in plan.checks] == ["no-mail"]
    operation = office.run(OperationKind.PROVISION)
    assert operation.certificate is not None
    certificate = (office.home / "certificates" / operation.certificate).read_text("utf-8")
    assert "1 way out: 0 closed with evidence, 1 waived." in certificate
    assert f"Waived by {office.parts.actor}" in certificate
    assert ">Decided by</th>" in certificate
    (item,) = [i for i in operation.checklist if i.id == "outward"]
    assert "1 waived" in item.evidence


def test_exactly_what_was_read_is_approved_and_once(office: Office) -> None:
    _give(office, WITH_RUN)
    (run,) = office.services.reviews.runs(REF)
    assert (run.run.text, run.approval) == ("DELETE FROM visit", None)
    with pytest.raises(UserError, match="runs no"):
        office.services.reviews.approve(REF, "other", digest=run.run.digest)
    with pytest.raises(RefusedError, match="another text"):
        office.services.reviews.approve(REF, "tidy", digest="0" * 64)
    approved = office.services.reviews.approve(REF, "tidy", digest=run.run.digest).approval
    assert approved is not None
    assert (approved.by, approved.text) == (office.parts.actor, "DELETE FROM visit")
    assert office.services.reviews.approve(REF, "tidy", digest=run.run.digest).approval == approved
    assert office.actions().count("policy.approve") == 1
    operation = office.run(OperationKind.PROVISION)
    assert operation.certificate is not None
    certificate = (office.home / "certificates" / operation.certificate).read_text("utf-8")
    assert f"{run.run.digest}</span></td><td>{office.parts.actor}, " in certificate
    _give(office, WITH_RUN.replace("visit}", "person}"))
    assert office.services.reviews.runs(REF)[0].approval is None


def test_a_policy_that_changed_meanwhile_is_not_overwritten(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    reviews, policies = office.services.reviews, office.services.policies
    in_force = reviews._changes.in_force

    def overtaken(ref: str) -> object:
        known = in_force(ref)
        monkeypatch.undo()
        policies.decide(ref, "person", "name", KEEP)
        return known

    monkeypatch.setattr(reviews._changes, "in_force", overtaken)
    with pytest.raises(RefusedError, match="changed meanwhile"):
        reviews.decide_many(REF, [("person", "email", KEEP)])
    policy: Policy = policies.policy_of(REF)
    assert policy.tables["person"].columns["email"].mask == "email"


def test_what_an_older_version_speaks_of_and_is_gone_meanwhile_can_be_accepted_too(moved_on: Office) -> None:
    moved_on.services.reviews.accept(REF)
    moved_on.services.policy_versions.restore(REF, 1)
    assert ("policy-names-missing-column", "person.remarks") in _blocking(moved_on)
    assert _drift(moved_on)["person.remarks"].kind is DriftKind.REMOVED
    moved_on.services.reviews.accept(REF)
    assert (_drift(moved_on), _blocking(moved_on)) == ({}, set())
