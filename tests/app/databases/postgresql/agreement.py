"""What must be true of every copy, whatever was in the source: same structure, same rows, same values where kept."""

from app.databases.postgresql.connections import quoted
from app.domain.plan import Plan
from app.domain.policy import Treatment
from tests.app.databases.postgresql.line import Line
from tests.app.databases.postgresql.same_structure import difference
from tests.app.databases.postgresql.servers import Server


def check_agreement(line: Line, plan: Plan, *, but_for: tuple[str, ...] = ()) -> None:
    """Fails where sandbox and production differ in more than the plan says."""
    here, there = (line.server, line.production), (line.target_server, line.sandbox)
    differing = difference(here, there, but_for=but_for)
    assert not differing, differing
    with line.adapter.open_source(line.source) as source:
        shapes = {shape.policy_name: shape for shape in source.shapes.tables if not shape.partition}  # type: ignore[attr-defined]  # this adapter's
    for table in plan.tables:
        if table.copied != "all" or table.table not in shapes or shapes[table.table].kind == "f":
            continue
        kept = [quoted(c.column) for c in table.columns if c.treatment is Treatment.KEEP]
        place = shapes[table.table].sql
        only = "" if shapes[table.table].kind == "p" else "ONLY "
        columns = ", ".join(kept) or "1"
        query = (
            "SET row_security = off; SELECT count(*), md5(string_agg(r::text, '|' ORDER BY r::text COLLATE \"C\")) "
            f"FROM (SELECT {columns} FROM {only}{place}) r"
        )
        assert line.server.run(query, line.production) == line.target_server.run(query, line.sandbox), table.table
    unsound = (
        "SELECT conrelid::regclass::text, conname, convalidated FROM pg_constraint "
        "WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND conrelid >= 16384 ORDER BY 1, 2",
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT indisvalid ORDER BY 1",
    )
    for query in unsound:
        before, after = line.server.run(query, line.production), line.target_server.run(query, line.sandbox)
        assert before == after, set(before) ^ set(after)


def masked_values_differ(line: Line, plan: Plan, table: str, column: str) -> None:
    """No value of a masked column stands in the same column of the copy."""
    assert any(t.table == table and c.column == column and c.mask for t in plan.tables for c in t.columns)
    query = f"SELECT DISTINCT {quoted(column)}::text FROM {table} WHERE {quoted(column)} IS NOT NULL"
    before, after = (
        {row[0] for row in server.run(query, database)}
        for server, database in ((line.server, line.production), (line.target_server, line.sandbox))
    )
    assert before, f"{table}.{column} holds nothing to compare"
    assert after
    assert not before & after


def superuser(server: Server) -> tuple[str, str]:
    """The superuser's login, for a worker that may make everything."""
    place = server.admin()
    return place.parameters["user"], place.password or ""
