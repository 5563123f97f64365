import pytest

from app.ports.databases import RowValue
from app.services.samples import LONGEST_SAMPLE, as_text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), (7, "7"), (2.5, "2.5"), (b"\x89PNG", "4 bytes"), ("two\nlines", "two lines"), ("", "")],
)
def test_a_value_is_one_short_line(value: RowValue, text: str | None) -> None:
    assert as_text(value) == text


def test_long_texts_are_cut_and_show_it() -> None:
    text = as_text("x" * 5000)
    assert text is not None
    assert len(text) == LONGEST_SAMPLE
    assert text.endswith("…")
