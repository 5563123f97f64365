"""What a plan says about itself."""

from app.domain.findings import error, note, warning
from app.domain.plan import ColumnPlan, Impact, Plan, TableChange, TablePlan
from app.domain.policy import Treatment


def column(name: str, treatment: Treatment) -> ColumnPlan:
    return ColumnPlan(column=name, type="TEXT", family="text", treatment=treatment, mask="token")


def test_masked_columns_are_those_whose_rows_come_along() -> None:
    both = (column("a", Treatment.MASK), column("b", Treatment.KEEP))
    plan = Plan(
        operation="provision",
        environment="Harbor/sandbox",
        source=None,
        policy=None,
        policy_hash=None,
        tables=(
            TablePlan(table="customer", rows=1, copied="all", columns=both),
            TablePlan(table="outbox", rows=1, copied="none", columns=both),
            TablePlan(table="claim", rows=1, copied="where", columns=both),
        ),
    )
    assert [(table, c.column) for table, c in plan.masked_columns] == [("customer", "a"), ("claim", "a")]


def test_only_errors_are_errors() -> None:
    findings = (error("a", "a"), warning("b", "b"), note("c", "c"))
    plan = Plan(operation="provision", environment="e", source=None, policy=None, policy_hash=None, findings=findings)
    assert plan.errors == findings[:1]


def test_impact_counts_every_kind_of_change() -> None:
    changes = (
        TableChange(table="a", added=1, changed=2, removed=3),
        TableChange(table="b", added=10, changed=0, removed=0),
    )
    assert Impact(changes=changes).rows_changed == 16
    assert Impact().rows_changed == 0
