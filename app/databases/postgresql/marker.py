"""Sandkeeper's signed mark: the comment on a database, or on a login, that it made.

A comment can be read without connecting to the database, and does not come along when the database is used as a
template. The signature binds it to one server and one oid, so a comment that was copied elsewhere does not verify.
"""

import json
import secrets
from datetime import UTC, datetime
from typing import Final

from app.databases import marks
from app.domain.environments import Identity, Marker
from app.domain.ids import EnvironmentId, OperationId
from app.ports.databases import Signer

DATABASE: Final = "postgresql"
"""The engine of a database's identity."""
LOGIN: Final = "postgresql-login"
"""The engine of a login's identity: a mark made for a login is none for a database that happens to have its number."""

_LONGEST = 2000
_PARTS = ("environment", "operation", "system", "oid", "nonce", "signature")


def new_marker(
    environment: EnvironmentId, operation: OperationId, identity: Identity, signer: Signer, now: datetime
) -> Marker:
    """A mark with a nonce of its own, signed for this very database. The nonce ends in the time it was made, by the
    server's clock, which `made_at` reads."""
    nonce = f"{secrets.token_hex(16)}-{int(now.timestamp())}"
    blank = Marker(environment=environment, operation=operation, identity=identity, nonce=nonce, signature="")
    return Marker(
        environment=environment,
        operation=operation,
        identity=identity,
        nonce=nonce,
        signature=signer.sign(blank.signed_text()),
    )


def as_comment(marker: Marker) -> str:
    return json.dumps(
        {
            "sandkeeper": 1,
            "environment": marker.environment,
            "operation": marker.operation,
            "system": marker.identity.major,
            "oid": marker.identity.minor,
            "nonce": marker.nonce,
            "signature": marker.signature,
        }
    )


def from_comment(comment: str | None, engine: str = DATABASE) -> Marker | None:
    """The mark in a comment, verified or not; None when it is none of ours. Takes any text."""
    if not comment or len(comment) > _LONGEST:
        return None
    try:
        parts = json.loads(comment)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parts, dict) or parts.get("sandkeeper") != 1:
        return None
    texts = [parts.get(name) for name in _PARTS]
    if not all(isinstance(text, str) for text in texts):
        return None
    environment, operation, system, oid, nonce, signature = map(str, texts)
    return Marker(
        environment=EnvironmentId(environment),
        operation=OperationId(operation),
        identity=Identity(engine=engine, major=system, minor=oid),
        nonce=nonce,
        signature=signature,
    )


def made_at(marker: Marker) -> datetime | None:
    """When the mark was made, as the signature covers it; None where it does not say."""
    _, _, made = marker.nonce.partition("-")
    return datetime.fromtimestamp(int(made), UTC) if made.isascii() and made.isdigit() and len(made) < 12 else None


def genuine(marker: Marker | None, identity: Identity, environment: EnvironmentId, signer: Signer) -> bool:
    """Whether this installation made the mark, for this environment, on what has that identity."""
    return marks.genuine(marker, environment, signer) and marker is not None and marker.identity == identity
