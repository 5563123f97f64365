"""Errors carry the JSON contract's word and everything a person needs."""

import pytest

from app.errors import CancelledError, OutsideError, RefusedError, SandkeeperError, StaleFenceError, UserError


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (UserError("t"), "usage"),
        (RefusedError("t"), "refused"),
        (OutsideError("t"), "failed"),
        (CancelledError("t"), "cancelled"),
        (StaleFenceError("t"), "interrupted"),
    ],
)
def test_each_kind_of_error_has_its_word(made: SandkeeperError, kind: str) -> None:
    assert made.kind == kind


def test_an_error_reads_as_title_detail_and_hint_without_empty_lines() -> None:
    assert str(UserError("Title", "Detail", "Hint")) == "Title\nDetail\nHint"
    assert str(UserError("Title", hint="Hint")) == "Title\nHint"


def test_an_error_fits_on_one_line_as_sentences() -> None:
    assert OutsideError("The file is in use", "It is open in a program.", "Close it").sentence == (
        "The file is in use. It is open in a program."
    )
    assert OutsideError("The disk is full.").sentence == "The disk is full."


def test_a_refusal_carries_everything_that_blocks() -> None:
    refusal = RefusedError("Busy", findings=["f"], warnings=["w"], operation="o1")
    assert (refusal.findings, refusal.warnings, refusal.operation) == (("f",), ("w",), "o1")
    assert isinstance(refusal, UserError), "whoever catches what a person can mend catches refusals too"
