"""A look at every file of a folder from another process, as `python looking.py FOLDER WORKER`; needles come on stdin.

From another process because closing any descriptor of a database drops the locks that this process holds on it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path


def holds(data: bytes, needle: str) -> bool:
    """Whether the text stands there in any case, as UTF-8 or UTF-16 of either order."""
    low = data.lower()
    return any(needle.encode(encoding) in low for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def texts(folder: Path, worker: int) -> Iterator[tuple[str, bytes]]:
    """Every file but production and the keyring, and what the system shows of the worker's process."""
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "keyring" and not path.name.startswith("production.sqlite"):
            yield str(path.relative_to(folder)), path.read_bytes()
    for part in ("cmdline", "environ", "comm") if worker else ():
        yield f"/proc/{part}", Path(f"/proc/{worker}/{part}").read_bytes()


def main(folder: Path, worker: int) -> None:
    needles = json.load(sys.stdin)
    originals, secrets = needles["originals"], {k: bytes.fromhex(v) for k, v in needles["secrets"].items()}
    said: dict[str, list[str]] = {"files": [], "originals": [], "secrets": []}
    for name, data in texts(folder, worker):
        said["files"].append(name)
        said["originals"] += [f"{needle} in {name}" for needle in originals if holds(data, needle)]
        said["secrets"] += [f"{key} in {name}" for key, secret in secrets.items() if secret in data]
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
