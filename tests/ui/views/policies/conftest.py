"""Harbor with a sandbox, seen on the policies page over the real services."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from tests.app.office import Office, open_office
from tests.shots.stage import Stage
from ui.bootstrap import utc_now
from ui.models.navigation import Go
from ui.models.policies_columns import PolicyColumn
from ui.models.table import Role
from ui.views.policies.page import PoliciesPage
from ui.widgets.question import QuestionDialog
from ui.widgets.tables import Table

REF = "Harbor/sandbox"
MORE = """
outward:
  - {id: mail, title: Waiting mail, kind: mailbox, check: no-mail}
run:
  - {id: tidy, title: Tidy up, sql: "DELETE FROM outbox"}
"""


@dataclass
class Seen:
    """The page with its stage, and the office behind it."""

    stage: Stage
    office: Office
    page: PoliciesPage

    def columns(self) -> dict[str, PolicyColumn]:
        """What the table of columns shows, by name."""
        model = self.page.detail.columns.table.model()
        rows: list[PolicyColumn] = [model.index(row, 0).data(Role.ROW) for row in range(model.rowCount())]
        return {row.name: row for row in rows}

    def choose(self, *names: str) -> None:
        table = self.page.detail.columns.table
        table.clearSelection()
        for row, name in enumerate(self.columns()):
            if name in names:
                table.selectionModel().select(
                    table.model().index(row, 0),
                    table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows,
                )

    def opens(self, tab: int) -> None:
        assert self.page.detail.tabs.isTabVisible(tab)
        self.page.detail.tabs.setCurrentIndex(tab)
        self.stage.settle()

    def answers(self, words: str = "") -> None:
        """Yes to the question on screen, with these words where it asks for some."""
        question = self.stage.find(QuestionDialog)
        if words:
            question.field.setText(words)
        assert question.yes.isEnabled()
        question.yes.click()
        self.stage.settle()

    def undoes(self) -> None:
        """What the last message offers."""
        message = self.stage.notify.said[-1]
        assert message.action == "Undo"
        assert message.act is not None
        message.act()
        self.stage.settle()

    def numbers(self) -> list[int]:
        return [entry.number for entry in self.office.services.policy_versions.history(REF)]


def cells(table: Table) -> list[list[str]]:
    model = table.model()
    return [[str(model.index(r, c).data() or "") for c in range(model.columnCount())] for r in range(model.rowCount())]


def add_columns(office: Office) -> None:
    """Production moves on: a column with names in it, and a type that changed."""
    with closing(sqlite3.connect(office.production)) as connection, connection:
        connection.execute("ALTER TABLE person ADD COLUMN nickname TEXT")
        connection.execute("UPDATE person SET nickname = 'Zanny ' || id")


def _harbor(office: Office) -> None:
    office.populate()
    office.policy.write_text(office.policy.read_text() + MORE)
    office.services.environments.set(REF, policy=str(office.policy))
    add_columns(office)


def _open(stage: Stage, office: Office) -> Seen:
    stage.open(Go.POLICIES, REF)
    stage.settle()
    return Seen(stage, office, stage.find(PoliciesPage))


@pytest.fixture
def seen(stage: Stage, office: Office) -> Seen:
    """Harbor's sandbox, whose production has a column nobody has decided about."""
    _harbor(office)
    return _open(stage, office)


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The same, made once for tests that only look."""
    with open_office(tmp_path_factory.mktemp("harbor")) as made:
        _harbor(made)
        yield made


@pytest.fixture
def looked(stage: Stage, harbor: Office) -> Seen:
    """The page on what everybody shares: nothing may be decided."""
    stage.desk = replace(stage.desk, services=harbor.services, now=utc_now)
    return _open(stage, harbor)
