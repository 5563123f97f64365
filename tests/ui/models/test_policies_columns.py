"""Columns of a policy: what the plan says of each, with what changed in production."""

from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import ColumnPolicy, OptionRef, Policy, Rows, RowsKind, TablePolicy, Treatment
from app.domain.structure import ColumnFact
from app.planning.drift import DriftKind
from app.services.drifting import DriftItem, DriftReport
from tests.fakes.world import NOW
from ui.models.policies_columns import (
    PolicyColumn,
    Show,
    counts,
    day,
    declared,
    fact_words,
    matching,
    parameter_words,
    review_of,
    suggestion_words,
    who,
    why,
)

MASK, KEEP = ColumnPolicy(treatment=Treatment.MASK, mask="email"), ColumnPolicy(treatment=Treatment.KEEP)
TEXT, SHORT = ColumnFact(type="TEXT", nullable=True), ColumnFact(type="VARCHAR(40)", nullable=False)
POLICY = Policy(
    name="p",
    title="P",
    version=1,
    tables={
        "Person": TablePolicy(
            name="Person",
            columns={
                "Email": ColumnPolicy(
                    treatment=Treatment.MASK,
                    mask="email",
                    parameters={"alias": OptionRef("mail")},
                    reason="Mail [W, X]",
                ),
                "age": KEEP,
            },
        ),
        "outbox": TablePolicy(name="outbox", rows=Rows(kind=RowsKind.NONE), reason="Nothing is sent"),
    },
    sources={"W": "The guide"},
)


def _plan(name: str, treatment: Treatment, **more: object) -> ColumnPlan:
    return ColumnPlan(column=name, type="TEXT", family="text", treatment=treatment, **more)  # type: ignore[arg-type]  # test data


def _review(*items: DriftItem) -> dict[str, PolicyColumn]:
    plan = Plan(
        operation="refresh",
        environment="h/s",
        source="h/p",
        policy="p",
        policy_hash="0",
        tables=(
            TablePlan(
                table="person",
                rows=3,
                copied="all",
                columns=(
                    _plan("email", Treatment.MASK, mask="email", reason="Mail [W, X]", decided_by="ana@desk"),
                    _plan("age", Treatment.KEEP),
                    _plan("nick", Treatment.REVIEW, decided=False),
                ),
            ),
            TablePlan(table="outbox", rows=9, copied="none", columns=(_plan("body", Treatment.KEEP),)),
        ),
    )
    drift = DriftReport(environment="h/s", source="h/p", policy="p", reviewed_by="ana", reviewed_at=None, items=items)
    return {column.name: column for column in review_of(plan, drift, POLICY).columns}


ADDED = DriftItem(
    kind=DriftKind.ADDED, table="person", column="nick", now=TEXT, suggestion=MASK, accepted=MASK, confidence=0.9
)
CHANGED = DriftItem(
    kind=DriftKind.CHANGED, table="person", column="age", before=SHORT, now=TEXT, decision=KEEP, accepted=KEEP
)
GONE = DriftItem(kind=DriftKind.REMOVED, table="person", column="fax", before=TEXT)


def test_what_waits_stands_first_and_says_what_happened_and_what_is_suggested() -> None:
    columns = _review(ADDED, CHANGED, GONE)
    assert list(columns) == ["person.age", "person.nick", "person.email", "outbox.body"]
    assert why(columns["person.nick"]) == "New column, suggested: masked as email."
    assert why(columns["person.age"]) == ("was VARCHAR(40), is TEXT; may be empty now, suggested: stays kept.")
    assert columns["outbox.body"].treatment is Treatment.DROP
    assert who(columns["person.nick"], NOW) == "nobody yet"
    assert who(columns["person.email"], NOW) == "ana"
    assert columns["person.email"].written == POLICY.tables["Person"].columns["Email"]
    assert columns["person.email"].sources == "W: The guide"


def test_filters_count_what_they_show_and_words_find() -> None:
    columns = tuple(_review(ADDED, CHANGED).values())
    assert counts(columns) == {
        Show.ALL: 4,
        Show.UNREVIEWED: 2,
        Show.NEW: 1,
        Show.CHANGED: 1,
        Show.MASKED: 1,
        Show.KEPT: 1,
    }
    assert [c.name for c in matching(columns, Show.ALL, "person EMAIL")] == ["person.email"]
    assert matching(columns, Show.KEPT, "email") == []


def test_a_new_table_that_stays_behind_is_said_of_each_of_its_columns() -> None:
    stays = DriftItem(kind=DriftKind.ADDED, table="outbox", new_table=True, rows="none")
    column = _review(stays)["outbox.body"]
    assert (column.change, column.place, column.suggestion) == ("new", "outbox", "its rows stay behind")
    assert column.unreviewed


def test_what_nobody_can_suggest_is_said_so() -> None:
    unclear = DriftItem(kind=DriftKind.ADDED, table="person", column="nick", now=TEXT)
    assert suggestion_words(unclear) == "somebody has to decide"
    assert _review(unclear)["person.nick"].suggestion == ""
    assert suggestion_words(GONE) == "take it out of the policy"
    assert fact_words(GONE) == "Gone from production"


def test_a_policy_by_itself_lists_its_columns_and_what_stays_behind() -> None:
    lines = {line.name: line for line in declared(POLICY)}
    assert list(lines) == ["Person.Email", "Person.age", "outbox.*"]
    assert lines["outbox.*"].treatment is Treatment.DROP
    assert parameter_words(lines["Person.Email"]) == "masked\nalias: as chosen for mail"


def test_the_year_of_a_decision_is_said_where_it_is_another_one() -> None:
    old, new = (
        PolicyColumn(
            table="t", column="c", treatment=Treatment.KEEP, decided_by="ana", decided_at=f"{year}-06-03T12:00"
        )
        for year in (NOW.year - 1, NOW.year)
    )
    assert who(old, NOW) == f"ana, 3 Jun {NOW.year - 1}"
    assert who(new, NOW) == "ana, 3 Jun"


def test_a_moment_is_a_day_and_what_is_none_is_nothing() -> None:
    assert day("2026-11-03T12:00:00+00:00") == "3 Nov 2026"
    assert day("some day") == ""
