"""References and checksums of a policy file."""

import pytest

from app.domain.policy import Checksum, Gone, ReferencePolicy
from app.policy.parse import PolicyError, parse_policy
from app.policy.positions import read_tree
from app.policy.reading import Reader
from app.policy.relations import checksum_data, place_text, read_checksum, read_references, references_data
from app.policy.yaml_text import flow_text


def _references(text: str) -> tuple[tuple[ReferencePolicy, ...], list[str]]:
    reader = Reader()
    return read_references(reader, read_tree(text), "table 't'"), [str(p) for p in reader.problems]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("{a: follow}", ReferencePolicy(column="a", gone=Gone.FOLLOW)),
        ("{a: detach}", ReferencePolicy(column="a", gone=Gone.DETACH)),
        ("{a: {to: contact.id}}", ReferencePolicy(column="a", table="contact", referred="id")),
        (
            "{a: {to: crm.contact.id, none: 0, gone: detach}}",
            ReferencePolicy(column="a", table="crm.contact", referred="id", nothing=(0,), gone=Gone.DETACH),
        ),
        (
            """{a: {to: '"odd.name"."a.b"', none: [0, -1]}}""",
            ReferencePolicy(column="a", table='"odd.name"', referred="a.b", nothing=(0, -1)),
        ),
        ("{a: {none: [0], gone: follow}}", ReferencePolicy(column="a", nothing=(0,), gone=Gone.FOLLOW)),
    ],
)
def test_a_reference_is_read_and_written_alike(text: str, reference: ReferencePolicy) -> None:
    assert _references(text) == ((reference,), [])
    assert _references(flow_text(references_data((reference,)))) == ((reference,), [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{a: folow}", "line 1, column 5: the reference 'a' is one of stop, follow, detach, or {to: TABLE.COLUMN}, "
                       "not 'folow'; did you mean 'follow'?"),
        ("{a: {to: contact}}", "line 1, column 10: 'to' of the reference 'a' is TABLE.COLUMN, not 'contact'"),
        ("{a: {to: .id}}", "line 1, column 10: 'to' of the reference 'a' is TABLE.COLUMN, not '.id'"),
        ("{a: {two: x}}", "line 1, column 6: the reference 'a' has no 'two'; did you mean 'to'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_reference_is_said_with_its_place(text: str, problem: str) -> None:
    assert _references(text)[1] == [problem]


def test_a_place_with_odd_names_is_written_so_that_it_is_read_back() -> None:
    for table, column in (("t", "c"), ('"a.b"', 'x"y.z')):
        (reference,), _ = _references(flow_text({"r": {"to": place_text(table, column)}}))
        assert (reference.table, reference.referred) == (table, column)


def _checksum(text: str) -> tuple[Checksum | None, list[str]]:
    reader = Reader()
    reader.runs = ["recompute"]
    return read_checksum(reader, read_tree(f"x: {text}").entries[0][1], "table 't'"), [  # type: ignore[index]
        p.message for p in reader.problems
    ]


@pytest.mark.parametrize(
    "checksum", [Checksum(column="check"), Checksum(column="check", recomputed_by="recompute")]
)  # fmt: skip
def test_a_checksum_is_read_and_written_alike(checksum: Checksum) -> None:
    assert _checksum(flow_text(checksum_data(checksum))) == (checksum, [])


def test_a_checksum_names_something_that_the_policy_runs() -> None:
    assert _checksum("{column: c, recomputed_by: recomput}")[1] == [
        "there is nothing 'recomput' in 'run' of this policy; did you mean 'recompute'?"
    ]
    assert _checksum("3")[1] == ["the checksum of table 't' is the name of a column, not a number"]


def _follows(**references: str) -> str:
    tables = ", ".join(
        f"{table}: {{references: {{x: {{to: {parent}.id, gone: follow}}}}, columns: {{x: keep}}}}"
        for table, parent in references.items()
    )
    return f"policy: p\ntables: {{{tables}}}"


@pytest.mark.parametrize(
    ("references", "circle"),
    [({"a": "a"}, "'a' → 'a'"), ({"a": "B", "b": "c", "c": "A"}, "'a' → 'b' → 'c' → 'a'")],
)
def test_a_circle_is_told_without_a_database(references: dict[str, str], circle: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(_follows(**references))
    (problem,) = refused.value.problems
    assert circle in problem.message
    assert problem.line == 2


def test_tables_that_follow_one_parent_are_no_circle() -> None:
    assert parse_policy(_follows(a="c", b="c", c="d")).name == "p"
