"""Typed identifiers. All are opaque strings; new ones come from `new_id`."""

import secrets
from typing import NewType

TenantId = NewType("TenantId", str)
EnvironmentId = NewType("EnvironmentId", str)
OperationId = NewType("OperationId", str)
PolicyVersionId = NewType("PolicyVersionId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """A random identifier of 13 lower-case characters (65 bits), easy to read aloud and safe in a file name."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(13))
