"""Tenants, their environments, and what a database is whatever name leads to it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.ids import EnvironmentId, OperationId, PolicyVersionId, TenantId
from app.errors import RefusedError


class EnvironmentKind(StrEnum):
    PRODUCTION = "production"
    SANDBOX = "sandbox"
    TRAINING = "training"


class EnvironmentState(StrEnum):
    REGISTERED = "registered"  # a production we know of
    ABSENT = "absent"  # a sandbox that has no copy yet
    READY = "ready"
    BUSY = "busy"
    FAILED = "failed"  # the last operation failed; any earlier copy is intact
    WIPED = "wiped"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    id: TenantId
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a database is: `engine` with the numbers that engine gives it.

    SQLite: ("sqlite", device, inode). PostgreSQL: ("postgresql", system identifier, database oid).
    """

    engine: str
    major: str
    minor: str

    def __str__(self) -> str:
        return f"{self.engine}:{self.major}:{self.minor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """Sandkeeper's mark inside a database it made.

    `signature` is a keyed hash over the other fields, made with the marker key of this installation; it binds the
    mark to the identity, so a mark that was copied elsewhere does not verify there.
    """

    environment: EnvironmentId
    operation: OperationId
    identity: Identity
    nonce: str
    signature: str

    def signed_text(self) -> bytes:
        """What the signature covers."""
        return "\x1f".join(
            ("sandkeeper-marker-1", self.environment, self.operation, str(self.identity), self.nonce)
        ).encode()


class MarkerState(StrEnum):
    """What looking at the database itself said about its marker."""

    NONE = "none"  # there is no marker
    VALID = "valid"  # ours, and it fits identity and catalog
    FOREIGN = "foreign"  # a marker that does not verify here: copied, altered or another installation's
    MISSING = "missing"  # no database at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One database of a tenant. `database` never holds a password.

    `identity` and `marker_nonce` are what was recorded when Sandkeeper published the copy, None before that;
    `fence` is the number of the newest attempt of any operation here. `policy_version` is what the next copy is made
    with, `copied_policy` what the copy that is there now was made with, None where that is not known.
    """

    id: EnvironmentId
    tenant_id: TenantId
    tenant: str
    name: str
    kind: EnvironmentKind
    database: str
    source_id: EnvironmentId | None = None
    source: str | None = None
    policy_version: PolicyVersionId | None = None
    policy: str | None = None
    state: EnvironmentState = EnvironmentState.ABSENT
    identity: Identity | None = None
    marker_nonce: str | None = None
    copied_at: datetime | None = None
    proven: bool = False
    checklist_done: int = 0
    checklist_of: int = 0
    size_bytes: int | None = None
    fence: int = 0
    created_at: datetime | None = None
    copied_policy: PolicyVersionId | None = None

    @property
    def ref(self) -> str:
        return f"{self.tenant}/{self.name}"

    @property
    def policy_outdated(self) -> bool:
        """Whether the copy that is there was made with another version of the policy than a copy made now would be."""
        return self.copied_policy is not None and self.copied_policy != self.policy_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How people reach a sandbox: a URL without a password, and the login in it. `login` is None where the kind of
    database has none, or none could be made. `password` shows in no `repr`."""

    url: str
    login: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A production environment, readable and nothing else. Made only by `source_of`."""

    environment: Environment


@dataclass(frozen=True, slots=True)
class Target:
    """An environment that may be replaced. Made only by `target_of`: everything that writes takes one of these,
    so a production target cannot be written down by accident (invariant 1)."""

    environment: Environment

    def __post_init__(self) -> None:
        if self.environment.kind is EnvironmentKind.PRODUCTION:
            raise RefusedError(
                f"{self.environment.ref} is production",
                "Sandkeeper only ever reads production.",
                "Choose a sandbox or a training environment of this tenant.",
            )


def target_of(environment: Environment) -> Target:
    """The environment as something that may be replaced. Raises RefusedError for production."""
    return Target(environment)


def source_of(environment: Environment) -> Source:
    """The environment as something to copy from. Raises RefusedError unless it is production: data of a sandbox
    never goes anywhere (requirement W6)."""
    if environment.kind is not EnvironmentKind.PRODUCTION:
        raise RefusedError(
            f"{environment.ref} cannot be a source",
            f"It is a {environment.kind}; copies are made from production only.",
            "Name a production environment of the same tenant as the source.",
        )
    return Source(environment)
