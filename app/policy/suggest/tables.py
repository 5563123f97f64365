"""What a table's rows are about, and whether they should come along at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.schema import Schema, Table
from app.policy.suggest.meanings import Meaning, Reading, read_column
from app.policy.suggest.names import Words, column_words, table_words


class TableKind(StrEnum):
    PERSON = "persons"
    COMPANY = "companies"
    CATALOG = "things"
    TRANSACTION = "business transactions"
    LOG = "a log"
    QUEUE = "messages waiting"
    SESSION = "sessions"
    MAIL = "messages"
    CONFIG = "settings"
    ATTRIBUTE = "attributes of any kind"
    UNKNOWN = "something unknown"


_BY_WORD: Mapping[str, TableKind] = {kind.name.lower(): kind for kind in TableKind if kind is not TableKind.UNKNOWN}
_PRECEDENCE = (
    TableKind.QUEUE,
    TableKind.SESSION,
    TableKind.LOG,
    TableKind.CATALOG,
    TableKind.PERSON,
    TableKind.COMPANY,
    TableKind.TRANSACTION,
    TableKind.MAIL,
    TableKind.CONFIG,
    TableKind.ATTRIBUTE,
)
_TELL_PERSONS = frozenset(
    {Meaning.FIRST_NAME, Meaning.LAST_NAME, Meaning.BIRTH_DATE, Meaning.NATIONAL_ID, Meaning.SENSITIVE, Meaning.INCOME}
)
_TELL_ADDRESS = frozenset({Meaning.STREET, Meaning.CITY, Meaning.POSTCODE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a column stands among. `personal`: the rows are about persons, by the table's name or by its columns.

    `near_person`: some row of a table about persons can be reached over one foreign key.
    """

    table: Table
    kind: TableKind
    words: Words
    readings: Mapping[str, Reading]
    personal: bool
    near_person: bool
    address: bool  # has columns of an address beside a region
    lookup: bool  # a small table of labels that others refer to
    place: bool  # has a city or postcode: its addresses are of houses
    given_name: bool
    family_name: bool


def kind_of(name: str) -> TableKind:
    """What the table is about by its name: the last telling word decides (`customer_types` are things)."""
    words = table_words(name)
    telling = [w for w in words.words if table_words(w).concepts]
    for word in reversed(telling):
        kinds = {_BY_WORD[concept] for concept in table_words(word).concepts if concept in _BY_WORD}
        found = next((kind for kind in _PRECEDENCE if kind in kinds), None)
        if found is TableKind.MAIL and any("queue" in table_words(w).concepts for w in telling):
            return TableKind.QUEUE
        if found is TableKind.ATTRIBUTE and "catalog" in words.concepts:
            return TableKind.CATALOG
        if found is not None:
            return found
    return TableKind.UNKNOWN


def _kind(table: Table) -> TableKind:
    """By its name; where that says nothing, a comment may say that it is about persons."""
    kind = kind_of(table.name)
    if kind is TableKind.UNKNOWN and table.comment:
        said = kind_of(" ".join(table.comment[:200].split()[:8]))
        return said if said is TableKind.PERSON else kind
    return kind


def surroundings_of(schema: Schema) -> dict[str, Surroundings]:
    """The surroundings of every table, by its name."""
    readings = {t.name: {c.name: read_column(column_words(c.name)) for c in t.columns} for t in schema.tables}
    kinds = {t.name: _kind(t) for t in schema.tables}
    personal = {t.name for t in schema.tables if _is_personal(kinds[t.name], readings[t.name])}
    folded = {name.casefold() for name in personal}
    referred = {key.table.casefold() for t in schema.tables for key in t.foreign_keys if key.table != t.name}
    found: dict[str, Surroundings] = {}
    for table in schema.tables:
        meanings = {r.meaning for r in readings[table.name].values()}
        found[table.name] = Surroundings(
            table=table,
            kind=kinds[table.name],
            words=table_words(table.name),
            readings=readings[table.name],
            personal=table.name in personal,
            near_person=any(key.table.casefold() in folded for key in table.foreign_keys),
            address=bool(meanings & _TELL_ADDRESS),
            lookup=_is_lookup(table, table.name in personal, table.name.casefold() in referred),
            place=bool(meanings & {Meaning.CITY, Meaning.POSTCODE}),
            given_name=any(
                r.meaning is Meaning.FIRST_NAME and not column_words(name).has("nickname")
                for name, r in readings[table.name].items()
            ),
            family_name=any(r.meaning is Meaning.LAST_NAME for r in readings[table.name].values()),
        )
    return found


def _is_personal(kind: TableKind, readings: Mapping[str, Reading]) -> bool:
    told = {r.meaning for r in readings.values() if r.strength >= 0.75}
    return kind is TableKind.PERSON or bool(told & _TELL_PERSONS)


def _is_lookup(table: Table, personal: bool, referred: bool) -> bool:
    return (
        referred
        and not personal
        and len(table.columns) <= 5
        and len(table.primary_key) == 1
        and (table.rows is None or table.rows <= 500)
    )


def without_rows(schema: Schema, around: Mapping[str, Surroundings]) -> dict[str, str]:
    """Tables whose rows should stay behind, with the reason: mail that waits to be sent, live sessions, and what no
    mask is made for.

    Nothing else is ever left out, and no table is whose rows other tables refer to.
    """
    chosen: dict[str, str] = {}
    for table in schema.tables:
        kind, words = around[table.name].kind, around[table.name].words
        if any(column.masks is not None and not column.masks for column in table.columns):
            chosen[table.name] = "Nobody can tell from outside what is in it, and no mask can replace it."
        elif kind is TableKind.QUEUE and (words.any("mail") or _looks_like_mail(around[table.name])):
            chosen[table.name] = "Messages waiting to be sent: a copy must never send them."
        elif kind is TableKind.SESSION and any(
            r.meaning in (Meaning.TOKEN, Meaning.SECRET, Meaning.IP) for r in around[table.name].readings.values()
        ):
            chosen[table.name] = "Live sessions or tokens of real users: they would open doors, and a copy needs none."
    changed = True
    while changed:
        needed = {
            key.table.casefold()
            for t in schema.tables
            if t.name not in chosen and t.shadow_of is None
            for key in t.foreign_keys
            if key.table.casefold() != t.name.casefold()
        }
        kept = {name for name in chosen if name.casefold() in needed}
        chosen = {name: reason for name, reason in chosen.items() if name not in kept}
        changed = bool(kept)
    return chosen


def _looks_like_mail(around: Surroundings) -> bool:
    meanings = [r.meaning for r in around.readings.values()]
    return Meaning.EMAIL in meanings and not {Meaning.NOTE, Meaning.BLOB, Meaning.URL}.isdisjoint(meanings)
