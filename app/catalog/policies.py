"""Policy versions in the catalog, stored once and never changed; who uses them; what a person approved."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select

from app.catalog.feed import Feed
from app.catalog.mapping import policy_version_of
from app.catalog.policy_uses import PolicyUses
from app.catalog.tables import ApprovalRow, PolicyVersionRow
from app.domain.ids import EnvironmentId, PolicyVersionId
from app.ports.catalog import Approval, PolicyOutline, PolicyUse, PolicyVersion


class Policies:
    """Implements `ports.catalog.PolicyStore`."""

    def __init__(self, connection: Connection, feed: Feed, uses: PolicyUses) -> None:
        self._connection = connection
        self._feed = feed
        self._uses = uses

    def add(self, version: PolicyVersion) -> None:
        self._connection.execute(
            insert(PolicyVersionRow).values(
                id=version.id,
                name=version.name,
                text=version.text,
                hash=version.hash,
                origin=version.origin,
                created_at=version.created_at,
                author=version.author,
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

    def outlines(self, versions: Iterable[PolicyVersionId] | None = None) -> Sequence[PolicyOutline]:
        query = select(
            PolicyVersionRow.id,
            PolicyVersionRow.name,
            PolicyVersionRow.hash,
            PolicyVersionRow.origin,
            PolicyVersionRow.created_at,
            PolicyVersionRow.author,
        ).order_by(PolicyVersionRow.created_at, PolicyVersionRow.id)
        if versions is not None:
            query = query.where(PolicyVersionRow.id.in_(list(versions)))
        return [PolicyOutline(**row._mapping) for row in self._connection.execute(query)]

    def uses(self, environment: EnvironmentId) -> Sequence[PolicyUse]:
        return self._uses.of(environment)

    def approve(self, approval: Approval) -> None:
        known = select(ApprovalRow.digest).where(ApprovalRow.digest == approval.digest)
        if self._connection.execute(known).first() is not None:
            return
        self._connection.execute(
            insert(ApprovalRow).values(
                digest=approval.digest, kind=approval.kind, text=approval.text, by=approval.by, at=approval.at
            )
        )
        self._feed.bump("policy", approval.digest)

    def approvals(self, digests: Iterable[str]) -> Sequence[Approval]:
        rows = self._connection.execute(
            select(*ApprovalRow.__table__.columns)
            .where(ApprovalRow.digest.in_(list(digests)))
            .order_by(ApprovalRow.at, ApprovalRow.digest)
        )
        return [Approval(digest=row.digest, kind=row.kind, text=row.text, by=row.by, at=row.at) for row in rows]
