"""The form that adds an environment, over the real services."""

import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QApplication, QComboBox

from app.domain.policy import Treatment
from tests.app.office import Office
from tests.shots.stage import Stage
from ui.models.navigation import AddRequest, Go
from ui.views.environments.form import EnvironmentForm


def test_a_sandbox_is_added_with_a_policy_drafted_from_production(stage: Stage, office: Office, tmp_path: Path) -> None:
    production = tmp_path / "live.sqlite"
    with closing(sqlite3.connect(production)) as made:
        made.executescript(
            "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, remarks TEXT);"
            "INSERT INTO customer VALUES (1, 'june.falk@web.example', 'call her at noon');"
        )
    office.services.tenants.add("Falk")
    office.services.environments.add("Falk", "production", kind="production", database=f"sqlite:///{production}")

    stage.open(Go.ENVIRONMENTS, AddRequest(tenant="Falk"))
    stage.settle()
    form = next(w for w in QApplication.topLevelWidgets() if isinstance(w, EnvironmentForm) and w.isVisible())
    form.kind.choose("sandbox")
    form.name.setText("sandbox")
    form.database.setText(str(tmp_path / "sandbox.sqlite"))
    assert isinstance(form.policy, QComboBox)
    form.policy.setCurrentIndex(form.policy.findText("Drafted from the production database"))
    form._send.click()
    stage.settle()

    policy = office.services.policies.policy_of("Falk/sandbox")
    assert policy.tables["customer"].columns["email"].mask == "email"
    assert policy.tables["customer"].columns["remarks"].treatment is Treatment.MASK
    assert not office.services.operations.plan("Falk/sandbox").errors
