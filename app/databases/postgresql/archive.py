"""What a source is made of, as statements: tables and all that belongs to them, without a row."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from app.databases.postgresql.connections import quoted
from app.databases.postgresql.contents import Entry, read_contents
from app.databases.postgresql.dumping import dump_structure
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import Tools
from app.ports.context import PhaseContext

Identified = tuple[int, int]
"""An object of the source: the oid of the catalog it stands in, and its own."""

_NEVER: Final = frozenset(
    {
        "ENCODING", "STDSTRINGS", "SEARCHPATH",  # sessions of ours have their own
        "DATABASE", "DATABASE PROPERTIES",
        "ACL", "DEFAULT ACL", "SECURITY LABEL",
        "USER MAPPING",  # credentials
        "SUBSCRIPTION", "SUBSCRIPTION TABLE",
        "BLOB", "BLOBS", "BLOB METADATA", "BLOB COMMENTS",  # see `large_objects`
        "TABLE DATA", "SEQUENCE SET", "STATISTICS DATA", "MATERIALIZED VIEW DATA",
    }
)  # fmt: skip
_SEARCH_PATH: Final = """
SELECT coalesce(
    (SELECT substr(o.setting, 13) FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS o (setting)
     WHERE s.setrole = 0 AND s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND starts_with(o.setting, 'search_path=')),
    'public')
"""


@dataclass(frozen=True)
class Archive:
    """The structure of one snapshot.

    `contents` are the entries that come along, in the order in which they are to be made. `populated` are the oids of
    materialised views that hold rows in the source, `forced` the tables whose row security binds their owner too.
    `public` says whether the source has a schema of that name; `search_path` is what its sessions have by default, for
    functions that need it.
    """

    contents: tuple[Entry, ...]
    populated: frozenset[int] = frozenset()
    forced: tuple[tuple[str, str], ...] = ()
    public: bool = True
    search_path: str = ""

    @staticmethod
    def read(
        snapshot: Snapshot,
        tools: Tools,
        ctx: PhaseContext,
        *,
        left_out: Collection[Identified] = (),
        compression: bool = True,
    ) -> "Archive":
        """The structure at the snapshot's moment, without the objects in `left_out` and what rests on them.

        Both come from `portability.assess`. Raises OutsideError when pg_dump could not read it.
        """
        everything = read_contents(dump_structure(snapshot, tools, ctx, compression=compression))
        read = snapshot.main.execute
        populated = read("SELECT oid FROM pg_class WHERE relkind = 'm' AND relispopulated").fetchall()
        forced = read(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relforcerowsecurity AND c.relkind IN ('r', 'p') ORDER BY 1, 2"
        ).fetchall()
        public = read("SELECT FROM pg_namespace WHERE nspname = 'public'").fetchone() is not None
        path = read(_SEARCH_PATH).fetchone()
        contents = tuple(_kept(everything, frozenset(left_out)))
        tables = {(entry.schema, entry.name) for entry in contents if entry.kind == "TABLE"}
        return Archive(
            contents=contents,
            populated=frozenset(oid for (oid,) in populated),
            forced=tuple((schema, name) for schema, name in forced if (schema, name) in tables),
            public=public,
            search_path=str(path[0]) if path else "",
        )

    def entries(self, section: str) -> Sequence[Entry]:
        """Those of `pre-data` or `post-data`. Comments stand with what they are about."""
        return [entry for entry in self.contents if entry.section == section]

    def pre_data(self) -> str:
        """One script of everything that comes before rows, for reading; `restoring` runs it piece by piece."""
        return "\n".join(entry.sql for entry in self.entries("pre-data"))

    @cached_property
    def by_id(self) -> dict[int, Entry]:
        return {entry.id: entry for entry in self.contents}

    def needed(self, entry: Entry, *kinds: str) -> Iterator[Entry]:
        """The entries of these kinds that one rests on directly."""
        return (self.by_id[i] for i in entry.needs if i in self.by_id and self.by_id[i].kind in kinds)


def _kept(everything: Iterable[Entry], left_out: frozenset[Identified]) -> Iterator[Entry]:
    """What comes along, each in a section. What rests on something that does not come along stays behind with it."""
    gone: set[int] = set()
    sections: dict[int, str] = {}
    current = "pre-data"
    for entry in everything:
        if entry.kind in _NEVER or (entry.catalog, entry.oid) in left_out or gone.intersection(entry.needs):
            gone.add(entry.id)
            continue
        section = entry.section or next((sections[i] for i in entry.needs if i in sections), current)
        current = sections[entry.id] = section
        if sql := _statements(entry):
            yield replace(entry, section=section, sql=sql)


def _statements(entry: Entry) -> str:
    if entry.kind == "SCHEMA":
        # It is written with its owner's name; and "public" is there already, with a remark in its place.
        return "" if entry.sql.startswith("--") else f"CREATE SCHEMA {quoted(entry.name)};"
    if entry.kind == "TABLE" and entry.method not in ("", "heap"):
        method = quoted(entry.method)
        return f"SET default_table_access_method = {method};\n{entry.sql}\nSET default_table_access_method = heap;"
    return entry.sql
