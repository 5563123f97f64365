"""The swap: the staged file takes the environment's name in one act, and what follows once it has."""

import errno
import os
import sqlite3
from pathlib import Path

from app.databases.marks import genuine
from app.databases.sqlite.area import Area, sync_folder
from app.databases.sqlite.connections import identity_of, open_file, open_readonly, sidecars
from app.databases.sqlite.failures import disk_failure
from app.databases.sqlite.looking import marker_in
from app.databases.sqlite.marker import read_marker
from app.databases.sqlite.owned import held, keep_mode, not_ours
from app.databases.sqlite.urls import path_of
from app.domain.environments import Environment, Target
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged


def publish(target: Target, staged: Staged, signer: Signer, operation: OperationId, ctx: PhaseContext) -> None:
    """As the port says. Decided by identity and mark: either the target is the staged file already, or nothing
    happened yet."""
    environment = target.environment
    path, place = path_of(environment.database), Path(staged.place)
    area = Area(path)
    with area.lock(ctx):
        ctx.assert_current()
        try:
            if _done(path, staged):
                area.remove(place)  # a second name of the target, left by a kill in the middle
            else:
                _must_be_staged(place, staged, environment, signer)
                _take_the_name(path, place, area.old(operation), environment, signer, ctx)
            _baseline_in_place(area, staged)
            sync_folder(path.parent)
        except OSError as error:
            raise disk_failure(error, path, "while the copy took the environment's name") from None


def _done(path: Path, staged: Staged) -> bool:
    """Whether the target is the staged file already. An inode number is used again once its file is gone, so the
    mark's nonce must agree too."""
    if path.is_symlink() or identity_of(path) != staged.identity:
        return False
    marker = marker_in(path)
    return marker is not None and marker.nonce == staged.nonce


def settle(target: Target, staged: Staged, ctx: PhaseContext) -> None:
    """Drop what was replaced; the new copy's twin becomes the baseline. A reset (`rows` is None) leaves the baseline
    it came from; a copy made without one ends the one of an earlier copy."""
    area = Area(path_of(target.environment.database))
    if not area.exists:
        return
    with area.lock(ctx):
        ctx.assert_current()
        try:
            _baseline_in_place(area, staged)
            for old in area.leftovers():
                if old.name.startswith("old-") and identity_of(old) != identity_of(area.target):
                    retire(old, target.environment)
            area.remove(*(path for path in area.leftovers() if path.name.startswith("old-")), Path(staged.place))
            sync_folder(area.folder)
            area.vanish()
        except OSError as error:
            raise disk_failure(error, area.folder, "while cleaning up after the copy") from None


def _baseline_in_place(area: Area, staged: Staged) -> None:
    """At once after the swap: a baseline of an earlier copy must not stay behind a copy that is new, or a reset would
    go back to data, and to a policy, of before."""
    if staged.baseline is not None:
        twin = area.folder / Path(staged.baseline).name  # by its name in our own folder, whatever is on record
        if twin.is_file():  # else it is in place already: this is a repetition
            area.remove(*sidecars(area.baseline))
            twin.replace(area.baseline)
    elif staged.rows is not None:
        area.remove(area.baseline)


def retire(old: Path, environment: Environment) -> None:
    """Make a replaced file unusable, as far as nobody is using it now: a program that still has it open would go on
    writing into nothing, and its journal would stand beside the new copy.

    Its name proves nothing (it may be a link to a production): only a file whose mark says that it was made for the
    environment, and as this very file, is written to (invariant 5). The look before opens nothing for writing.
    """
    try:
        marker, identity = marker_in(old), identity_of(old)
        if marker is None or marker.environment != environment.id or marker.identity != identity:
            return
        if old.stat().st_nlink > 1:
            return  # somebody keeps it under another name, or the swap never came to its end: theirs to use
        connection, opened = open_file(old, "rw", busy_seconds=0)
    except (OutsideError, OSError):
        return
    if opened != identity:
        connection.close()
        return
    try:
        connection.execute("BEGIN EXCLUSIVE")
        with old.open("r+b") as file:
            file.write(bytes(100))
    except (sqlite3.Error, OSError):
        return
    finally:
        connection.close()


def _take_the_name(
    path: Path, place: Path, old: Path, environment: Environment, signer: Signer, ctx: PhaseContext
) -> None:
    if not os.path.lexists(path):
        _first_copy(path, place, environment, ctx)
        return
    with held(path, environment, signer, ctx):
        keep_mode(path, place)
        _second_name(path, old)
        ctx.assert_current()
        place.replace(path)


def _first_copy(path: Path, place: Path, environment: Environment, ctx: PhaseContext) -> None:
    """Where nothing stands: never over a file that appeared in the meantime."""
    stray = [sidecar for sidecar in sidecars(path) if os.path.lexists(sidecar)]
    if stray and environment.identity is None:
        raise RefusedError(
            f"{stray[0].name} stands where the copy should go",
            "It belongs to a database that is not there, and SQLite would read it as part of the new one.",
            "Move it away, or give the environment another path.",
        )
    for sidecar in stray:
        sidecar.unlink(missing_ok=True)
    ctx.assert_current()
    try:
        os.link(place, path)
    except FileExistsError:
        raise not_ours(environment, "A file appeared there while the copy was being made.") from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS):
            raise
        if os.path.lexists(path):
            raise not_ours(environment, "A file appeared there while the copy was being made.") from None
        place.rename(path)  # a file system without hard links
    else:
        place.unlink()


def _second_name(path: Path, old: Path) -> None:
    """Keep the old file under another name until the operation is settled."""
    try:
        os.link(path, old)
    except FileExistsError:
        if not old.samefile(path):
            raise
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS):
            raise  # without hard links the checked copy replaces the old one without keeping it


def _must_be_staged(place: Path, staged: Staged, environment: Environment, signer: Signer) -> None:
    """Raises RefusedError unless the file is the one that was prepared and sealed."""
    connection, identity = open_readonly(place)
    try:
        marker = read_marker(connection)
    finally:
        connection.close()
    good = genuine(marker, environment.id, signer) and marker is not None and marker.nonce == staged.nonce
    if not good or marker is None or not (identity == staged.identity == marker.identity):
        raise RefusedError(
            "The prepared copy is not the one that was checked",
            f"Identity or mark of {place.name} changed after it was finished.",
            "Start the operation again; the environment is as it was.",
        )
    # a -shm holds no content, and reading the mark of a copy in write-ahead mode has just made one
    beside = (each for each in sidecars(place) if not each.name.endswith("-shm"))
    written = any(each.exists() and each.stat().st_size for each in beside)
    if written or (staged.modified is not None and place.stat().st_mtime_ns != staged.modified):
        raise RefusedError(
            "The prepared copy was written to after it was checked",
            f"Another program changed {place.name}, so nobody knows what is in it now.",
            "Start the operation again; the environment is as it was.",
        )
