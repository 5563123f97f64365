import shutil
from pathlib import Path

import pytest

from app.domain.operations import OperationKind
from app.errors import OutsideError, RefusedError, UserError
from tests.app.office import Office, make_production


def test_production_that_is_missing_or_no_database_is_told_with_what_to_do(office: Office, tmp_path: Path) -> None:
    letters = tmp_path / "letters.txt"
    letters.write_text("Dear Sir or Madam, " * 100)
    for path in (tmp_path / "missing.sqlite", letters, tmp_path):
        with pytest.raises((OutsideError, UserError)) as problem:
            office.services.environments.add("Harbor", "p", kind="production", database=f"sqlite:///{path}")
        assert problem.value.hint
    assert not (tmp_path / "missing.sqlite").exists()
    assert [e.name for e in office.services.environments.all()] == ["production", "sandbox"]


def test_a_copy_that_sandkeeper_made_never_becomes_production(office: Office, tmp_path: Path) -> None:
    office.run(OperationKind.PROVISION)
    carried = tmp_path / "carried-away.sqlite"
    shutil.copy(office.sandbox, carried)
    with pytest.raises(RefusedError, match="cannot be production") as refused:
        office.services.environments.add("Harbor", "new-production", kind="production", database=f"sqlite:///{carried}")
    assert "never goes from a sandbox to production" in refused.value.hint


def test_a_sandbox_cannot_be_a_production_of_any_tenant(office: Office) -> None:
    office.services.tenants.add("Orchard")
    own = office.folder / "orchard.sqlite"
    make_production(own, people=1)
    office.services.environments.add("Orchard", "production", kind="production", database=f"sqlite:///{own}")
    with pytest.raises(RefusedError, match="is production: Harbor/production"):
        office.services.environments.add("Orchard", "x", kind="sandbox", database=f"sqlite:///{office.production}")


def test_one_database_is_one_environment(office: Office) -> None:
    with pytest.raises(RefusedError, match="registered already"):
        office.services.environments.add("Harbor", "twin", kind="training", database=f"sqlite:///{office.sandbox}")
    office.services.tenants.add("Orchard")
    with pytest.raises(RefusedError, match="registered already"):
        office.services.environments.add("Orchard", "p", kind="production", database=f"sqlite:///{office.production}")


def test_production_whose_file_was_replaced_is_still_known_as_what_it_is_now(office: Office, tmp_path: Path) -> None:
    restored = tmp_path / "restored.sqlite"
    shutil.copy(office.production, restored)
    restored.replace(office.production)
    link = tmp_path / "link.sqlite"
    link.hardlink_to(office.production)
    with pytest.raises(RefusedError, match="is production"):
        office.services.environments.add("Harbor", "s", kind="sandbox", database=f"sqlite:///{link}")


def test_a_source_is_production_of_the_same_tenant(office: Office) -> None:
    office.services.tenants.add("Orchard")
    add = office.services.environments.add
    with pytest.raises(UserError, match="no production environment"):
        add("Orchard", "s", kind="sandbox", database="sqlite:////nowhere/s.sqlite")
    with pytest.raises(RefusedError, match="not an environment of Orchard"):
        add("Orchard", "s", kind="sandbox", database="sqlite:////nowhere/s.sqlite", source="Harbor/production")
    with pytest.raises(RefusedError, match="cannot be a source"):
        add("Harbor", "s", kind="sandbox", database="sqlite:////nowhere/s.sqlite", source="sandbox")
    with pytest.raises(UserError, match="no environment"):
        add("Harbor", "s", kind="sandbox", database="sqlite:////nowhere/s.sqlite", source="prod")
    assert add("Harbor", "s", kind="sandbox", database="sqlite:////nowhere/s.sqlite", source="Harbor/production")


def test_a_copy_is_of_the_same_kind_of_database_as_its_source(office: Office) -> None:
    with pytest.raises(RefusedError, match="another kind of database"):
        office.services.environments.add(
            "Harbor", "elsewhere", kind="sandbox", database="postgresql://ana@127.0.0.1:1/crm_sandbox"
        )
