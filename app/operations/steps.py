"""The three steps as plain functions of an operation's id: what they return is JSON and small.

Each begins by claiming a new attempt (the fence), so whoever else still works on the operation finds itself stale.
What one step hands to the next travels through the catalog, never through dbos.
"""

import logging
from dataclasses import replace

from app.domain.environments import Environment
from app.domain.ids import OperationId
from app.domain.operations import Operation
from app.operations.context import Attempt
from app.operations.ending import end_badly
from app.operations.prepare import PREPARED, Prepared, prepare
from app.operations.publish import publish, swapped_in
from app.operations.settle import settle
from app.operations.workshop import Workshop

_log = logging.getLogger(__name__)

GO_ON = "go on"
ENDED = "ended"


class Steps:
    """Runs the steps of operations with the parts of one workshop.

    Each step returns GO_ON or ENDED; a problem is put on record as the operation's end, never raised. Only
    StaleFenceError leaves: another worker has the operation, and the process that sees it must stop.
    """

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    def prepare(self, operation_id: str) -> str:
        begun = self._begin(OperationId(operation_id))
        if begun is None:
            return ENDED
        operation, environment, attempt = begun
        try:
            if self._published_before(operation, environment):
                return GO_ON
            self._audit_start(operation)
            self._store(attempt, prepare(self._shop, operation, environment, attempt))
        except Exception as problem:  # noqa: BLE001  # every end has a reason on record; end_badly tells bugs apart
            return self._ended(operation, attempt, problem)
        return GO_ON

    def publish(self, operation_id: str) -> str:
        begun = self._begin(OperationId(operation_id))
        if begun is None:
            return ENDED
        operation, environment, attempt = begun
        try:
            prepared = self._prepared(operation)
            removed = publish(self._shop, operation, environment, prepared, attempt)
            if removed:
                self._store(attempt, replace(prepared, removed=removed))
        except Exception as problem:  # noqa: BLE001  # as above
            return self._ended(operation, attempt, problem)
        return GO_ON

    def settle(self, operation_id: str) -> str:
        begun = self._begin(OperationId(operation_id))
        if begun is None:
            return ENDED
        operation, environment, attempt = begun
        try:
            settle(self._shop, operation, environment, self._prepared(operation), attempt)
        except Exception as problem:  # noqa: BLE001  # as above
            return self._ended(operation, attempt, problem)
        return ENDED

    def _begin(self, operation_id: OperationId) -> tuple[Operation, Environment, Attempt] | None:
        """Claim it. None when it has ended meanwhile, or was forgotten with its environment."""
        with self._shop.catalog.write() as tx:
            operation = tx.operations.get(operation_id)
            if operation is None or operation.state.ended:
                return None
            number = tx.operations.claim(operation_id, at=self._shop.clock.now())
            operation = tx.operations.get(operation_id)
            environment = tx.environments.get(operation.environment_id) if operation else None
        if operation is None or environment is None:
            return None
        attempt = Attempt(catalog=self._shop.catalog, clock=self._shop.clock, operation=operation, number=number)
        return operation, environment, attempt

    def _published_before(self, operation: Operation, environment: Environment) -> bool:
        """Whether an earlier run of this very operation has published already and only settle is left."""
        with self._shop.catalog.read() as tx:
            stored = tx.operations.staged(operation.id)
        if stored is None:
            return False
        return swapped_in(self._shop, environment, PREPARED.validate_python(stored)) is True

    def _prepared(self, operation: Operation) -> Prepared:
        with self._shop.catalog.read() as tx:
            stored = tx.operations.staged(operation.id)
        if stored is None:
            raise RuntimeError("publish without a prepared copy on record")
        return PREPARED.validate_python(stored)

    def _store(self, attempt: Attempt, prepared: Prepared) -> None:
        with self._shop.catalog.write() as tx:
            tx.operations.store_staged(
                attempt.operation_id, attempt.number, PREPARED.dump_python(prepared, mode="json")
            )

    def _audit_start(self, operation: Operation) -> None:
        with self._shop.catalog.write() as tx:
            tx.audit.append(
                "operation.running", operation.environment, operation=operation.id, kind=str(operation.kind)
            )

    def _ended(self, operation: Operation, attempt: Attempt, problem: Exception) -> str:
        state = end_badly(self._shop, operation, attempt.number, problem)
        _log.info("operation %s: %s (%s)", operation.id, state, type(problem).__name__)
        return ENDED
