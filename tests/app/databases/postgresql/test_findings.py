"""What people read of a source before anything starts."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.databases.postgresql.connections import connect
from app.databases.postgresql.findings import plan_findings, records_keys, source_findings
from app.databases.postgresql.source import PostgresqlSource
from app.domain.findings import Finding, Severity
from app.domain.policy import Action, ActionKind, Check, Clause, Operator
from tests.app.databases.postgresql.reading import reading, shapes_of, source
from tests.app.databases.postgresql.servers import AUDITOR, FEATURES, READER, Server, create_source, own_server
from tests.app.planning.building import plan

Found = dict[str, Finding]


@pytest.fixture(scope="module")
def featured(server18: Server) -> Iterator[str]:
    with source(server18, file=FEATURES) as name:
        yield name


def _findings(server: Server, database: str, role: tuple[str, str] = READER) -> Found:
    with PostgresqlSource(server.place(database, *role)) as opened:
        return {finding.code: finding for finding in opened.findings()}


def test_a_plain_source_has_nothing_to_tell(server18: Server) -> None:
    with source(server18, "CREATE TABLE t (id int PRIMARY KEY)") as name:
        assert _findings(server18, name) == {}


def test_what_will_be_missing_and_what_comes_along_unseen_is_told(server18: Server, featured: str) -> None:
    found = _findings(server18, featured)
    assert {code: str(f.severity) for code, f in found.items()} == {
        "foreign-tables": "note",
        "texts-of-the-structure": "note",
    }
    for words in ("comments", "enum labels", "defaults", "partition bounds", "views"):
        assert words in found["texts-of-the-structure"].message
    assert "not-to-come-along" not in str(found)


def test_a_copy_is_no_source(server18: Server) -> None:
    with source(server18) as name:
        for comment, copy in (
            (json.dumps({"sandkeeper": 1, "nonce": "forged"}), True),
            ("sandkeeper", False),
            ("{", False),
            ("[" * 100_000, False),
        ):
            server18.run(f"COMMENT ON DATABASE {name} IS '{comment}'")
            assert ("source-is-a-copy" in _findings(server18, name)) is copy
        server18.run(f"COMMENT ON DATABASE {name} IS NULL")


def test_locks_and_prepared_transactions_are_told(server18: Server) -> None:
    with source(server18, "CREATE TABLE t (a int)") as name, connect(server18.admin(name), read_only=False) as holder:
        holder.execute("BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE")
        found = _findings(server18, name)
        assert found["source-locked"].severity is Severity.WARNING
        assert "public.t" in found["source-locked"].message
        holder.execute("ROLLBACK")
        assert "source-locked" not in _findings(server18, name)


def test_a_server_that_writes_values_into_its_log_is_told() -> None:
    with own_server(18, max_prepared_transactions="3") as (server, _), source(server, "CREATE TABLE t (a int)") as name:
        with reading(server, name) as session:
            assert not records_keys(session)
        for setting, value in (
            ("log_statement", "all"),
            ("log_min_duration_statement", "500"),
            ("log_min_duration_sample", "10"),
            ("log_transaction_sample_rate", "0.01"),
            ("log_parameter_max_length_on_error", "-1"),
            ("debug_print_plan", "on"),
        ):
            server.run(f"ALTER ROLE {READER[0]} SET {setting} = '{value}'")
            with reading(server, name) as session:
                assert records_keys(session), setting
            assert _findings(server, name)["source-records-values"].severity is Severity.NOTE
            server.run(f"ALTER ROLE {READER[0]} RESET {setting}")
        server.run(f"ALTER ROLE {READER[0]} SET log_statement = 'all'")
        server.run(f"ALTER ROLE {READER[0]} SET log_parameter_max_length = 0")
        with reading(server, name) as session:
            assert not records_keys(session)
        server.run("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'left'", name)
        assert "left" in _findings(server, name)["source-prepared-transactions"].message
        server.run("ROLLBACK PREPARED 'left'", name)
        server.run(
            "CREATE SUBSCRIPTION sub CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false)", name
        )
        assert "sub" in _findings(server, name)["subscriptions"].message
        server.run("ALTER SUBSCRIPTION sub SET (slot_name = NONE)", name)
        server.run("DROP SUBSCRIPTION sub", name)


def test_a_database_without_an_encoding_is_a_warning(server18: Server) -> None:
    name = server18.create_database(encoding="SQL_ASCII", locale="C")
    try:
        assert "source-without-encoding" in _findings(server18, name, ("postgres", "super"))
    finally:
        server18.drop_database(name)


def test_foreign_partitions_lose_their_rows(server18: Server) -> None:
    sql = (
        "RESET ROLE; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; "
        "CREATE TABLE p (a int) PARTITION BY RANGE (a); "
        "CREATE FOREIGN TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2) SERVER s"
    )
    with source(server18, sql) as name:
        assert "Partitions of p " in _findings(server18, name)["foreign-partitions"].message


def test_rows_added_to_an_extension_stay_behind(server15: Server) -> None:
    with source(server15, "RESET ROLE; CREATE EXTENSION pg_trgm") as name:
        assert "extension-rows" not in _findings(server15, name)
        server15.run("UPDATE pg_extension SET extconfig = ARRAY[1::oid] WHERE extname = 'pg_trgm'", name)
        assert "pg_trgm" in _findings(server15, name)["extension-rows"].message


def _planned(
    server: Server, database: str, policy: str, *tables: str, role: tuple[str, str] = READER
) -> list[tuple[str, str, str]]:
    with PostgresqlSource(server.place(database, *role)) as opened:
        schema = opened.schema()
        made = plan(policy, *(t for t in schema.tables if t.name in tables))
        return [(str(f.severity), f.code, f.where) for f in plan_findings(made, opened.shapes)]


def test_masks_that_a_type_cannot_take_are_told(server18: Server) -> None:
    sql = "CREATE TABLE t (stay tsrange, ip inet, at time, name text, word tsvector)"
    with source(server18, sql) as name:
        policy = "tables: {t: {columns: {stay: {mask: token}, ip: {mask: ip}, at: keep, name: keep, word: keep}}}"
        assert _planned(server18, name, policy, "t") == [("error", "mask.type", "t.stay")]


def test_a_full_text_vector_beside_masked_texts_is_a_warning(server18: Server) -> None:
    sql = (
        "CREATE TABLE t (name text, n int, word tsvector, "
        "made tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple', name)) STORED)"
    )
    with source(server18, sql) as name:
        masked = "tables: {t: {columns: {name: {mask: full_name}, n: keep, word: keep}}}"
        assert _planned(server18, name, masked, "t") == [("warning", "kept-search-vector", "t.word")]
        for fine in (
            "tables: {t: {columns: {name: {mask: full_name}, n: keep, word: {mask: 'null'}}}}",
            "tables: {t: {columns: {name: keep, n: {mask: digits}, word: keep}}}",
            "tables: {t: {rows: none}}",
        ):
            assert _planned(server18, name, fine, "t") == []


def test_hidden_rows_are_an_error_unless_they_stay_behind(server18: Server, featured: str) -> None:
    kept = "tables: {crm.salary: {columns: {employee: keep, amount: keep, remark: keep}}}"
    assert _planned(server18, featured, kept, "crm.salary") == [("error", "source-hides-rows", "crm.salary")]
    assert _planned(server18, featured, kept, "crm.salary", role=AUDITOR) == []
    assert _planned(server18, featured, "tables: {crm.salary: {rows: none}}", "crm.salary") == []


def test_protection_of_a_partitioned_table_does_not_hide_what_its_partitions_hold(server18: Server) -> None:
    sql = (
        "CREATE TABLE p (a int) PARTITION BY RANGE (a); ALTER TABLE p ENABLE ROW LEVEL SECURITY; "
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5); INSERT INTO p VALUES (1)"
    )
    with source(server18, sql) as name:
        assert _planned(server18, name, "tables: {p: {columns: {a: keep}}}", "p") == []
        with PostgresqlSource(server18.place(name, *READER)) as opened:
            assert opened.sample("p", ["a"], 5) == [(1,)]
        server18.run("ALTER TABLE p1 ENABLE ROW LEVEL SECURITY", name)
        hidden = _planned(server18, name, "tables: {p: {columns: {a: keep}}}", "p")
        assert hidden == [("error", "source-hides-rows", "p")]


def test_large_objects_come_whole_or_not_at_all(server18: Server, featured: str) -> None:
    def found(what: str, role: tuple[str, str] = READER) -> list[tuple[str, str]]:
        policy = f"tables: {{pg_largeobject: {what}}}"
        return [
            (severity, code) for severity, code, _ in _planned(server18, featured, policy, "pg_largeobject", role=role)
        ]

    assert found("{rows: none}") == []
    assert found("{columns: {data: keep}}") == [("error", "large-objects-unreadable")]
    assert found("{columns: {data: keep}}", AUDITOR) == [("warning", "large-objects-kept")]
    assert found("{columns: {data: {mask: token}}}") == [("error", "large-objects-whole")]
    assert found("{rows: {where: {data: x}}, columns: {data: keep}}") == [("error", "large-objects-whole")]


def test_a_condition_that_cannot_be_compared_is_found_before_the_copy(server18: Server) -> None:
    with source(server18, "CREATE TABLE t (id int, at date)") as name:
        rows = "tables: {t: {rows: {where: {at: {above: yesterday}}}, columns: {id: keep, at: keep}}}"
        assert _planned(server18, name, rows, "t") == [("error", "condition-cannot-work", "t")]
        others = (
            "tables: {t: {columns: {id: keep, at: keep}}}\n"
            "actions: [{id: a, table: t, set: {id: 1}, where: {id: many}}]\n"
            "checks: [{id: c, table: t, where: {at: 5}}]"
        )
        assert [code for _, code, _ in _planned(server18, name, others, "t")] == ["condition-cannot-work"] * 2


def test_what_looks_at_other_tables_is_compared_before_the_copy_too(server18: Server) -> None:
    with source(server18, "CREATE TABLE t (id int PRIMARY KEY, at date); CREATE TABLE u (id int, at date)") as name:
        policy = (
            "tables:\n  t: {columns: {id: keep, at: keep}, references: {at: {to: u.id, none: []}}}\n"
            "  u: {columns: {id: keep, at: keep}, references: {id: {to: t.id, none: [nobody]}}}\n"
            "checks: [{id: c, table: t, where: {id: {in_rows: {table: u, column: id, where: {at: soon}}}}}]\n"
            "preserve: [{id: p, table: u, match: [id], where: {at: never}}]\n"
            "options: [{id: o, type: list, title: O,\n"
            "  choices_from: {table: u, value: id, label: at, where: {id: many}}}]"
        )
        found = _planned(server18, name, policy, "t", "u")
        assert [code for _, code, _ in found] == ["condition-cannot-work"] * 5


def test_findings_take_the_names_of_actions_and_checks_as_they_are(server18: Server) -> None:
    with source(server18, "CREATE TABLE t (id int)") as name:
        shapes = shapes_of(server18, name)
        made = plan("tables: {t: {columns: {id: keep}}}")
        odd = Clause(column="id", operator=Operator.IS, value=1)
        action = Action(id="a", title="a", kind=ActionKind.DELETE, table="gone", condition=(odd,))
        check = Check(id="c", title="c", table="gone", condition=(odd,))
        assert plan_findings(replace(made, actions=(action,), checks=(check,)), shapes) == ()
        with reading(server18, name) as session:
            assert source_findings(session, shapes, server18.place(name, *READER)) == ()


def test_a_standby_is_told_and_its_unlogged_tables_cannot_come_along() -> None:
    sql = "CREATE UNLOGGED TABLE u (a int); INSERT INTO u VALUES (1); CREATE TABLE t (a int)"
    with own_server(18) as (server, cluster):
        name = create_source(server, sql)
        cluster.stop()
        (cluster.data / "standby.signal").touch()
        cluster.start()
        assert _findings(server, name)["source-standby"].severity is Severity.NOTE
        kept = "tables: {u: {columns: {a: keep}}, t: {columns: {a: keep}}}"
        assert _planned(server, name, kept, "u", "t") == [("error", "unlogged-on-standby", "u")]
        left = "tables: {u: {rows: none}, t: {columns: {a: keep}}}"
        assert _planned(server, name, left, "u", "t") == []
