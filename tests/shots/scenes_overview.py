"""The overview: busy, calm, with nothing yet, and in trouble."""

from dataclasses import replace

from app.errors import OutsideError
from tests.fakes.world import crowd
from tests.shots.stage import Stage, scene
from ui.models.navigation import Go
from ui.views.overview.page import OverviewPage


@scene("overview-usual")
def usual(stage: Stage) -> None:
    stage.open(Go.OVERVIEW)


@scene("overview-first-run")
def first_run(stage: Stage) -> None:
    _nothing(stage)
    stage.open(Go.OVERVIEW)


@scene("overview-first-run-demo-being-made")
def demo_being_made(stage: Stage) -> None:
    _nothing(stage)
    stage.open(Go.OVERVIEW)
    stage.find(OverviewPage).welcome.show_progress("Inventing an agency with 2,000 customers…")


@scene("overview-first-run-demo-failed")
def demo_failed(stage: Stage) -> None:
    _nothing(stage)
    stage.open(Go.OVERVIEW)
    stage.find(OverviewPage).welcome.show_error(
        "The demo could not be written", "The disk is full: nothing was made. Free some space, then try again."
    )


@scene("overview-calm")
def calm(stage: Stage) -> None:
    world = stage.services.world
    for ref, environment in list(world.environments.items()):
        if "Orchard" in ref or "Nordlys" in ref:
            del world.environments[ref]
        elif environment.copied_at is not None:
            world.environments[ref] = replace(environment, proven=True)
    world.tenants = world.tenants[:1]
    world.operations = {k: o for k, o in world.operations.items() if "Harbor" in o.environment}
    stage.open(Go.OVERVIEW)


@scene("overview-crowd")
def many(stage: Stage) -> None:
    made = crowd(2_000)
    stage.services.world.tenants += made.tenants
    stage.services.world.environments.update(made.environments)
    stage.open(Go.OVERVIEW)


@scene("overview-error")
def error(stage: Stage) -> None:
    def fail(**_named: object) -> tuple[object, ...]:
        raise OutsideError(
            "The catalog could not be read",
            "/srv/sandkeeper/catalog.sqlite is on a disk that does not answer. Nothing was changed.",
            "Look whether the disk is there, then try again.",
        )

    stage.services.operations.all = fail  # type: ignore[method-assign,assignment]  # the disk is gone
    stage.open(Go.OVERVIEW)


def _nothing(stage: Stage) -> None:
    for kept in (stage.services.world.environments, stage.services.world.operations):
        kept.clear()
    stage.services.world.tenants.clear()
