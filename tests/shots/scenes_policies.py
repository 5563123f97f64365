"""Policies: a demo's, reviewed by several people over several days, with a production that moved on."""

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cache
from pathlib import Path

from app.domain.operations import OperationKind
from app.domain.policy import ColumnPolicy, Treatment
from tests.app.office import Office, open_office
from tests.shots.stage import Stage, scene
from ui.bootstrap import utc_now
from ui.models.navigation import Go
from ui.models.policies_columns import Show
from ui.views.policies.detail import COLUMNS, DRIFT, OUTWARD, SCRIPTS, TEXT, USES, VERSIONS
from ui.views.policies.page import PoliciesPage
from ui.views.policies.sheet import DecisionSheet

HARBOR = "Harbor Insurance"
SANDBOX, TRAINING = f"{HARBOR}/sandbox", f"{HARBOR}/training-01"
RUN = """
run:
  - id: migrate
    title: The application's own migrations
    command: [/srv/agency/bin/migrate, --yes, --quiet]
    folder: /srv/agency
    timeout: 600
  - id: recompute
    title: Recompute the commission of each policy
    sql:
      - UPDATE policy SET premium = round(premium, 2) WHERE premium IS NOT NULL
      - UPDATE policy SET status = 'active' WHERE status = 'Active'
    timeout: 60
"""


@cache
def _world() -> Office:
    """Made once and only read from then on."""
    folder = Path(tempfile.mkdtemp(prefix="sandkeeper-shots-"))
    os.environ.update(
        LOGNAME="ana",
        PYTHON_KEYRING_BACKEND="tests.keyring_file.FileKeyring",  # nothing of this reaches the person's own
        SANDKEEPER_TEST_KEYRING=str(folder / "keyring.json"),
    )
    stack = ExitStack()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(stack.close)
    office = stack.enter_context(open_office(folder))
    services = office.services
    services.demo.create(300)
    office.run(OperationKind.PROVISION, SANDBOX)
    services.reviews.decide_many(
        SANDBOX,
        [
            ("customer", "birth_date", ColumnPolicy(treatment=Treatment.MASK, mask="date_shift", reason="Ages stay")),
            ("customer", "city", ColumnPolicy(treatment=Treatment.KEEP, reason="Needed for territory reports")),
        ],
    )
    services.reviews.waive(SANDBOX, services.policies.policy_of(SANDBOX).outward[0].id, "Leads to a test server")
    text = services.policies.text_of(TRAINING)
    office.policy.write_text(text + RUN)
    services.environments.set(TRAINING, policy=str(office.policy))
    services.reviews.approve(TRAINING, "recompute", digest=services.reviews.runs(TRAINING)[1].run.digest)
    with closing(sqlite3.connect(_path(services.environments.get(f"{HARBOR}/production").database))) as database:
        database.execute("ALTER TABLE customer ADD COLUMN nickname VARCHAR(40)")
        database.execute("UPDATE customer SET nickname = 'Chip ' || customer_id")
        database.execute("CREATE TABLE call_note (id INTEGER PRIMARY KEY, caller TEXT, phone TEXT, note TEXT)")
        database.execute("INSERT INTO call_note VALUES (1, 'Margaret Ostrowski', '614-555-0143', 'Call her back')")
        database.commit()
    return office


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _open(stage: Stage, ref: str | None = SANDBOX, tab: int = COLUMNS) -> PoliciesPage:
    stage.desk = replace(stage.desk, services=_world().services, now=utc_now)
    stage.open(Go.POLICIES, ref)
    page = stage.find(PoliciesPage)
    stage.settle()
    page.detail.tabs.setCurrentIndex(tab)
    stage.settle()
    return page


@scene("policies-review")
def review(stage: Stage) -> None:
    page = _open(stage)
    page.detail.columns.table.selectRow(0)


@scene("policies-columns")
def columns(stage: Stage) -> None:
    page = _open(stage)
    page.detail.columns.filter.choose(Show.ALL)
    page.detail.columns.table.clearSelection()


@scene("policies-several")
def several(stage: Stage) -> None:
    page = _open(stage)
    page.detail.columns.filter.choose(Show.KEPT)
    page.detail.columns.table.selectAll()


@scene("policies-nothing-found")
def nothing_found(stage: Stage) -> None:
    _open(stage).detail.columns.search.setText("zebra")


def _sheet(stage: Stage, name: str, act: Callable[[DecisionSheet], None]) -> None:
    page = _open(stage)
    tab = page.detail.columns
    tab.filter.choose(Show.ALL)
    tab.search.setText(name)
    tab.table.selectAll()
    stage.settle()
    tab.mask_chosen.click()
    sheet = stage.find(DecisionSheet)
    act(sheet)
    stage.settle()


@scene("policies-decide")
def decide(stage: Stage) -> None:
    _sheet(stage, "customer.email", lambda _sheet: None)


@scene("policies-decide-example")
def example(stage: Stage) -> None:
    _sheet(stage, "customer.email", lambda sheet: sheet.reveal.click())


@scene("policies-decide-several")
def decide_several(stage: Stage) -> None:
    _sheet(stage, "call_note", lambda sheet: sheet.form.choice.setFocus())


@scene("policies-drift")
def drift(stage: Stage) -> None:
    _open(stage, tab=DRIFT)


@scene("policies-versions")
def versions(stage: Stage) -> None:
    _open(stage, tab=VERSIONS)


@scene("policies-versions-text")
def versions_text(stage: Stage) -> None:
    _open(stage, tab=VERSIONS).detail.versions.shape.choose("text")


@scene("policies-restore")
def restore(stage: Stage) -> None:
    page = _open(stage, tab=VERSIONS)
    page.detail.versions.table.selectRow(2)
    stage.settle()
    page.detail.versions.restore.click()


@scene("policies-used-by")
def used_by(stage: Stage) -> None:
    _open(stage, tab=USES)


@scene("policies-ways-out")
def ways_out(stage: Stage) -> None:
    _open(stage, tab=OUTWARD)


@scene("policies-scripts")
def scripts(stage: Stage) -> None:
    _open(stage, TRAINING, tab=SCRIPTS)


@scene("policies-text")
def text(stage: Stage) -> None:
    _open(stage, tab=TEXT)


@scene("policies-pack")
def pack(stage: Stage) -> None:
    _open(stage, "pack agency-management")


@scene("policies-pack-used-by")
def pack_used_by(stage: Stage) -> None:
    _open(stage, "pack agency-management", tab=USES)


@scene("policies-unreachable")
def unreachable(stage: Stage) -> None:
    production = _path(_world().services.environments.get(f"{HARBOR}/production").database)
    aside = production.with_suffix(".aside")
    production.rename(aside)
    try:
        _open(stage)
        stage.settle()
    finally:
        aside.rename(production)


@scene("policies-wrong-file")
def wrong_file(stage: Stage) -> None:
    from ui.actions.policies import import_from

    page = _open(stage, tab=VERSIONS)
    path = _world().folder / "mine.yaml"
    path.write_text(
        "policy: mine\nversion: one\ntables:\n  customer:\n    columns:\n      email: {mask: emial}\n      name: hide\n"
    )
    import_from(
        owner=page,
        desk=stage.desk,
        ref=SANDBOX,
        path=path,
        on_wrong=page.detail._on_wrong_file,  # what choosing the file would lead to
        on_settled=lambda: None,
    )


@scene("policies-empty")
def empty(stage: Stage) -> None:
    _open(stage).search.setText("zebra")
