import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from app.domain.environments import EnvironmentState, MarkerState
from app.domain.operations import Choices, ItemState, OperationKind
from app.errors import RefusedError, UserError
from tests.app.office import Office


def test_before_the_first_copy_there_is_nothing(office: Office) -> None:
    seen = office.services.inspection.inspect("Harbor/sandbox")
    assert (seen.state, seen.marker, seen.tables, seen.problem) == (
        EnvironmentState.ABSENT,
        MarkerState.MISSING,
        (),
        "",
    )
    production = office.services.inspection.inspect("Harbor/production")
    assert (production.state, production.marker) == (EnvironmentState.REGISTERED, MarkerState.NONE)
    assert {t.table: t.rows for t in production.tables}["person"] == 60


def test_a_copy_tells_its_marker_rows_checklist_and_when_it_expires(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    seen = office.services.inspection.inspect("Harbor/sandbox")
    assert (seen.state, seen.marker, seen.proven) == (EnvironmentState.READY, MarkerState.VALID, True)
    assert {t.table: t.rows for t in seen.tables} == {"person": 60, "visit": 60, "outbox": 0}
    assert seen.copied_at is not None
    assert seen.expires_at == seen.copied_at + timedelta(days=14)
    assert seen.checklist_of == len(seen.checklist) > 0
    assert seen.secrets
    assert office.services.inspection.glances("Harbor")[1].marker is MarkerState.VALID


def test_what_was_changed_since_the_copy_is_counted(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    with closing(sqlite3.connect(office.sandbox)) as connection, connection:
        connection.execute("DELETE FROM visit WHERE id < 4")
        connection.execute("INSERT INTO outbox VALUES (9, 'a', 'b')")
    impact = office.services.inspection.inspect("Harbor/sandbox").impact
    assert {c.table: (c.added, c.changed, c.removed) for c in impact.changes if c.added or c.changed or c.removed} == {
        "visit": (0, 0, 3),
        "outbox": (1, 0, 0),
    }


def test_a_copy_that_vanished_or_production_that_is_away_is_unreachable(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    office.sandbox.rename(office.folder / "elsewhere.sqlite")
    seen = office.services.inspection.inspect("Harbor/sandbox")
    assert (seen.state, seen.marker) == (EnvironmentState.UNREACHABLE, MarkerState.MISSING)
    office.production.write_bytes(b"scrambled" * 1000)
    assert office.services.inspection.inspect("Harbor/production").state is EnvironmentState.UNREACHABLE
    assert office.services.inspection.inspect("Harbor/production").problem


def test_a_marker_copied_from_elsewhere_is_foreign(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    shutil.copy(office.sandbox, office.folder / "twin.sqlite")
    office.services.environments.add(
        "Harbor", "twin", kind="sandbox", database=f"sqlite:///{office.folder}/twin.sqlite"
    )
    assert office.services.inspection.glance("Harbor/twin").marker is MarkerState.FOREIGN


def test_a_file_that_took_the_place_of_the_copy_is_not_said_to_be_proven(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    backup = office.folder / "backup.sqlite"
    shutil.copy(office.sandbox, backup)
    backup.replace(office.sandbox)
    seen = office.services.inspection.glance("Harbor/sandbox")
    assert (seen.marker, seen.proven) == (MarkerState.FOREIGN, False)


def test_a_person_ticks_a_manual_item_with_a_note(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    before = office.services.inspection.inspect("Harbor/sandbox").checklist_done
    items = office.services.inspection.tick("Harbor/sandbox", "look", "  I opened it\n and looked ")
    item = next(i for i in items if i.id == "look")
    assert (item.state, item.note, item.ticked_by) == (ItemState.TICKED, "I opened it and looked", office.parts.actor)
    assert office.services.environments.get("Harbor/sandbox").checklist_done == before + 1
    record = office.services.audit.all()[-1]
    assert (record.action, record.detail["item"]) == ("checklist.tick", "look")


def test_only_evidence_ticks_an_automatic_item(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    with pytest.raises(RefusedError, match="automatic"):
        office.services.inspection.tick("Harbor/sandbox", "no-mail", "trust me")
    with pytest.raises(UserError, match="no item") as refused:
        office.services.inspection.tick("Harbor/sandbox", "lok", "")
    assert "look" in refused.value.detail
    with pytest.raises(UserError, match="do not show"):
        office.services.inspection.tick("Harbor/sandbox", "look", "\u202efine")
    with pytest.raises(UserError, match="too long"):
        office.services.inspection.tick("Harbor/sandbox", "look", "x" * 3000)


def test_a_checklist_is_not_ticked_while_its_copy_is_replaced(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    office.workers.idle = True
    office.services.operations.start(
        "Harbor/sandbox", OperationKind.REFRESH, Choices(acknowledged=("all",), confirm="sandbox")
    )
    with pytest.raises(RefusedError, match="busy"):
        office.services.inspection.tick("Harbor/sandbox", "look", "")


def test_a_look_that_finds_nothing_new_wakes_nobody(office: Office) -> None:
    office.services.inspection.inspect("Harbor/production")
    last = office.services.changes.last()
    office.services.inspection.inspect("Harbor/production")
    office.services.inspection.glances()
    assert office.services.changes.last() == last
