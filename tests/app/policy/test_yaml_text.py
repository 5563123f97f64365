"""Plain data to YAML and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.positions import Node, read_tree
from app.policy.yaml_text import block_lines, flow_text, scalar_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["null", "yes", "1e5", "007", "- a", "a: b", "# no", "  x", "x  ", "a\n b\n", "\n", "\ufeff", "\x85", "'", '"', "~"]
)
SCALARS = TEXTS | st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(-1e200, 1e200)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def _plain(node: Node) -> object:
    if node.items is not None:
        return [_plain(item) for item in node.items]
    if node.entries is not None:
        return {key.value: _plain(value) for key, value in node.entries}
    return node.value


@given(DATA, st.integers(0, 4))
def test_whatever_the_texts_hold_the_same_data_is_read_back(value: object, flow_at: int) -> None:
    lines = block_lines({"root": value}, flow_at=flow_at)
    assert _plain(read_tree("\n".join(lines) + "\n")) == {"root": value}
    assert _plain(read_tree(flow_text({"root": value}))) == {"root": value}


def test_a_key_longer_than_yaml_allows_is_written_another_way() -> None:
    for text in ("\n".join(block_lines({"k" * 5000: {"a": 1}})), flow_text({"k" * 5000: {"a": 1}})):
        assert _plain(read_tree(text)) == {"k" * 5000: {"a": 1}}


def test_plain_words_stay_plain_and_others_get_quotes() -> None:
    assert scalar_text("Policy number") == "Policy number"
    assert scalar_text("yes") == '"yes"'
    assert scalar_text("12") == '"12"'
    assert scalar_text("a\u202eb") == '"a\\u202eb"'


def test_what_has_no_place_in_a_policy_file_is_not_written() -> None:
    with pytest.raises(TypeError):
        flow_text(b"bytes")
