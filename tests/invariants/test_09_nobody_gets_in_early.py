"""Invariant 9. Nobody else connects to the staging database before it is published."""

import os

import pytest

from tests.invariants.witness import Witness

BUILDING = (
    "before copy",
    "inside copy",
    "before build",
    "before neutralise",
    "before finish",
    "before check",
    "before prove",
    "inside prove",
    "before seal",
)


def test_a_program_of_the_same_account_is_locked_out_while_the_copy_is_built(witness: Witness) -> None:
    for operation in ("provision", "refresh"):
        seen = {s.moment: s.intruders for s in witness.seen if s.operation == operation}
        for moment in BUILDING:
            assert seen[moment], f"no staging file was there {moment}"
            assert set(seen[moment]) == {"database is locked"}, (moment, seen[moment])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as another account")
def test_another_account_gets_in_at_no_moment(witness: Witness) -> None:
    tried = [s for s in witness.seen if s.strangers]
    assert {"before copy", "before publish", "inside publish", "after kill -9"} <= {s.moment for s in tried}
    for seen in tried:
        assert set(seen.strangers) == {"PermissionError"}, (seen.moment, seen.strangers)


def test_folder_and_files_of_the_copy_are_private_at_every_moment(witness: Witness) -> None:
    looked = [(s.moment, name, mode) for s in witness.seen for name, mode in s.modes]
    assert len(looked) > 50
    assert [each for each in looked if each[2] & 0o077] == []


def test_the_published_copy_has_no_lock_and_no_file_beside_it_any_more(witness: Witness) -> None:
    ended = [s for s in witness.seen if s.moment == "ended"]
    assert len(ended) == 2
    for seen in ended:
        assert not [f for f in seen.files if "staging-" in f or "/old-" in f or "baseline-" in f]
