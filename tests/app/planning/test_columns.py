"""Default deny (invariant 4): what nobody decided is an error with a way to decide it."""

from app.domain.policy import Clause, Operator, Treatment
from app.domain.schema import Column, Table, TypeFamily
from tests.app.planning.building import codes, column, number, plan, text

CUSTOMER = Table(name="customer", columns=(number("id", identity=True), text("email"), text("notes")), rows=5)


def test_a_covered_table_has_no_findings_and_every_treatment_in_the_plan() -> None:
    made = plan("tables: {customer: {columns: {id: keep, email: {mask: email}, notes: {keep: public}}}}", CUSTOMER)
    assert made.findings == ()
    assert [(c.column, c.treatment, c.mask, c.reason) for c in made.tables[0].columns] == [
        ("id", Treatment.KEEP, None, ""),
        ("email", Treatment.MASK, "email", ""),
        ("notes", Treatment.KEEP, None, "public"),
    ]
    assert made.tables[0].rows == 5
    assert made.schema_fingerprint == "f1"


def test_a_table_that_no_rule_covers_blocks() -> None:
    made = plan("tables: {}", CUSTOMER)
    assert codes(made) == [("error", "uncovered-table", "customer")]
    assert 'sandkeeper policy decide "Harbor/sandbox" "customer.COLUMN"' in made.findings[0].hint
    assert all(not c.decided for c in made.tables[0].columns)


def test_a_column_that_appeared_after_the_policy_was_written_blocks() -> None:
    made = plan("tables: {customer: {columns: {id: keep, email: {mask: email}}}}", CUSTOMER)
    assert codes(made) == [("error", "uncovered-column", "customer.notes")]
    assert made.findings[0].hint == (
        'sandkeeper policy decide "Harbor/sandbox" "customer.notes" keep|MASK. '
        'Take what is suggested: sandkeeper policy drift "Harbor/sandbox" --accept "customer.notes"'
    )


def test_a_column_under_review_blocks_and_says_why() -> None:
    made = plan("tables: {customer: {columns: {id: keep, email: review, notes: {review: free text}}}}", CUSTOMER)
    assert codes(made) == [("error", "review", "customer.email"), ("error", "review", "customer.notes")]
    assert "(free text)" in made.findings[1].message
    assert not column(made, "customer", "email").decided


def test_a_table_without_rows_needs_no_decisions_about_its_columns() -> None:
    made = plan("tables: {customer: {rows: none, reason: not needed}}", CUSTOMER)
    assert made.findings == ()
    assert made.tables[0].copied == "none"
    assert made.tables[0].reason == "not needed"
    assert {c.treatment for c in made.tables[0].columns} == {Treatment.DROP}
    assert made.masked_columns == ()


def test_names_that_are_not_there_are_errors_with_near_misses() -> None:
    made = plan(
        "tables: {customer: {columns: {id: keep, email: keep, notes: keep, e_mail: keep}}, custmer: {rows: none}}",
        CUSTOMER,
    )
    assert codes(made) == [
        ("error", "policy-names-missing-table", "custmer"),
        ("error", "policy-names-missing-column", "customer.e_mail"),
    ]
    assert "Did you mean 'customer'?" in made.findings[0].message
    assert "Did you mean 'email'?" in made.findings[1].message


def test_names_are_found_without_case_and_spelt_as_the_database_spells_them() -> None:
    table = Table(name="Order Details", columns=(text("UnitPrice"),), rows=1)
    made = plan("tables: {'order details': {rows: {where: {unitprice: 3}}, columns: {UNITPRICE: keep}}}", table)
    assert made.findings == ()
    assert made.tables[0].table == "Order Details"
    assert made.tables[0].condition == (Clause(column="UnitPrice", operator=Operator.IS, value=3),)


def test_one_table_under_two_spellings_is_an_error() -> None:
    table = Table(name="Order Details", columns=(text("a"),))
    made = plan("tables: {Order Details: {columns: {a: keep}}, '\"Order Details\"': {rows: none}}", table)
    assert codes(made) == [("error", "policy-names-table-twice", "Order Details")]


def test_generated_columns_need_no_decision() -> None:
    table = Table(name="t", columns=(text("a"), text("b", generated=True)))
    made = plan("tables: {t: {columns: {a: keep}}}", table)
    assert made.findings == ()
    assert column(made, "t", "b").treatment is Treatment.GENERATED


def test_tables_that_are_rebuilt_need_no_decision_and_tables_with_words_of_their_own_do() -> None:
    own = Table(name="notes", columns=(text("body"),), virtual="fts5")
    shadow = Table(name="notes_content", columns=(text("c0"),), shadow_of="notes")
    outside = Table(name="search", columns=(text("body", generated=True),), virtual="fts5")
    assert codes(plan("tables: {}", own, shadow, outside)) == [("error", "uncovered-table", "notes")]
    made = plan("tables: {notes: {columns: {body: {mask: lorem}}}}", own, shadow, outside)
    assert made.findings == ()
    assert [t.table for t in made.tables] == ["notes"]


def test_masking_what_is_rebuilt_is_an_error_instead_of_a_promise_that_is_not_kept() -> None:
    own = Table(name="notes", columns=(text("body"),), virtual="fts5")
    shadow = Table(name="notes_content", columns=(text("c0"),), shadow_of="notes")
    made = plan("tables: {notes: {columns: {body: keep}}, notes_content: {columns: {c0: {mask: lorem}}}}", own, shadow)
    assert codes(made) == [("error", "mask-on-rebuilt-table", "notes_content")]


def test_a_condition_on_a_column_that_is_not_there_is_an_error() -> None:
    made = plan(
        "tables: {t: {rows: {where: {actve: 1}}, columns: {active: keep}}}", Table(name="t", columns=(text("active"),))
    )
    assert codes(made) == [("error", "condition-names-missing-column", "t.actve")]


def test_the_mask_knows_what_it_is_bound_to() -> None:
    table = Table(
        name="t",
        columns=(
            Column(name="c", type="CHAR(9)", family=TypeFamily.TEXT, nullable=False, length=9, collation="NOCASE"),
        ),
    )
    made = column(plan("tables: {t: {columns: {c: {mask: digits}}}}", table), "t", "c")
    assert (made.length, made.nullable, made.collation, made.family, made.type) == (
        9,
        False,
        "NOCASE",
        "text",
        "CHAR(9)",
    )


def test_a_mask_on_the_wrong_kind_of_value_is_an_error_at_its_column() -> None:
    made = plan("tables: {t: {columns: {n: {mask: last_name}}}}", Table(name="t", columns=(number("n"),)))
    assert codes(made) == [("error", "mask.family", "t.n")]


def test_a_mask_that_empties_a_column_that_must_have_a_value_is_an_error() -> None:
    made = plan("tables: {t: {columns: {c: {mask: 'null'}}}}", Table(name="t", columns=(text("c", nullable=False),)))
    assert [(severity, where) for severity, _, where in codes(made)] == [("error", "t.c")]


def test_a_name_of_ten_thousand_characters_does_not_flood_the_message() -> None:
    table = Table(name="t" * 10_000, columns=(text("c\u202e\n"),))
    made = plan("tables: {}", table)
    assert codes(made) == [("error", "uncovered-table", "t" * 10_000)]
    assert len(made.findings[0].message) < 200
