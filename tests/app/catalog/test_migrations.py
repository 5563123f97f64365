"""The schema is tested like an API (STYLE 19)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from app.catalog import migrations
from app.catalog.engine import make_engine
from app.catalog.open import HEAD
from app.catalog.tables import Base
from app.domain.ids import EnvironmentId
from tests.app.catalog.conftest import START, opened_at

REVISIONS = [
    script.revision
    for script in reversed(list(ScriptDirectory.from_config(migrations.configuration()).walk_revisions()))
]


@pytest.fixture
def connection(path: Path) -> Iterator[Connection]:
    """A write transaction on an empty database."""
    engine = make_engine(URL.create("sqlite", database=str(path)))
    with engine.execution_options(writes=True).begin() as opened:
        yield opened
    engine.dispose()


def schema(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    )
    return [(row.name, as_made(row.name, row.sql or "")) for row in rows if row.name != migrations.VERSION_TABLE]


def as_made(name: str, sql: str) -> str:
    """The text without what a rebuilt table has by chance: quotes around its name, the order of its constraints."""
    sql = " ".join(sql.split()).replace(f'CREATE TABLE "{name}" (', f"CREATE TABLE {name} (", 1)
    columns, *constraints = sql.removesuffix(")").rstrip().split(", CONSTRAINT ")
    return ", CONSTRAINT ".join([columns, *sorted(constraints)])


def test_the_newest_revision_is_the_one_the_fast_path_knows() -> None:
    assert migrations.head() == HEAD == REVISIONS[-1]
    assert migrations.revisions() == set(REVISIONS)


def test_the_models_are_what_the_migrations_make(connection: Connection) -> None:
    migrations.upgrade(connection)
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "version_table": migrations.VERSION_TABLE}
    )
    assert compare_metadata(context, Base.metadata) == []


def test_the_models_are_what_the_migrations_make_to_the_letter(connection: Connection) -> None:
    """Comparing by reflection overlooks AUTOINCREMENT, partial indexes and names of keys; the text does not."""
    migrations.upgrade(connection)
    migrated = schema(connection)
    for table in reversed(Base.metadata.sorted_tables):
        table.drop(connection)
    Base.metadata.create_all(connection)
    assert migrated == schema(connection)


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_revision_goes_up_down_and_up_again(connection: Connection, revision: str) -> None:
    before = REVISIONS[REVISIONS.index(revision) - 1] if revision != REVISIONS[0] else "base"
    if before != "base":
        migrations.upgrade(connection, before)
    empty = schema(connection)
    migrations.upgrade(connection, revision)
    full = schema(connection)
    assert full != empty
    assert migrations.current(connection) == revision
    migrations.downgrade(connection, before)
    assert schema(connection) == empty
    migrations.upgrade(connection, revision)
    assert schema(connection) == full


def test_constraints_and_indexes_have_the_names_of_the_convention(connection: Connection) -> None:
    migrations.upgrade(connection)
    inspector = inspect(connection)
    found: set[tuple[str, str | None]] = set()
    for table in Base.metadata.tables:
        found |= {("pk", inspector.get_pk_constraint(table)["name"] or f"pk_{table}")}
        found |= {("fk", key["name"]) for key in inspector.get_foreign_keys(table)}
        found |= {("uq", key["name"]) for key in inspector.get_unique_constraints(table)}
        found |= {("uq" if index["unique"] else "ix", index["name"]) for index in inspector.get_indexes(table)}
    assert all(name and name.startswith(f"{kind}_") for kind, name in found)
    assert {("ix", "ix_operation_environment_id_sequence"), ("fk", "fk_environment_tenant_id_tenant")} <= found


def test_a_value_in_every_column_survives_down_and_up_of_the_newest_revision(connection: Connection) -> None:
    """What was there before a revision stays."""
    migrations.upgrade(connection)
    connection.execute(text("INSERT INTO tenant VALUES ('t', 'Harbor', '2026-11-02 09:00:00.000000')"))
    migrations.downgrade(connection, "-1")
    migrations.upgrade(connection)
    assert connection.execute(text("SELECT name FROM tenant")).scalars().all() == ["Harbor"]


def test_policies_that_were_in_use_before_uses_were_kept_are_on_record(path: Path) -> None:
    engine = make_engine(URL.create("sqlite", database=str(path)))
    day = "2026-11-02 09:00:00.000000"
    with engine.execution_options(writes=True).begin() as earlier:
        migrations.upgrade(earlier, "0001")
        earlier.execute(text(f"INSERT INTO tenant VALUES ('t', 'Harbor', '{day}')"))
        earlier.execute(text(f"INSERT INTO policy_version VALUES ('p', 'harbor', 'text', 'hash', 'file', '{day}')"))
        for id_, version in (("with", "'p'"), ("without", "NULL")):
            earlier.execute(
                text(
                    "INSERT INTO environment (id, tenant_id, name, kind, database, policy_version, state, proven,"
                    f" checklist_done, checklist_of, fence) VALUES ('{id_}', 't', '{id_}', 'sandbox', 'd', {version},"
                    " 'ready', 1, 0, 0, 3)"
                )
            )
    engine.dispose()
    catalog = opened_at(path)
    with catalog.read() as tx:
        kept = tx.environments.find("Harbor", "with")
        assert kept is not None
        assert (kept.policy, kept.fence, kept.copied_policy, kept.policy_outdated) == ("harbor", 3, None, False)
        assert [(use.version, use.at, use.by) for use in tx.policies.uses(kept.id)] == [("p", START, "")]
        assert tx.policies.uses(EnvironmentId("without")) == []
        assert [(version.author, version.hash) for version in tx.policies.outlines()] == [("", "hash")]
    catalog.close()


def test_nothing_in_the_models_is_of_sqlite_alone() -> None:
    """PostgreSQL is where several people will share a catalog; its dialect compiles every table and index."""
    dialect = PGDialect()  # type: ignore[no-untyped-call]
    tables = Base.metadata.sorted_tables
    made = {str(CreateTable(table).compile(dialect=dialect)) for table in tables}
    made |= {str(CreateIndex(index).compile(dialect=dialect)) for table in tables for index in table.indexes}
    assert any("sequence BIGSERIAL NOT NULL" in text for text in made)
    assert any("CREATE UNIQUE INDEX uq_operation_active" in text and "WHERE state IN" in text for text in made)
