"""What could reach the outside is closed by the suggested policy, and a copy made with it proves it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.policy import OutwardKind, Policy
from app.policy.parse import parse_policy
from app.policy.suggest import as_policy
from app.policy.write import write_policy
from tests.app.databases.sqlite.line import Line
from tests.app.policy.suggest.databases import database, planned, schema_of, suggested
from tests.app.policy.suggest.firm import CLOSED, firm


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database(tmp_path_factory.mktemp("firm") / "firm.sqlite", firm(server=False))


@pytest.fixture(scope="module")
def policy(source: Path) -> Policy:
    return as_policy(suggested(source), name="firm", title="Firm", accept=True)


def test_every_way_out_is_closed_by_a_check_or_left_to_a_person(policy: Policy) -> None:
    assert {way.id for way in policy.outward if way.check} == CLOSED
    assert {check.id for check in policy.checks} == CLOSED
    assert {"stop-cron", "settings-settings"} <= {item.id for item in policy.manual}
    kinds = {way.id: way.kind for way in policy.outward}
    assert kinds["no-outgoing-mail"] is OutwardKind.MAILBOX
    assert kinds["scheduled-jobs-disabled"] is OutwardKind.TASK
    assert kinds["webhooks-active"] is OutwardKind.WEBHOOK
    assert kinds["no-integrations-host"] is OutwardKind.ENDPOINT


def test_it_survives_its_file(policy: Policy) -> None:
    assert parse_policy(write_policy(policy)) == policy


def test_a_copy_made_with_it_shows_each_of_them_done(source: Path, policy: Policy, tmp_path: Path) -> None:
    plan = planned(schema_of(source), write_policy(policy))
    assert plan.errors == ()
    line = Line(source, tmp_path / "sandbox.sqlite")
    result = line.prepare(plan)
    assert {id_ for id_ in CLOSED if not result.item(id_).state.done} == set()
    with closing(sqlite3.connect(source)) as connection:
        jobs = connection.execute("SELECT disabled FROM scheduled_jobs ORDER BY id").fetchall()
    assert jobs == [(0,), (1,)], "production was changed"


def test_a_flag_that_is_no_plain_yes_or_no_is_left_to_a_person(tmp_path: Path) -> None:
    path = database(
        tmp_path / "t.sqlite",
        """CREATE TABLE schedules (id INTEGER PRIMARY KEY, next_run TEXT, enabled TEXT, active INTEGER);
        CREATE TABLE job_titles (id INTEGER PRIMARY KEY, label TEXT);
        INSERT INTO schedules VALUES (1, '2026-01-01', 'Y', 7)""",
    )
    policy = as_policy(suggested(path), name="t", title="T", accept=True)
    assert policy.actions == ()
    assert [item.id for item in policy.manual if item.id.startswith("stop-")] == ["stop-schedules"]


def test_what_is_not_decided_yet_is_proven_by_nothing(tmp_path: Path) -> None:
    path = database(tmp_path / "r.sqlite", "CREATE TABLE place (id INTEGER PRIMARY KEY, website TEXT)")
    asked = as_policy(suggested(path), name="r", title="R", accept=False)
    accepted = as_policy(suggested(path), name="r", title="R", accept=True)
    assert [check.id for check in asked.checks] == []
    assert [check.id for check in accepted.checks] == ["no-place-website"]


def test_names_in_any_script_make_ids_that_do_not_clash(tmp_path: Path) -> None:
    path = database(
        tmp_path / "n.sqlite",
        """CREATE TABLE "Ключ" (id INTEGER PRIMARY KEY, password TEXT); CREATE TABLE "Код" (id INTEGER, password TEXT);
        CREATE TABLE "a b" (id INTEGER, password TEXT); CREATE TABLE "a-b" (id INTEGER, password TEXT);""",
    )
    policy = as_policy(suggested(path), name="n", title="N", accept=True)
    assert len({check.id for check in policy.checks}) == 4
    assert parse_policy(write_policy(policy)) == policy
