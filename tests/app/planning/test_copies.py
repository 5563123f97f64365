"""What a policy preserves, runs, reconciles, offers and checks over."""

from app.domain.plan import Plan
from app.domain.policy import ChoicesFrom, Clause, Operator
from app.domain.schema import Table
from app.planning.plan import PlanRequest, make_plan
from app.policy.parse import parse_policy
from tests.app.planning.building import PRODUCTION, SANDBOX, codes, number, plan, text

APP = Table(
    name="App", columns=(number("Id"), text("ClientId"), number("Amount"), text("Check")), primary_key=("Id",), rows=4
)
LOOSE = Table(name="loose", columns=(text("a"),), rows=4)
TABLES = (
    "tables: {app: {columns: {id: keep, clientid: keep, amount: keep, check: keep}}, loose: {columns: {a: keep}}}\n"
)


def test_preserved_rows_are_spelt_as_the_database_does_and_matched_by_the_primary_key() -> None:
    made = plan(f"{TABLES}preserve: [{{id: p, table: app, where: {{CLIENTID: x}}}}]", APP, LOOSE)
    (entry,) = made.preserve
    assert (entry.table, entry.match) == ("App", ("Id",))
    assert entry.condition == (Clause(column="ClientId", operator=Operator.IS, value="x"),)
    made = plan(f"{TABLES}preserve: [{{id: p, table: app, match: [clientid]}}]", APP, LOOSE)
    assert made.preserve[0].match == ("ClientId",)


def test_rows_told_apart_by_what_may_be_empty_are_noted() -> None:
    made = plan(f"{TABLES}preserve: [{{id: p, table: loose, match: [a]}}]", APP, LOOSE)
    assert codes(made) == [("note", "preserve-match-empty", "loose.a")]


def test_rows_that_nothing_tells_apart_are_not_preserved() -> None:
    made = plan(f"{TABLES}preserve: [{{id: p, table: loose}}]", APP, LOOSE)
    assert codes(made) == [("error", "preserve-needs-match", "loose")]


def test_nothing_runs_that_nobody_approved() -> None:
    text_ = f"policy: test\n{TABLES}run: [{{id: up, title: Migrate, command: [/bin/up]}}]"
    policy = parse_policy(text_)

    def planned(approved: frozenset[str]) -> Plan:
        schema = plan(TABLES, APP, LOOSE)
        assert schema.errors == ()
        from app.domain.operations import OperationKind
        from app.domain.schema import Schema

        return make_plan(
            PlanRequest(
                kind=OperationKind.PROVISION,
                environment=SANDBOX,
                source=PRODUCTION,
                policy=policy,
                schema=Schema(tables=(APP, LOOSE), fingerprint="f"),
                approved=approved,
            )
        )

    refused = planned(frozenset())
    assert codes(refused) == [("error", "run-not-approved", "up")]
    assert policy.run[0].digest[:16] in refused.findings[0].message
    assert 'policy approve "Harbor/sandbox" up' in refused.findings[0].hint
    approved = planned(frozenset({policy.run[0].digest}))
    assert codes(approved) == []
    assert approved.run == policy.run


def test_only_numbers_that_are_kept_are_summed() -> None:
    made = plan(f"{TABLES}reconcile: [{{table: app, sums: [amount]}}]", APP, LOOSE)
    assert (made.reconcile[0].table, made.reconcile[0].sums) == ("App", ("Amount",))
    assert codes(plan(f"{TABLES}reconcile: [{{table: app, sums: [clientid]}}]", APP, LOOSE)) == [
        ("error", "reconcile-cannot-sum", "App.ClientId")
    ]
    masked = TABLES.replace("amount: keep", "amount: {mask: number_noise}")
    assert codes(plan(f"{masked}reconcile: [{{table: app, sums: [amount]}}]", APP, LOOSE)) == [
        ("error", "reconcile-cannot-sum", "App.Amount")
    ]


def test_a_table_left_behind_is_not_reconciled() -> None:
    policy = "tables: {app: {rows: none}, loose: {columns: {a: keep}}}\nreconcile: [{table: app, sums: [amount]}]"
    assert plan(policy, APP, LOOSE).reconcile == ()


def test_what_is_chosen_from_rows_is_spelt_as_the_database_does() -> None:
    options = "options: [{id: o, type: list, title: O, choices_from: {table: app, value: id, label: clientid, where: {amount: 1}}}]\n"  # noqa: E501  # one line of a policy
    made = plan(options + TABLES, APP, LOOSE)
    assert made.options[0].choices_from == ChoicesFrom(
        table="App",
        value="Id",
        label="ClientId",
        condition=(Clause(column="Amount", operator=Operator.IS, value=1),),
    )
    wrong = plan(options.replace("value: id", "value: idd") + TABLES, APP, LOOSE)
    assert codes(wrong) == [("error", "option-names-missing-column", "App.idd")]
    assert wrong.options[0].choices_from is None


def test_a_scrub_that_changes_checked_rows_is_a_finding() -> None:
    checked = TABLES.replace("{app: {columns", "{app: {checksum: check, columns")
    assert codes(plan(checked, APP, LOOSE)) == []
    masked = checked.replace("clientid: keep", "clientid: {mask: token}")
    assert codes(plan(masked, APP, LOOSE)) == [("warning", "checksum-stale", "App.Check")]
    action = "actions: [{id: x, table: app, set: {amount: 0}}]"
    assert codes(plan(checked + action, APP, LOOSE)) == [("warning", "checksum-stale", "App.Check")]
    own = checked.replace("check: keep", "check: {mask: token}")
    assert codes(plan(own, APP, LOOSE)) == []
    recomputed = masked.replace("checksum: check", "checksum: {column: check, recomputed_by: up}")
    found = codes(plan(f"{recomputed}run: [{{id: up, sql: x}}]", APP, LOOSE))
    assert found == [("error", "run-not-approved", "up")]


def test_what_is_optional_may_be_missing_everywhere() -> None:
    policy = (
        "options: [{id: o, type: list, title: O, choices_from: {table: gone, value: a, label: b}}]\n"
        "tables: {gone: {optional: true, rows: none}, loose: {optional: true, columns: {a: keep, b: keep}}}\n"
        "actions: [{id: a, table: gone, delete: true}, {id: b, table: loose, set: {b: 1}}]\n"
        "checks: [{id: c, title: C, table: gone}, {id: d, title: D, table: loose, where: {b: 1}}]\n"
        "preserve: [{id: p, table: gone}]\n"
        "reconcile: [{table: gone}]\n"
        "serial_number: {table: gone, column: x}"
    )
    made = plan(policy, LOOSE)
    assert codes(made) == []
    assert (made.actions, made.checks, made.preserve, made.reconcile, made.serial_number) == ((), (), (), (), None)
    assert [(item.id, item.reason) for item in made.not_applicable] == [
        ("c", "The source has no table gone."),
        ("d", "In the source, loose has no column b."),
    ]


def test_what_is_not_optional_may_not() -> None:
    policy = "tables: {loose: {columns: {a: keep}}}\npreserve: [{id: p, table: gone}]\nreconcile: [{table: gone}]"
    assert codes(plan(policy, LOOSE)) == [
        ("error", "preserve-names-missing-table", "gone"),
        ("error", "reconcile-names-missing-table", "gone"),
    ]
