"""What makes rows a database: indexes, views, full-text indexes, statistics, triggers; made from scrubbed rows."""

import sqlite3

from app.databases.sqlite.clone import create
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import ObjectShape
from app.databases.sqlite.staging import FileSettings, Staging
from app.errors import OutsideError
from app.ports.context import PhaseContext

_LARGE = 2 * 1024**3
"""Above this size indexes are sorted in temporary files, which hold scrubbed values only and have no name."""


def make_indexes(staging: Staging, copied: Copied, ctx: PhaseContext) -> None:
    """All indexes of the source. Raises OutsideError naming index and table when masked values collide."""
    if staging.path.stat().st_size > _LARGE:
        staging.connection.execute("PRAGMA temp_store = FILE")
    with staging.working(ctx, "while building the indexes") as connection:
        for index in copied.shapes.indexes:
            ctx.checkpoint(index.table)
            _make_index(connection, index)


def finish(staging: Staging, copied: Copied, settings: FileSettings, ctx: PhaseContext) -> None:
    """Views, full-text indexes, statistics, the file's own numbers, and triggers last, so that none ever fired."""
    with staging.working(ctx, "while finishing the copy") as connection:
        for view in copied.shapes.views:
            create(connection, "view", view.sql)
        for table in copied.shapes.tables:
            if copied.shapes.rebuildable(table):
                name = quoted(table.name)
                ctx.checkpoint(table.policy_name)
                connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
        if copied.shapes.analysed:
            connection.execute("ANALYZE main")
        for trigger in copied.shapes.triggers:
            create(connection, "trigger", trigger.sql)
        connection.execute(f"PRAGMA main.user_version = {settings.user_version}")
        connection.execute(f"PRAGMA main.application_id = {settings.application_id}")


def _make_index(connection: sqlite3.Connection, index: ObjectShape) -> None:
    try:
        create(connection, "index", index.sql)
    except sqlite3.IntegrityError:
        raise OutsideError(
            f"The unique index {index.name} of {index.table} cannot be built",
            "Two masked rows have the same values in its columns.",
            "Choose a mask that keeps values apart (such as token, digits or email) for the columns of that index.",
        ) from None
