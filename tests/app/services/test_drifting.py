"""Suggestions for what changed, and what accepting each would write."""

from collections.abc import Iterator, Sequence

import pytest

from app.domain.policy import ColumnPolicy, RowsKind, Treatment
from app.domain.schema import Column, ForeignKey, Schema, Table, TypeFamily
from app.domain.structure import structure_of
from app.errors import UserError
from app.planning.drift import DriftKind, drift
from app.policy.parse import parse_policy
from app.ports.databases import RowValue
from app.services.drifting import DriftItem, chosen, table_accepted, with_suggestions
from tests.app.databases.postgresql.servers import READER, Server, create_source, running
from tests.app.office import Office
from tests.app.planning.building import number, text

POLICY = "policy: a\ntables: {person: {columns: {id: keep, email: {mask: email}, code: keep, seen: review}}}"
PERSON = Table(name="person", columns=(number("id"), text("email"), text("code"), text("seen")), rows=9)


def _items(*tables: Table, policy: str = POLICY, reads: list[str] | None = None) -> dict[str, DriftItem]:
    def sample(table: str, columns: Sequence[str], limit: int) -> list[tuple[RowValue, ...]]:
        if reads is not None:
            reads.append(table)
        return [tuple(None for _ in columns)] * min(limit, 3)

    schema, parsed = Schema(tables=tables), parse_policy(policy)
    differences = drift(structure_of(Schema(tables=(PERSON,))), schema, parsed)
    return {item.place: item for item in with_suggestions(differences, schema, parsed, sample)}


def _typed(table: Table, **families: TypeFamily) -> Table:
    """The table with these columns of another type."""

    def column(known: Column) -> Column:
        family = families.get(known.name)
        return known if family is None else Column(name=known.name, type=family.upper(), family=family)

    return Table(name=table.name, columns=tuple(column(c) for c in table.columns), rows=table.rows)


def test_nothing_is_read_where_nothing_needs_a_decision() -> None:
    reads: list[str] = []
    assert _items(PERSON, reads=reads) == {}
    assert list(_items(Table(name="person", columns=PERSON.columns[:3]), reads=reads)) == ["person.seen"]
    assert reads == []


def test_rows_are_read_of_what_changed_and_its_neighbours_alone() -> None:
    reads: list[str] = []
    key = ForeignKey(columns=("person",), table="person", referred=("id",))
    note = Table(name="note", columns=(number("person"), text("body")), foreign_keys=(key,))
    far = Table(name="far", columns=(number("id"),))
    policy = POLICY.replace("tables: {", "tables: {far: {columns: {id: keep}}, ")
    _items(PERSON, note, far, policy=policy, reads=reads)
    assert set(reads) == {"note", "person"}


def test_a_mask_that_no_longer_fits_gives_way_and_one_that_does_stays() -> None:
    widened = _typed(PERSON, email=TypeFamily.BINARY, code=TypeFamily.INTEGER)
    items = _items(widened)
    email, code = items["person.email"].accepted, items["person.code"].accepted
    assert email is not None
    assert (email.treatment, email.mask == "email") == (Treatment.MASK, False)
    assert code is not None
    assert code.treatment is Treatment.KEEP
    longer = Table(name="person", columns=(PERSON.columns[0], text("email", nullable=False), *PERSON.columns[2:]))
    assert _items(longer)["person.email"].accepted == ColumnPolicy(treatment=Treatment.MASK, mask="email")


def test_a_column_that_waits_for_a_decision_never_becomes_keep_by_accepting() -> None:
    items = _items(_typed(PERSON, seen=TypeFamily.BOOLEAN))
    suggestion, accepted = items["person.seen"].suggestion, items["person.seen"].accepted
    assert suggestion is not None
    assert suggestion.treatment is Treatment.KEEP
    assert accepted is None


def test_a_new_queue_stays_behind_and_says_who_accepted_that() -> None:
    items = _items(PERSON, Table(name="sessions", columns=(number("id"), text("token")), rows=4))
    (session,) = [item for item in items.values() if item.table == "sessions"]
    assert (session.rows, session.column, session.new_table) == ("none", None, True)
    made = table_accepted(session, "ana", "2026-11-22")
    assert made.rows.kind is RowsKind.NONE
    assert made.reason.endswith("Accepted by ana on 2026-11-22.")


def test_places_are_named_as_people_write_them() -> None:
    items = [
        DriftItem(kind=DriftKind.ADDED, table="Order Details", column="Unit Price"),
        DriftItem(kind=DriftKind.REMOVED, table="old"),
    ]
    assert chosen(items, None) == tuple(items)
    assert chosen(items, ['"Order Details"."Unit Price"']) == (items[0],)
    assert chosen(items, ["order details.unit price", "OLD"]) == tuple(items)
    assert chosen(items, ["Order Details"]) == (items[0],)
    with pytest.raises(UserError, match="Nothing changed"):
        chosen(items, ["Unit Price"])


@pytest.fixture(scope="module")
def server() -> Server:
    return running(18)


@pytest.fixture
def production(server: Server) -> Iterator[str]:
    name = create_source(
        server, "CREATE TABLE public.people (id int PRIMARY KEY, name varchar(40) NOT NULL, born date, phone text)"
    )
    yield name
    server.drop_database(name)


def test_types_and_nullability_that_change_on_a_server_block_until_accepted(
    empty_office: Office, server: Server, production: str
) -> None:
    services = empty_office.services
    services.tenants.add("Harbor")
    url = server.url(production, READER[0])
    services.environments.add("Harbor", "production", kind="production", database=url, password=READER[1])
    policy = empty_office.folder / "people.yaml"
    policy.write_text(
        "policy: people\ntables: {people: {columns: {id: keep, name: {mask: full_name}, born: keep, phone: keep}}}"
    )
    sandbox = server.url(f"{production}_sandbox", READER[0])
    services.environments.add("Harbor", "sandbox", kind="sandbox", database=sandbox, policy=str(policy))
    assert services.reviews.drift("Harbor/sandbox").items == ()
    server.run(
        "ALTER TABLE people ALTER name DROP NOT NULL, ALTER born TYPE timestamptz, ALTER id TYPE bigint", production
    )
    before = [f.where for f in services.operations.plan("Harbor/sandbox").errors if f.code == "column-changed"]
    assert before == ["people.id", "people.name", "people.born"]
    changed = {item.place: item for item in services.reviews.accept("Harbor/sandbox")}
    name, born = changed["people.name"], changed["people.born"]
    assert name.before is not None
    assert name.now is not None
    assert (name.before.nullable, name.now.nullable, name.now.type) == (False, True, name.before.type)
    assert born.before is not None
    assert born.before.type == "date"
    assert not [f for f in services.operations.plan("Harbor/sandbox").errors if f.code == "column-changed"]
    assert services.policies.policy_of("Harbor/sandbox").tables["people"].columns["name"].mask == "full_name"
