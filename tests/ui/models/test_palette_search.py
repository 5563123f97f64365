from collections.abc import Sequence

import pytest

from app.domain.environments import EnvironmentKind
from app.domain.ids import OperationId
from app.domain.operations import OperationKind
from tests.fakes.services import FakeServices, fake_services
from tests.fakes.world import HARBOR, NOW, ORCHARD, crowd
from ui.actions.palette import command_entries, page_entry, read_index
from ui.models.navigation import AddRequest, AuditRequest, FlowRequest, Go, RunRequest
from ui.models.palette import Entry, Group, Heading
from ui.models.palette_search import SHOWN, Finder, Line


def finder(services: FakeServices) -> Finder:
    pages = (page_entry(Go.AUDIT, "Audit", "mdi6.history", "Ctrl+5"),)
    return Finder(read_index(services.real, (*pages, *command_entries()), NOW))


@pytest.fixture(scope="module")
def usual() -> Finder:
    return finder(fake_services())


def titles(lines: Sequence[Line], group: Group) -> list[str]:
    return [line.title for line in lines if isinstance(line, Entry) and line.group is group]


def first(found: Finder, words: str) -> Entry:
    return next(line for line in found.find(words) if isinstance(line, Entry))


@pytest.mark.parametrize(
    ("words", "title", "go", "subject"),
    [
        ("harbor sand", f"{HARBOR}/sandbox", Go.ENVIRONMENTS, f"{HARBOR}/sandbox"),
        ("sandbox harbor", f"{HARBOR}/sandbox", Go.ENVIRONMENTS, f"{HARBOR}/sandbox"),
        ("training-01", f"{HARBOR}/training-01", Go.ENVIRONMENTS, f"{HARBOR}/training-01"),
        ("hbr sndb", f"{HARBOR}/sandbox", Go.ENVIRONMENTS, f"{HARBOR}/sandbox"),
        (
            "refresh harbor sandbox",
            f"Refresh {HARBOR}/sandbox…",
            Go.FLOW,
            FlowRequest(ref=f"{HARBOR}/sandbox", kind=OperationKind.REFRESH),
        ),
        (
            "provis scratch",
            f"Provision {ORCHARD}/scratch…",
            Go.FLOW,
            FlowRequest(ref=f"{ORCHARD}/scratch", kind=OperationKind.PROVISION),
        ),
        ("policy nord", "Policy of Nordlys CRM/sandbox", Go.POLICIES, "Nordlys CRM/sandbox"),
        ("promotion engine", "Promotion engine", Go.POLICIES, "pack promotions"),
        ("audit", "Audit", Go.AUDIT, None),
        ("verify", "Verify the audit trail", Go.AUDIT, AuditRequest()),
        ("add env", "Add an environment…", Go.ENVIRONMENTS, AddRequest()),
        (
            "op00000000007",
            "Refresh failed · Nordlys CRM/sandbox",
            Go.OPERATIONS,
            RunRequest(operation=OperationId("op00000000007")),
        ),
    ],
)
def test_words_find_what_they_name_first(usual: Finder, words: str, title: str, go: Go, subject: object) -> None:
    found = first(usual, words)
    assert (found.title, found.go, found.subject) == (title, go, subject)


def test_nothing_is_offered_that_could_not_start(usual: Finder) -> None:
    """Production is only read, what is busy waits, and what has no copy cannot be reset."""
    offered = {
        (line.subject.ref, line.subject.kind)
        for verb in OperationKind
        for words in (str(verb), f"{verb} production", f"{verb} orchard", f"{verb} harbor", f"{verb} nordlys")
        for line in usual.find(words)
        if isinstance(line, Entry) and isinstance(line.subject, FlowRequest)
    }
    copied = {f"{HARBOR}/sandbox", f"{HARBOR}/training-01", "Nordlys CRM/sandbox"}
    again = (OperationKind.REFRESH, OperationKind.RESET, OperationKind.WIPE)
    assert offered == {(ref, verb) for ref in copied for verb in again} | {
        (f"{ORCHARD}/scratch", OperationKind.PROVISION)
    }


def test_production_is_found_and_told_as_such(usual: Finder) -> None:
    found = first(usual, "harbor production")
    assert found.title == f"{HARBOR}/production"
    assert found.detail.startswith(str(EnvironmentKind.PRODUCTION).capitalize())


def test_without_a_word_there_are_pages_and_every_command(usual: Finder) -> None:
    lines = usual.find("  ")
    assert titles(lines, Group.PAGES) == ["Audit"]
    assert titles(lines, Group.COMMANDS) == [entry.title for entry in command_entries()]
    assert {line.group for line in lines} == {Group.PAGES, Group.COMMANDS}


def test_what_nothing_is_called_finds_nothing(usual: Finder) -> None:
    assert usual.find("qwertz") == []


def test_of_many_the_best_are_listed_and_all_are_counted() -> None:
    services = fake_services(crowd(300))
    found = finder(services)
    heading = next(line for line in found.find("harbor sandbox") if isinstance(line, Heading))
    harbors = [e for e in services.environments.all() if e.tenant.startswith("Harbor") and e.name == "sandbox"]
    assert heading == Heading(Group.ENVIRONMENTS, len(harbors), SHOWN)
    assert len(titles(found.find("harbor sandbox"), Group.ENVIRONMENTS)) == SHOWN
    tenants = next(line for line in found.find("harbor") if line == Heading(Group.TENANTS, len(harbors), SHOWN))
    assert tenants


def test_one_by_one_or_all_at_once_the_same_is_found() -> None:
    """What is remembered from one keystroke to the next changes nothing."""
    services = fake_services(crowd(120))
    typed, words = finder(services), "refresh harbor training 01"
    for end in range(1, len(words) + 1):
        assert typed.find(words[:end]) == finder(services).find(words[:end])
