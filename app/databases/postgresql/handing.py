"""Handing the finished copy over to the sandbox's login, object by object.

Not REASSIGN OWNED: that would give away every database of the worker's role on the server as well.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.staging import Staging

_BATCH: Final = 200

_OF_OURS: Final = """
WITH owned(classid, objid, turn) AS (
    SELECT 'pg_namespace'::regclass, oid, 0 FROM pg_namespace WHERE nspowner = %(me)s
    UNION ALL
    SELECT 'pg_class'::regclass, oid, CASE relkind WHEN 'r' THEN 2 WHEN 'p' THEN 1 ELSE 3 END FROM pg_class c
    WHERE relowner = %(me)s AND relpersistence <> 't' AND (relkind IN ('r', 'p', 'v', 'm', 'f')
        OR (relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
            AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))))
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 1 FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typowner = %(me)s AND (t.typrelid = 0 OR c.relkind = 'c') AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'i')
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, 1 FROM pg_proc WHERE proowner = %(me)s
    UNION ALL
    SELECT 'pg_operator'::regclass, oid, 1 FROM pg_operator WHERE oprowner = %(me)s
    UNION ALL
    SELECT 'pg_opclass'::regclass, oid, 1 FROM pg_opclass WHERE opcowner = %(me)s
    UNION ALL
    SELECT 'pg_opfamily'::regclass, oid, 1 FROM pg_opfamily WHERE opfowner = %(me)s
    UNION ALL
    SELECT 'pg_collation'::regclass, oid, 1 FROM pg_collation WHERE collowner = %(me)s
    UNION ALL
    SELECT 'pg_conversion'::regclass, oid, 1 FROM pg_conversion WHERE conowner = %(me)s
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, oid, 1 FROM pg_ts_dict WHERE dictowner = %(me)s
    UNION ALL
    SELECT 'pg_ts_config'::regclass, oid, 1 FROM pg_ts_config WHERE cfgowner = %(me)s
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, oid, 4 FROM pg_statistic_ext WHERE stxowner = %(me)s
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, oid, 4 FROM pg_foreign_server WHERE srvowner = %(me)s
    UNION ALL
    SELECT 'pg_publication'::regclass, oid, 4 FROM pg_publication WHERE pubowner = %(me)s
    UNION ALL
    SELECT 'pg_largeobject'::regclass, oid, 5 FROM pg_largeobject_metadata WHERE lomowner = %(me)s
)
SELECT i.type, i.identity FROM owned o, pg_identify_object(o.classid, o.objid, 0) i
WHERE o.objid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'e')
ORDER BY o.turn, o.objid
"""
"""What our role owns and the server's own set-up does not; members of extensions stay with their extension."""

_LEFT_BEHIND: Final = """
SELECT i.type, i.identity FROM pg_type t, pg_identify_object('pg_type'::regclass, t.oid, 0) i
WHERE t.typowner = %(me)s AND t.typtype = 'm' AND t.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
"""
"""Multiranges follow their range in newer versions alone, and cannot be altered by themselves there."""

_NOUNS: Final = {
    "function": "ROUTINE",
    "procedure": "ROUTINE",
    "aggregate": "ROUTINE",
    "statistics object": "STATISTICS",
}
_BOUND: Final = ("server", "publication")
"""Kinds that the server lets some roles alone own; they work for the sandbox's people all the same."""


def hand_over(staging: Staging, login: str) -> tuple[str, ...]:
    """Make the login the owner of everything the copy made inside. The database itself follows when it is published,
    since its owner may connect (invariant 9). Says in words what has to stay with the worker's role.

    Raises OutsideError. Nothing of an extension changes hands, and nothing of a superuser's own set-up.
    """
    with told(staging.place, "while handing the copy over to its login"):
        session = staging.connect()
        try:
            objects = _listed(session, _OF_OURS)
            with lent(session, login):
                left = tuple(_changed(session, objects, login))
                return (*left, *_changed(session, _listed(session, _LEFT_BEHIND), login))
        finally:
            session.close()


def _listed(session: Session, query: str) -> list[tuple[str, str]]:
    rows = session.execute(query, {"me": _number_of_ours(session)}).fetchall()
    return [(str(type_), str(identity)) for type_, identity in rows]


def _number_of_ours(session: Session) -> int:
    row = session.execute("SELECT oid FROM pg_roles WHERE rolname = current_user").fetchone()
    return 0 if row is None else int(row[0])


@contextmanager
def lent(session: Session, login: str) -> Iterator[None]:
    """The right to create in the session's database and its schemas, which an owner needs where its objects stand.
    Lent for a block: it gives no way in."""
    schemas = _lent(session, login)
    try:
        yield
    finally:
        _taken_back(session, schemas, login)


def _lent(session: Session, login: str) -> list[str]:
    session.execute(f"GRANT CREATE, TEMPORARY ON DATABASE {quoted(session.info.dbname)} TO {quoted(login)}")
    rows = session.execute(
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE') "
        "AND NOT has_schema_privilege(%s, oid, 'CREATE') AND nspname !~ '^pg_' AND nspname <> 'information_schema'",
        (login,),
    ).fetchall()
    schemas = [str(row[0]) for row in rows]
    for schema in schemas:
        session.execute(f"GRANT CREATE ON SCHEMA {quoted(schema)} TO {quoted(login)}")
    return schemas


def _taken_back(session: Session, schemas: Sequence[str], login: str) -> None:
    if session.closed:
        return
    session.execute(f"REVOKE CREATE, TEMPORARY ON DATABASE {quoted(session.info.dbname)} FROM {quoted(login)}")
    mine = session.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) AND pg_get_userbyid(nspowner) <> %s",
        (list(schemas), login),
    ).fetchall()
    for (schema,) in mine:
        session.execute(f"REVOKE CREATE ON SCHEMA {quoted(schema)} FROM {quoted(login)}")


def _changed(session: Session, objects: Sequence[tuple[str, str]], login: str) -> Iterator[str]:
    firm = [each for each in objects if each[0] not in _BOUND]
    for first in range(0, len(firm), _BATCH):
        batch = firm[first : first + _BATCH]
        session.execute("; ".join(_statement(type_, identity, login) for type_, identity in batch))
    for type_, identity in objects:
        if type_ in _BOUND:
            try:
                session.execute(_statement(type_, identity, login))
            except psycopg.errors.InsufficientPrivilege:
                yield f"{type_} {identity}"


def _statement(type_: str, identity: str, login: str) -> str:
    return f"ALTER {_NOUNS.get(type_, type_.upper())} {identity} OWNER TO {quoted(login)}"
