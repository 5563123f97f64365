"""An empty twin of a database's structure in memory: it shows what this SQLite cannot make again.

Programs can give SQLite collations, functions and modules of their own. A structure that needs them reads well, but
cannot be created without them; trying it in memory says so before anything starts.
"""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from app.databases.sqlite.connections import careful
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import ObjectShape, Shapes, TableShape

_HEADS = {
    "table": re.compile(r"CREATE\s+(VIRTUAL\s+)?TABLE\b", re.IGNORECASE),
    "index": re.compile(r"CREATE\s+(UNIQUE\s+)?INDEX\b", re.IGNORECASE),
    "view": re.compile(r"CREATE\s+VIEW\b", re.IGNORECASE),
    "trigger": re.compile(r"CREATE\s+TRIGGER\b", re.IGNORECASE),
}

_MODULES = ("fts3", "fts4", "fts5", "rtree", "rtree_i32", "geopoly", "fts5vocab", "fts4aux", "fts3tokenize")


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that cannot be made here; `why` is SQLite's own word for it. `fatal` when a copy is impossible
    without it, else it comes along and fails only where it is used, as it would anywhere outside its program."""

    kind: str
    name: str
    why: str
    fatal: bool


def create(connection: sqlite3.Connection, kind: str, sql: str) -> None:
    """Run one CREATE statement of a source. Raises sqlite3.Error, also for a statement that is not what its row in
    the structure says (a prepared file must not make us run anything else)."""
    if not _HEADS[kind].match(sql):
        raise sqlite3.DatabaseError(f"not a statement that creates a {kind}")
    connection.execute(sql)


class Clone:
    """The twin. `misfits` names what could not be made; `collations` tells a column's collating sequence."""

    def __init__(self, shapes: Shapes) -> None:
        self.misfits: list[Misfit] = []
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        careful(self._connection)
        for table in shapes.tables:
            if table.shadow_of is None:
                self._make_table(table)
        for kind, objects in (("index", shapes.indexes), ("view", shapes.views), ("trigger", shapes.triggers)):
            for item in objects:
                self._make(kind, item)
        self._try_views(shapes.views)
        self._try_triggers(shapes.triggers)

    def close(self) -> None:
        self._connection.close()

    def collations(self, table: TableShape) -> dict[str, str]:
        """The collation of each column by name, BINARY left out."""
        if not table.ordinary:
            return {}
        columns = ", ".join(quoted(c.name) for c in table.columns)
        try:
            self._connection.execute(f"CREATE INDEX sandkeeper_probe ON {quoted(table.name)} ({columns})")
        except sqlite3.Error:
            return {}
        rows = self._connection.execute("SELECT name, coll FROM pragma_index_xinfo('sandkeeper_probe') WHERE key")
        found = {name: collation for name, collation in rows if name and collation != "BINARY"}
        self._connection.execute("DROP INDEX sandkeeper_probe")
        return found

    def _make_table(self, table: TableShape) -> None:
        if table.module is not None and table.module not in _MODULES:
            self._misfit("table", table.name, f"no such module: {table.module}", fatal=True)
            return
        try:
            create(self._connection, "table", table.sql)
        except (sqlite3.Error, sqlite3.Warning) as error:
            self._misfit("table", table.name, str(error), fatal=True)

    def _make(self, kind: str, item: ObjectShape) -> None:
        if any(m.name == item.table for m in self.misfits):
            return  # its table is named already
        try:
            create(self._connection, kind, item.sql)
        except (sqlite3.Error, sqlite3.Warning) as error:
            self._misfit(kind, item.name, str(error), fatal=True)

    def _try_views(self, views: Iterable[ObjectShape]) -> None:
        for view in views:
            self._try("view", view.name, f"EXPLAIN SELECT * FROM {quoted(view.name)}")

    def _try_triggers(self, triggers: Iterable[ObjectShape]) -> None:
        for trigger in triggers:
            table = quoted(trigger.table)
            event = re.search(r"\b(INSERT|UPDATE|DELETE)\b", trigger.sql, re.IGNORECASE)
            column = self._connection.execute(
                "SELECT name FROM pragma_table_info(?) LIMIT 1", (trigger.table,)
            ).fetchone()
            if event is None or column is None:
                continue
            self._try("trigger", trigger.name, f"EXPLAIN INSERT INTO {table} DEFAULT VALUES")
            self._try("trigger", trigger.name, f"EXPLAIN UPDATE {table} SET {quoted(column[0])} = NULL")
            self._try("trigger", trigger.name, f"EXPLAIN DELETE FROM {table}")

    def _try(self, kind: str, name: str, sql: str) -> None:
        if any(m.name == name for m in self.misfits):
            return
        try:
            self._connection.execute(sql).close()
        except sqlite3.Error as error:
            if str(error).startswith(("no such function", "no such collation", "no such module", "unsafe use")):
                self._misfit(kind, name, str(error), fatal=False)

    def _misfit(self, kind: str, name: str, why: str, *, fatal: bool) -> None:
        self.misfits.append(Misfit(kind, name, why, fatal))
