"""What a policy runs on a staged copy: with the rights of the sandbox's login, in its time, and leaving it closed."""

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from app.databases.postgresql import guests, logins, wipe
from app.databases.postgresql.connections import connect
from app.databases.postgresql.names import guest_name
from app.databases.postgresql.scripts import Scripts
from app.databases.postgresql.staging import Staging
from app.domain.policy import Run
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.sandboxes import BUILT, SIGNER, Sandbox
from tests.app.databases.postgresql.servers import Server
from tests.app.databases.sqlite.line import Context


@pytest.fixture(scope="module")
def sandbox(server18: Server) -> Iterator[Sandbox]:
    sandbox = Sandbox(server18)
    yield sandbox
    sandbox.remove()


@pytest.fixture(scope="module")
def staging(sandbox: Sandbox) -> Iterator[Staging]:
    staging = sandbox.create()
    with staging.connect() as session:
        session.execute(f"{BUILT}; CREATE TABLE public.totals (n int)")
    yield staging
    staging.drop()


@pytest.fixture(scope="module")
def scripts(sandbox: Sandbox, staging: Staging) -> Scripts:
    """The copy belongs to its login, which people know from an earlier copy and may log in with."""
    login = logins.ensure_login(staging.session, sandbox.place, sandbox.target, SIGNER, sandbox.operation)
    logins.hand_over(staging, login)
    logins.let_in(staging.session, login, "of people")
    return Scripts(
        staging=staging, login=login, search_path='"$user", public', signer=SIGNER, operation=sandbox.operation
    )


def sql(*statements: str, timeout: int = 30) -> Run:
    return Run(id="migrate", title="The migrations", sql=statements, timeout=timeout)


def command(code: str, timeout: int = 30) -> Run:
    return Run(id="tool", title="The tool", command=(sys.executable, "-c", code), timeout=timeout)


CONNECTED = (
    "import os, psycopg; url = os.environ['SANDKEEPER_DATABASE_URL']; c = psycopg.connect(url, autocommit=True); "
)


def found(scripts: Scripts, query: str) -> list[tuple[Any, ...]]:
    with scripts.staging.connect() as session:
        return session.execute(query.encode()).fetchall()


def test_sql_runs_as_the_copys_login_and_names_what_it_did(scripts: Scripts) -> None:
    ctx = Context()
    scripts.run(
        (
            sql(
                "CREATE TABLE sums AS SELECT count(*) AS n FROM customer",
                "UPDATE customer SET name = name || '%s' WHERE id <= 5;",
                "SELECT id, name FROM customer",
                "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'",
            ),
        ),
        ctx,
    )
    said = [line for line in ctx.lines if "statement" in line]
    assert said[1:3] == ["migrate: statement 2 of 4: UPDATE 5", "migrate: statement 3 of 4: SELECT 20"]
    owners = "SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relname IN ('sums', 'customer')"
    assert {owner for _, owner in found(scripts, owners)} == {scripts.login}
    assert found(scripts, "SELECT n FROM public.sums") == [(20,)]
    scripts.run((sql("SELECT current_user::text, set_config('a.b', current_user::text, false)"),), ctx)
    assert not any(scripts.login in line for line in ctx.lines if scripts.login), "rows never reach the log"


@pytest.mark.parametrize(
    ("statements", "title", "said"),
    [
        (("INSERT INTO totals VALUES (1)", "SELECT 1; DROP TABLE totals"), "failed", "statement 2 of 2 of migrate"),
        (("INSERT INTO totals VALUES (1)", "SELECT 'private'::int"), "failed", "SQLSTATE 22P02"),
        (("INSERT INTO totals VALUES (1)", "SELECT * FROM nowhere"), "failed", 'relation "nowhere" does not exist'),
        (("INSERT INTO totals VALUES (1)", "ROLLBACK"), "ended its own transaction", "Statement 2"),
        (("COPY customer FROM STDIN",), "failed", "COPY"),
        (("COPY customer TO STDOUT",), "failed", "COPY"),
        (("CREATE ROLE somebody SUPERUSER",), "failed", "permission denied"),
        (("SET ROLE NONE", "CREATE ROLE somebody"), "failed", "permission denied"),
        (("DO $$ BEGIN EXECUTE 'RESET ROLE'; EXECUTE 'SET ROLE NONE'; EXECUTE 'CREATE ROLE somebody'; END $$",),
         "failed", "permission denied"),
        (("SET ROLE sk_worker",), "failed", "permission denied"),
        (("CREATE DATABASE another",), "failed", "cannot run inside a transaction block"),
        (("ALTER TABLE customer ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED", "UPDATE customer SET id = 1"),
         "failed", "duplicate key value"),
    ],
)  # fmt: skip
def test_what_fails_is_named_and_nothing_of_its_entry_stays(
    scripts: Scripts, statements: tuple[str, ...], title: str, said: str
) -> None:
    before = found(scripts, "SELECT count(*) FROM public.totals")
    with pytest.raises(OutsideError, match=title) as caught:
        scripts.run((sql(*statements),), Context())
    assert said in f"{caught.value.detail} {caught.value.hint}"
    assert "private" not in caught.value.detail
    assert "The environment is as it was" in f"{caught.value.detail} {caught.value.hint}"
    if title == "failed":
        assert found(scripts, "SELECT count(*) FROM public.totals") == before


def test_what_takes_too_long_is_broken_off_and_a_person_may_stop_it(scripts: Scripts) -> None:
    with pytest.raises(OutsideError, match="took too long"):
        scripts.run((sql("SET statement_timeout = 0", "SELECT pg_sleep(60)", timeout=1),), Context())
    ctx = Context()
    threading.Timer(0.3, lambda: setattr(ctx, "cancelled", True)).start()
    with pytest.raises(CancelledError):
        scripts.run((sql("SELECT pg_sleep(60)"),), ctx)


def test_a_command_gets_a_login_that_reaches_this_copy_alone_and_is_gone_afterwards(
    scripts: Scripts, sandbox: Sandbox
) -> None:
    ctx = Context()
    code = CONNECTED + (
        "print(c.execute('SELECT session_user, current_user, current_database()').fetchone()); "
        "c.execute('CREATE TABLE by_tool (id int)'); c.execute('SET ROLE NONE'); "
        "c.execute('CREATE TEMP TABLE mine (id int)'); print(url)"
    )
    scripts.run((command(code),), ctx)
    name = guest_name(sandbox.environment.id)
    assert f"tool: ('{name}', '{scripts.login}', '{scripts.staging.name}')" in ctx.lines
    assert any("***" in line for line in ctx.lines), "the password is not said"
    owner = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'by_tool'"
    assert found(scripts, owner) == [(scripts.login,)]
    assert sandbox.server.run(f"SELECT count(*) FROM pg_roles WHERE rolname = '{name}'") == [(0,)]


def test_older_servers_let_a_command_in_too(server15: Server) -> None:
    sandbox = Sandbox(server15)
    staging = sandbox.create()
    try:
        with staging.connect() as session:
            session.execute(BUILT)
        login = logins.ensure_login(staging.session, sandbox.place, sandbox.target, SIGNER, sandbox.operation)
        logins.hand_over(staging, login)
        older = Scripts(staging=staging, login=login, search_path="", signer=SIGNER, operation=sandbox.operation)
        entries = (command(CONNECTED + "c.execute('CREATE TABLE by_tool (id int)')"), sql("SELECT id FROM by_tool"))
        older.run(entries, Context())
    finally:
        staging.drop()
        sandbox.remove()


def test_people_of_the_earlier_copy_are_kept_out_while_it_runs(scripts: Scripts, sandbox: Sandbox) -> None:
    people = sandbox.server.place(scripts.staging.name, str(scripts.login), "of people")
    inside: list[str] = []

    def knock() -> None:
        try:
            psycopg.connect(people.conninfo()).close()
            inside.append("let in")
        except psycopg.OperationalError as error:
            inside.append(str(error))

    scripts.run((sql("SELECT 1"),), Context(at=knock))
    assert inside
    assert all("permission denied" in said for said in inside)


def test_a_command_that_fails_or_is_stopped_leaves_no_login_behind(scripts: Scripts, sandbox: Sandbox) -> None:
    with pytest.raises(OutsideError, match="The tool failed"):
        scripts.run((command(CONNECTED + "c.execute('SELECT 1 FROM nowhere')"),), Context())
    ctx = Context()
    ctx.log = lambda text: setattr(ctx, "cancelled", ctx.cancelled or "asleep" in text)  # type: ignore[method-assign]  # stops when it is there
    with pytest.raises(CancelledError):
        scripts.run((command(CONNECTED + "print('asleep', flush=True); c.execute('SELECT pg_sleep(60)')"),), ctx)
    name = guest_name(sandbox.environment.id)
    assert sandbox.server.run(f"SELECT count(*) FROM pg_roles WHERE rolname = '{name}'") == [(0,)]


def test_what_a_killed_worker_left_is_swept_and_no_role_of_others(server: Server) -> None:
    sandbox = Sandbox(server)
    staging = sandbox.create()
    name = guest_name(sandbox.environment.id)
    try:
        login = logins.ensure_login(staging.session, sandbox.place, sandbox.target, SIGNER, sandbox.operation)
        way = guests.guest(staging, login, SIGNER, sandbox.operation, 30)
        place = way.__enter__()  # and is never left
        with connect(place, read_only=False) as left:
            left.execute("SET ROLE NONE")
            staging.close()
            removed = wipe.sweep(sandbox.place, sandbox.target, SIGNER)
            assert removed == (f"database {staging.name}", f"role {name}", f"role {login}")
            with pytest.raises(psycopg.OperationalError):
                left.execute("SELECT 1")
        server.run(f'CREATE ROLE "{name}"')
        assert wipe.sweep(sandbox.place, sandbox.target, SIGNER) == ()
        assert server.run(f"SELECT count(*) FROM pg_roles WHERE rolname = '{name}'") == [(1,)]
    finally:
        with suppress(OutsideError):
            way.__exit__(None, None, None)
        server.run(f'DROP ROLE IF EXISTS "{name}"')
        sandbox.remove()


@pytest.mark.parametrize(
    ("spoil", "mend", "title"),
    [
        ("COMMENT ON DATABASE {0} IS 'mine'", "COMMENT ON DATABASE {0} IS {1}", "lost its mark"),
        ("GRANT CONNECT ON DATABASE {0} TO PUBLIC", "REVOKE ALL ON DATABASE {0} FROM PUBLIC", "opened to others"),
        ("GRANT CONNECT ON DATABASE {0} TO {2}", "REVOKE ALL ON DATABASE {0} FROM {2}", "opened to others"),
    ],
)
def test_a_copy_whose_mark_or_doors_were_touched_goes_no_further(
    scripts: Scripts, spoil: str, mend: str, title: str
) -> None:
    """As the worker's role: the sandbox's login could not do it."""
    session = scripts.staging.session
    (comment,) = session.execute(
        "SELECT quote_literal(shobj_description(oid, 'pg_database')) FROM pg_database WHERE datname = %s",
        (scripts.staging.name,),
    ).fetchone() or ("",)
    names = (f'"{scripts.staging.name}"', comment, f'"{scripts.login}"')
    bare = replace(scripts, login=None)
    try:
        with pytest.raises(OutsideError, match=title):
            bare.run((sql(spoil.format(*names)),), Context())
    finally:
        session.execute(mend.format(*names))
    with suppress(OutsideError):  # refused, or with a mere warning not done
        scripts.run((sql(spoil.format(*names)),), Context())
    scripts.staging.assert_untouched()
