"""SQLite files for these tests, and a look at what is suggested for them."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from faker import Faker

from app.databases.sqlite.source import SqliteSource
from app.domain.environments import Environment, EnvironmentKind
from app.domain.ids import EnvironmentId, TenantId
from app.domain.operations import OperationKind
from app.domain.plan import Plan
from app.domain.policy import Treatment
from app.domain.schema import Schema
from app.planning.plan import PlanRequest, make_plan
from app.policy.parse import parse_policy
from app.policy.suggest import ColumnSuggestion, Suggestion, as_policy, suggest
from app.policy.write import write_policy
from app.ports.databases import RowValue


def database(path: Path, script: str, rows: Mapping[str, Iterable[Sequence[RowValue]]] | None = None) -> Path:
    """A new file with the script's tables and these rows in them."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    for table, values in (rows or {}).items():
        quoted = '"' + table.replace('"', '""') + '"'
        for row in values:
            connection.execute(f"INSERT INTO {quoted} VALUES ({', '.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    return path


def suggested(path: Path) -> Suggestion:
    """What is suggested for the database at that path."""
    with SqliteSource(path) as source:
        return suggest(source.schema(), source.sample)


def schema_of(path: Path) -> Schema:
    with SqliteSource(path) as source:
        return source.schema()


def columns(suggestion: Suggestion) -> dict[str, ColumnSuggestion]:
    """All columns as `table.column`."""
    return {f"{t}.{c}": column for t, table in suggestion.tables.items() for c, column in table.columns.items()}


def kept(suggestion: Suggestion) -> set[str]:
    return {place for place, column in columns(suggestion).items() if column.treatment is Treatment.KEEP}


def masks(suggestion: Suggestion) -> dict[str, str | None]:
    return {place: column.mask for place, column in columns(suggestion).items()}


def planned(schema: Schema, policy_text: str) -> Plan:
    """The plan of a first copy under a policy."""
    production = Environment(
        id=EnvironmentId("p"), tenant_id=TenantId("t"), tenant="T", name="production",
        kind=EnvironmentKind.PRODUCTION, database="sqlite:///p",
    )  # fmt: skip
    sandbox = Environment(
        id=EnvironmentId("s"), tenant_id=TenantId("t"), tenant="T", name="sandbox",
        kind=EnvironmentKind.SANDBOX, database="sqlite:///s",
    )  # fmt: skip
    return make_plan(
        PlanRequest(
            kind=OperationKind.PROVISION,
            environment=sandbox,
            source=production,
            policy=parse_policy(policy_text),
            schema=schema,
        )
    )


def plan_errors(path: Path) -> list[str]:
    """Error findings of the plan that accepting everything suggested leads to."""
    policy = as_policy(suggested(path), name="suggested", title="Suggested", accept=True)
    return [f"{f.where}: {f.message}" for f in planned(schema_of(path), write_policy(policy)).errors]


def one_column(
    tmp_path: Path, name: str, values: Sequence[RowValue], table: str = "thing", type_: str = "TEXT"
) -> ColumnSuggestion:
    """What is suggested for one column of those values beside an integer key."""
    path = database(
        tmp_path / "one.sqlite",
        f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, "{name}" {type_})',
        {table: [(n, value) for n, value in enumerate(values, 1)]},
    )
    return columns(suggested(path))[f"{table}.{name}"]


def people(count: int = 30) -> Faker:
    fake = Faker("en_US")
    fake.seed_instance(count)
    return fake
