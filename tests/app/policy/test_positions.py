"""YAML with positions, read with hostile files in mind."""

import pytest

from app.policy.positions import MAX_BYTES, UnreadableError, read_tree, shown


def _refused(text: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_tree(text)
    return str(caught.value.problem)


def test_every_value_knows_its_line_and_column_counted_from_one() -> None:
    root = read_tree("a: 1\nb:\n  - x\n  - {c: d}\n")
    assert root.entries is not None
    (_, one), (_, items) = root.entries
    assert (one.position.line, one.position.column) == (1, 4)
    assert items.items is not None
    inner = items.items[1].entries
    assert inner is not None
    assert (inner[0][1].position.line, inner[0][1].position.column) == (4, 9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3.5", -3.5),
        ("1e3", 1000.0),
        ("true", True),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("on", "on"),
        ("2024-02-29", "2024-02-29"),
        ("1_000", "1_000"),
        ("'12'", "12"),
        ('"null"', "null"),
        ("0x1F", "0x1F"),
    ],
)
def test_plain_values_are_read_by_the_core_schema(text: str, value: object) -> None:
    root = read_tree(f"a: {text}\n")
    assert root.entries is not None
    assert root.entries[0][1].value == value
    assert type(root.entries[0][1].value) is type(value)


def test_a_folded_text_holds_no_marks_of_its_folds() -> None:
    root = read_tree("a: >-\n  one\n  two\n\n  three\n")
    assert root.entries is not None
    assert root.entries[0][1].value == "one two\nthree"


def test_a_number_with_leading_zeros_is_marked_because_yaml_would_cut_them_off() -> None:
    root = read_tree("a: 007\n")
    assert root.entries is not None
    assert root.entries[0][1].ambiguous


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1: the file is empty"),
        ("# only this\n", "line 1, column 1: the file holds only comments"),
        ("a:\n\t- b\n", "line 2, column 1: there is a tab; YAML indents with spaces only"),
        ("a: 'x", "a quoted text is not closed"),
        ("a: [1, 2", "a bracket or brace is not closed"),
        ("a: b: c", "line 1, column 5: a colon stands where none can"),
        ("- a\nb: c", "line 2, column 1: this line is not indented like the ones it belongs to"),
        ("a: b\n---\nc: d\n", "line 2, column 1: a second document begins here"),
        ("a: !!python/object/apply:os.system [x]", "line 1, column 4: tags"),
        ("a: *b", "line 1, column 4: nothing above has the anchor 'b'"),
        ("a: &a [*a]", "line 1, column 8: this alias stands inside what it repeats"),
        ("x\x01: 1", "line 1, column 2: there is a control character"),
        ("a: 1e999", "line 1, column 4: this number is larger than any database holds"),
        ('a: "\\ud83d"', "half a character"),
        ('a: "b\\0c"', "zero byte"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_place(text: str, said: str) -> None:
    assert said in _refused(text)


def test_a_file_over_two_megabytes_is_refused_unread() -> None:
    assert "larger than 2 MB" in _refused("a: " + "x" * MAX_BYTES)


def test_aliases_that_would_fill_the_memory_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "aliases of this file stand for too much" in _refused("\n".join(lines))


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_endless_nesting_is_refused_instead_of_exhausting_the_stack(bracket: str) -> None:
    assert "nested more than 40 deep" in _refused(bracket * 50_000)


def test_a_small_alias_is_read_and_known_as_one() -> None:
    root = read_tree("a: &x {mask: email}\nb: *x\n")
    assert root.entries is not None
    again = root.entries[1][1]
    assert again.alias
    assert again.position.line == 2
    assert again.entries is not None


def test_names_are_shown_short_and_without_characters_that_hide_or_turn_text() -> None:
    assert shown("a\u202eb\nc") == "'a\\u202eb\\u000ac'"
    assert len(shown("x" * 10_000)) < 70
