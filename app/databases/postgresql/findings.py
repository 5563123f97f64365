"""What a source has that its copy must know, as findings."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from app.databases.postgresql.conditions import where_constant
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.encodings import writable
from app.databases.postgresql.listing import listed, number, some
from app.databases.postgresql.masks.fitness import problems
from app.databases.postgresql.masks.values import TEXTS
from app.databases.postgresql.references import dangling_condition
from app.databases.postgresql.rights import rights_of
from app.databases.postgresql.schema import LARGE_OBJECTS, engine
from app.databases.postgresql.shapes import ColumnShape, Shapes, TableShape
from app.databases.postgresql.types import USER_SCHEMA
from app.databases.postgresql.urls import Place
from app.domain.findings import Finding, error, note, warning
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Condition, Treatment
from app.errors import UserError

_NEWEST: Final = 190000  # the first version that this one has not been tried with

_WORDY: Final = TEXTS | {"json", "jsonb", "xml", "hstore", "composite", "nested"}
"""Types whose values hold words that a full-text vector is made of."""

_RECORDING: Final = """
    SELECT (current_setting('log_parameter_max_length') <> '0' AND (
            current_setting('log_statement') = 'all'
            OR current_setting('log_min_duration_statement') <> '-1'
            OR current_setting('log_min_duration_sample') <> '-1'
            OR current_setting('log_transaction_sample_rate') <> '0'))
        OR current_setting('log_parameter_max_length_on_error') <> '0'
        OR 'on' IN (current_setting('debug_print_parse'), current_setting('debug_print_rewritten'),
            current_setting('debug_print_plan'))
        OR coalesce(current_setting('auto_explain.log_min_duration', true), '-1') <> '-1'
        OR coalesce(current_setting('pgaudit.log_parameter', true), 'off') = 'on'
"""


def records_keys(session: Session) -> bool:
    """Whether the server's log would hold the values that a session of ours binds, and with them a mask's key."""
    row = session.execute(_RECORDING).fetchone()
    return bool(row and row[0])


def source_findings(session: Session, shapes: Shapes, place: Place) -> tuple[Finding, ...]:
    """Errors for what cannot be copied, warnings for what will be missing, notes for what is good to know.

    What hinges on the policy (rows that the role may not see, large objects) is `plan_findings`' to tell.
    """
    return tuple(
        finding
        for part in (
            _itself(session, shapes, place),
            rights_of(session, shapes, place),
            _server(session, shapes, place),
            _busy(session, place),
            _left_behind(session, shapes, place),
            _texts(session, place),
        )
        for finding in part
    )


def _itself(session: Session, shapes: Shapes, place: Place) -> Iterator[Finding]:
    comment = _one(
        session,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()",
    )
    if _is_mark(comment):
        yield error(
            "source-is-a-copy",
            "The source carries Sandkeeper's mark: it is a scrubbed copy, not production.",
            place.database,
            "Give the production database itself; data of a sandbox never goes anywhere.",
        )


def _is_mark(comment: object) -> bool:
    try:
        parts = json.loads(str(comment))
    except (ValueError, RecursionError):
        return False
    return isinstance(parts, dict) and "sandkeeper" in parts


def _server(session: Session, shapes: Shapes, place: Place) -> Iterator[Finding]:
    if shapes.version >= _NEWEST:
        yield warning(
            "source-server-newer",
            f"The server is {engine(shapes.version)}, newer than any this version of Sandkeeper was tried with.",
            place.server,
            "Update Sandkeeper if there is a newer one.",
        )
    if shapes.standby:
        yield note(
            "source-standby",
            "The source is a standby; a long copy may be cut off by what it replays.",
            place.server,
            "Set hot_standby_feedback = on or raise max_standby_streaming_delay there if that happens.",
        )
    if records_keys(session):
        yield note(
            "source-records-values",
            "The server's log keeps the values of statements, so masks that need a key are computed in Sandkeeper's "
            "own memory and not by the server: the copy takes longer.",
            place.server,
            f"Faster: ALTER ROLE {quoted(shapes.role)} SET log_parameter_max_length = 0; as a superuser, together "
            "with log_parameter_max_length_on_error = 0, without debug_print_*, auto_explain, pgaudit.log_parameter.",
        )
    if shapes.encoding == "SQL_ASCII":
        yield warning(
            "source-without-encoding",
            "The source's encoding is SQL_ASCII: the server does not know what its texts mean. Where one is not UTF-8, "
            "the copy stops.",
            place.database,
            "Have the database moved to a real encoding, or go ahead if all of it is ASCII or UTF-8.",
        )


def _busy(session: Session, place: Place) -> Iterator[Finding]:
    held = listed(
        session,
        "SELECT DISTINCT c.oid::regclass::text FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE l.mode = 'AccessExclusiveLock' AND l.granted "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        f"AND l.pid IS DISTINCT FROM pg_backend_pid() AND c.relkind IN ('r', 'p', 'm') AND {USER_SCHEMA}",
    )
    if held:
        yield warning(
            "source-locked",
            f"Another session holds the strongest lock on {some(held)}; while it does, nobody can read there, and "
            "the copy gives up after a few seconds.",
            place.database,
            "Wait until it is done (pg_locks and pg_stat_activity show whose it is), then plan again.",
        )
    prepared = listed(session, "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")
    if prepared:
        yield warning(
            "source-prepared-transactions",
            f"Prepared transactions wait to be ended ({some(prepared)}); what they changed is not in the copy, and "
            "their locks may stop it.",
            place.database,
            "End them: COMMIT PREPARED or ROLLBACK PREPARED with the names that pg_prepared_xacts shows.",
        )


def _left_behind(session: Session, shapes: Shapes, place: Place) -> Iterator[Finding]:
    foreign = [t for t in shapes.tables if t.kind == "f" and not t.of_extension]
    servers = listed(session, "SELECT srvname FROM pg_foreign_server")
    if foreign or servers:
        yield note(
            "foreign-tables",
            f"Of {number(foreign, 'foreign table')} and {number(servers, 'foreign server')} the rows stay where they "
            "are, and the names and passwords to reach them stay behind.",
            place.database,
            "Give the sandbox a user mapping of its own where its people need one, never production's.",
        )
    parts = [t for t in foreign if t.partition]
    if parts:
        yield warning(
            "foreign-partitions",
            f"Partitions of {some(sorted({t.policy_name for t in parts}))} are foreign tables: their rows do not come "
            "along.",
            place.database,
            "Go ahead if the sandbox can do without them.",
        )
    subscriptions = listed(
        session,
        "SELECT subname FROM pg_subscription "
        "WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    if subscriptions:
        yield note(
            "subscriptions",
            f"Subscriptions ({some(subscriptions)}) stay behind: a sandbox never receives production's changes.",
            place.database,
            "Nothing needs to be done.",
        )
    configured = listed(session, "SELECT extname FROM pg_extension WHERE coalesce(cardinality(extconfig), 0) > 0")
    if configured:
        yield note(
            "extension-rows",
            f"Rows that were added to tables of extensions ({some(configured)}) stay behind; the extensions come "
            "along as they are installed.",
            place.database,
            "Add them in the sandbox again where they are needed.",
        )


def _texts(session: Session, place: Place) -> Iterator[Finding]:
    """Places that are no columns, and yet may hold a name somebody wrote there."""
    counted = {
        "comment": "SELECT objoid FROM pg_description WHERE objoid >= 16384 AND classoid <> 'pg_extension'::regclass",
        "enum label": f"SELECT e.oid FROM pg_enum e WHERE {_no_extension('pg_type', 'e', 'enumtypid')}",
        "default": "SELECT d.oid FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {USER_SCHEMA} "
        "AND pg_get_expr(d.adbin, d.adrelid) ~ '^''[^'']'",
        "partition bound": "SELECT oid FROM pg_class WHERE relispartition AND relkind <> 'i' AND relkind <> 'I'",
        "view": "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE c.relkind IN ('v', 'm') AND {USER_SCHEMA} AND {_no_extension('pg_class', 'c')}",
    }
    found = [(name, _one(session, f"SELECT count(*) FROM ({query}) AS t")) for name, query in counted.items()]
    present = [number(range(count), name) for name, count in found if isinstance(count, int) and count]
    if present:
        yield note(
            "texts-of-the-structure",
            f"The structure has texts of its own, which come along unmasked: {', '.join(present)}. The proof searches "
            "them too.",
            place.database,
            "Look through them if people may have written names there.",
        )


def _no_extension(catalogue: str, alias: str, column: str = "oid") -> str:
    return (
        f"NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '{catalogue}'::regclass "
        f"AND x.objid = {alias}.{column} AND x.deptype = 'e')"
    )


def _one(session: Session, query: str) -> Any:
    row = session.execute(query).fetchone()
    return row[0] if row else None


def plan_findings(plan: Plan, shapes: Shapes) -> tuple[Finding, ...]:
    """What stands against a plan on this source: masks that a type cannot take, rows that the role does not see,
    conditions that a column cannot be compared with, what is kept although it repeats what is masked."""
    found: list[Finding] = []
    for table in plan.tables:
        if table.table == LARGE_OBJECTS and shapes.large_objects:
            found.extend(_large_objects(table, shapes))
            continue
        members = [shape for shape in shapes.named(table.table) if not shape.of_extension]
        if members:
            found.extend(_condition(table.condition, members, shapes, f"The rows of {table.table}"))
        if members and table.copied != "none":
            found.extend(_table(table, members, shapes))
    for what, name, condition in (
        *(("The action", action.table, action.condition) for action in plan.actions),
        *(("The check", check.table, check.condition) for check in plan.checks),
        *(("What is preserved", entry.table, entry.condition) for entry in plan.preserve),
        *(
            (f"The choice {option.id}", option.choices_from.table, option.choices_from.condition)
            for option in plan.options
            if option.choices_from is not None
        ),
        *(
            ("A reference", table.table, dangling_condition(reference))
            for table in plan.tables
            for reference in table.references
        ),
    ):
        members = [shape for shape in shapes.named(name) if not shape.of_extension]
        found.extend(_condition(condition, members, shapes, f"{what} on {name}") if members else ())
    return tuple(found)


def _table(table: TablePlan, members: list[TableShape], shapes: Shapes) -> Iterator[Finding]:
    top = next((member for member in members if member.root is None), members[0])
    for column, shape in _pairs(table, top):
        if column.treatment is Treatment.MASK:
            yield from (
                replace(f, where=f"{table.table}.{column.column}", fingerprint="") for f in problems(column, shape)
            )
            if not writable(column.mask or "", shapes.encoding):
                yield error(
                    "mask-encoding",
                    f"The mask {column.mask} draws from words that the source's encoding {shapes.encoding} cannot "
                    "write.",
                    f"{table.table}.{column.column}",
                    "Use token, redact_text, fixed or null.",
                )
        elif column.treatment is Treatment.KEEP and shape.base == "tsvector" and _masked_texts(table, top):
            yield warning(
                "kept-search-vector",
                f"{table.table}.{column.column} is kept, and as a full-text vector it holds the words of others; "
                f"{table.table} has masked ones ({some(_masked_texts(table, top))}).",
                f"{table.table}.{column.column}",
                "Empty it with the mask null, or keep it if it is made of columns that are kept.",
            )
    if any(member.stored and member.hides_rows for member in members):
        yield error(
            "source-hides-rows",
            f"Row-level security keeps rows of {table.table} from the role {shapes.role}; the copy refuses to read "
            "it rather than leave rows out without a word.",
            table.table,
            f"As a superuser: ALTER ROLE {quoted(shapes.role)} BYPASSRLS; (or read as the table's owner, where FORCE "
            "ROW LEVEL SECURITY is not set), or choose `rows: none`.",
        )
    if shapes.standby and any(member.unlogged for member in members):
        yield error(
            "unlogged-on-standby",
            f"{table.table} is unlogged, so its rows do not exist on a standby.",
            table.table,
            "Copy from the primary, or choose `rows: none` for it.",
        )


def _pairs(table: TablePlan, shape: TableShape) -> Iterator[tuple[ColumnPlan, ColumnShape]]:
    for column in table.columns:
        found = shape.column(column.column)
        if found is not None:
            yield column, found


def _masked_texts(table: TablePlan, shape: TableShape) -> list[str]:
    return [
        column.column
        for column, found in _pairs(table, shape)
        if column.treatment is Treatment.MASK and found.base in _WORDY
    ]


def _condition(condition: Condition, members: list[TableShape], shapes: Shapes, what: str) -> Iterator[Finding]:
    top = next((member for member in members if member.root is None), members[0])
    try:
        where_constant(condition, top, shapes)
    except UserError as problem:
        yield error(
            "condition-cannot-work", f"{what}: {problem.title}. {problem.detail}", top.policy_name, problem.hint
        )


def _large_objects(table: TablePlan, shapes: Shapes) -> Iterator[Finding]:
    if table.copied == "none":
        return
    if table.copied != "all" or any(column.treatment is Treatment.MASK for column in table.columns):
        yield error(
            "large-objects-whole",
            "Large objects come along as they are, all of them, or not at all: they can neither be masked nor chosen.",
            LARGE_OBJECTS,
            f"In the policy, give {LARGE_OBJECTS} `rows: none`, or keep its column data.",
        )
    elif shapes.large_objects_unreadable:
        yield error(
            "large-objects-unreadable",
            f"The role {shapes.role} cannot read {shapes.large_objects_unreadable} of {shapes.large_objects} large "
            "objects; pg_read_all_data does not cover them.",
            LARGE_OBJECTS,
            "As an administrator, for each: GRANT SELECT ON LARGE OBJECT ... TO "
            f"{quoted(shapes.role)}; or read as their owner, or choose `rows: none` for {LARGE_OBJECTS}.",
        )
    else:
        yield warning(
            "large-objects-kept",
            f"{shapes.large_objects} large objects come along as they are, unmasked: files, pictures, letters.",
            LARGE_OBJECTS,
            "Choose `rows: none` for it if they may show people.",
        )
