"""References to rows that stay behind."""

from dataclasses import replace

from app.domain.policy import ActionKind, Clause, Gone, Operator, RowSet
from app.domain.schema import ForeignKey, Table
from tests.app.planning.building import codes, number, plan, text


def _key(column: str, table: str) -> ForeignKey:
    return ForeignKey(columns=(column,), table=table, referred=("id",))


A = Table(name="a", columns=(number("id"), text("kind")), primary_key=("id",), rows=9)
B = Table(name="b", columns=(number("id"), number("a_id", nullable=True)), primary_key=("id",), rows=9,
          foreign_keys=(_key("a_id", "a"),))  # fmt: skip
C = Table(name="c", columns=(number("id"), number("b_id")), primary_key=("id",), rows=9,
          foreign_keys=(_key("b_id", "b"),))  # fmt: skip


def _policy(a: str, b: str, c: str = "{}", none: str = "") -> str:
    return (
        f"tables: {{a: {{rows: {a}, columns: {{id: keep, kind: keep}}}}, "
        f"b: {{references: {b}, columns: {{id: keep, a_id: keep}}}}, "
        f"c: {{references: {c}, columns: {{id: keep, b_id: keep}}}}}}"
    )


KIND = (Clause(column="kind", operator=Operator.IS, value="x"),)


def test_rows_follow_their_parents_from_table_to_table() -> None:
    made = plan(_policy("{where: {kind: x}}", "{a_id: follow}", "{b_id: follow}"), A, B, C)
    assert codes(made) == []
    b, c = made.tables[1], made.tables[2]
    to_a = Clause(
        column="a_id",
        operator=Operator.IN_ROWS,
        value=RowSet(table="a", column="id", condition=KIND, nothing=(None,)),
    )
    assert (b.copied, b.condition) == ("where", (to_a,))
    to_b = RowSet(table="b", column="id", condition=(to_a,), nothing=(None,))
    assert c.condition == (Clause(column="b_id", operator=Operator.IN_ROWS, value=to_b),)


def test_where_the_parents_stay_behind_altogether_only_rows_without_one_come() -> None:
    made = plan(_policy("none", "{a_id: {none: [0], gone: follow}}", "{b_id: follow}"), A, B, C)
    assert codes(made) == []
    assert made.tables[1].condition == (Clause(column="a_id", operator=Operator.IN, value=(None, 0)),)


def test_where_all_parents_come_nothing_is_narrowed() -> None:
    made = plan(_policy("all", "{a_id: follow}"), A, B, C)
    assert made.tables[1].copied == "all"
    assert made.tables[1].references[0].gone is Gone.FOLLOW


def test_a_detached_reference_is_emptied_in_the_copy() -> None:
    made = plan(_policy("none", "{a_id: detach}"), A, B, C)
    assert codes(made) == []
    (action,) = made.actions
    rows = RowSet(table="a", column="id", nothing=(None,))
    assert (action.kind, action.table, action.values) == (ActionKind.UPDATE, "b", {"a_id": None})
    assert action.condition == (Clause(column="a_id", operator=Operator.NOT_IN_ROWS, value=rows),)


def test_a_reference_that_must_have_a_value_takes_the_one_that_means_nothing() -> None:
    policy = _policy("all", "{a_id: follow}", "{b_id: %s}").replace("b: {references", "b: {rows: none, references")
    made = plan(policy % "{none: [0, -1], gone: detach}", A, B, C)
    assert [action.values for action in made.actions] == [{"b_id": 0}]
    assert ("error", "detach-needs-value", "c.b_id") in codes(plan(policy % "detach", A, B, C))


def test_what_is_computed_or_unique_is_not_emptied() -> None:
    computed = replace(number("a_id", nullable=True), generated=True)
    key = (_key("a_id", "a"),)
    of_two = Table(name="b", columns=(number("id"), computed), primary_key=("id",), foreign_keys=key, rows=1)
    once = replace(of_two, columns=(number("id"), number("a_id")), primary_key=("a_id",))
    for table, gone in ((of_two, "detach"), (once, "{gone: detach, none: [0]}")):
        text = f"tables: {{a: {{rows: none}}, b: {{references: {{a_id: {gone}}}, columns: {{id: keep, a_id: keep}}}}}}"
        made = plan(text, A, table)
        assert ("error", "detach-needs-value", "b.a_id") in codes(made)
        assert made.actions == ()


def test_a_circle_is_found_and_not_followed() -> None:
    tree = Table(name="tree", columns=(number("id"), number("up", nullable=True)), primary_key=("id",), rows=9,
                 foreign_keys=(_key("up", "tree"),))  # fmt: skip
    made = plan("tables: {tree: {references: {up: follow}, columns: {id: keep, up: keep}}}", tree)
    assert codes(made) == [("error", "follow-loops", "tree")]
    back = Table(name="a", columns=(number("id"), number("c_id", nullable=True)), primary_key=("id",), rows=9,
                 foreign_keys=(_key("c_id", "c"),))  # fmt: skip
    policy = (
        "tables: {a: {references: {c_id: follow}, columns: {id: keep, c_id: keep}}, "
        "b: {references: {a_id: follow}, columns: {id: keep, a_id: keep}}, "
        "c: {references: {b_id: follow}, columns: {id: keep, b_id: keep}}}"
    )
    made = plan(policy, back, B, C)
    assert [code for _, code, _ in codes(made)] == ["follow-loops"]
    assert "'a' → 'c' → 'b' → 'a'" in made.findings[0].message


def test_a_reference_may_lead_where_the_database_declares_nothing() -> None:
    bare = Table(name="b", columns=(number("id"), number("a_id")), primary_key=("id",), rows=9)
    made = plan(_policy("none", "{a_id: {to: A.ID, none: [0], gone: detach}}"), A, bare, C)
    (reference,) = made.tables[1].references
    assert (reference.table, reference.referred, reference.declared) == ("a", "id", False)
    assert made.actions[0].values == {"a_id": 0}


def test_its_ends_are_masked_alike_or_that_is_an_error() -> None:
    bare = Table(name="b", columns=(number("id"), number("a_id")), primary_key=("id",), rows=9)
    policy = _policy("all", "{a_id: {to: a.id}}").replace("a_id: keep", "a_id: {mask: digits}")
    assert ("error", "foreign-key-masks-differ", "b.a_id") in codes(plan(policy, A, bare, C))


def test_what_is_not_there_is_found() -> None:
    found = codes(plan(_policy("all", "{x: follow, a_id: {to: z.id}}"), A, B, C))
    assert found == [("error", "reference-names-missing-column", "b.x"),
                     ("error", "reference-names-missing-table", "b.a_id")]  # fmt: skip
    bare = Table(name="b", columns=(number("id"), number("a_id")), primary_key=("id",), rows=9)
    assert codes(plan(_policy("all", "{a_id: follow}"), A, bare, C)) == [("error", "reference-not-followed", "b.a_id")]
    pair = Table(name="b", columns=(number("id"), number("a_id")), primary_key=("id",), rows=9,
                 foreign_keys=(ForeignKey(columns=("id", "a_id"), table="a", referred=("id", "kind")),))  # fmt: skip
    assert codes(plan(_policy("all", "{a_id: follow}"), A, pair, C)) == [("error", "reference-not-followed", "b.a_id")]
