"""Large objects: binary data beside the tables, under the same numbers in the copy."""

from typing import Any, Final

import psycopg

from app.databases.postgresql.connections import Session, literal
from app.ports.context import PhaseContext

_CHUNK: Final = 256 * 1024
_AT_ONCE: Final = 32
"""Objects per round trip: 8 MB at most."""
_TITLE: Final = "large objects"


def copy(source: Session, staging: Session, ctx: PhaseContext) -> int:
    """Copy all large objects with their comments; memory stays flat whatever their size. Returns how many.

    They are the staging role's. The driver's errors go up as they are: wrap the call in `failures.told`.
    """
    copied, last = 0, 0
    ((total,),) = source.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchall()
    read, write = psycopg.Cursor(source), psycopg.Cursor(staging)
    while True:
        ctx.checkpoint(_TITLE, copied, total)
        rows = read.execute(
            "SELECT oid::bigint, lo_get(oid, 0, %s::int) FROM pg_largeobject_metadata "
            "WHERE oid > %s::bigint::oid ORDER BY oid LIMIT %s",
            (_CHUNK, last, _AT_ONCE),
            binary=True,
        ).fetchall()
        if not rows:
            break
        write.execute(
            "SELECT lo_from_bytea(o.oid::oid, o.data) FROM unnest(%s::bigint[], %b::bytea[]) AS o (oid, data)",
            ([oid for oid, _ in rows], [data for _, data in rows]),
        )
        for oid, data in rows:
            if len(data) == _CHUNK:
                _rest(read, write, oid, ctx)
        copied, last = copied + len(rows), int(rows[-1][0])
    for oid, comment in source.execute(
        "SELECT objoid::bigint, description FROM pg_description WHERE classoid = 'pg_largeobject'::regclass"
    ).fetchall():
        staging.execute(f"COMMENT ON LARGE OBJECT {int(oid)} IS {literal(comment)}")
    return copied


def _rest(read: psycopg.Cursor[Any], write: psycopg.Cursor[Any], oid: int, ctx: PhaseContext) -> None:
    """What comes after an object's first chunk. Holes, which read as zeros, are written as holes."""
    at = _CHUNK
    while True:
        ctx.checkpoint(_TITLE)
        ((data,),) = read.execute(
            "SELECT lo_get(%s::bigint::oid, %s::bigint, %s::int)", (oid, at, _CHUNK), binary=True
        ).fetchall()
        if data.strip(b"\0") or 0 < len(data) < _CHUNK:
            write.execute("SELECT lo_put(%s::bigint::oid, %s::bigint, %b)", (oid, at, data))
        elif data:
            write.execute("SELECT lo_put(%s::bigint::oid, %s::bigint, %b)", (oid, at + len(data) - 1, b"\0"))
        at += len(data)
        if len(data) < _CHUNK:
            return
