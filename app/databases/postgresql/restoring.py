"""Making the source's objects in the staged database."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

import psycopg

from app.databases.postgresql.archive import Archive
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.contents import Entry
from app.databases.postgresql.failures import in_words
from app.databases.postgresql.urls import Place
from app.errors import OutsideError
from app.ports.context import PhaseContext

_BATCH: Final = 50
"""Objects made by one request: over a slow line, thousands of requests would take minutes."""
_ABOUT_THE_OBJECT: Final = ("0A", "22", "2B", "42", "58", "XX")
"""Classes of errors that say something about the object; the others are about server, connection or disk."""


def restore_pre_data(session: Session, archive: Archive, ctx: PhaseContext) -> None:
    """Everything that comes before rows: schemas, types, functions, tables, views.

    Raises OutsideError naming the object that could not be made.
    """
    if not archive.public:
        _run_if_allowed(session, "DROP SCHEMA IF EXISTS public")
    for batch in _batches(archive.entries("pre-data")):
        ctx.checkpoint()
        try:
            session.execute("\n".join(entry.sql for entry in batch))
        except psycopg.Error as error:
            if session.closed:
                raise failure(session, batch[0], error) from None
            _one_by_one(session, batch)  # the batch is undone as a whole
    for schema, name in archive.forced:
        # Until `finish.complete`: it would keep ourselves from reading the rows for checks and proof.
        session.execute(f"ALTER TABLE {quoted(schema, name)} NO FORCE ROW LEVEL SECURITY")


def make(session: Session, entry: Entry, sql: str | None = None) -> None:
    """Make one object, with statements of its own or those given. Raises OutsideError naming it."""
    try:
        session.execute(sql or entry.sql)
    except psycopg.Error as error:
        raise failure(session, entry, error) from None


def failure(session: Session, entry: Entry, error: psycopg.Error) -> OutsideError:
    """Why an object could not be made, for a person."""
    info = session.info
    # The connection may be gone: then only its own words are left.
    where = Place(database="the staged copy") if session.closed else Place(
        database=info.dbname, parameters={"host": info.host, "port": str(info.port)}
    )  # fmt: skip
    if (error.sqlstate or "")[:2] not in _ABOUT_THE_OBJECT:
        return in_words(error, where, f"while the {entry.title} was made")
    said = (error.diag.message_primary or type(error).__name__).rstrip(".")
    return OutsideError(
        f"The {entry.title} cannot be made in the copy",
        f"The server said: {said}.",
        "See what the source needs that the target's server or role does not have: another version, an extension, a "
        "right. Nothing was changed in the environment.",
    )


def _one_by_one(session: Session, batch: Sequence[Entry]) -> None:
    for entry in batch:
        if entry.kind == "COMMENT" and entry.name == "SCHEMA public":
            _run_if_allowed(session, entry.sql)  # on servers before 15 the schema is the superuser's
        else:
            make(session, entry)


def _run_if_allowed(session: Session, sql: str) -> None:
    with suppress(psycopg.errors.InsufficientPrivilege):
        session.execute(sql)


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while batch := list(islice(rest, _BATCH)):
        yield batch
