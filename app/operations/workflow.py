"""The durable workflow: prepare, publish and settle as steps of DBOS Transact.

A killed worker's workflow goes on, after the next start, at the step that had not finished.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import dbos
from dbos import _serialization
from typing_extensions import override

from app.errors import StaleFenceError
from app.operations.steps import GO_ON, Steps

QUEUE = "operations"
APPLICATION = "sandkeeper"
VERSION = "1"  # fixed, so that operations stay recoverable across upgrades
EXIT_STALE = 75


class JsonSerializer(dbos.Serializer):
    """JSON and nothing else: whoever can write the system database must not be able to run code."""

    @override
    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_describe)

    @override
    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805  # the base class names it so
        return json.loads(serialized_data)

    @override
    def name(self) -> str:
        return "sandkeeper_json"


def _describe(value: object) -> object:
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    raise TypeError(f"{type(value).__name__} is not plain JSON")


def refuse_pickles() -> None:
    """Make dbos refuse rows that say they are pickled.

    WORKAROUND: dbos 3.4 picks the deserializer by the row's own `serialization` column, so a row that names
    `py_pickle` would be unpickled whatever serializer is configured.
    """

    def refuse(self: object, serialized_data: str) -> Any:
        raise ValueError("a pickled value in the system database was refused")

    _serialization.DefaultSerializer.deserialize = refuse  # type: ignore[method-assign, assignment]


def register(steps: Steps) -> Callable[[str], str]:
    """The workflow, registered with dbos. Call after the DBOS object is made and before `DBOS.launch()`."""

    @dbos.DBOS.step(name="prepare")
    def prepare(operation_id: str) -> str:
        return _or_stop(steps.prepare, operation_id)

    @dbos.DBOS.step(name="publish")
    def publish(operation_id: str) -> str:
        return _or_stop(steps.publish, operation_id)

    @dbos.DBOS.step(name="settle")
    def settle(operation_id: str) -> str:
        return _or_stop(steps.settle, operation_id)

    @dbos.DBOS.workflow(name="operation")
    def operation(operation_id: str) -> str:
        for step in (prepare, publish, settle):
            if step(operation_id) != GO_ON:
                break
        return "ended"

    return operation


def _or_stop(step: Callable[[str], str], operation_id: str) -> str:
    try:
        return step(operation_id)
    except StaleFenceError:
        # Another worker has taken over. To return or raise would let dbos record an outcome for a step that the
        # other one is running; so this process, which was thought dead, ends here without touching anything.
        os._exit(EXIT_STALE)
