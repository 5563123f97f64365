"""Policies as texts: read once, stored for good, so that later edits of a file change nothing."""

import hashlib
from datetime import datetime
from pathlib import Path

from app.domain.environments import Environment, EnvironmentKind
from app.domain.ids import PolicyVersionId, new_id
from app.errors import OutsideError, RefusedError, UserError
from app.policy.packs import pack_names, pack_text
from app.policy.parse import parse_policy
from app.ports.catalog import PolicyVersion, Transaction
from app.services.names import shown

LARGEST_POLICY = 4_000_000
"""Bytes a policy file may have; one for a thousand tables has under a million."""

PACK_ORIGIN = "pack "
"""How the origin of a version that is a pack's own text begins."""


def read_policy(given: str, base: Path, *, now: datetime, author: str) -> PolicyVersion:
    """A pack by its name, else a file by its path (relative ones start from `base`), parsed and found valid.

    Raises PolicyError with line and column, UserError when there is neither, OutsideError when it cannot be read.
    """
    if given in pack_names():
        return version_of(pack_text(given), origin=f"{PACK_ORIGIN}{given}", now=now, name=given, author=author)
    path = base / Path(given).expanduser()
    return version_of(file_text(path), origin=f"file {path.name}", now=now, name=path.name, author=author)


def file_text(path: Path) -> str:
    """The text of a policy file. Raises UserError when there is none or it is no text, OutsideError otherwise."""
    try:
        if not path.is_file():
            raise UserError(
                f"There is no policy {shown(str(path))}",
                f"It is neither a file nor one of the packs {', '.join(pack_names())}.",
                "Give a pack's name or the path of a policy file.",
            )
        size = path.stat().st_size
        if size > LARGEST_POLICY:
            raise UserError(
                f"{shown(path.name)} is too large for a policy", f"It has {size:,} bytes.", "Check which file this is."
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(
            f"{shown(path.name)} is not a policy", "It is not text in UTF-8.", "Save it as UTF-8, or check which it is."
        ) from None
    except (OSError, ValueError) as problem:
        raise OutsideError(
            f"{shown(path.name)} could not be read",
            f"Nothing was changed. The system says: {getattr(problem, 'strerror', None) or type(problem).__name__}.",
            "Check the path and its permissions.",
        ) from problem


def version_of(text: str, *, origin: str, now: datetime, author: str, name: str = "") -> PolicyVersion:
    """The text as a version that can be stored. Raises PolicyError when it is not valid."""
    policy = parse_policy(text, name=name)
    return PolicyVersion(
        id=PolicyVersionId(new_id()),
        name=policy.name,
        text=text,
        hash=hash_of(text),
        origin=origin,
        created_at=now,
        author=author,
    )


def hash_of(text: str) -> str:
    """What a policy's text is known by: its SHA-256 as hexadecimal text."""
    return hashlib.sha256(text.encode()).hexdigest()


def stored(tx: Transaction, version: PolicyVersion) -> PolicyVersion:
    """The version as the catalog has it: the same text is stored once."""
    known = tx.policies.by_hash(version.hash)
    if known is not None:
        return known
    tx.policies.add(version)
    return version


def version_in_force(tx: Transaction, environment: Environment) -> PolicyVersion:
    """What the environment's next copy is made with. Raises UserError when it has no policy."""
    version = tx.policies.get(environment.policy_version) if environment.policy_version else None
    if version is None and environment.kind is EnvironmentKind.PRODUCTION:
        raise UserError(
            f"{environment.ref} has no policy",
            "It is production; a policy says how a copy of it is made.",
            "Name one of its sandboxes or training environments.",
        )
    if version is None:
        raise UserError(
            f"{environment.ref} has no policy",
            "",
            f'Set one: `sandkeeper environment set "{environment.ref}" --policy PACK|FILE`.',
        )
    return version


def refuse_busy(tx: Transaction, environment: Environment) -> None:
    """Raises RefusedError while an operation works with the policy as it is."""
    running = tx.operations.active(environment.id)
    if running is not None:
        raise RefusedError(
            f"{environment.ref} is busy",
            f"Operation {running.id} works with the policy as it is.",
            "Wait for it to end, or cancel it.",
            operation=running.id,
        )
