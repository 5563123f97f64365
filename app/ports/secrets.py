"""Where secrets live (invariant 8)."""

from typing import Protocol

from app.domain.ids import EnvironmentId, TenantId


class MaskKey:
    """A tenant's mask secret. Its bytes show in no `repr`, log or error.

    `stable` is False when there is no keyring: then every operation gets a new key and masks differ after a refresh.
    """

    __slots__ = ("_secret", "stable")

    def __init__(self, secret: bytes, *, stable: bool) -> None:
        self._secret = secret
        self.stable = stable

    def reveal(self) -> bytes:
        """The 32 secret bytes, for deriving subkeys and nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return "MaskKey(...)"


class Secrets(Protocol):
    """The operating system's keyring, and what happens without one."""

    @property
    def available(self) -> bool:
        """Whether a keyring that keeps secrets is there."""
        ...

    @property
    def stable_masks(self) -> bool:
        """Whether a tenant's mask key stays the same from one operation to the next."""
        ...

    @property
    def where(self) -> str:
        """In words, where secrets live now ("Stored in your system keychain"), or what works without one."""
        ...

    def mask_key(self, tenant: TenantId) -> MaskKey:
        """The tenant's mask key, made at first use. Without a keyring a fresh one at each call, not stable."""
        ...

    def forget_mask_key(self, tenant: TenantId) -> bool:
        """Remove it from the keyring; False when there was none."""
        ...

    def integrity_key(self, purpose: str) -> bytes:
        """The installation's key for `marker` or `audit`; without a keyring it lies in a 0600 file in the home."""
        ...

    def audit_head(self) -> tuple[int, str] | None:
        """Number and hash of the newest audit record as kept beside the key; None when never stored."""
        ...

    def store_audit_head(self, number: int, hash_: str) -> None: ...

    def password(self, environment: EnvironmentId) -> str | None:
        """The database password of an environment; None where there is none."""
        ...

    def store_password(self, environment: EnvironmentId, password: str) -> None:
        """Raises RefusedError where there is no keyring: never a plaintext file."""
        ...

    def forget_password(self, environment: EnvironmentId) -> None: ...

    def login_password(self, environment: EnvironmentId) -> str | None:
        """The password of the sandbox's own login, made at first use and the same after each refresh, so that what
        people have set up goes on working. None where there is nowhere to keep one."""
        ...

    def forget_login(self, environment: EnvironmentId) -> None: ...
