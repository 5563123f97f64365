"""Policy versions in the catalog: stored once, never changed."""

from sqlalchemy import Connection, insert, select

from app.catalog.feed import Feed
from app.catalog.mapping import policy_version_of
from app.catalog.tables import PolicyVersionRow
from app.domain.ids import PolicyVersionId
from app.ports.catalog import PolicyVersion


class Policies:
    """Implements `ports.catalog.PolicyStore`."""

    def __init__(self, connection: Connection, feed: Feed) -> None:
        self._connection = connection
        self._feed = feed

    def add(self, version: PolicyVersion) -> None:
        self._connection.execute(
            insert(PolicyVersionRow).values(
                id=version.id,
                name=version.name,
                text=version.text,
                hash=version.hash,
                origin=version.origin,
                created_at=version.created_at,
            )
        )
        self._feed.bump("policy", version.id)

    def get(self, version: PolicyVersionId) -> PolicyVersion | None:
        row = self._connection.execute(
            select(*PolicyVersionRow.__table__.columns).where(PolicyVersionRow.id == version)
        ).first()
        return None if row is None else policy_version_of(row)

    def by_hash(self, hash_: str) -> PolicyVersion | None:
        """The version first stored with that text; None when there is none."""
        row = self._connection.execute(
            select(*PolicyVersionRow.__table__.columns)
            .where(PolicyVersionRow.hash == hash_)
            .order_by(PolicyVersionRow.created_at, PolicyVersionRow.id)
        ).first()
        return None if row is None else policy_version_of(row)
