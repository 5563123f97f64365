"""The checklist of an environment, and the counts of it that stand on the environment's own row."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from app.catalog.feed import Feed
from app.catalog.tables import ChecklistRow, EnvironmentRow
from app.domain.ids import EnvironmentId
from app.domain.operations import ChecklistItem, ItemKind, ItemState
from app.errors import UserError


class Checklists:
    """The checklist's part of `ports.catalog.EnvironmentStore`."""

    def __init__(self, connection: Connection, feed: Feed) -> None:
        self._connection = connection
        self._feed = feed

    def checklist(self, environment: EnvironmentId) -> Sequence[ChecklistItem]:
        """In the policy's order."""
        query = (
            select(ChecklistRow.item)
            .where(ChecklistRow.environment_id == environment)
            .order_by(ChecklistRow.position, ChecklistRow.id)
        )
        return list(self._connection.execute(query).scalars())

    def replace_checklist(self, environment: EnvironmentId, items: Iterable[ChecklistItem]) -> None:
        self._connection.execute(delete(ChecklistRow).where(ChecklistRow.environment_id == environment))
        rows = [
            {"environment_id": environment, "id": item.id, "position": position, "item": item}
            for position, item in enumerate(items)
        ]
        if rows:
            self._connection.execute(insert(ChecklistRow), rows)
        self._recount(environment)

    def tick(self, environment: EnvironmentId, item: str, *, note: str, by: str, at: datetime) -> None:
        """Raises UserError for an item that is not there or that only a check can prove."""
        mine = (ChecklistRow.environment_id == environment, ChecklistRow.id == item)
        found = self._connection.execute(select(ChecklistRow.item).where(*mine)).scalar()
        if found is None:
            raise UserError(f"The checklist has no item {item}", "", "Look at the checklist for the ids of its items.")
        if found.kind is not ItemKind.MANUAL:
            raise UserError(
                f"{found.title} cannot be ticked",
                "It is proved by a check, with evidence; nobody can tick it by hand.",
                "Refresh the environment to have it checked again.",
            )
        ticked = replace(found, state=ItemState.TICKED, note=note, ticked_by=by, checked_at=at)
        self._connection.execute(update(ChecklistRow).where(*mine).values(item=ticked))
        self._recount(environment)

    def _recount(self, environment: EnvironmentId) -> None:
        items = self.checklist(environment)
        self._connection.execute(
            update(EnvironmentRow)
            .where(EnvironmentRow.id == environment)
            .values(checklist_done=sum(item.state.done for item in items), checklist_of=len(items))
        )
        self._feed.bump("checklist", environment)
        self._feed.bump("environment", environment)
