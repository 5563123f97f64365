"""Operations: planned, started, stopped and taken up again. Rows first; a worker makes them work."""

from collections.abc import Mapping, Sequence

from app.domain.environments import Environment, EnvironmentState, target_of
from app.domain.ids import OperationId, new_id
from app.domain.operations import Choices, Operation, OperationKind, OperationState
from app.domain.plan import Plan
from app.domain.policy import Scalar
from app.errors import OutsideError, RefusedError, UserError
from app.planning.drift import structure_shown, with_unseen
from app.planning.plan import blocking
from app.ports.catalog import Catalog, Transaction
from app.ports.clock import Clock
from app.ports.planner import Planner
from app.ports.processes import Workers, WorkerStatus
from app.services.names import shown, the_environment

RESUMABLE = (OperationState.FAILED, OperationState.INTERRUPTED, OperationState.CANCELLED)


class OperationService:
    """Starts operations and speaks of them.

    Rules: an operation is a row before it is work, written with its audit record in one transaction; nothing starts
    while an error finding, an acknowledgement or the typed name is missing; one at a time per environment.
    """

    def __init__(self, *, catalog: Catalog, planner: Planner, workers: Workers, clock: Clock, actor: str) -> None:
        self._catalog = catalog
        self._planner = planner
        self._workers = workers
        self._clock = clock
        self._actor = actor

    def plan(
        self,
        ref: str,
        kind: OperationKind | None = None,
        options: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
        *,
        samples: int = 0,
    ) -> Plan:
        """A dry run, which writes nothing. Without a kind, provision or refresh, whichever fits.

        `samples` real rows per table are read for the preview when above 0. Raises RefusedError for production.
        """
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
        target_of(environment)
        kind = kind or copying_kind(environment)
        return self._planner.plan(environment.id, kind, options or {}, samples=samples)

    def check(self, ref: str, kind: OperationKind, choices: Choices) -> Environment:
        """Everything `start` checks, without starting. Raises RefusedError naming all that is missing at once."""
        return self._checked(ref, kind, choices)[0]

    def _checked(self, ref: str, kind: OperationKind, choices: Choices) -> tuple[Environment, Plan]:
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            target_of(environment)
            _refuse_busy(tx, environment)
        refuse_wrong_kind(environment, kind)
        plan = self._planner.plan(environment.id, kind, choices.options)
        stands = blocking(plan, choices)
        confirmed = choices.confirm == environment.name
        if stands.any or not confirmed:
            raise RefusedError(
                _title(kind, environment, len(stands.errors), stands.any, confirmed),
                _detail(environment, choices, confirmed),
                _hint(bool(stands.errors), stands.any, confirmed),
                findings=(*stands.errors, *stands.unacknowledged_findings),
                warnings=stands.unacknowledged_warnings,
            )
        return environment, plan

    def start(self, ref: str, kind: OperationKind, choices: Choices) -> Operation:
        """Queue it and make sure that a worker runs.

        Raises RefusedError with findings and warnings when something is missing or the environment is busy,
        OutsideError when no worker comes up; then nothing stays queued.
        """
        environment, plan = self._checked(ref, kind, choices)
        operation = Operation(
            id=OperationId(new_id()),
            kind=kind,
            environment_id=environment.id,
            environment=environment.ref,
            state=OperationState.QUEUED,
            choices=choices,
            requested_by=self._actor,
            created=self._clock.now(),
        )
        with self._catalog.write() as tx:
            now = tx.environments.get(environment.id)
            if now is None:
                raise RefusedError(f"{environment.ref} was removed meanwhile", "", "Look at the list of environments.")
            refuse_wrong_kind(now, kind)
            tx.operations.add(operation)
            tx.environments.set(environment.id, state=EnvironmentState.BUSY)
            if plan.tables:
                self._review(tx, environment, plan)
            tx.audit.append(
                "operation.requested",
                environment.ref,
                operation=operation.id,
                kind=str(kind),
                options=sorted(choices.options),
                acknowledged=list(choices.acknowledged),
            )
        self._ensure_worker(operation.id)
        return self.get(operation.id)

    def _review(self, tx: Transaction, environment: Environment, plan: Plan) -> None:
        """What the plan showed, and nobody looked through before, counts as reviewed from now on."""
        shown_ = structure_shown(plan)
        known = tx.environments.reviewed(environment.id)
        if known is None:
            tx.environments.set_reviewed(environment.id, shown_, by=self._actor, at=self._clock.now())
        elif (more := with_unseen(known.structure, shown_)) != known.structure:
            tx.environments.set_reviewed(environment.id, more, by=known.by, at=known.at)

    def get(self, id_: str) -> Operation:
        """Raises UserError when there is none of that id."""
        with self._catalog.read() as tx:
            return _the_operation(tx, id_)

    def all(
        self, ref: str | None = None, states: Sequence[OperationState] = (), limit: int = 200
    ) -> tuple[Operation, ...]:
        """Newest first, logs left empty."""
        with self._catalog.read() as tx:
            environment = None if ref is None else the_environment(tx, ref).id
            return tuple(tx.operations.all(environment=environment, states=states, limit=limit))

    def cancel(self, id_: str) -> Operation:
        """A queued one ends at once; a running one is asked to stop and ends soon. Raises RefusedError when ended."""
        with self._catalog.write() as tx:
            operation = _the_operation(tx, id_)
            if operation.state.ended:
                raise RefusedError(
                    f"Operation {operation.id} has ended already",
                    f"It {_ended(operation.state)}.",
                    "There is nothing left to stop.",
                )
            if operation.state is OperationState.QUEUED:
                self._end_queued(
                    tx, operation, OperationState.CANCELLED, "Cancelled before it began; the environment is as it was."
                )
            elif not operation.cancel_requested:
                tx.operations.request_cancel(operation.id)
                tx.audit.append("operation.cancel_requested", operation.environment, operation=operation.id)
            return _the_operation(tx, id_)

    def resume(self, id_: str) -> Operation:
        """Take up one that failed, was interrupted or cancelled, with the choices it was started with.

        Raises RefusedError for any other, for one that was not the last on its environment, and while that is busy.
        """
        with self._catalog.write() as tx:
            operation = _the_operation(tx, id_)
            environment = tx.environments.get(operation.environment_id)
            if operation.state not in RESUMABLE:
                raise RefusedError(
                    f"Operation {operation.id} cannot be resumed",
                    f"It {_ended(operation.state)}.",
                    "Only one that failed, was interrupted or cancelled can be.",
                    operation=None if operation.state.ended else operation.id,
                )
            if environment is None:
                raise RefusedError(f"{operation.environment} is not there any more", "It was removed meanwhile.")
            newest = tx.operations.all(environment=environment.id, limit=1)
            if newest and newest[0].id != operation.id:
                _refuse_busy(tx, environment)
                raise RefusedError(
                    f"Operation {operation.id} was not the last on {environment.ref}",
                    f"Operation {newest[0].id} came after it, so what was planned then does not hold any more.",
                    "Start a new operation.",
                )
            tx.operations.requeue(operation.id)
            tx.environments.set(environment.id, state=EnvironmentState.BUSY)
            tx.audit.append("operation.resumed", operation.environment, operation=operation.id)
        self._ensure_worker(operation.id)
        return self.get(id_)

    def worker(self) -> WorkerStatus:
        """Whether a worker of this home is alive."""
        return self._workers.status()

    def keep_going(self) -> None:
        """Start a worker where something waits and none runs: one may have been killed. Raises OutsideError."""
        with self._catalog.read() as tx:
            waiting = tx.operations.all(states=(OperationState.QUEUED, OperationState.RUNNING), limit=1)
        if waiting and not self._workers.status().running:
            self._workers.ensure()

    def _ensure_worker(self, id_: OperationId) -> None:
        try:
            self._workers.ensure()
        except OutsideError as problem:
            with self._catalog.write() as tx:
                operation = _the_operation(tx, id_)
                if operation.state is OperationState.QUEUED:
                    reason = f"{problem.title}. It did not begin; the environment is as it was."
                    self._end_queued(tx, operation, OperationState.FAILED, reason, problem.hint)
            raise

    def _end_queued(
        self, tx: Transaction, operation: Operation, state: OperationState, reason: str, hint: str = ""
    ) -> None:
        fence, _ = tx.operations.attempt(operation.id)
        tx.operations.end(operation.id, fence, state=state, reason=reason, hint=hint, at=self._clock.now())
        environment = tx.environments.get(operation.environment_id)
        if environment is not None:
            rest = EnvironmentState.READY if environment.identity is not None else EnvironmentState.ABSENT
            tx.environments.set(environment.id, state=rest)
        tx.audit.append(f"operation.{state}", operation.environment, operation=operation.id, kind=str(operation.kind))


def copying_kind(environment: Environment) -> OperationKind:
    """Provision where there is no copy yet, else refresh."""
    return OperationKind.PROVISION if environment.identity is None else OperationKind.REFRESH


def refuse_wrong_kind(environment: Environment, kind: OperationKind) -> None:
    """Raises RefusedError, naming the right operation, when this one does not fit what is there."""
    target_of(environment)
    copied = environment.identity is not None
    if kind is OperationKind.PROVISION and copied:
        raise RefusedError(
            f"{environment.ref} has a copy already",
            "`provision` makes the first copy.",
            f'To replace it: `sandkeeper refresh "{environment.ref}"`.',
        )
    if kind in (OperationKind.REFRESH, OperationKind.RESET) and not copied:
        raise RefusedError(
            f"{environment.ref} has no copy yet",
            f"`{kind}` needs one to be there.",
            f'To make the first one: `sandkeeper provision "{environment.ref}"`.',
        )
    if kind is OperationKind.WIPE and not copied:
        raise RefusedError(
            f"{environment.ref} has nothing to wipe",
            "Sandkeeper has no copy on record there, and touches nothing it did not make.",
            f'To forget the environment: `sandkeeper environment remove "{environment.ref}"`.',
        )


def _the_operation(tx: Transaction, id_: str) -> Operation:
    operation = tx.operations.get(OperationId(id_.strip()))
    if operation is None:
        raise UserError(f"There is no operation {shown(id_)}", "", "`sandkeeper operation list` shows their ids.")
    return operation


def _refuse_busy(tx: Transaction, environment: Environment) -> None:
    running = tx.operations.active(environment.id)
    if running is not None:
        raise RefusedError(
            f"{environment.ref} is busy",
            f"Operation {running.id} ({running.kind}) is {running.state} there.",
            f"Wait for it to end, or cancel it: `sandkeeper operation cancel {running.id}`.",
            operation=running.id,
        )


def _ended(state: OperationState) -> str:
    return {
        OperationState.QUEUED: "is queued",
        OperationState.RUNNING: "is running",
        OperationState.SUCCEEDED: "succeeded",
        OperationState.FAILED: "failed",
        OperationState.CANCELLED: "was cancelled",
        OperationState.INTERRUPTED: "was interrupted",
    }[state]


def _title(kind: OperationKind, environment: Environment, errors: int, stands: bool, confirmed: bool) -> str:
    what = f"{str(kind).capitalize()} of {environment.ref}"
    if errors:
        return f"{what} is blocked by {errors} error{'s' if errors > 1 else ''}"
    if stands:
        return f"{what} needs acknowledgements" + ("" if confirmed else " and the environment's name")
    return f"{what} needs the environment's name as confirmation"


def _detail(environment: Environment, choices: Choices, confirmed: bool) -> str:
    if confirmed:
        return "Nothing was started or changed."
    given = f"The confirmation given was {shown(choices.confirm)}" if choices.confirm else "No confirmation was given"
    return f"{given}; it must be {shown(environment.name)}. Nothing was started or changed."


def _hint(errors: bool, stands: bool, confirmed: bool) -> str:
    if errors:
        return "Errors cannot be acknowledged away: mend what they say, then start again."
    steps = ["acknowledge each warning by its id (or all of them)"] if stands else []
    steps += [] if confirmed else ["type the environment's name"]
    return f"To go on, {' and '.join(steps)}."
