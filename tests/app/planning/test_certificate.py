"""The certificate as a document: complete, self-contained, and silent about data."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import (
    ChecklistItem,
    Choices,
    ItemKind,
    ItemState,
    NotProven,
    Operation,
    OperationKind,
    OperationState,
    Phase,
    PhaseRun,
    PhaseState,
    Proof,
    ProofState,
    TableRun,
)
from app.domain.plan import Plan
from app.domain.schema import Table
from app.planning.certificate import CertificateFacts, render_certificate
from app.ports.catalog import Approval
from tests.app.planning.building import SANDBOX, plan, text

AT = datetime(2026, 11, 21, 18, 3, 5, tzinfo=UTC)
FACTS = CertificateFacts(issued_at=AT, secrets="Stored in your system keychain")
POLICY = """\
title: Test
lifetime: 14
options: [{id: box, type: email, title: Mailbox}]
tables:
  customer: {columns: {name: {mask: last_name}, mail: {mask: email, alias: {option: box}}, kind: {keep: a code}}}
  outbox: {rows: none, reason: never sent}
actions: [{id: off, title: Switch it off, table: customer, set: {kind: x}}]
checks: [{id: no-mail, title: No mail waits, table: outbox}]
manual: [{id: ask, title: Ask them, instructions: Call.}]
outward:
  - {id: mail, title: Waiting mail, kind: mailbox, check: no-mail}
  - {id: phones, title: Phone numbers, kind: address, waived: nobody dials}
warnings: [{id: wiped, text: It will be wiped., on: [provision, wipe]}]
"""
TABLES = (
    Table(name="customer", columns=(text("name"), text("mail"), text("kind")), rows=7),
    Table(name="outbox", columns=(text("to"),), rows=3),
)
OPERATION = Operation(
    id=OperationId("k3v9q0m2x7t4a"),
    kind=OperationKind.PROVISION,
    environment_id=EnvironmentId("s"),
    environment="Harbor/sandbox",
    state=OperationState.SUCCEEDED,
    reason="Provisioned, checked and proven.",
    choices=Choices(acknowledged=("not-a-backup", "wiped")),
    requested_by="anna",
    started=AT,
    finished=AT + timedelta(seconds=83),
    phases=(PhaseRun(name=Phase.COPY, state=PhaseState.DONE, started=AT, seconds=12.5), PhaseRun(name=Phase.PROVE)),
    tables=(TableRun(table="customer", rows=7, of=7),),
    checklist=(
        ChecklistItem(
            id="no-mail",
            title="No mail waits",
            kind=ItemKind.AUTOMATIC,
            state=ItemState.PASSED,
            evidence="0 rows, expected 0",
            checked_at=AT,
        ),
        ChecklistItem(id="ask", title="Ask them", kind=ItemKind.MANUAL, state=ItemState.OPEN, instructions="Call."),
    ),
    proof=Proof(
        state=ProofState.CLEAN,
        originals=2341,
        values=88_123,
        not_proven=(NotProven(table="customer", column="name", count=120, why="too common"),),
    ),
)


@pytest.fixture
def made() -> Plan:
    return plan(POLICY, *TABLES, options={"box": "qa@agency.example"})


class _Reader(HTMLParser):
    """The document's words, and a check that its tags are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def _words(page: str) -> str:
    return " ".join(" ".join(_read(page).words).split())


def test_it_records_everything_that_was_done_checked_and_proven(made: Plan) -> None:
    words = _words(render_certificate(OPERATION, SANDBOX, made, FACTS))
    for said in (
        "Certificate of provision",
        "Harbor/sandbox",
        "Harbor/production",
        "c0ffee",
        "anna",
        "1 min 23 s",
        "Stored in your system keychain",
        "14 days, until 5 December 2026",
        "qa@agency.example",
        "No mail waits",
        "0 rows, expected 0",
        "To do: Call.",
        "masked: last_name",
        "masked: email (alias: qa@agency.example)",
        "a code",
        "no rows are copied",
        "never sent",
        "Switch it off",
        "nobody dials",
        "2,341",
        "88,123",
        "Not proven: 120 originals",
        "too common",
        "It will be wiped.",
        "12.5 s",
    ):
        assert said in words, said


def test_a_tick_says_who_when_and_what_was_found(made: Plan) -> None:
    asked = replace(
        OPERATION.checklist[1], state=ItemState.TICKED, ticked_by="ida", note="They agreed", checked_at=AT, found="x"
    )
    operation = replace(OPERATION, checklist=(OPERATION.checklist[0], asked))
    words = _words(render_certificate(operation, SANDBOX, made, FACTS))
    assert "Ticked by ida on 21 November 2026, 18:03:05 UTC: They agreed" in words
    assert "Checked on 21 November 2026, 18:03:05 UTC." in words
    later = replace(operation.checklist[0], id="b", checked_at=AT + timedelta(seconds=2))
    words = _words(
        render_certificate(replace(operation, checklist=(*operation.checklist, later)), SANDBOX, made, FACTS)
    )
    assert "Checked from 21 November 2026, 18:03:05 UTC to 21 November 2026, 18:03:07 UTC." in words


def test_it_says_who_acknowledged_each_warning_and_which_nobody_did(made: Plan) -> None:
    words = _words(render_certificate(OPERATION, SANDBOX, made, FACTS))
    assert "It will be wiped. anna" in words
    assert re.search(r"until the next refresh\. not acknowledged", words)
    everything = replace(OPERATION, choices=Choices(acknowledged=("all",)))
    assert "anna (all warnings at once)" in _words(render_certificate(everything, SANDBOX, made, FACTS))


def test_it_is_self_contained_and_runs_nothing(made: Plan) -> None:
    page = render_certificate(OPERATION, SANDBOX, made, FACTS)
    reader = _read(page)
    assert not reader.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "a"}
    assert not {name for name, _ in reader.attributes} & {"src", "href", "style", "onclick", "onload"}
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page


def test_names_and_words_from_outside_cannot_become_markup(made: Plan) -> None:
    nasty = "<img src=x onerror=alert(1)>\u202e"
    operation = replace(
        OPERATION,
        requested_by=nasty,
        reason=nasty,
        checklist=(replace(OPERATION.checklist[0], title=nasty, evidence=nasty, note=nasty, ticked_by=nasty),),
        tables=(TableRun(table=nasty, rows=1),),
        proof=replace(OPERATION.proof, not_proven=(NotProven(table=nasty, column=nasty, count=1, why=nasty),)),
    )
    environment = replace(SANDBOX, tenant=nasty, name=nasty, database=nasty)
    page = render_certificate(operation, environment, replace(made, policy=nasty, source=nasty), FACTS)
    assert "<img" not in page
    assert "\u202e" not in page
    assert "img" not in _read(page).tags


def test_samples_of_the_preview_never_reach_it(made: Plan) -> None:
    seen = ("Lind-Original",)
    tables = tuple(
        replace(t, columns=tuple(replace(c, before=seen, after=seen) for c in t.columns)) for t in made.tables
    )
    assert seen[0] not in render_certificate(OPERATION, SANDBOX, replace(made, tables=tables), FACTS)


def test_a_wipe_lists_what_was_removed() -> None:
    wipe = replace(OPERATION, kind=OperationKind.WIPE, checklist=(), tables=(), proof=Proof(), reason="All gone.")
    made = plan(None, kind=OperationKind.WIPE)
    facts = replace(FACTS, removed=("the copy sandbox.sqlite", "the baseline"))
    words = _words(render_certificate(wipe, SANDBOX, made, facts))
    assert "Certificate of wipe" in words
    assert "2 things removed" in words
    assert "the copy sandbox.sqlite" in words
    assert "Proof" not in words
    assert "There was nothing left to remove." in _words(render_certificate(wipe, SANDBOX, made, FACTS))


@pytest.mark.parametrize("kind", list(OperationKind))
def test_an_operation_that_did_not_succeed_never_looks_as_if_it_had(kind: OperationKind, made: Plan) -> None:
    failed = replace(OPERATION, kind=kind, state=OperationState.FAILED, reason="The disk is full.")
    page = render_certificate(failed, SANDBOX, made, FACTS)
    assert 'class="verdict bad"' in page
    assert "Failed. The disk is full." in page


def test_what_was_not_proven_is_in_the_first_lines(made: Plan) -> None:
    words = _words(render_certificate(OPERATION, SANDBOX, made, FACTS))
    assert words.index("120 could not be proven") < words.index("Environment")
    unproven = replace(OPERATION, proof=Proof())
    assert "The copy was not searched for originals." in _words(render_certificate(unproven, SANDBOX, made, FACTS))


MORE = (
    POLICY
    + """\
preserve: [{id: users, title: Test users, table: customer, match: [name], orphans: leave}]
run:
  - {id: sums, title: Checksums, sql: UPDATE customer SET kind = kind}
  - {id: own, title: Own migrations, command: [bin/migrate, --yes]}
steps:
  - {id: step-01, title: Switch mail off, check: no-mail}
  - {id: step-02, title: Copy the files, manual: By hand.}
reconcile: [{table: customer}]
"""
)


def test_steps_sums_survivors_and_scripts_have_their_own_places() -> None:
    made = plan(MORE, *TABLES, options={"box": "qa@agency.example"})
    checked = OPERATION.checklist[0]
    details = (("Table", "Rows in the source", "Rows in the copy"), ("customer", "7", "7"))
    operation = replace(
        OPERATION,
        checklist=(
            *OPERATION.checklist,
            replace(checked, id="preserved", title="It survived", evidence="4 rows of customer were taken over."),
            replace(checked, id="reconciliation", title="Sums agree", evidence="All agree.", details=details),
            replace(checked, id="step-01", title="Switch mail off", details=details),
            replace(OPERATION.checklist[1], id="step-02", title="Copy the files"),
        ),
    )
    by = Approval(digest=made.run[0].digest, kind="sql", text=made.run[0].text, by="ida", at=AT)
    words = _words(render_certificate(operation, SANDBOX, made, replace(FACTS, approvals=(by,))))
    for said in (
        "Steps of the source system 1 of 2 steps are done or do not apply here; 1 waits for a person.",
        "Switch mail off passed See: No mail waits.",
        "Sums agree All agree. Table Rows in the source Rows in the copy customer 7 7",
        "4 rows of customer were taken over.",
        "Test users customer name",
        f"Checksums SQL {by.digest} ida, 21 November 2026, 18:03:05 UTC",
        f"Own migrations command {made.run[1].digest} nobody",
    ):
        assert said in words, said
    assert words.count("Switch mail off") == 1
    assert words.count("Rows in the source Rows in the copy") == 1
    assert "UPDATE customer" not in words
    survived = replace(operation.checklist[2], details=(("What", "Rows"), ("Test users", "4")))
    known = replace(operation, checklist=(survived, *operation.checklist[3:]))
    words = _words(render_certificate(known, SANDBOX, made, FACTS))
    assert words.count("What Rows Test users 4") == 1
