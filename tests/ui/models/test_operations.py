from dataclasses import replace

import pytest

from app.domain.operations import Proof, ProofHit, ProofState
from tests.fakes.world import NOW, usual
from ui.models.operations import Shown, columns, counts, elapsed, matches, proof_words
from ui.models.table import Role, RowTableModel

RUNS = tuple(reversed(usual().operations.values()))


@pytest.mark.parametrize(
    ("shown", "number"),
    [(Shown.ALL, 8), (Shown.RUNNING, 1), (Shown.SUCCEEDED, 5), (Shown.FAILED, 1), (Shown.STOPPED, 1)],
)
def test_filters_by_what_came_of_a_run(shown: Shown, number: int) -> None:
    assert sum(matches(run, shown, ()) for run in RUNS) == number
    assert counts(RUNS)[shown] == number


@pytest.mark.parametrize(
    ("text", "number"), [("harbor", 5), ("harbor tomas", 2), ("webhook", 1), ("op00000000005", 1), ("zebra", 0)]
)
def test_every_word_must_be_found_in_environment_person_reason_or_number(text: str, number: int) -> None:
    assert sum(matches(run, Shown.ALL, text.split()) for run in RUNS) == number


def test_a_running_one_has_taken_what_passed_since_it_began() -> None:
    assert elapsed(RUNS[0], NOW) == 31.0
    assert elapsed(replace(RUNS[0], started=None), NOW) is None


def test_each_column_can_be_sorted_by_what_it_means() -> None:
    model = RowTableModel(columns(lambda: NOW), lambda run: run.id)
    model.set_rows(RUNS)
    for column in range(model.columnCount()):
        keys = [model.index(row, column).data(Role.SORT) for row in range(model.rowCount())]
        assert sorted(keys) is not None
    took = {model.index(row, 3).data(): model.index(row, 3).data(Role.SORT) for row in range(model.rowCount())}
    assert took["1 min 20 s"] > took["16 s"] > took["0.6 s"]


def test_a_proof_says_what_was_searched_and_never_more() -> None:
    assert proof_words(Proof()) == "Not searched for originals."
    clean = Proof(state=ProofState.CLEAN, originals=12_480, values=3_912_004)
    assert proof_words(clean) == "12,480 originals searched for in 3,912,004 values of the copy: none found."
    hits = replace(clean, state=ProofState.HITS, hits=(ProofHit(table="person", column="name", count=3),))
    assert proof_words(hits).endswith("found in 3 values.")
