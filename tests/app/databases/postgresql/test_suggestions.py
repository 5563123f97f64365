"""What is suggested for PostgreSQL's own types, and for databases other people wrote: the same as on SQLite."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.databases.postgresql.findings import plan_findings
from app.databases.postgresql.source import PostgresqlSource
from app.domain.findings import Severity
from app.domain.policy import Treatment
from app.domain.schema import Schema
from app.policy.suggest import ColumnSuggestion, Suggestion, as_policy, suggest
from app.policy.write import write_policy
from tests.app.databases.postgresql.line import Line
from tests.app.databases.postgresql.reading import source
from tests.app.databases.postgresql.servers import AUDITOR, CONTRIB, FEATURES, READER, Server
from tests.app.policy.suggest.databases import columns, planned, suggested
from tests.app.policy.suggest.firm import CLOSED, firm
from tests.app.policy.suggest.test_figures import recorded
from tests.app.policy.suggest.truth.reading import compared, truth


def _suggested(server: Server, database: str, role: tuple[str, str] = READER) -> tuple[Schema, Suggestion]:
    with PostgresqlSource(server.place(database, *role)) as opened:
        schema = opened.schema()
        return schema, suggest(schema, opened.sample)


def _plain(name: str) -> str:
    """Both kinds of database spell `OrderDetails`, `order_details` and `Order Details` in their own way."""
    return re.sub(r"[_ ]", "", name).casefold().removeprefix("orderdetails.").replace("regions.", "region.")


@pytest.mark.parametrize("name", ["chinook", "northwind"])
def test_real_databases_are_judged_as_on_sqlite(
    name: str, server: Server, realdb: Path, tmp_path: Path, real_script: Callable[[str], Path]
) -> None:
    lite = tmp_path / "lite.sqlite"
    lite.write_bytes((realdb / f"{name}.sqlite").read_bytes())

    def said(suggestion: Suggestion) -> dict[str, tuple[Treatment, str | None]]:
        return {_plain(place): (c.treatment, c.mask) for place, c in columns(suggestion).items()}

    with source(server, file=real_script(name)) as database:
        schema, suggestion = _suggested(server, database)
        theirs, ours = said(suggested(lite)), said(suggestion)
        assert {place for place in ours if place not in theirs} <= {
            f"usstates.state{part}" for part in ("id", "name", "abbr", "region")
        }
        assert {place: ours[place] for place in theirs} == theirs
        measured = compared(truth(name), suggestion)
        assert measured.missed == ()
        assert measured.figures.row == recorded(f"{name}_postgresql"), (measured.wrong, measured.needless)
        policy = as_policy(suggestion, name="x", title="x", accept=True)
        assert planned(schema, write_policy(policy)).errors == ()


@pytest.fixture(scope="module", params=["server18", "server15"])
def found(request: pytest.FixtureRequest) -> dict[str, ColumnSuggestion]:
    server: Server = request.getfixturevalue(request.param)
    file = (FEATURES, CONTRIB) if server.version == 15 else FEATURES
    with source(server, file=file) as database, PostgresqlSource(server.place(database, *AUDITOR)) as opened:
        schema = opened.schema()
        suggestion = suggest(schema, opened.sample)
        accepted = write_policy(as_policy(suggestion, name="x", title="x", accept=True))
        made = planned(schema, accepted)
        wrong = {f.where for f in (*made.findings, *plan_findings(made, opened.shapes)) if f.severity is Severity.ERROR}
        # Keys of partitions, and ranges that must have a value: what no mask can make is left to a person.
        assert wrong <= {"crm.claim.region", "crm.contact_log.who", "crm.booking.during", "crm.room_booking.during"}
        assert suggestion.tables["pg_largeobject"].rows == "none"
        assert "crm.partner_customer" not in suggestion.tables
        return columns(suggestion)


@pytest.mark.parametrize(
    ("place", "mask"),
    [
        ("first_name", "first_name"), ("last_name", "last_name"), ("email", "email"), ("other_emails", "email"),
        ("phone", "phone"), ("birth_date", "year_only"), ("tax_id", "national_id"), ("nicknames", "first_name"),
        ("preferences", "json"), ("raw", "json"), ("notes", "lorem"), ("photo", "null"), ("last_ip", "ip"),
        ("device", "digits"), ("joined_at", "date_shift"), ("token", "token"),
    ],
)  # fmt: skip
def test_types_of_its_own_get_masks_that_they_can_hold(
    place: str, mask: str, found: dict[str, ColumnSuggestion]
) -> None:
    suggestion = found[f"crm.customer.{place}"]
    assert (suggestion.treatment, suggestion.mask) == (Treatment.MASK, mask)


@pytest.mark.parametrize("place", ["stay", "pay", "patience", "opens"])
def test_what_no_mask_can_make_is_asked_about_and_emptied_at_most(
    place: str, found: dict[str, ColumnSuggestion]
) -> None:
    suggestion = found[f"crm.customer.{place}"]
    assert (suggestion.treatment, suggestion.mask) == (Treatment.REVIEW, "null")


@pytest.mark.parametrize("place", ["words", "place"])
def test_words_and_positions_of_persons_are_emptied(place: str, found: dict[str, ColumnSuggestion]) -> None:
    suggestion = found[f"crm.customer.{place}"]
    assert (suggestion.treatment, suggestion.mask) == (Treatment.MASK, "null")


def test_states_and_flags_are_kept_and_keys_of_partitions_are_asked_about(found: dict[str, ColumnSuggestion]) -> None:
    for place in ("standing", "active", "flags", "search", "full_name"):
        assert found[f"crm.customer.{place}"].treatment is Treatment.KEEP
    region = found["crm.claim.region"]
    assert region.treatment is Treatment.REVIEW
    assert "decide by hand" in region.reason


def test_a_copy_made_with_what_is_suggested_shows_each_way_out_closed(server18: Server) -> None:
    with source(server18, firm(server=True)) as database:
        line = Line(server18, database, reader=READER)
        try:
            plan = line.plan()
            assert plan.errors == ()
            done = {item.id for item in line.prepare(plan).checklist if item.state.done}
        finally:
            line.clear()
    assert done >= CLOSED


TYPES = """
CREATE TYPE dwelling AS (street text, postcode text);
CREATE TYPE clerk AS ENUM ('Anna Berg', 'Ola Nordmann', 'Kari Hansen');
CREATE DOMAIN mailbox AS text;
CREATE TABLE thing (id int PRIMARY KEY, a dwelling, b clerk, c mailbox, d text[], e inet[], f point, g jsonb[], h uuid,
    i macaddr, j numeric[], k text[], l date[], m numeric);
COMMENT ON COLUMN thing.h IS 'token of the session';
INSERT INTO thing SELECT g, ROW('Main Street ' || g, '9' || g)::dwelling, 'Anna Berg', 'a' || g || '@x.test',
    ARRAY['b' || g || '@x.test', 'c@x.test'], ARRAY['10.0.0.1'::inet], point(10.5, 59.9), ARRAY['{"a": 1}'::jsonb],
    gen_random_uuid(), '08:00:2b:01:02:03', ARRAY[4790000000 + g], ARRAY['Anna', 'Kari'],
    ARRAY[('19' || 40 + g % 40 || '-01-01')::date], 4740000000 + g FROM generate_series(1, 40) AS g;
CREATE TABLE plain (id int PRIMARY KEY, tags int[], prices numeric[], state text[], span interval);
INSERT INTO plain SELECT g, ARRAY[1, 2], ARRAY[9.5], ARRAY['open', 'new'], '1 day' FROM generate_series(1, 40) AS g;
"""


def test_arrays_are_looked_into_and_types_speak_for_themselves(server: Server) -> None:
    with source(server, TYPES) as database:
        found = columns(_suggested(server, database)[1])
    assert {p for p, c in found.items() if c.treatment is Treatment.KEEP} == {
        "thing.id", "plain.id", "plain.tags", "plain.prices", "plain.state", "plain.span",
    }  # fmt: skip
    masks = {"thing.a": "street", "thing.c": "email", "thing.d": "email", "thing.e": "ip", "thing.h": "null"}
    assert {place: found[place].mask for place in masks} == masks
    assert "comment" in found["thing.h"].reason
