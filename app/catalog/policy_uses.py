"""Which environment was given which version of a policy, when and by whom: one row each time."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from app.catalog.feed import Feed
from app.catalog.tables import PolicyUseRow
from app.domain.ids import EnvironmentId, PolicyVersionId
from app.ports.catalog import PolicyUse
from app.ports.clock import Clock


class PolicyUses:
    """What the stores of one transaction share; the transaction's own person and clock sign each row."""

    def __init__(self, connection: Connection, feed: Feed, *, actor: str, clock: Clock) -> None:
        self._connection = connection
        self._feed = feed
        self._actor = actor
        self._clock = clock

    def add(self, environment: EnvironmentId, version: PolicyVersionId) -> None:
        self._connection.execute(
            insert(PolicyUseRow).values(
                environment_id=environment, version_id=version, at=self._clock.now(), by=self._actor
            )
        )
        self._feed.bump("policy", version)

    def of(self, environment: EnvironmentId) -> Sequence[PolicyUse]:
        """Newest first; the sequence decides what is newer, never a clock."""
        rows = self._connection.execute(
            select(PolicyUseRow.version_id, PolicyUseRow.at, PolicyUseRow.by)
            .where(PolicyUseRow.environment_id == environment)
            .order_by(PolicyUseRow.sequence.desc())
        )
        return [
            PolicyUse(environment=environment, version=PolicyVersionId(row.version_id), at=row.at, by=row.by)
            for row in rows
        ]
