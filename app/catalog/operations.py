"""Operations in the catalog: rows before they are work, and the fence that tells attempts apart."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from app.catalog.feed import Feed
from app.catalog.mapping import operation_of, operation_values
from app.catalog.tables import EnvironmentRow, OperationLogRow, OperationRow
from app.domain.findings import Finding
from app.domain.ids import EnvironmentId, OperationId
from app.domain.operations import (
    ChecklistItem,
    LogLine,
    Operation,
    OperationState,
    PhaseRun,
    Proof,
    TableRun,
)
from app.errors import RefusedError, StaleFenceError, UserError

ACTIVE = (str(OperationState.QUEUED), str(OperationState.RUNNING))


class Operations:
    """Implements `ports.catalog.OperationStore`.

    The fence: each environment counts the attempts of all its operations, and an operation carries the number of its
    newest. A number is current only while its operation has not ended, so an attempt that was thought dead can
    neither write nor publish once another has taken over, was queued anew, or has closed the operation.
    """

    def __init__(self, connection: Connection, feed: Feed) -> None:
        self._connection = connection
        self._feed = feed

    def add(self, operation: Operation) -> None:
        self._refuse_while_busy(operation.environment_id, operation.environment)
        self._connection.execute(insert(OperationRow).values(operation_values(operation)))
        self._append_log(operation.id, operation.log)
        self._bump(operation.id, operation.environment_id)

    def get(self, operation: OperationId) -> Operation | None:
        row = self._row(operation)
        if row is None:
            return None
        lines = self._connection.execute(
            select(OperationLogRow.at, OperationLogRow.text)
            .where(OperationLogRow.operation_id == operation)
            .order_by(OperationLogRow.sequence)
        )
        return operation_of(row, [LogLine(at=line.at, text=line.text) for line in lines])

    def all(
        self,
        *,
        environment: EnvironmentId | None = None,
        states: Sequence[OperationState] = (),
        limit: int = 200,
    ) -> Sequence[Operation]:
        query = select(*OperationRow.__table__.columns).order_by(OperationRow.sequence.desc()).limit(limit)
        if environment is not None:
            query = query.where(OperationRow.environment_id == environment)
        if states:
            query = query.where(OperationRow.state.in_([str(state) for state in states]))
        return [operation_of(row) for row in self._connection.execute(query)]

    def active(self, environment: EnvironmentId) -> Operation | None:
        row = self._connection.execute(
            select(*OperationRow.__table__.columns).where(
                OperationRow.environment_id == environment, OperationRow.state.in_(ACTIVE)
            )
        ).first()
        return None if row is None else operation_of(row)

    def request_cancel(self, operation: OperationId) -> None:
        """Ask it to stop; nothing happens when it has ended already."""
        asked = self._connection.execute(
            update(OperationRow)
            .where(OperationRow.id == operation, OperationRow.state.in_(ACTIVE))
            .values(cancel_requested=True)
        )
        if asked.rowcount:
            self._bump(operation)

    def requeue(self, operation: OperationId) -> None:
        """What it recorded so far stays, except its end; its number grows, so an attempt of before stays out."""
        row = self._row(operation)
        if row is None:
            raise UserError(f"There is no operation {operation}", "", "Look at the list of operations for their ids.")
        if not OperationState(row.state).ended:
            raise RefusedError(f"Operation {operation} has not ended", f"It is {row.state}.", operation=operation)
        self._refuse_while_busy(EnvironmentId(row.environment_id), row.environment)
        self._connection.execute(
            update(OperationRow)
            .where(OperationRow.id == operation)
            .values(
                state=str(OperationState.QUEUED),
                attempt=self._next_fence(row),
                reason="",
                hint="",
                finished=None,
                cancel_requested=False,
            )
        )
        self._bump(operation, row.environment_id)

    def claim(self, operation: OperationId, *, at: datetime) -> int:
        """`at` is when it began, kept from the first attempt on."""
        row = self._row(operation)
        if row is None or OperationState(row.state).ended:
            raise StaleFenceError(f"Operation {operation} has ended already")
        number = self._next_fence(row)
        self._connection.execute(
            update(OperationRow)
            .where(OperationRow.id == operation)
            .values(state=str(OperationState.RUNNING), attempt=number, started=row.started or at)
        )
        self._bump(operation, row.environment_id)
        return number

    def attempt(self, operation: OperationId) -> tuple[int, bool]:
        """The fence is 0, which no attempt carries, when the operation has ended or is not there."""
        row = self._connection.execute(
            select(OperationRow.attempt, OperationRow.cancel_requested).where(
                OperationRow.id == operation, OperationRow.state.in_(ACTIVE)
            )
        ).first()
        return (0, False) if row is None else (row.attempt, row.cancel_requested)

    def progress(
        self,
        operation: OperationId,
        attempt: int,
        *,
        phases: Sequence[PhaseRun] | None = None,
        tables: Sequence[TableRun] | None = None,
        checklist: Sequence[ChecklistItem] | None = None,
        proof: Proof | None = None,
        findings: Sequence[Finding] | None = None,
        certificate: str | None = None,
        log: Sequence[LogLine] = (),
    ) -> None:
        given: dict[str, object] = {
            "phases": None if phases is None else tuple(phases),
            "tables": None if tables is None else tuple(tables),
            "checklist": None if checklist is None else tuple(checklist),
            "proof": proof,
            "findings": None if findings is None else tuple(findings),
            "certificate": certificate,
        }
        self._write(operation, attempt, {name: value for name, value in given.items() if value is not None})
        self._append_log(operation, log)

    def end(
        self,
        operation: OperationId,
        attempt: int,
        *,
        state: OperationState,
        reason: str,
        hint: str = "",
        at: datetime,
    ) -> None:
        """Also closes one that is still queued, under the number it was queued with."""
        if not state.ended:
            raise ValueError(f"{state} is no end")
        self._write(operation, attempt, {"state": str(state), "reason": reason, "hint": hint, "finished": at})

    def staged(self, operation: OperationId) -> Mapping[str, object] | None:
        staged = self._connection.execute(select(OperationRow.staged).where(OperationRow.id == operation)).scalar()
        return None if staged is None else dict(staged)

    def store_staged(self, operation: OperationId, attempt: int, staged: Mapping[str, object] | None) -> None:
        """Raises StaleFenceError when `attempt` is not the current fence."""
        self._write(operation, attempt, {"staged": None if staged is None else dict(staged)})

    def _write(self, operation: OperationId, attempt: int, values: Mapping[str, object]) -> None:
        """Change the row if this attempt is the current one; the comparison is part of the statement."""
        written = self._connection.execute(
            update(OperationRow)
            .where(OperationRow.id == operation, OperationRow.attempt == attempt, OperationRow.state.in_(ACTIVE))
            .values(values or {"attempt": attempt})
        )
        if written.rowcount != 1:
            raise StaleFenceError(
                f"Attempt {attempt} at operation {operation} is not the current one",
                "Another attempt took it over, or it has ended.",
            )
        self._bump(operation)

    def _row(self, operation: OperationId) -> Row[Any] | None:
        return self._connection.execute(
            select(*OperationRow.__table__.columns).where(OperationRow.id == operation)
        ).first()

    def _next_fence(self, row: Row[Any]) -> int:
        """Take the environment's next number; it grows past the operation's own where the environment is gone."""
        mine = EnvironmentRow.id == row.environment_id
        fence = self._connection.execute(select(EnvironmentRow.fence).where(mine)).scalar() or 0
        number: int = max(fence, row.attempt) + 1
        self._connection.execute(update(EnvironmentRow).where(mine).values(fence=number))
        return number

    def _refuse_while_busy(self, environment: EnvironmentId, name: str) -> None:
        running = self.active(environment)
        if running is not None:
            raise RefusedError(
                f"{name} is busy",
                f"Operation {running.id} ({running.kind}) is {running.state} there.",
                "Wait for it to end, or cancel it first.",
                operation=running.id,
            )

    def _append_log(self, operation: OperationId, log: Sequence[LogLine]) -> None:
        if log:
            self._connection.execute(
                insert(OperationLogRow),
                [{"operation_id": operation, "at": line.at, "text": line.text} for line in log],
            )

    def _bump(self, operation: OperationId, environment: str | None = None) -> None:
        self._feed.bump("operation", operation)
        if environment is not None:
            self._feed.bump("environment", environment)
