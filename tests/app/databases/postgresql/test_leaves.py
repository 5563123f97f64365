"""Values inside values: what of a field may be somebody's by itself."""

import pytest

from app.databases.postgresql.leaves import leaves, single
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.domain.policy import Treatment
from app.domain.schema import TypeFamily
from app.ports.databases import RowValue


def plan(mask: str = "token") -> ColumnPlan:
    return ColumnPlan(column="c", type="", family="text", treatment=Treatment.MASK, mask=mask)


def shape(base: str, *, array: bool = False) -> ColumnShape:
    return ColumnShape(number=1, name="c", type=base, base=base, family=TypeFamily.TEXT, array=array)


def found(base: str, value: RowValue, *, array: bool = False, mask: str = "token") -> list[RowValue]:
    return [leaf.value for leaf in leaves(plan(mask), shape(base, array=array), value)]


@pytest.mark.parametrize(
    ("base", "value", "inside"),
    [
        ("text", '{"a": "b"}', ['{"a": "b"}']),
        ("int8", 4711, [4711]),
        ("something new", "(a,b)", ["(a,b)"]),
        ("jsonb", '{"a": "x", "b": [1, {"c": "y"}], "d": null, "e": true}', ["y", 1, "x"]),
        ("json", '"\\u00d6ddy"', ["Öddy"]),
        ("json", "[" * 100_000 + "]" * 100_000, ["[" * 100_000 + "]" * 100_000]),
        ("composite", '(Anna,"Oslo, Norway",,"say ""hi""")', ["Anna", "Oslo, Norway", 'say "hi"']),
        ("composite", '("{""k"": ""v""}","{x,y}","(p,q)")', ["v", "x", "y", "p", "q"]),
        ("range", '["2020-01-01 00:00","2021-01-01 00:00")', ["2020-01-01 00:00", "2021-01-01 00:00"]),
        ("multirange", "{[1,3),[7,9)}", ["1", "3", "7", "9"]),
        ("hstore", '"mail"=>"ana@x.example", "n"=>NULL', ["mail", "ana@x.example", "n"]),
        ("tsvector", "'o''dell':2 'word':1A", ["o'dell", "word"]),
        (
            "xml",
            '<p k="v&amp;w">Anna <b>Lee</b><!-- gone --><![CDATA[a<b]]></p>',
            ["v&w", "gone", "a<b", "Anna", "Lee"],
        ),
        ("bytea", b"Anna Lee", ["Anna Lee"]),
        ("bytea", b"\xff\x00", [b"\xff\x00"]),
    ],
)
def test_a_value_is_taken_apart(base: str, value: RowValue, inside: list[RowValue]) -> None:
    assert found(base, value) == inside


def test_arrays_give_their_elements_whatever_those_are() -> None:
    assert found("text", '{Anna,"Paul, Lee",NULL,"NULL"}', array=True) == ["Anna", "Paul, Lee", "NULL"]
    assert found("text", "{{a,b},{c,d}}", array=True) == ["a", "b", "c", "d"]
    assert found("jsonb", '{"{\\"a\\": \\"x\\"}"}', array=True) == ["x"]
    assert found("bytea", '{"\\\\x416e6e61"}', array=True) == ["Anna"]


def test_a_text_whose_mask_reads_documents_is_one() -> None:
    assert found("text", '{"a": "x"}', mask="json") == ["x"]
    assert not single(plan("json"), shape("text"))
    assert single(plan(), shape("text"))


def test_a_leaf_knows_a_document_that_holds_it_alone() -> None:
    documents = [leaf.document for leaf in leaves(plan("json"), shape("jsonb"), '{"a": {"b": ["x", 7]}}')]
    assert documents == ['{"a": {"b": {"1": 7}}}', '{"a": {"b": {"0": "x"}}}']
