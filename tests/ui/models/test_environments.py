from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.domain.environments import Environment, EnvironmentState
from tests.fakes.world import DAY, HARBOR, NORDLYS, NOW, ORCHARD, World, crowd, usual
from ui.models.environments import EnvironmentTreeModel, Order, TenantRow, branches


def _model(world: World | None = None) -> EnvironmentTreeModel:
    it = world or usual()
    model = EnvironmentTreeModel(lambda: NOW)
    model.set_branches(branches(it.tenants, list(it.environments.values())))
    return model


def _lines(model: EnvironmentTreeModel) -> list[str]:
    rows = [model.row_at(i) for i in range(model.rowCount())]
    return [f"[{r.name}]" if isinstance(r, TenantRow) else r.name for r in rows]


def test_tenants_stand_over_their_environments_production_first() -> None:
    assert _lines(_model())[:5] == [f"[{HARBOR}]", "production", "sandbox", "training-01", f"[{NORDLYS}]"]


def test_a_tenant_without_environments_is_shown_too() -> None:
    world = usual()
    world.environments = {ref: e for ref, e in world.environments.items() if e.tenant != NORDLYS}
    assert f"[{NORDLYS}]" in _lines(_model(world))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("harbor", [f"[{HARBOR}]", "production", "sandbox", "training-01"]),
        ("HARBOR sand", [f"[{HARBOR}]", "sandbox"]),
        ("training", [f"[{HARBOR}]", "training-01"]),
        ("failed", [f"[{NORDLYS}]", "sandbox"]),
        ("crm-online", [f"[{NORDLYS}]", "sandbox"]),
        ("orchard no copy", [f"[{ORCHARD}]", "scratch"]),
        ("zebra", []),
    ],
)
def test_every_word_must_be_found_in_tenant_name_kind_state_or_policy(typed: str, expected: list[str]) -> None:
    model = _model()
    model.set_filter(typed)
    assert _lines(model) == expected


def test_an_emptied_filter_shows_everything_again() -> None:
    model = _model()
    before = _lines(model)
    model.set_filter("zebra")
    model.set_filter("  ")
    assert _lines(model) == before


def test_a_closed_tenant_stays_closed_and_a_filter_looks_inside_all_the_same() -> None:
    model = _model()
    model.toggle(HARBOR)
    assert _lines(model)[:2] == [f"[{HARBOR}]", f"[{NORDLYS}]"]
    model.set_filter("training")
    assert _lines(model) == [f"[{HARBOR}]", "training-01"]
    model.set_filter("")
    assert _lines(model)[:2] == [f"[{HARBOR}]", f"[{NORDLYS}]"]
    model.toggle(HARBOR, open=True)
    assert _lines(model)[1] == "production"


def test_what_needs_attention_comes_first_when_asked() -> None:
    model = _model()
    model.set_order(Order.ATTENTION)
    assert _lines(model)[0] == f"[{NORDLYS}]"
    model.set_order(Order.LARGEST)
    assert _lines(model)[0] == f"[{HARBOR}]"
    model.set_order(Order.OLDEST)
    assert _lines(model)[0] == f"[{NORDLYS}]"


def test_every_line_tells_a_screen_reader_the_whole_of_it() -> None:
    model = _model()
    row = model.row_of(usual().environments[f"{HARBOR}/sandbox"])
    assert row is not None
    spoken = model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "sandbox, sandbox, ready, copied 3 days ago, checklist 9 of 9"


def test_a_change_of_one_environment_is_told_of_its_line_alone() -> None:
    world = usual()
    model = _model(world)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    heard: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda a, b, _roles: heard.append((a.row(), b.row())))
    model.modelReset.connect(lambda: heard.append((-1, -1)))
    ref = f"{HARBOR}/sandbox"
    world.environments[ref] = replace(world.environments[ref], state=EnvironmentState.BUSY, copied_at=NOW - DAY)
    model.set_branches(branches(world.tenants, list(world.environments.values())))
    row = model.row_of(world.environments[ref])
    assert heard == [(row, row)]


def test_a_crowd_is_found_in_and_counted_whole() -> None:
    model = _model(crowd(2_000))
    assert model.rowCount() == 2_000 * 4
    model.set_filter("harbor 00010 training")
    rows = [model.row_at(i) for i in range(model.rowCount())]
    assert [r.ref for r in rows if isinstance(r, Environment)] == ["Harbor CRM 00010/training-01"]
    assert isinstance(rows[0], TenantRow)
    assert (rows[0].matching, rows[0].total) == (1, 3)
