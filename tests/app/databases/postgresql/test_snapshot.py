"""Several sessions read one moment, none can write, and what is written meanwhile is not seen."""

import psycopg
import pytest

from app.databases.postgresql.snapshot import Snapshot
from app.errors import OutsideError
from tests.app.databases.postgresql.servers import READER, Server, create_source


def test_every_reader_sees_the_same_moment_and_cannot_write(server: Server) -> None:
    name = create_source(server, "CREATE TABLE public.people (id int); INSERT INTO public.people VALUES (1), (2)")
    try:
        with Snapshot(server.place(name, *READER)) as snapshot:
            server.run("INSERT INTO public.people VALUES (3)", name)
            with snapshot.reader() as one, snapshot.reader() as other:
                for session in (snapshot.main, one, other):
                    assert session.execute("SELECT count(*) FROM public.people").fetchone() == (2,)
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    one.execute("CREATE TABLE public.mine ()")
        with Snapshot(server.place(name, *READER)) as later:
            assert later.main.execute("SELECT count(*) FROM public.people").fetchone() == (3,)
            assert later.identity.minor == str(
                server.run(f"SELECT oid FROM pg_database WHERE datname = '{name}'")[0][0]
            )
    finally:
        server.drop_database(name)


def test_a_moment_that_is_over_cannot_be_joined(server: Server) -> None:
    name = create_source(server)
    try:
        snapshot = Snapshot(server.place(name, *READER))
        snapshot.close()
        with pytest.raises(OutsideError, match="could not go on"):
            snapshot.open_reader()
    finally:
        server.drop_database(name)
