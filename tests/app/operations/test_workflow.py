"""Invariant 8's neighbour: whoever can write the workflow database must not be able to run code."""

import base64
import pickle  # noqa: TID251  # to attack with
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dbos import _serialization

from app.operations.workflow import JsonSerializer, refuse_pickles
from tests.app.operations.conftest import Workspace


class Attack:
    """Makes a file when it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self._proof = proof

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self._proof,))


def test_a_pickle_planted_in_the_workflow_database_is_refused(tmp_path: Path) -> None:
    proof = tmp_path / "code-ran"
    planted = base64.b64encode(pickle.dumps(Attack(proof))).decode()
    refuse_pickles()
    with pytest.raises(ValueError, match="refused"):
        _serialization.deserialize_value(planted, "py_pickle", JsonSerializer())
    with pytest.raises(ValueError, match="refused"):
        _serialization.deserialize_args(planted, "py_pickle", JsonSerializer())
    assert not proof.exists()


def test_what_the_worker_stores_is_json(provisioned: Workspace) -> None:
    with closing(sqlite3.connect(provisioned.home / "workflows.sqlite")) as database:
        kinds = {row[0] for row in database.execute("SELECT DISTINCT serialization FROM workflow_status")}
        kinds |= {row[0] for row in database.execute("SELECT DISTINCT serialization FROM operation_outputs")}
    assert kinds == {JsonSerializer().name()}


@pytest.mark.parametrize("value", [None, 1, "ä", [1, "b"], {"a": None}])
def test_plain_values_come_back_as_they_were(value: object) -> None:
    serializer = JsonSerializer()
    assert serializer.deserialize(serializer.serialize(value)) == value
