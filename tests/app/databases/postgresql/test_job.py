"""A whole copy, from an untouched production to a published sandbox with a login of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from app.domain.operations import ItemState, ProofState
from app.domain.policy import ColumnPolicy, Policy, Rows, RowsKind, Treatment
from app.errors import CancelledError, RefusedError
from tests.app.databases.postgresql.agreement import check_agreement, masked_values_differ, superuser
from tests.app.databases.postgresql.line import PHASES, SIGNER, Line
from tests.app.databases.postgresql.servers import FEATURES, READER, WORKER, Server, create_source
from tests.app.databases.sqlite.line import Context

ROOT = Path(__file__).parents[4]
NAMELESS = (
    "COMMENT ON COLUMN crm.customer.notes IS 'Free text'; "
    "ALTER TABLE public.\"order\" ALTER by_whom SET DEFAULT 'somebody'"
)
"""Takes the people out of the structure's own texts, where the proof finds them."""


@pytest.fixture(scope="module")
def chinook_source(server18: Server, real_script: Callable[[str], Path]) -> Iterator[str]:
    name = create_source(server18, sql_file=real_script("chinook"))
    yield name
    server18.drop_database(name)


@pytest.fixture
def chinook(server18: Server, chinook_source: str) -> Iterator[Line]:
    line = Line(server18, chinook_source, reader=READER)
    yield line
    line.clear()


def _kept(policy: Policy, *columns: str) -> Policy:
    """The policy with these columns kept, and without the rows of a table whose partition key names people."""
    tables = dict(policy.tables)
    tables["crm.contact_log"] = replace(tables["crm.contact_log"], rows=Rows(kind=RowsKind.NONE))
    for name in columns:
        table, _, column = name.rpartition(".")
        treated = {**tables[table].columns, column: ColumnPolicy(treatment=Treatment.KEEP)}
        tables[table] = replace(tables[table], columns=treated)
    return replace(policy, tables=tables)


def test_a_reader_and_a_worker_without_further_rights_make_a_proven_copy(chinook: Line) -> None:
    plan = chinook.plan()
    assert plan.errors == ()
    result = chinook.run(plan)
    assert result.proof.state is ProofState.CLEAN
    assert result.proof.originals > 150
    assert {i.id: i.state for i in result.checklist} == dict.fromkeys(
        ("rows", "masked", "references", "integrity", "login"), ItemState.PASSED
    )
    check_agreement(chinook, plan)
    masked_values_differ(chinook, plan, "customer", "email")
    masked_values_differ(chinook, plan, "customer", "phone")
    look = chinook.adapter.look(chinook.environment)
    assert chinook.adapter.marker_state(chinook.target, look, SIGNER) == "valid"


def test_the_same_person_is_masked_alike_in_both_kinds_of_database(chinook: Line, realdb: Path, tmp_path: Path) -> None:
    from tests.app.databases.sqlite.conftest import rows as sqlite_rows
    from tests.app.databases.sqlite.line import Line as SqliteLine

    chinook.run(chinook.plan())
    (tmp_path / "production.sqlite").write_bytes((realdb / "chinook.sqlite").read_bytes())
    other = SqliteLine(tmp_path / "production.sqlite", tmp_path / "sandbox.sqlite")
    masks = {"Customer.FirstName": "first_name", "Customer.LastName": "last_name", "Customer.Email": "email"}
    other.run(other.plan(masks))
    query = "SELECT {} FROM {} ORDER BY 1"
    here = chinook.server.run(query.format("customer_id, first_name, last_name, email", "customer"), chinook.sandbox)
    there = sqlite_rows(other.target_path, query.format("CustomerId, FirstName, LastName, Email", "Customer"))
    assert [tuple(row) for row in here] == [tuple(row) for row in there]


def test_refresh_reset_and_wipe_follow(chinook: Line) -> None:
    chinook.run(chinook.plan())
    first = chinook.environment.identity
    chinook.run(chinook.plan())
    assert chinook.environment.identity != first
    chinook.server.run("UPDATE customer SET city = 'changed'; DELETE FROM invoice_line", chinook.sandbox)
    chinook.reset()
    assert chinook.server.run("SELECT count(*) FROM invoice_line", chinook.sandbox) == [(2240,)]
    removed = chinook.wipe()
    assert len(removed) == 3  # the sandbox, its baseline, its login
    assert chinook.left() == []
    assert chinook.wipe() == ()


@pytest.mark.parametrize("name", ["northwind", "chinook"])
@pytest.mark.parametrize("versions", [(16, 18), (15, 15)])
def test_databases_of_others_come_along_between_servers(
    request: pytest.FixtureRequest, real_script: Callable[[str], Path], name: str, versions: tuple[int, int]
) -> None:
    source, target = (request.getfixturevalue(f"server{version}") for version in versions)
    production = create_source(source, sql_file=real_script(name))
    line = Line(source, production, at=target)
    try:
        plan = line.plan()
        assert plan.errors == ()
        line.run(plan)
        check_agreement(line, plan)
    finally:
        line.clear()
        source.drop_database(production)


def test_every_feature_comes_along_where_the_worker_may_make_it(server18: Server) -> None:
    production = create_source(server18, sql_file=FEATURES)
    server18.run(NAMELESS, production)
    line = Line(server18, production, worker=superuser(server18))
    try:
        policy = _kept(line.suggested(), "crm.claim.region", "crm.booking.during")
        plan = line.plan(policy)
        assert [f.message for f in plan.errors] == []
        result = line.run(plan)
        assert result.proof.originals > 100
        check_agreement(line, plan, but_for=("USER MAPPING",))
        masked_values_differ(line, plan, "crm.customer", "email")
    finally:
        line.clear()
        server18.drop_database(production)


def test_what_needs_a_superuser_is_told_and_left_out_exactly_so(server18: Server) -> None:
    production = create_source(server18, sql_file=FEATURES)
    server18.run(f"DROP EXTENSION vector CASCADE; {NAMELESS}", production)
    line = Line(server18, production)
    try:
        policy = _kept(line.suggested(), "crm.claim.region", "crm.booking.during")
        plan = line.plan(policy)
        assert [f.message for f in plan.errors] == []
        told = {f.code for f in plan.findings}
        assert {"event-trigger", "publication", "needs-superuser"} <= told
        line.run(plan)
        check_agreement(
            line,
            plan,
            but_for=(
                "EVENT TRIGGER",
                "PUBLICATION",
                "FOREIGN DATA WRAPPER",
                "SERVER partner",
                "partner_customer",
                "watch_drops",
            ),
        )
    finally:
        line.clear()
        server18.drop_database(production)


@pytest.mark.parametrize("phase", PHASES)
def test_a_cancel_in_any_phase_leaves_everything_as_it_was(chinook: Line, phase: str) -> None:
    ctx = Context()
    ctx.cancelled = True
    with pytest.raises(CancelledError):
        chinook.until(chinook.plan(), phase, ctx)
    assert [name for name in chinook.left() if "staging" in name or "ready" in name] == []


def test_nobody_else_gets_into_the_staged_database(chinook: Line) -> None:
    with chinook.job(chinook.plan()) as job:
        for phase in PHASES[:-1]:
            getattr(job, phase)(Context())
            (name,) = [name for name in chinook.left() if "staging" in name]
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(chinook.server.place(name, *READER).conninfo())


def test_staging_stops_where_the_target_is_not_ours(chinook: Line) -> None:
    chinook.server.create_database(chinook.sandbox, sql="CREATE TABLE diary (entry text)", owner=WORKER[0])
    assert "target-not-ours" in {f.code for f in chinook.plan().errors}
    with pytest.raises(RefusedError, match="Sandkeeper"), chinook.job(chinook.plan()) as job:
        job.stage(Context())
    assert chinook.server.run("SELECT count(*) FROM diary", chinook.sandbox) == [(0,)]
    assert chinook.left() == [chinook.sandbox]


def test_without_a_place_for_its_password_the_sandbox_has_no_login(server18: Server, chinook_source: str) -> None:
    line = Line(server18, chinook_source, reader=READER, login=None)
    try:
        line.run(line.plan())
        assert line.adapter.access(line.target).login is None
        assert not [name for name in line.left() if name not in (line.sandbox,) and "baseline" not in name]
    finally:
        line.clear()


KILLED = """
import os, sys
from dataclasses import replace
from app.domain.environments import Identity
from app.domain.ids import EnvironmentId
from tests.app.databases.postgresql.line import Line
from tests.app.databases.postgresql.servers import READER, Server
from tests.app.databases.sqlite.line import Context
line = Line(Server(18, int(sys.argv[1])), sys.argv[2], reader=READER, sandbox=sys.argv[3])
system, oid, nonce = sys.argv[6:9]
identity = Identity(engine="postgresql", major=system, minor=oid)
line.environment = replace(line.environment, id=EnvironmentId(sys.argv[4]), identity=identity, marker_nonce=nonce)
line.passwords.known[line.environment.id] = line.worker[1]
line.attempt = 7
plan = line.plan()
ctx = Context()
with line.job(plan) as job:
    for phase in ("stage", "copy", "build", "neutralise", "finish", "check", "prove", "seal"):
        getattr(job, phase)(ctx)
        if phase == sys.argv[5]:
            os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("phase", ["stage", "copy", "finish", "seal"])
def test_a_killed_worker_leaves_the_old_sandbox_and_a_sweep_cleans_up(chinook: Line, phase: str) -> None:
    chinook.run(chinook.plan())
    before = chinook.adapter.look(chinook.environment).identity
    known = chinook.environment.identity
    assert known is not None
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(chinook.server.port), chinook.production, chinook.sandbox,
         chinook.environment.id, phase, known.major, known.minor, str(chinook.environment.marker_nonce)],
        check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert len(chinook.left()) > 3
    assert chinook.adapter.look(chinook.environment).identity == before
    assert chinook.server.run("SELECT count(*) FROM customer", chinook.sandbox) == [(59,)]
    removed = chinook.adapter.sweep(chinook.target, SIGNER)
    assert removed
    assert len(chinook.left()) == 3
    chinook.reset()


def test_names_with_every_sign_go_through_the_whole_life(server18: Server) -> None:
    table = 'public."it\'s ""a"" table %s"'
    production = create_source(
        server18,
        f'CREATE TABLE {table} ("e""mail" text, "a b" int, "É%" varchar(9) DEFAULT \'x\'\'y\'); '
        f"INSERT INTO {table} VALUES ('quibble@private.example', 1, 'z'); "
        "CREATE TABLE public.empty (id int, name text); CREATE TABLE public.nothing ();",
        name=f"od\"d 'name %{os.getpid()}",
    )
    line = Line(
        _Escaping(server18.version, server18.port), production, reader=READER, sandbox=f"sand \"box' %{os.getpid()}"
    )
    try:
        plan = line.plan()
        assert plan.errors == ()
        line.run(plan)
        ((email, number, _),) = server18.run(f"SELECT * FROM {table}", line.sandbox)
        assert email.endswith("@example.invalid")
        assert number == 1
        line.reset()
        line.wipe()
        assert line.left() == []
    finally:
        line.clear()
        server18.drop_database(production)


class _Escaping(Server):
    """The same server; its URLs escape what a name may hold."""

    def url(self, database: str, role: str) -> str:
        return super().url(quote(database, safe=""), role)
