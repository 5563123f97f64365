"""Whose decision a column's treatment is."""

from app.domain.schema import Table
from app.planning.decided import signed
from app.policy.parse import parse_policy
from tests.app.planning.building import number, plan, text

POLICY = """
tables:
  person:
    columns:
      id: keep
      name: {mask: full_name, decided_by: bob, decided_at: "2026-11-21T08:00:00+00:00"}
      notes: review
  outbox: {rows: none}
"""
TABLES = (
    Table(name="person", columns=(number("id"), text("name"), text("notes"), text("both", generated=True)), rows=1),
    Table(name="outbox", columns=(text("body"),), rows=1),
    Table(name="new", columns=(text("body"),), rows=1),
)


def test_each_decided_column_has_its_own_name_or_that_of_whoever_gave_the_policy() -> None:
    made = plan(POLICY, *TABLES)
    tables = signed(made.tables, parse_policy(f"policy: test\n{POLICY}"), "ana", "2026-11-20T09:00:00+00:00")
    whose = {(t.table, c.column): (c.decided_by, c.decided_at[:10]) for t in tables for c in t.columns}
    assert whose == {
        ("person", "id"): ("ana", "2026-11-20"),
        ("person", "name"): ("bob", "2026-11-21"),
        ("person", "notes"): ("", ""),
        ("person", "both"): ("", ""),
        ("outbox", "body"): ("ana", "2026-11-20"),
        ("new", "body"): ("", ""),
    }
