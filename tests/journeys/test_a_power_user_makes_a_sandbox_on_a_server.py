"""From a PostgreSQL database somebody else wrote to a scrubbed copy with a login of its own, and through its life."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from app.system.home import Home
from tests.app.databases.postgresql.servers import READER, WORKER, Server, create_source
from tests.journeys.conftest import Person

GO = ("--acknowledge", "all", "--confirm", "sandbox")
REF = "Northern Lights/sandbox"


@pytest.fixture
def names(server: Server, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Production's and the sandbox's database."""
    made = f"journey_{abs(hash(request.node.name)) % 10**8}"
    return made, f"{made}_sandbox"


def _values(server: Server, database: str, sql: str) -> set[object]:
    return {row[0] for row in server.run(sql, database)}


def _login(person: Person) -> str:
    """The password of the sandbox's own login, as the keychain has it."""
    kept = json.loads(Path(person.environment["SANDKEEPER_TEST_KEYRING"]).read_text())
    return next(value for name, value in kept.items() if "/login/" in name)


def test_a_real_database_becomes_a_scrubbed_sandbox_on_its_server(
    person: Person,
    server: Server,
    real_script: Callable[[str], Path],
    names: tuple[str, str],
) -> None:
    production, sandbox = names
    queries = ("SELECT email FROM customer", "SELECT phone FROM customer WHERE phone <> ''")
    create_source(server, sql_file=real_script("chinook"), name=production)
    own_logins = f"SELECT rolname FROM pg_roles WHERE rolname LIKE '%{sandbox}%'"
    try:
        person.does("tenant", "add", "Northern Lights")
        said = person(
            "environment", "add", "Northern Lights", "production", "--kind", "production", "--database",
            server.url(production, READER[0]).replace("@", ":not-it@"),
        )  # fmt: skip
        assert said.code == 1
        assert "password" in said.err
        assert "not-it" not in said.out + said.err
        person.does(
            "environment", "add", "Northern Lights", "production", "--kind", "production", "--database",
            server.url(production, READER[0]).replace("@", f":{READER[1]}@"),
        )  # fmt: skip
        suggested = person.does(
            "policy", "suggest", "Northern Lights/production", "--accept", "--output", "policy.yaml"
        )
        assert suggested["tables"]["customer"]
        person.does(
            "environment", "add", "Northern Lights", "sandbox", "--kind", "sandbox", "--source", "production",
            "--database", server.url(sandbox, WORKER[0]).replace("@", f":{WORKER[1]}@"), "--policy", "policy.yaml",
        )  # fmt: skip
        plan = person("--json", "plan", REF)
        assert plan.code == 0, plan.out
        assert all(column["decided"] for table in plan.json["tables"] for column in table["columns"])
        assert not server.run(f"SELECT 1 FROM pg_database WHERE datname = '{sandbox}'")

        made = person.does("provision", REF, *GO)
        assert made["state"] == "succeeded"
        assert made["proof"]["state"] == "clean"
        assert Path(made["certificate"]).is_file()
        for query in queries:
            before, after = _values(server, production, query), _values(server, sandbox, query)
            assert before
            assert not before & after, query
        count = "SELECT count(*) FROM customer"
        assert _values(server, production, count) == _values(server, sandbox, count)
        first = [sorted(map(str, _values(server, sandbox, query))) for query in queries]
        for item in ("mail-test", "integrations"):
            checklist = person.does("checklist", REF, "--tick", item, "--note", "Nothing can send")
        assert checklist["done"] == checklist["of"]
        seen = person.does("inspect", REF)
        assert (seen["state"], seen["marker"], seen["proven"]) == ("ready", "valid", True)

        ((login,),) = server.run(own_logins)
        password = _login(person)
        with psycopg.connect(server.place(sandbox, login, password).conninfo(), autocommit=True) as inside:
            inside.execute("CREATE TABLE public.scratch (x int)")
            inside.execute("DELETE FROM public.playlist_track")
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(server.place(production, login, password).conninfo())

        assert person.does("refresh", REF, *GO)["state"] == "succeeded"
        again = [sorted(map(str, _values(server, sandbox, query))) for query in queries]
        assert again == first, "the same person, the same mask"
        with psycopg.connect(server.place(sandbox, login, password).conninfo(), autocommit=True) as inside:
            inside.execute("CREATE TABLE public.scratch (x int)")
        assert person.does("reset", REF, *GO)["state"] == "succeeded"
        assert not server.run("SELECT 1 FROM pg_class WHERE relname = 'scratch'", sandbox)

        assert person("environment", "remove", REF).code == 3
        assert person.does("wipe", REF, *GO)["state"] == "succeeded"
        assert person.does("inspect", REF)["state"] == "wiped"
        left = server.run(f"SELECT datname FROM pg_database WHERE datname <> '{production}'")
        assert not [name for (name,) in left if sandbox in name]
        assert server.run(own_logins) == []
        person.does("environment", "remove", REF)
        assert person.does("audit", "verify")["valid"] is True
        _no_secret_in(person.home, READER[1], WORKER[1], password)
    finally:
        person.leave()
        server.drop_database(sandbox)
        server.drop_database(production)


def _no_secret_in(folder: Path, *secrets: str) -> None:
    """No file of the home holds a password (invariant 8)."""
    assert Home(folder).catalog_path.exists()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [s for s in secrets if s.encode() in content], path
