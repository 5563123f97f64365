"""Reading parts of a policy: problems are collected, names compared."""

import pytest

from app.policy.positions import read_tree
from app.policy.reading import MOST_PROBLEMS, Reader, TooManyProblemsError, near


def _said(reader: Reader) -> list[str]:
    return [str(problem) for problem in reader.problems]


def test_a_near_miss_is_suggested_and_a_far_one_is_not() -> None:
    assert near("emial", ["email", "phone"]) == "; did you mean 'email'?"
    assert near("Email", ["email"]) == "; did you mean 'email'?"
    assert near("zebra", ["email", "phone"]) == ""


def test_unknown_and_repeated_keys_are_reported_and_the_rest_is_read() -> None:
    reader = Reader()
    fields = reader.fields(read_tree("id: a\nidd: b\nid: c\ntitle: t\n"), "an option", ("id", "title"))
    assert fields is not None
    assert list(fields) == ["id", "title"]
    assert _said(reader) == [
        "line 2, column 1: an option has no 'idd'; did you mean 'id'?",
        "line 3, column 1: 'id' stands here twice",
    ]


def test_names_that_differ_in_case_alone_are_the_same_name() -> None:
    reader = Reader()
    reader.fields(read_tree("Domain: 1\ndomain: 2\n"), "the parameters")
    assert _said(reader) == ["line 2, column 1: 'domain' stands here twice, as 'Domain'"]


def test_names_of_a_database_may_differ_in_case_alone() -> None:
    reader = Reader()
    fields = reader.fields(read_tree("Name: 1\nname: 2\nname: 3\n"), "columns", of_database=True)
    assert list(fields or {}) == ["Name", "name"]
    assert _said(reader) == ["line 3, column 1: 'name' stands here twice"]


@pytest.mark.parametrize("key", ["12", "true", "null", "007"])
def test_a_name_that_yaml_reads_as_something_else_needs_quotes(key: str) -> None:
    reader = Reader()
    assert reader.fields(read_tree(f"{key}: x\n"), "tables") == {}
    assert "put it in quotes" in _said(reader)[0]
    quoted = Reader()
    assert list(quoted.fields(read_tree(f"'{key}': x\n"), "tables") or ()) == [key]


def test_a_comma_that_cut_a_text_in_two_is_explained() -> None:
    reader = Reader()
    reader.fields(read_tree("{keep: this, and that}"), "a column")
    assert _said(reader) == ["line 1, column 14: 'and that' has no value; a text with a comma in it needs quotes"]


@pytest.mark.parametrize("id_", ["a b", "", "-x", "x" * 81, "naïve", "a/b"])
def test_an_id_must_be_one_the_command_line_can_take(id_: str) -> None:
    reader = Reader()
    fields = reader.fields(read_tree(f'id: "{id_}"\n'), "an option", ("id",))
    assert fields is not None
    assert reader.id(fields, "an option") is None
    assert len(reader.problems) == 1


def test_a_yes_in_place_of_true_gets_a_hint() -> None:
    reader = Reader()
    assert reader.boolean(read_tree("yes"), "'baseline'") is None
    assert "YAML writes true or false" in _said(reader)[0]


@pytest.mark.parametrize("text", ["1.5", "true", "'3'", "[1]", "~"])
def test_a_whole_number_is_nothing_else(text: str) -> None:
    reader = Reader()
    assert reader.integer(read_tree(text), "'version'", least=1) is None
    assert len(reader.problems) == 1


def test_reading_stops_when_there_is_more_wrong_than_anyone_would_mend() -> None:
    reader, node = Reader(), read_tree("x")
    for _ in range(MOST_PROBLEMS - 1):
        reader.problem(node, "wrong")
    with pytest.raises(TooManyProblemsError):
        reader.problem(node, "wrong")
    assert len(reader.problems) == MOST_PROBLEMS
