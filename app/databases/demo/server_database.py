"""Making a demo world's production database on a private PostgreSQL server: the whole database, or none."""

import zlib
from contextlib import closing

import psycopg

from app.databases.demo.world import SEED, Row, World, sensible
from app.databases.postgresql.connections import Session, connect, quoted
from app.databases.postgresql.embedded import OWNER, READER, SUPERUSER, PrivateServer
from app.databases.postgresql.failures import in_words
from app.errors import RefusedError

_EXISTS = "SELECT 1 FROM pg_database WHERE datname = %s"
_COUNTED = """
SELECT format('SELECT setval(%L, max(%I)) FROM %I.%I', pg_get_serial_sequence(format('%I.%I', nspname, relname),
              attname), attname, nspname, relname)
  FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid JOIN pg_namespace AS n ON n.oid = relnamespace
 WHERE attidentity <> '' AND nspname = 'public'
"""


def make_on_server(world: World, server: PrivateServer, database: str, rows: int, *, seed: int = SEED) -> None:
    """Make a world's production database with `rows` customers on a private server, started when needed.

    The same rows and seed give the same content as in SQLite, in the types proper to PostgreSQL. It belongs to its
    application's role; apart from that one only the reader may connect. It appears complete or not at all. Raises
    RefusedError when there is a database of that name, UserError for a number of rows outside 1 to 1,000,000,
    OutsideError when the server does not play along.
    """
    sensible(rows)
    server.start()
    place = server.place(SUPERUSER)
    aside = f"{database}.making"
    try:
        with closing(connect(place, read_only=False, lock_seconds=0)) as session:
            # One maker at a time; what an earlier one left when it was killed is put away.
            session.execute("SELECT pg_advisory_lock(%s)", (zlib.crc32(database.encode()),))
            if session.execute(_EXISTS, (database,)).fetchone():
                raise RefusedError(
                    f"There is a database {database} already",
                    "A demo never replaces one.",
                    "Choose another home with --home.",
                )
            session.execute(f"DROP DATABASE IF EXISTS {quoted(aside)} WITH (FORCE)")
            session.execute(f"CREATE DATABASE {quoted(aside)} OWNER {quoted(OWNER)} TEMPLATE template0")
            try:
                session.execute(f"REVOKE ALL ON DATABASE {quoted(aside)} FROM PUBLIC")
                session.execute(f"GRANT CONNECT ON DATABASE {quoted(aside)} TO {quoted(READER)}")
                more = {"search_path": "public", "synchronous_commit": "off"}
                with closing(connect(place.at(aside), read_only=False, more=more)) as inside:
                    _fill(inside, world, rows, seed)
                session.execute(f"ALTER DATABASE {quoted(aside)} RENAME TO {quoted(database)}")
            except BaseException:
                session.execute(f"DROP DATABASE IF EXISTS {quoted(aside)} WITH (FORCE)")
                raise
    except psycopg.Error as error:
        raise in_words(error, place.at(database), "while making the demo's database") from None


def _fill(session: Session, world: World, rows: int, seed: int) -> None:
    def insert(table: str, batch: list[Row]) -> None:
        with session.cursor().copy(f"COPY {quoted(table)} FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)

    session.execute(f"SET ROLE {quoted(OWNER)}")
    with session.transaction():
        session.execute(world.before("postgresql"))
        world.make_rows(rows, seed, insert)
        session.execute(world.after("postgresql"))
        for (statement,) in session.execute(_COUNTED).fetchall():
            session.execute(statement)
    session.execute("VACUUM (ANALYZE)")
