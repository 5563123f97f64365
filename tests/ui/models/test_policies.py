"""The list of packs and policies, and the tables of versions and uses."""

from dataclasses import replace

from app.domain.ids import PolicyVersionId
from app.domain.versions import ChangeKind, PolicyChange, PolicyEntry, VersionEntry
from tests.fakes.world import HARBOR, NORDLYS, NOW, environment
from ui.models.policies import Heading, PolicyLine, PolicyListModel, UseRow, library_of
from ui.models.policies_versions import changes_model, in_use, made_with, version_words

V1, V2 = PolicyVersionId("1"), PolicyVersionId("2")
SANDBOX = environment(HARBOR, "sandbox", "sandbox", policy="agency", policy_version=V2, copied_policy=V1, copied_at=NOW)
PLAIN = environment(NORDLYS, "sandbox", "sandbox", policy="crm", policy_version=V1, copied_policy=V1, copied_at=NOW)
PRODUCTION = environment(HARBOR, "production", "production")
PACKS = (
    PolicyEntry(name="agency", title="Agencies", pack=True, version=1, tables=3),
    PolicyEntry(name="crm", title="CRM", pack=True, version=1, tables=3, environments=(PLAIN.ref,)),
    PolicyEntry(name="agency", title="Agencies", pack=False, version=1, tables=3, environments=(SANDBOX.ref,)),
)


def _model() -> PolicyListModel:
    model = PolicyListModel()
    model.show_library(library_of(PACKS, (PRODUCTION, PLAIN, SANDBOX)))
    return model


def _rows(model: PolicyListModel) -> list[str]:
    rows = [model.row_at(at) for at in range(model.rowCount())]
    return [f"[{row.name}]" if isinstance(row, Heading) else f"{row.name}: {row.badge}" for row in rows]


def test_environments_without_a_policy_are_not_listed_and_older_copies_are() -> None:
    assert _rows(_model()) == [
        "[Packs]",
        "Agencies: ",
        "CRM: ",
        f"[{HARBOR}]",
        "sandbox: older copy",
        f"[{NORDLYS}]",
        "sandbox: ",
    ]


def test_what_waits_is_more_pressing_than_an_older_copy_and_stays_known() -> None:
    model = _model()
    model.set_unreviewed(SANDBOX.ref, 1_200)
    assert "sandbox: 1,200 to review" in _rows(model)
    assert model.waiting == 1
    model.show_library(library_of(PACKS, (PLAIN, SANDBOX)))
    assert "sandbox: 1,200 to review" in _rows(model)
    model.set_unreviewed(SANDBOX.ref, 0)
    assert (model.waiting, "sandbox: older copy" in _rows(model)) == (0, True)


def test_one_begins_with_what_wants_attention() -> None:
    model = _model()
    first = model.first()
    assert first is not None
    line = model.row_at(first)
    assert isinstance(line, PolicyLine)
    assert line.ref == SANDBOX.ref
    model.set_filter("crm packs-that-are-not")
    assert model.first() is None
    model.set_filter("Agencies")
    assert model.first() == 1


def test_a_line_is_heard_whole() -> None:
    model = _model()
    model.set_unreviewed(SANDBOX.ref, 2)
    at = model.row_of(SANDBOX.ref)
    assert at is not None
    said = model.index(at, 0).data()
    assert said == f"{HARBOR}, sandbox, agency, 2 columns to review, an older version of it is in use"


def test_versions_and_uses_say_what_depends_on_them() -> None:
    entry = VersionEntry(
        version=V2, number=2, name="agency", hash="0", origin="decided by ana", author="ana", by="ana@desk", at=NOW
    )
    assert in_use(entry) == ""
    assert in_use(replace(entry, current=True)) == "in force"
    assert in_use(replace(entry, of_copy=True)) == "the copy has it"
    assert version_words(entry).startswith("version 2, ")
    assert version_words(entry).endswith(", ana")
    assert made_with(UseRow(environment=SANDBOX, number=2, of_copy=1)) == "version 1, an older one"
    assert made_with(UseRow(environment=SANDBOX)) == "another version"
    assert made_with(UseRow(environment=PLAIN)) == "the version in force"
    assert made_with(UseRow(environment=PRODUCTION)) == "no copy yet"


def test_a_change_names_its_part_where_its_name_alone_would_not_do() -> None:
    model = changes_model()
    model.set_rows(
        [
            PolicyChange(part="columns", name="person.email", kind=ChangeKind.CHANGED, before="kept", after="masked"),
            PolicyChange(part="checks", name="no-mail", kind=ChangeKind.REMOVED, before="table: outbox"),
        ]
    )
    told = [[model.index(row, at).data() for at in range(3)] for row in range(2)]
    assert told == [["person.email", "kept", "masked"], ["checks: no-mail", "table: outbox", "removed"]]
