"""A target path that exists without our marker, carries a marker copied from elsewhere, is the source itself, is a link
to it, is a production of any tenant, or cannot be written."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.operations import OperationKind
from tests.app.office import Office, make_production
from tests.invariants.conftest import Facts, alter
from tests.journeys.bad_input.conftest import GIVEN, Say


def a_letter(office: Office) -> None:
    office.sandbox.write_text("Dear aunt")


def somebodys_database(office: Office) -> None:
    alter(office.sandbox, "CREATE TABLE thesis (chapter TEXT)")


def an_empty_file(office: Office) -> None:
    office.sandbox.touch()


def a_copied_marker(office: Office) -> None:
    """Another environment's copy, marker and all, under this one's name."""
    other = office.folder / "other.sqlite"
    url = f"sqlite:///{other}"
    office.services.environments.add("Harbor", "other", kind="training", database=url, policy=str(office.policy))
    assert office.run(OperationKind.PROVISION, "Harbor/other").state == "succeeded"
    shutil.copy(other, office.sandbox)


def a_link_to_the_source(office: Office) -> None:
    office.sandbox.symlink_to(office.production)


def a_hard_link_to_the_source(office: Office) -> None:
    office.sandbox.hardlink_to(office.production)


def a_production_of_another_tenant(office: Office) -> None:
    make_production(office.folder / "theirs.sqlite", people=2)
    office.services.tenants.add("Orchard")
    url = f"sqlite:///{office.folder}/theirs.sqlite"
    office.services.environments.add("Orchard", "production", kind="production", database=url)
    office.sandbox.symlink_to(office.folder / "theirs.sqlite")


def a_link_to_nowhere(office: Office) -> None:
    office.sandbox.symlink_to(office.folder / "nowhere.sqlite")


def what_a_database_left(office: Office) -> None:
    office.sandbox.with_name("sandbox.sqlite-wal").write_bytes(b"somebody's")


IN_THE_WAY: dict[Callable[[Office], None], str] = {
    a_letter: "target-not-ours",
    somebodys_database: "target-not-ours",
    an_empty_file: "target-not-ours",
    a_copied_marker: "target-mark-foreign",
    a_link_to_the_source: "target-is-source",
    a_hard_link_to_the_source: "target-is-source",
    a_production_of_another_tenant: "target-is-production",
    a_link_to_nowhere: "target-is-link",
    what_a_database_left: "target-strays",
}


@pytest.mark.parametrize("stands", IN_THE_WAY, ids=lambda f: f.__name__)
def test_what_stands_at_the_target_is_told_and_left_as_it_is(
    office: Office, say: Say, stands: Callable[[Office], None]
) -> None:
    stands(office)
    before = {p.name: Facts.of(p) for p in office.folder.glob("*sqlite") if p.is_file()}
    link = office.sandbox.readlink() if office.sandbox.is_symlink() else None
    assert say("plan", "Harbor/sandbox").code == 3
    said = say("provision", "Harbor/sandbox", *GIVEN).told(3)
    assert IN_THE_WAY[stands] in said.codes
    assert {p.name: Facts.of(p) for p in office.folder.glob("*sqlite") if p.name in before} == before
    assert (office.sandbox.readlink() if office.sandbox.is_symlink() else None) == link
    assert [o.environment for o in office.services.operations.all() if o.environment == "Harbor/sandbox"] == []


def test_neither_the_source_nor_a_link_to_it_is_registered_as_a_sandbox(office: Office, say: Say) -> None:
    (office.folder / "link.sqlite").symlink_to(office.production)
    (office.folder / "hard.sqlite").hardlink_to(office.production)
    (office.folder / "around").symlink_to(office.folder)
    before = Facts.of(office.production)
    for name in ("production.sqlite", "link.sqlite", "hard.sqlite", "around/production.sqlite", "./production.sqlite"):
        url = f"sqlite:///{office.folder}/{name}"
        said = say("environment", "add", "Harbor", "mine", "--kind", "sandbox", "--database", url).told(3)
        assert "production" in said.error["title"]
        said = say("environment", "set", "Harbor/sandbox", "--database", url).told(3)
    assert len(say("environment", "list").json["environments"]) == 2
    assert Facts.of(office.production) == before


@pytest.mark.parametrize(
    "place", ["gone/sandbox.sqlite", "letter/sandbox.sqlite", "x" * 300, "x/" * 3000 + "s.sqlite", "folder"]
)
def test_a_target_that_cannot_be_written_is_told_before_anything_starts(office: Office, say: Say, place: str) -> None:
    (office.folder / "letter").write_text("a file, no folder")
    (office.folder / "folder").mkdir()
    words = ("environment", "set", "Harbor/sandbox", "--database", f"sqlite:///{office.folder}/{place}")
    set_ = say(*words)
    if set_.code == 0:
        assert say("plan", "Harbor/sandbox").code == 3
        said = say("provision", "Harbor/sandbox", *GIVEN).told(3)
        assert said.codes & {"target-folder", "target-not-writable", "target-is-no-file", "target-unusable"}, said.codes
    else:
        set_.told(set_.code)
    assert office.services.operations.all() == ()
    assert sorted(p.name for p in office.folder.iterdir() if p.name in ("gone", "x", "x" * 300)) == []


def test_a_url_that_names_no_file_is_told(office: Office, say: Say) -> None:
    for url in (
        "sqlite://sandbox.sqlite",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:////tmp/x.sqlite?mode=rw",
        "postgresql://localhost/x",
        "/tmp/x.sqlite",
        "",
    ):
        said = say("environment", "set", "Harbor/sandbox", "--database", url)
        assert said.code in (2, 3), (url, said.text)
        said.told(said.code)
    assert office.services.environments.get("Harbor/sandbox").database == f"sqlite:///{office.sandbox}"


def test_a_target_on_a_disk_that_is_read_only_is_told(office: Office, say: Say, small_disk: Path) -> None:
    url = f"sqlite:///{small_disk}/sandbox.sqlite"
    assert say("environment", "set", "Harbor/sandbox", "--database", url).code == 0
    assert say("provision", "Harbor/sandbox", *GIVEN).code == 0
    before = (small_disk / "sandbox.sqlite").read_bytes()
    assert os.system(f"mount -o remount,ro {small_disk}") == 0
    said = say("refresh", "Harbor/sandbox", *GIVEN).told(3)
    assert "target-not-writable" in said.codes
    for verb in ("reset", "wipe"):
        assert say(verb, "Harbor/sandbox", *GIVEN).code in (1, 3)
    assert (small_disk / "sandbox.sqlite").read_bytes() == before
    assert os.system(f"mount -o remount,rw {small_disk}") == 0
    assert say("refresh", "Harbor/sandbox", *GIVEN).code == 0
