"""The worker: adopts queued operations, beats, takes over what dead workers left, and ends when idle."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dbos

from app.domain.environments import EnvironmentState
from app.domain.operations import Operation, OperationState
from app.errors import StaleFenceError
from app.operations.ending import put_right, resting_state
from app.operations.steps import Steps
from app.operations.workflow import APPLICATION, QUEUE, VERSION, JsonSerializer, refuse_pickles, register
from app.operations.workshop import Workshop
from app.ports.catalog import WorkerRow

_log = logging.getLogger(__name__)

ROUND_SECONDS = 0.1
BEAT_SECONDS = 1.0
ADOPT_SECONDS = 2.0
"""Between two looks for queued operations when the change feed is silent."""

_UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """`executor` is this worker's own id, whose lock the caller holds; `beat` tells the operating system's side that
    we live; `dead` says whether another executor is dead or stalled; `idle_exit` in seconds, None for never."""

    executor: str
    system_database: Path
    beat: Callable[[], None]
    dead: Callable[[str], bool]
    idle_exit: float | None = None


class Worker:
    """Runs until told to stop or idle for long enough.

    Rules: it never starts work that is not a queued row in the catalog; on start it takes over what executors that
    are dead were doing; what cannot go on is marked interrupted, with a reason.
    """

    def __init__(self, shop: Workshop, settings: WorkerSettings) -> None:
        self._shop = shop
        self._settings = settings
        self._stop = threading.Event()
        self.idle = False
        """Whether it ended because there was nothing to do."""
        self._started_at = shop.clock.now()
        self._beat_at = self._adopt_at = float("-inf")
        self._feed = -1
        self._active: tuple[Operation, ...] = ()

    def stop(self) -> None:
        """Ask it to end; running operations go on at the next start."""
        self._stop.set()

    def run(self) -> None:
        """Run to the end. Raises OutsideError when dbos cannot use its system database."""
        refuse_pickles()
        # Made here and private; SQLite gives the files beside it the same mode.
        os.close(os.open(self._settings.system_database, os.O_RDWR | os.O_CREAT, 0o600))
        dbos.DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": f"sqlite:///{self._settings.system_database}",
                "application_version": VERSION,
                "executor_id": self._settings.executor,
                "serializer": JsonSerializer(),
                "log_level": "WARNING",
                "enable_otlp": False,
                "notification_listener_polling_interval_sec": 1.0,
            }
        )
        workflow = register(Steps(self._shop))
        dbos.DBOS.launch()
        try:
            dbos.DBOS.register_queue(
                QUEUE, partition_concurrency=1, polling_interval_sec=0.1, on_conflict="always_update"
            )
            self._take_over()
            self._rounds(workflow)
        finally:
            with self._shop.catalog.write() as tx:
                tx.workers.remove(self._settings.executor)
            dbos.DBOS.destroy()

    def _rounds(self, workflow: Callable[[str], str]) -> None:
        idle_since = self._shop.clock.monotonic()
        while not self._stop.is_set():
            now = self._shop.clock.monotonic()
            if now - self._beat_at >= BEAT_SECONDS:
                self._beat()
            if self._something_new(now):
                self._take_over()
                self._adopt(workflow)
            if self._active:
                idle_since = now
            elif self._settings.idle_exit is not None and now - idle_since >= self._settings.idle_exit:
                _log.info("idle for %.0f s, ending", now - idle_since)
                self.idle = True
                return
            self._stop.wait(ROUND_SECONDS)

    def _something_new(self, now: float) -> bool:
        last = self._shop.catalog.last_change()
        if last == self._feed and now - self._adopt_at < ADOPT_SECONDS:
            return False
        self._feed, self._adopt_at = last, now
        return True

    def _beat(self) -> None:
        self._settings.beat()
        row = WorkerRow(
            executor=self._settings.executor,
            host=socket.gethostname(),
            process=os.getpid(),
            started_at=self._started_at,
            seen_at=self._shop.clock.now(),
        )
        with self._shop.catalog.write() as tx:
            tx.workers.beat(row)
        self._beat_at = self._shop.clock.monotonic()

    def _adopt(self, workflow: Callable[[str], str]) -> None:
        with self._shop.catalog.read() as tx:
            self._active = tuple(tx.operations.all(states=(OperationState.QUEUED, OperationState.RUNNING)))
        for operation in self._active:
            if operation.state is OperationState.QUEUED:
                with (
                    dbos.SetWorkflowID(workflow_id(operation)),
                    dbos.SetEnqueueOptions(queue_partition_key=operation.environment_id),
                ):
                    dbos.DBOS.enqueue_workflow(QUEUE, workflow, operation.id)

    def _take_over(self) -> None:
        """Bring operations of dead executors here; mark interrupted what has no workflow that could go on."""
        with self._shop.catalog.read() as tx:
            running = tx.operations.all(states=(OperationState.RUNNING,))
        # Read after the catalog: an operation that runs there has its workflow here, or has just ended.
        unfinished = dbos.DBOS.list_workflows(status=list(_UNFINISHED))
        for status in unfinished:
            other = status.executor_id
            if status.status == "PENDING" and other and other != self._settings.executor and self._settings.dead(other):
                _log.warning("taking over %s from %s", status.workflow_id, other)
                dbos.DBOS.resume_workflow(status.workflow_id, queue_name=QUEUE)
        alive = {status.workflow_id.rsplit(".", 1)[0] for status in unfinished}
        for operation in running:
            if operation.id not in alive:
                self._interrupt(operation)

    def _interrupt(self, operation: Operation) -> None:
        """Nothing runs what the catalog says is running: remove what it left aside, then end it."""
        with self._shop.catalog.write() as tx:
            current = tx.operations.get(operation.id)
            if current is None or current.state is not OperationState.RUNNING:
                return
            number = tx.operations.claim(operation.id, at=self._shop.clock.now())
            environment = tx.environments.get(operation.environment_id)
        published, _ = put_right(self._shop, current, environment)
        left = {
            True: "the new copy is in place and not settled",
            False: "the environment is as it was",
            None: "its server cannot be asked which copy has the environment's name",
        }[published]
        again = "Resume it to settle the copy." if published else "Resume it to start from the beginning."
        with self._shop.catalog.write() as tx:
            try:
                tx.operations.end(
                    operation.id,
                    number,
                    state=OperationState.INTERRUPTED,
                    reason=f"The worker ended and its record of the operation is gone; {left}.",
                    hint=again,
                    at=self._shop.clock.now(),
                )
            except StaleFenceError:
                return
            environment = tx.environments.get(operation.environment_id)
            if environment is not None and environment.state is EnvironmentState.BUSY:
                tx.environments.set(environment.id, state=resting_state(environment))
            tx.audit.append("operation.interrupted", operation.environment, operation=operation.id)


def workflow_id(operation: Operation) -> str:
    """The workflow that runs an operation as it is queued now: adopting twice gives the same one, and a resumed
    operation, whose attempt has grown, another."""
    return f"{operation.id}.{operation.attempt}"
