"""Reading a database's structure: a handful of queries, however many tables there are."""

from typing import Any, Final

from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.fingerprint import fingerprint_of
from app.databases.postgresql.shapes import ColumnShape, Shapes, TableShape
from app.databases.postgresql.types import USER_SCHEMA, Types, read_types
from app.errors import OutsideError

PAGE = 8192
"""Bytes of a page of people's servers; another size is chosen when a server is compiled, and counts as this many."""

_READABLE: Final = (
    "pg_has_role(m.lomowner, 'USAGE') OR EXISTS (SELECT FROM aclexplode(m.lomacl) g WHERE g.privilege_type = 'SELECT' "
    "AND (g.grantee = 0 OR pg_has_role(g.grantee, 'USAGE'))) OR current_setting('lo_compat_privileges')::bool"
)
"""Whether the role may read a large object; the server has a function for it since 18 alone."""


def read_shapes(session: Session) -> Shapes:
    """The structure as the session sees it. Takes no lock on a table.

    What the server reports of a table that another session is rebuilding right now (its size) is its last estimate.
    """
    facts = session.execute(
        "SELECT current_setting('server_version_num')::int, getdatabaseencoding()::text, to_jsonb(d) - 'datacl', "
        "(SELECT count(*) FROM pg_largeobject_metadata), "
        f"(SELECT count(*) FROM pg_largeobject_metadata m WHERE NOT ({_READABLE})), "
        "current_user::text, pg_is_in_recovery() "
        "FROM pg_database d WHERE datname = current_database()"
    ).fetchone()
    if facts is None:
        raise OutsideError("The database has gone", "The server does not list it any more.", "Try again.")
    version, encoding, database, large_objects, unreadable, role, standby = facts
    columns = _columns(session, read_types(session))
    return Shapes(
        database=database["datname"],
        version=version,
        encoding=encoding,
        collate=database["datcollate"],
        ctype=database["datctype"],
        locale=database.get("datlocale") or database.get("daticulocale"),  # 17 has the first name, 15 the other
        locale_rules=database.get("daticurules"),
        locale_provider=database.get("datlocprovider", "c"),
        tables=tuple(_table(row, columns.get(row[0], ())) for row in _tables(session)),
        fingerprint=fingerprint_of(session),
        large_objects=large_objects,
        large_objects_unreadable=unreadable,
        role=role,
        standby=standby,
    )


def policy_name(schema: str, table: str) -> str:
    """A table as policies write it: `public` left out, in double quotes what a dot or a quote would make misread."""
    parts = [quoted(part) if "." in part or '"' in part else part for part in (schema, table)]
    return parts[1] if schema == "public" else ".".join(parts)


def _tables(session: Session) -> list[tuple[Any, ...]]:
    return session.execute(
        f"""
        WITH busy AS (
            SELECT DISTINCT relation FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        ), found AS (
            SELECT c.*, n.nspname,
                c.relkind = 'r'
                    AND NOT EXISTS (SELECT FROM busy WHERE relation IN (c.oid, c.reltoastrelid)) AS measured,
                CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid END AS root
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND {USER_SCHEMA}
        )
        SELECT f.oid, f.nspname, f.relname, f.relkind::text, rn.nspname, rc.relname, f.root, f.relispartition,
            CASE WHEN f.reltuples >= 0 THEN f.reltuples::bigint END,
            f.relpages, CASE WHEN f.measured THEN pg_relation_size(f.oid) ELSE f.relpages * {PAGE}::bigint END,
            CASE WHEN f.measured THEN pg_table_size(f.oid) ELSE f.relpages * {PAGE}::bigint END,
            f.relrowsecurity, f.relrowsecurity AND row_security_active(f.oid), f.relpersistence = 'u',
            EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = f.oid
                AND d.objsubid = 0 AND d.deptype = 'e')
        FROM found f LEFT JOIN pg_class rc ON rc.oid = f.root LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace
        ORDER BY f.nspname COLLATE "C", f.relname COLLATE "C"
        """
    ).fetchall()


def _table(row: tuple[Any, ...], columns: tuple[ColumnShape, ...]) -> TableShape:
    oid, schema, name, kind, root_schema, root_name, root, partition, rows, relpages, main, size, *flags = row
    row_security, hides_rows, unlogged, of_extension = flags
    return TableShape(
        oid=oid,
        schema=schema,
        name=name,
        kind=kind,
        policy_name=policy_name(root_schema, root_name) if root_name else policy_name(schema, name),
        columns=columns,
        root=root,
        partition=partition,
        rows=rows,
        pages_estimated=max(relpages, 0),
        pages=-(-(main or 0) // PAGE),
        size_bytes=size or 0,
        row_security=row_security,
        hides_rows=hides_rows,
        unlogged=unlogged,
        of_extension=of_extension,
    )


def _columns(session: Session, types: Types) -> dict[int, tuple[ColumnShape, ...]]:
    found: dict[int, list[ColumnShape]] = {}
    for row in session.execute(
        f"""
        SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod),
            a.attnotnull, CASE WHEN a.atthasdef THEN pg_get_expr(d.adbin, d.adrelid) END, a.attgenerated::text,
            a.attidentity::text,
            CASE WHEN l.collname <> 'default' THEN l.collname END
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
            AND {USER_SCHEMA}
        ORDER BY a.attrelid, a.attnum
        """
    ):
        relation, number, name, type_oid, modifier, type_, not_null, default, generated, identity, collation = row
        shape = types.of(type_oid, modifier)
        found.setdefault(relation, []).append(
            ColumnShape(
                number=number,
                name=name,
                type=type_,
                base=shape.base,
                family=shape.family,
                array=shape.array,
                domain=shape.domain,
                nullable=shape.nullable and not not_null,
                length=shape.length,
                scale=shape.scale,
                default=default,
                generated=generated,
                identity=identity,
                collation=collation,
                portable=shape.portable,
                fields=shape.fields,
                domains=shape.domains,
                labels=shape.labels,
            )
        )
    return {relation: tuple(columns) for relation, columns in found.items()}
