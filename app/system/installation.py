"""Which installation a home is, and where its integrity keys were made. Holds no secret."""

from app.domain.ids import new_id
from app.system.home import Home
from app.system.locks import FileLock
from app.system.private_files import read_json, write_json

IN_KEYRING, IN_FILE = "keyring", "file"


class Installation:
    """The id of a home, made once; and for each integrity key, whether it is kept in the keyring or in the file."""

    def __init__(self, home: Home, lock: FileLock) -> None:
        """Raises OutsideError when the home cannot be written or its `installation.json` is unreadable."""
        self._path = home.installation_path
        known = read_json(self._path)
        if known is None:
            with lock:
                known = read_json(self._path)
                if known is None:
                    known = {"id": new_id(), "keys": {}}
                    write_json(self._path, known)
        self.id = str(known["id"])

    def kept(self) -> dict[str, str]:
        """Where each key is kept, as written down now; another process may just have made one."""
        content = read_json(self._path) or {}
        keys = content.get("keys")
        return {str(k): str(v) for k, v in keys.items()} if isinstance(keys, dict) else {}

    def keep(self, purpose: str, place: str) -> None:
        """Call with the lock held."""
        write_json(self._path, {"id": self.id, "keys": {**self.kept(), purpose: place}})
