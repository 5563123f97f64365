"""What the reading role may and may not do on the source."""

from collections.abc import Iterator
from typing import Final

from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.listing import listed, some
from app.databases.postgresql.shapes import Shapes
from app.databases.postgresql.types import USER_SCHEMA
from app.databases.postgresql.urls import Place
from app.domain.findings import Finding, error, warning

_RELATIONS: Final = (
    "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE {USER_SCHEMA} AND c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_depend d "
    "WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
)

_POWERS: Final = (
    ("rolsuper", "it is a superuser"),
    ("rolreplication", "it may replicate"),
    ("pg_has_role(oid, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE')", "it owns it"),
    ("has_database_privilege(current_database(), 'CREATE')", "it may make schemas"),
    ("pg_has_role(oid, 'pg_write_all_data', 'USAGE')", "it is a member of pg_write_all_data"),
)


def rights_of(session: Session, shapes: Shapes, place: Place) -> Iterator[Finding]:
    """An error where the role cannot read what the copy needs, a warning where it could write."""
    unreadable = listed(
        session,
        f"{_RELATIONS} AND (c.relkind IN ('r', 'p') AND NOT has_table_privilege(c.oid, 'SELECT') "
        "OR c.relkind = 'S' AND NOT has_sequence_privilege(c.oid, 'SELECT') "
        "OR c.relkind IN ('r', 'p', 'S') AND NOT has_schema_privilege(n.oid, 'USAGE'))",
    )
    if unreadable:
        yield error(
            "source-unreadable",
            f"The role {shapes.role} cannot read {some(unreadable)}, and a copy without them would not be one.",
            place.database,
            f"As an administrator of the server: GRANT pg_read_all_data TO {quoted(shapes.role)};",
        )
    could = _powers(session)
    if could:
        yield warning(
            "source-role-can-write",
            f"The role {shapes.role} could change the source: {', '.join(could)}. Sandkeeper opens read-only sessions "
            "alone, but a role that can only read is safer.",
            place.database,
            "As an administrator: CREATE ROLE sandkeeper_reader LOGIN PASSWORD '...'; GRANT pg_read_all_data TO "
            f"sandkeeper_reader; GRANT CONNECT ON DATABASE {quoted(place.database)} TO sandkeeper_reader; "
            "then use it in the environment's URL.",
        )


def _powers(session: Session) -> list[str]:
    fields = ", ".join(text for text, _ in _POWERS)
    row = session.execute(f"SELECT {fields} FROM pg_roles WHERE rolname = current_user").fetchone()
    found = [words for has, (_, words) in zip(row or (), _POWERS, strict=False) if has]
    if "it is a superuser" in found:
        return found[:1]
    owned = listed(
        session, f"{_RELATIONS} AND c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f') AND pg_has_role(c.relowner, 'USAGE')"
    )
    if owned:
        found.append(f"it owns {some(owned)}")
    changes = " OR ".join(
        f"has_table_privilege(c.oid, '{right}') OR has_any_column_privilege(c.oid, '{right}')"
        for right in ("INSERT", "UPDATE")
    )
    more = "has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE')"
    writable = [
        name
        for name in listed(session, f"{_RELATIONS} AND c.relkind IN ('r', 'p', 'v', 'f') AND ({changes} OR {more})")
        if name not in owned
    ]
    if writable and "it is a member of pg_write_all_data" not in found:
        found.append(f"it may change rows of {some(writable)}")
    return found
