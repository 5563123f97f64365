"""The structure of each environment's source as it was when somebody looked through it."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from app.catalog.feed import Feed
from app.catalog.tables import PolicyReviewRow
from app.domain.ids import EnvironmentId
from app.domain.structure import Structure
from app.ports.catalog import Reviewed


class Reviews:
    """The reviews' part of `ports.catalog.EnvironmentStore`."""

    _connection: Connection
    _feed: Feed

    def reviewed(self, environment: EnvironmentId) -> Reviewed | None:
        row = self._connection.execute(
            select(PolicyReviewRow.structure, PolicyReviewRow.by, PolicyReviewRow.at).where(
                PolicyReviewRow.environment_id == environment
            )
        ).first()
        return None if row is None else Reviewed(structure=row.structure, by=row.by, at=row.at)

    def set_reviewed(self, environment: EnvironmentId, structure: Structure, *, by: str, at: datetime) -> None:
        """Takes the place of the review before."""
        self._connection.execute(delete(PolicyReviewRow).where(PolicyReviewRow.environment_id == environment))
        self._connection.execute(
            insert(PolicyReviewRow).values(environment_id=environment, structure=structure, by=by, at=at)
        )
        self._feed.bump("policy", environment)
