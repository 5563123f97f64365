"""What people wrote about tables and columns (COMMENT ON), where a suggestion looks for their meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.databases.postgresql.connections import Session

_QUERY: Final = (
    "SELECT d.objoid, d.objsubid, d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid "
    "WHERE d.classoid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'f') AND d.objoid >= 16384"
)


@dataclass(frozen=True, slots=True)
class Comments:
    """By the table's oid and the column's number; 0 is the table itself."""

    found: Mapping[tuple[int, int], str]

    def of(self, table: int, column: int = 0) -> str:
        return self.found.get((table, column), "")


def read_comments(session: Session) -> Comments:
    """All of them. Bytes that are no UTF-8, which a database without an encoding may hold, become replacement marks."""
    result: Any = session.execute(_QUERY.encode()).pgresult
    found: dict[tuple[int, int], str] = {}
    for row in range(result.ntuples):
        table, column, text = (result.get_value(row, at) for at in range(3))
        found[int(table), int(column)] = bytes(text).decode("utf-8", "replace")
    return Comments(found)
