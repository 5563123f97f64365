"""What a mark is worth, the same for every kind of database (invariant 5)."""

from app.domain.environments import Environment, Identity, Marker
from app.domain.ids import EnvironmentId
from app.ports.databases import Signer


def genuine(marker: Marker | None, environment: EnvironmentId, signer: Signer) -> bool:
    """Whether this installation made the mark for this environment, wherever it stands now."""
    return (
        marker is not None
        and marker.environment == environment
        and signer.verify(marker.signed_text(), marker.signature)
    )


def fits(marker: Marker | None, identity: Identity, environment: Environment, signer: Signer) -> bool:
    """Whether the database with that identity is the one the catalog says we made for the environment."""
    return (
        genuine(marker, environment.id, signer)
        and marker is not None
        and marker.identity == identity == environment.identity
        and marker.nonce == environment.marker_nonce
    )
