"""The guide says what the masks say, and its examples are true."""

from pathlib import Path

import pytest

from app.policy.masks import MASKS, Example, MaskDeclaration
from app.policy.masks.describe import guide, run_example

EXAMPLES = [(declaration, example) for declaration in MASKS.values() for example in declaration.examples]


@pytest.mark.parametrize(("declaration", "example"), EXAMPLES, ids=lambda x: getattr(x, "name", ""))
def test_an_example_shows_what_the_mask_does(declaration: MaskDeclaration, example: Example) -> None:
    result = run_example(declaration, example)
    assert result == example.after
    assert type(result) is type(example.after)


def test_the_page_in_the_guide_is_what_the_declarations_say() -> None:
    page = Path(__file__).parents[4] / "docs" / "guide" / "masks.md"
    assert page.read_text(encoding="utf-8") == guide(), "run: python -m app.policy.masks.describe > docs/guide/masks.md"
