"""The database aside: as the source's, closed to everyone else, and gone when it does not come to its end."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from threading import Thread

import psycopg
import pytest

from app.databases.postgresql import logins, stoppable
from app.databases.postgresql.connections import connect_maintenance
from app.databases.postgresql.owned import find
from app.errors import CancelledError, OutsideError, RefusedError
from tests.app.databases.postgresql.sandboxes import BUILT, PASSWORD, Context, Sandbox
from tests.app.databases.postgresql.servers import READER, WORKER, Server


@pytest.fixture(params=[18, 16, 15])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = Sandbox(request.getfixturevalue(f"server{request.param}"))
    yield sandbox
    sandbox.remove()


def _refused(sandbox: Sandbox, database: str, role: str, password: str) -> str:
    with pytest.raises(psycopg.OperationalError) as raised:
        psycopg.connect(sandbox.server.place(database, role, password).conninfo()).close()
    return str(raised.value)


def test_nobody_gets_into_a_copy_before_it_is_published(sandbox: Sandbox) -> None:
    """Invariant 9: not another role, not the people of the sandbox it will replace, also while it is theirs already."""
    sandbox.provision()
    staging = sandbox.create()
    try:
        assert "permission denied" in _refused(sandbox, staging.name, *READER)
        assert "permission denied" in _refused(sandbox, staging.name, sandbox.login, PASSWORD)
        with closing(staging.connect()) as session:
            session.execute(BUILT)
        name = logins.ensure_login(staging.session, sandbox.place, sandbox.target, sandbox.signer, sandbox.operation)
        logins.hand_over(staging, name)
        assert "permission denied" in _refused(sandbox, staging.name, sandbox.login, PASSWORD)
        staged = staging.seal(keep_baseline=True, rows={}, ctx=Context())
        for database in (staged.place, staged.baseline or ""):
            for role in (READER, (sandbox.login, PASSWORD), WORKER, ("postgres", "super")):
                assert "not currently accepting connections" in _refused(sandbox, database, *role)
        sandbox.publish(staged)
        sandbox.record(staged)
        for role in (READER,):
            assert "permission denied" in _refused(sandbox, sandbox.name, *role)
        assert sandbox.rows("SELECT count(*) FROM customer") == [(20,)]
        assert "not currently accepting" in _refused(sandbox, f"sandkeeper_{sandbox.environment.id}_baseline", *WORKER)
    finally:
        staging.close()


def test_two_attempts_cannot_stage_at_once(sandbox: Sandbox) -> None:
    staging = sandbox.create()
    ctx = Context()
    ctx.cancelled = True  # so that the second does not wait for long
    try:
        with pytest.raises(CancelledError):
            sandbox.create(ctx=ctx)
    finally:
        staging.drop()
    assert sandbox.there() == []


def test_encoding_and_collation_are_the_sources(server: Server) -> None:
    source = server.create_database(encoding="LATIN1", locale="C")
    sandbox = Sandbox(server)
    shapes = replace(sandbox.shapes(), encoding="LATIN1", collate="C", ctype="C", locale_provider="c", locale=None)
    staging = sandbox.create(shapes)
    try:
        seen = "SELECT encoding, datcollate, datctype, datlocprovider FROM pg_database WHERE datname = '{}'"
        assert server.run(seen.format(staging.name)) == server.run(seen.format(source))
    finally:
        staging.drop()
        server.drop_database(source)


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_builtin_locales_come_along_and_sort_alike_where_the_server_has_none(
    server18: Server, server16: Server, locale: str
) -> None:
    for server in (server18, server16):
        sandbox = Sandbox(server)
        shapes = replace(sandbox.shapes(), locale_provider="b", locale=locale, encoding="UTF8", collate="C", ctype="C")
        staging = sandbox.create(shapes)
        try:
            with closing(staging.connect()) as session:
                words = session.execute("SELECT w FROM unnest(ARRAY['b', 'B', 'a', 'Z']) w ORDER BY w").fetchall()
            assert [word for (word,) in words] == ["B", "Z", "a", "b"]
        finally:
            staging.drop()


def test_an_icu_locale_comes_along(server15: Server) -> None:
    sandbox = Sandbox(server15)
    staging = sandbox.create(replace(sandbox.shapes(), locale_provider="i", locale="sv-SE"))
    try:
        with closing(staging.connect()) as session:
            words = session.execute("SELECT w FROM unnest(ARRAY['ö', 'z', 'a', 'å']) w ORDER BY w").fetchall()
        assert [word for (word,) in words] == ["a", "z", "å", "ö"]
    finally:
        staging.drop()


@pytest.mark.parametrize("change", [{"collate": "xx_XX.UTF-8"}, {"locale_provider": "i", "locale": "sv-SE"}])
def test_a_locale_the_server_does_not_have_is_told(server: Server, change: dict[str, str]) -> None:
    sandbox = Sandbox(server)
    with pytest.raises(OutsideError, match="cannot make a database that sorts") as raised:
        sandbox.create(replace(sandbox.shapes(), **change))  # type: ignore[arg-type]  # test data
    assert "locale" in raised.value.hint
    assert sandbox.there() == []


def test_what_is_not_ours_is_not_staged_beside(server: Server) -> None:
    sandbox = Sandbox(server)
    server.create_database(sandbox.name)
    try:
        with pytest.raises(RefusedError, match="is not one that Sandkeeper made"):
            sandbox.create()
        assert sandbox.there() == ["sandbox"]
    finally:
        sandbox.remove()


def test_a_long_statement_ends_within_two_seconds_of_being_asked(server: Server) -> None:
    """`pg_sleep` stands for a CREATE DATABASE that copies a large file: the server looks at a cancel in both."""
    ctx = Context()
    place = server.place("postgres", *WORKER)
    with closing(connect_maintenance(place)) as session:
        asked: list[float] = []

        def ask() -> None:
            with closing(connect_maintenance(place)) as other:
                deadline = time.monotonic() + 10
                active = "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"
                while not other.execute(active).fetchone() and time.monotonic() < deadline:
                    pass
            asked.append(time.monotonic())
            ctx.cancelled = True

        asker = Thread(target=ask)
        asker.start()
        with pytest.raises(CancelledError):
            stoppable.run(session, "SELECT pg_sleep(60)", place, "while waiting", ctx)
        asker.join()
        assert time.monotonic() - asked[0] < 2
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_a_cancel_leaves_no_database(server: Server) -> None:
    sandbox = Sandbox(server)
    staging = sandbox.create()
    ctx = Context()
    ctx.cancelled = True
    with pytest.raises(CancelledError):
        staging.seal(keep_baseline=True, rows={}, ctx=ctx)
    staging.drop()
    assert sandbox.there() == []


def test_a_twin_has_a_mark_and_a_clean_sheet_of_its_own_and_the_settings(sandbox: Sandbox) -> None:
    staging = sandbox.create()
    with closing(staging.connect()) as session:
        session.execute(BUILT)
        session.execute(f'ALTER DATABASE "{staging.name}" SET search_path TO "$user", public, "Odd, one"')
        session.execute(f"ALTER DATABASE \"{staging.name}\" SET datestyle TO 'German'")
    staged = staging.seal(keep_baseline=True, rows={"customer": 20}, ctx=Context())
    sandbox.publish(staged, password=None)
    sandbox.record(staged)
    with closing(connect_maintenance(sandbox.place)) as session:
        published = find(session, sandbox.name)
        twin = find(session, f"sandkeeper_{sandbox.environment.id}_baseline")
    assert published is not None
    assert twin is not None
    assert published.marker is not None
    assert twin.marker is not None
    assert published.marker.nonce == staged.nonce != twin.marker.nonce
    assert twin.marker.identity == twin.identity
    place = sandbox.place
    assert sandbox.rows("SELECT current_setting('search_path'), current_setting('datestyle')", place) == [
        ('"$user", public, "Odd, one"', "German, DMY")
    ]
    assert sandbox.rows("SELECT coalesce(sum(n_tup_ins), 0) FROM pg_stat_user_tables", place) == [(0,)]
    assert staged.size_bytes > 1_000_000
