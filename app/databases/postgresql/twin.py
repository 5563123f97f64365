"""A database made file by file from another of ours: the baseline's twin, or a copy of the baseline.

The server begins a new database's statistics at zero, so that what is counted in it afterwards is what its people did.
"""

from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.locks import Hold
from app.databases.postgresql.owned import Database, mark
from app.databases.postgresql.stoppable import run
from app.domain.ids import OperationId
from app.ports.context import PhaseContext
from app.ports.databases import Signer


def make_twin(
    hold: Hold, original: Database, name: str, operation: OperationId, signer: Signer, ctx: PhaseContext
) -> Database:
    """Nobody may be in the original, and nobody can connect to the twin, which has a mark of its own.

    Raises OutsideError; a twin that was not finished is left for the caller to drop.
    """
    session, place = hold.session, hold.place.at(name)
    strategy = " STRATEGY FILE_COPY" if session.info.server_version >= 150000 else ""
    run(
        session,
        f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(original.name)} ALLOW_CONNECTIONS false{strategy}",
        place,
        "while copying the database's files",
        ctx,
    )
    with told(place, "while finishing the copy of the database's files", ctx):
        _carry_settings(session, original, name)
        return mark(session, name, hold.environment.id, operation, signer)


def size_of(session: Session, found: Database) -> int:
    """Bytes on disk."""
    row = session.execute("SELECT pg_database_size(%s::oid)", (found.oid,)).fetchone()
    return 0 if row is None else int(row[0])


def _carry_settings(session: Session, original: Database, name: str) -> None:
    """A template's settings do not come along. Each is set for a moment and taken from there, so that lists need no
    quoting of ours."""
    rows = session.execute(
        "SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = %s::oid AND setrole = 0", (original.oid,)
    ).fetchall()
    for setting, value in (str(row[0]).split("=", 1) for row in rows):
        with session.transaction():
            session.execute("SELECT set_config(%s, %s, true)", (setting, value))
            session.execute(f"ALTER DATABASE {quoted(name)} SET {quoted(*setting.split('.'))} FROM CURRENT")
