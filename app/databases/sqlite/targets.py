"""What stands against replacing a target, as findings."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.databases.sqlite.area import Area
from app.databases.sqlite.connections import identity_of, regular, sidecars
from app.databases.sqlite.looking import look, marker_state
from app.databases.sqlite.urls import path_of
from app.domain.environments import Identity, MarkerState, Source, Target
from app.domain.findings import Finding, error
from app.ports.databases import Signer

_ELSEWHERE = "Give the environment another path."


def target_findings(
    target: Target, source: Source | None, productions: Iterable[Identity], signer: Signer, needed_bytes: int
) -> tuple[Finding, ...]:
    """Errors only: none of this can be acknowledged away (invariants 1 and 5)."""
    path = path_of(target.environment.database)
    folder = tuple(_folder(path, needed_bytes))
    if folder and folder[0].code == "target-folder":
        return folder
    return (*_file(path, target, source, productions, signer), *folder)


def _file(
    path: Path, target: Target, source: Source | None, productions: Iterable[Identity], signer: Signer
) -> Iterator[Finding]:
    identity = identity_of(path)
    if source is not None and identity is not None:
        try:
            original = identity_of(path_of(source.environment.database))
        except OSError:
            original = None
        if identity == original:
            yield error(
                "target-is-source",
                "The target is the source itself, or leads to it.",
                str(path),
                f"A copy needs a file of its own. {_ELSEWHERE}",
            )
            return
    if identity is not None and identity in set(productions):
        yield error(
            "target-is-production",
            "The target is a production database, or leads to one.",
            str(path),
            f"Production is never replaced. {_ELSEWHERE}",
        )
        return
    if path.is_symlink():
        yield error(
            "target-is-link", "A link stands at the target.", str(path), f"Sandkeeper makes files only. {_ELSEWHERE}"
        )
        return
    if path.name.endswith(("-wal", "-shm", "-journal")):
        yield error(
            "target-is-sidecar",
            "SQLite keeps its own files under names that end like this, and would take the copy for one of them.",
            str(path),
            _ELSEWHERE,
        )
        return
    if identity is None:
        yield from _strays(path, target)
    elif not regular(path):
        yield error("target-is-no-file", "A folder or a device stands at the target.", str(path), _ELSEWHERE)
    else:
        yield from _marked(path, target, signer)


def _marked(path: Path, target: Target, signer: Signer) -> Iterator[Finding]:
    seen = look(target.environment.database)
    state = marker_state(target, seen, signer)
    if state is MarkerState.VALID:
        return
    if state is MarkerState.NONE:
        yield error(
            "target-not-ours",
            "A file that Sandkeeper did not make stands at the target." + (f" {seen.problem}" if seen.problem else ""),
            str(path),
            f"Move it away by hand if it is not needed. {_ELSEWHERE}",
        )
    else:
        yield error(
            "target-mark-foreign",
            "The file at the target carries a mark that was not made for it here: it was copied, moved or altered.",
            str(path),
            f"Move it away by hand if it is not needed. {_ELSEWHERE}",
        )


def _strays(path: Path, target: Target) -> Iterator[Finding]:
    strays = [each.name for each in sidecars(path) if os.path.lexists(each)]
    if strays and target.environment.identity is None:
        yield error(
            "target-strays",
            f"{strays[0]} stands where the copy should go, and SQLite would read it as part of the copy.",
            str(path.parent),
            f"Move it away. {_ELSEWHERE}",
        )


def _folder(path: Path, needed_bytes: int) -> Iterator[Finding]:
    folder = path.parent
    try:
        there = folder.is_dir()
    except OSError:
        there = False
    if not there:
        yield error(
            "target-folder",
            "The target's folder does not exist or cannot be reached.",
            str(folder)[:300],
            "Make the folder, or give the environment another path.",
        )
        return
    if not _name_fits(path):
        yield error("target-folder", "The target's file name is too long.", path.name[:80] + "...", _ELSEWHERE)
        return
    if not os.access(folder, os.W_OK | os.X_OK) or _read_only(folder):
        yield error(
            "target-not-writable",
            "Nothing can be written to the target's folder.",
            str(folder),
            "Give this account the right to write there, or choose another folder.",
        )
        return
    area = Area(path)
    if os.path.lexists(area.folder) and not area.exists:
        yield error("target-area", "Something stands where copies are prepared.", str(area.folder), "Move it away.")
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        yield error(
            "target-too-little-room",
            f"The copy needs about {_megabytes(needed_bytes)}, and {_megabytes(free)} are free.",
            str(folder),
            "Free some space, choose another disk, or turn the baseline off in the policy.",
        )


def _name_fits(path: Path) -> bool:
    try:
        return len(os.fsencode(path.name)) <= os.pathconf(path.parent, "PC_NAME_MAX")
    except (OSError, ValueError, AttributeError):
        return len(os.fsencode(path.name)) <= 255


def _read_only(folder: Path) -> bool:
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except (OSError, AttributeError):
        return False


def _megabytes(size: int) -> str:
    return f"{max(size, 0) / 1024**2:,.0f} MB"
