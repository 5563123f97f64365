"""Removing what an environment owns, and what dead attempts left behind."""

import os
from pathlib import Path

from app.databases.sqlite.area import Area, sync_folder
from app.databases.sqlite.connections import identity_of, sidecars
from app.databases.sqlite.failures import disk_failure
from app.databases.sqlite.owned import held, must_be_ours
from app.databases.sqlite.publish import retire
from app.databases.sqlite.urls import path_of
from app.domain.environments import Target
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged


def wipe(target: Target, signer: Signer, ctx: PhaseContext) -> tuple[str, ...]:
    """The copy with SQLite's files beside it, everything in the area, and the area; each is looked for again at the
    end. Raises RefusedError for a database that is not ours or has other names, OutsideError when something is still
    there afterwards."""
    environment = target.environment
    path = path_of(environment.database)
    area, removed = Area(path), list[str]()
    if os.path.lexists(path):
        must_be_ours(path, environment, signer)
    elif not area.exists:
        return ()
    with area.lock(ctx):
        ctx.assert_current()
        try:
            if os.path.lexists(path):
                with held(path, environment, signer, ctx):
                    _must_have_no_other_name(path, area)
                    ctx.assert_current()
                    path.unlink()
                removed.append(path.name)
            elif environment.identity is not None:
                for sidecar in sidecars(path):
                    sidecar.unlink(missing_ok=True)
            removed.extend(each.name for each in area.remove(*area.everything()))
            foreign = [each.name for each in area.folder.iterdir() if each.name != "lock"]
            area.vanish()
            sync_folder(path.parent)
        except OSError as error:
            raise disk_failure(error, path, "while removing it") from None
    _must_be_gone(path, area, foreign)
    return tuple(removed)


def sweep(target: Target, keep: Staged | None) -> tuple[str, ...]:
    """Files of attempts that are over: staging, replaced copies, baselines that never came into place."""
    area = Area(path_of(target.environment.database))
    if not area.leftovers():
        area.tidy()
        return ()
    kept = {Path(place) for place in (keep.place, keep.baseline) if place} if keep else set[Path]()
    with area.lock():
        leftovers = [path for path in area.leftovers() if path not in kept]
        for path in leftovers:
            if path.name.startswith("old-") and identity_of(path) != identity_of(area.target):
                retire(path, target.environment)
        removed = area.remove(*leftovers)
        area.vanish()
    return tuple(path.name for path in removed)


def owns(target: Target) -> tuple[str, ...]:
    """What a wipe would remove, in words."""
    path = path_of(target.environment.database)
    beside = [each.name for each in (path, *sidecars(path)) if os.path.lexists(each)]
    return (*beside, *(f"{each.parent.name}/{each.name}" for each in Area(path).everything()))


def _must_have_no_other_name(path: Path, area: Area) -> None:
    """A file with a second name outlives the removal of the first, and a wipe would certify what is not so."""
    ours = sum(each.samefile(path) for each in area.everything())
    others = path.stat().st_nlink - 1 - ours
    if others > 0:
        raise RefusedError(
            f"{path.name} has {others} more {'name' if others == 1 else 'names'} on this disk",
            "Hard links lead to the same file, so its data would outlive the wipe. Nothing was removed.",
            f"Find and remove them (find -samefile {path.name}), then wipe again.",
        )


def _must_be_gone(path: Path, area: Area, foreign: list[str]) -> None:
    left = [each.name for each in (path, *sidecars(path)) if os.path.lexists(each)]
    left += [each.name for each in area.everything()]
    if left:
        raise OutsideError(
            f"{left[0]} is still there",
            "It was removed and stands there again.",
            "Find out what makes it, then wipe again.",
        )
    if foreign:
        raise OutsideError(
            f"{area.folder.name} holds files that are not Sandkeeper's",
            f"The copy is gone; left were: {', '.join(foreign[:5])}.",
            "Move them away and wipe again.",
        )
