import pytest

from app.cli.choices import pairs
from app.errors import UserError


def test_keys_and_values_are_parted_at_the_first_equals_sign() -> None:
    assert pairs(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    assert pairs(None) == {}


@pytest.mark.parametrize("given", [["a"], ["=1"], [" =1"], ["a=1", "a=2"]])
def test_anything_else_is_refused(given: list[str]) -> None:
    with pytest.raises(UserError, match="--option"):
        pairs(given)
