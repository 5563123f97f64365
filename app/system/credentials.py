"""Secrets a server without a desktop hands to a service: systemd's credentials directory (invariant 8).

A unit with `LoadCredential=sandkeeper.mask-key:...` finds the file of that name in `$CREDENTIALS_DIRECTORY`, readable
by the service alone; see systemd.exec(5), "Credentials". Sandkeeper reads these files and never writes there.
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from app.domain.ids import EnvironmentId, TenantId
from app.errors import OutsideError

MASK_KEY = "sandkeeper.mask-key"
"""One secret of at least 32 bytes, from which each tenant's key is derived."""
PASSWORD = "sandkeeper.password."  # noqa: S105  # a file's name, followed by the environment's id
SHORTEST = 32


def folder() -> Path | None:
    """The credentials directory of this service; None outside one."""
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(named) if named else None


def offers_mask_key() -> bool:
    """Whether a mask key was handed over."""
    place = folder()
    return place is not None and (place / MASK_KEY).exists()


def mask_key(tenant: TenantId) -> bytes | None:
    """The tenant's mask key, the same at each call; None where no such credential was handed over.

    Raises OutsideError for a credential that cannot be read or is too short to be a key.
    """
    secret = _read(MASK_KEY)
    if secret is None:
        return None
    if len(secret) < SHORTEST:
        raise OutsideError(
            "The mask key handed over by systemd is too short",
            f"The credential {MASK_KEY} has fewer than {SHORTEST} bytes.",
            "Make one with: head -c 48 /dev/urandom | base64",
        )
    return hmac.new(secret, b"tenant/" + tenant.encode(), hashlib.sha256).digest()


def password(environment: EnvironmentId) -> str | None:
    """The database password of an environment; None where none was handed over. Raises OutsideError as `mask_key`."""
    secret = _read(PASSWORD + environment)
    return None if secret is None else secret.decode("utf-8", "replace")


def login_password(environment: EnvironmentId) -> str | None:
    """The password of a sandbox's own login, derived from the mask key handed over; None where there is none."""
    secret = _read(MASK_KEY)
    if secret is None:
        return None
    made = hmac.new(secret, b"login/" + environment.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:24]).decode()


def _read(name: str) -> bytes | None:
    place = folder()
    if place is None:
        return None
    try:
        return (place / name).read_bytes().rstrip(b"\r\n")
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise OutsideError(
            "A credential cannot be read",
            f"{name} in systemd's credentials directory: {problem.strerror}.",
            "Look at LoadCredential= in the unit file.",
        ) from problem
