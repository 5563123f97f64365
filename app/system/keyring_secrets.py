"""Where this installation's secrets live: the system's keyring, and what is left without one (invariant 8)."""

import base64
import binascii
import hashlib
import secrets
import threading

from app.domain.ids import EnvironmentId, TenantId
from app.errors import OutsideError, RefusedError
from app.ports.secrets import MaskKey
from app.system import credentials
from app.system.home import Home
from app.system.installation import IN_FILE, IN_KEYRING, Installation
from app.system.keychain import Keychain, KeychainClosedError, KeychainState
from app.system.locks import FileLock
from app.system.private_files import read_json, write_json

OWN_HEAD = "audit-head"


class KeyringSecrets:
    """Implements `ports.secrets.Secrets` for one home.

    Rules it keeps: entries carry the installation's id, so two homes never share a key. Where an integrity key was
    made is written down in the home, and there it stays: a keyring that appears or goes later never leads to a second
    key, which would break every chain and marker made with the first. Mask keys and passwords never lie in a file.
    """

    def __init__(self, home: Home, *, catalog_url: str | None = None, keychain: Keychain | None = None) -> None:
        """`catalog_url` names a catalog that is not the home's own; its audit head is kept apart."""
        self._home = home
        self._keychain = keychain or Keychain()
        self._lock = FileLock(home.path / "secrets.lock")
        self._one_at_a_time = threading.RLock()
        self._integrity: dict[str, bytes] = {}
        self._installation = Installation(home, self._lock)
        self._head = OWN_HEAD
        url = home.catalog_url(catalog_url)
        if url != home.catalog_url():
            self._head += "/" + hashlib.sha256(url.encode()).hexdigest()[:16]

    @property
    def available(self) -> bool:
        return self._keychain.state is KeychainState.READY

    @property
    def stable_masks(self) -> bool:
        return self.available or credentials.offers_mask_key()

    @property
    def where(self) -> str:
        state = self._keychain.state
        kept = self._installation.kept()
        if state is KeychainState.READY:
            words = "Stored in your system keychain"
            if IN_FILE in kept.values():
                words += (
                    f". The integrity keys stay in {self._home.integrity_path} (mode 0600), where they were made before"
                    " there was a keychain"
                )
            return words
        if state is KeychainState.LOCKED:
            return "Keychain is locked"
        if state is KeychainState.SILENT:
            return "Keychain does not answer"
        if IN_KEYRING in kept.values():
            return "The integrity keys are in a system keychain, and there is none here now"
        if self.stable_masks:
            return (
                "No keychain here: the mask key comes from systemd's credentials directory, and the integrity keys lie "
                f"in {self._home.integrity_path} (mode 0600)"
            )
        return (
            "No keychain here: masks change with every copy, database passwords are not stored, and the integrity keys "
            f"lie in {self._home.integrity_path} (mode 0600)"
        )

    def mask_key(self, tenant: TenantId) -> MaskKey:
        """Raises KeychainClosedError when there is a keyring and it is locked: other masks than last time would be a
        surprise."""
        name = self._name(f"mask/{tenant}")
        try:
            known = self._keychain.get(name)
            if known is None:
                with self._one_at_a_time, self._lock:
                    known = self._keychain.get(name)
                    if known is None:
                        known = base64.b64encode(secrets.token_bytes(32)).decode()
                        self._keychain.put(name, known)
        except KeychainClosedError as closed:
            if closed.state is not KeychainState.ABSENT:
                raise
            handed_over = credentials.mask_key(tenant)
            if handed_over is not None:
                return MaskKey(handed_over, stable=True)
            return MaskKey(secrets.token_bytes(32), stable=False)
        return MaskKey(_key_from(known, "the tenant's mask key"), stable=True)

    def forget_mask_key(self, tenant: TenantId) -> bool:
        return self._delete(self._name(f"mask/{tenant}"))

    def integrity_key(self, purpose: str) -> bytes:
        """Raises OutsideError when the key that was made is out of reach: locked, on another machine, its file gone."""
        with self._one_at_a_time:
            if purpose not in self._integrity:
                with self._lock:
                    self._integrity[purpose] = self._read_or_make(purpose)
            return self._integrity[purpose]

    def audit_head(self) -> tuple[int, str] | None:
        """The newest of those kept: in the keyring, and in the file from times without one."""
        heads = [self._head_in_file()]
        try:
            heads.append(_head_from(self._keychain.get(self._name(self._head))))
        except KeychainClosedError as closed:
            if closed.state is not KeychainState.ABSENT:
                raise
        known = [head for head in heads if head is not None]
        return max(known) if known else None

    def store_audit_head(self, number: int, hash_: str) -> None:
        """Never goes back: of two processes that finish at once, the one with the older number changes nothing."""
        with self._one_at_a_time, self._lock:
            known = self.audit_head()
            if known is not None and known[0] >= number:
                return
            try:
                self._keychain.put(self._name(self._head), f"{number} {hash_}")
            except KeychainClosedError as closed:
                if closed.state is not KeychainState.ABSENT:
                    raise
                content = read_json(self._home.integrity_path) or {}
                heads = content.get("heads")
                heads = dict(heads) if isinstance(heads, dict) else {}
                heads[self._head] = f"{number} {hash_}"
                write_json(self._home.integrity_path, {**content, "heads": heads})

    def password(self, environment: EnvironmentId) -> str | None:
        try:
            return self._keychain.get(self._name(f"password/{environment}"))
        except KeychainClosedError as closed:
            if closed.state is not KeychainState.ABSENT:
                raise
            return credentials.password(environment)

    def store_password(self, environment: EnvironmentId, password: str) -> None:
        try:
            self._keychain.put(self._name(f"password/{environment}"), password)
        except KeychainClosedError as closed:
            if closed.state is not KeychainState.ABSENT:
                raise
            raise RefusedError(
                "There is no keychain to keep the password in",
                "Sandkeeper stores passwords nowhere else.",
                "Start a keychain (GNOME Keyring, KWallet, KeePassXC), or leave the password out of the URL and give it"
                " where the database's own client looks for it (~/.pgpass, PGPASSFILE).",
            ) from None

    def forget_password(self, environment: EnvironmentId) -> None:
        self._delete(self._name(f"password/{environment}"))

    def login_password(self, environment: EnvironmentId) -> str | None:
        """Made once per environment; on a server without a keyring derived from the mask key handed over."""
        name = self._name(f"login/{environment}")
        try:
            known = self._keychain.get(name)
            if known is None:
                with self._one_at_a_time, self._lock:
                    known = self._keychain.get(name)
                    if known is None:
                        known = secrets.token_urlsafe(24)
                        self._keychain.put(name, known)
        except KeychainClosedError as closed:
            if closed.state is not KeychainState.ABSENT:
                raise
            return credentials.login_password(environment)
        return known

    def forget_login(self, environment: EnvironmentId) -> None:
        self._delete(self._name(f"login/{environment}"))

    def _delete(self, name: str) -> bool:
        try:
            return self._keychain.delete(name)
        except KeychainClosedError as closed:
            if closed.state is not KeychainState.ABSENT:
                raise
            return False

    def _name(self, what: str) -> str:
        return f"{self._installation.id}/{what}"

    def _read_or_make(self, purpose: str) -> bytes:
        place, name = self._installation.kept().get(purpose), self._name(f"integrity/{purpose}")
        if place == IN_FILE:
            return self._key_in_file(purpose)
        try:
            known = self._keychain.get(name)
        except KeychainClosedError as closed:
            if closed.state is KeychainState.ABSENT and place is None:
                return self._make(purpose, IN_FILE)
            if closed.state is KeychainState.ABSENT:
                raise OutsideError(
                    f"The {purpose} key is in a keychain, and there is none here",
                    "This home was used with a system keychain. A new key would break everything made with that one,"
                    " so none was made.",
                    "Start the keychain it was used with, or name another home with --home.",
                ) from None
            raise
        if known is not None:
            if place is None:  # a process was killed between keeping the key and writing down where
                self._installation.keep(purpose, IN_KEYRING)
            return _key_from(known, f"the {purpose} key")
        if place == IN_KEYRING:
            raise OutsideError(
                f"The {purpose} key is not in your keychain any more",
                "A new key would break everything made with that one, so none was made.",
                "Put the keychain's entry back, or begin anew with another home (--home).",
            )
        return self._make(purpose, IN_KEYRING)

    def _make(self, purpose: str, place: str) -> bytes:
        catalog = self._home.catalog_path
        if purpose == "audit" and self._head == OWN_HEAD and catalog.exists() and catalog.stat().st_size:
            raise OutsideError(
                "The audit key of this home is gone",
                f"{catalog.name} is there, and {self._home.installation_path.name}, which says where its key is kept,"
                " is not. A new key would make every record look forged, so none was made.",
                f"Put {self._home.installation_path.name} back, or begin anew with another home (--home).",
            )
        key = secrets.token_bytes(32)
        text = base64.b64encode(key).decode()
        if place == IN_KEYRING:
            self._keychain.put(self._name(f"integrity/{purpose}"), text)
        else:
            content = read_json(self._home.integrity_path) or {}
            keys = content.get("keys")
            keys = dict(keys) if isinstance(keys, dict) else {}
            if purpose in keys:  # a process was killed between keeping the key and writing down where
                key = self._key_in_file(purpose)
            else:
                write_json(self._home.integrity_path, {**content, "keys": {**keys, purpose: text}})
        self._installation.keep(purpose, place)
        return key

    def _key_in_file(self, purpose: str) -> bytes:
        keys = (read_json(self._home.integrity_path) or {}).get("keys")
        text = keys.get(purpose) if isinstance(keys, dict) else None
        if not isinstance(text, str):
            raise OutsideError(
                f"The {purpose} key is gone",
                f"It was kept in {self._home.integrity_path}. A new key would break everything made with that one, so"
                " none was made.",
                "Put the file back, or begin anew with another home (--home).",
            )
        return _key_from(text, f"the {purpose} key")

    def _head_in_file(self) -> tuple[int, str] | None:
        heads = (read_json(self._home.integrity_path) or {}).get("heads")
        text = heads.get(self._head) if isinstance(heads, dict) else None
        return _head_from(text if isinstance(text, str) else None)


def _key_from(text: str, what: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise OutsideError(
            f"What is kept as {what} is not a key",
            "Something else has changed the entry.",
            "Put the right one back from a copy of your keychain or home.",
        )
    return key


def _head_from(text: str | None) -> tuple[int, str] | None:
    number, _, hash_ = (text or "").partition(" ")
    return (int(number), hash_) if number.isascii() and number.isdigit() and hash_ else None
