"""Alembic without a configuration file, so that an installed package can upgrade its catalog."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

VERSION_TABLE = "catalog_version"
"""A name of our own: a database of another program that uses Alembic must not pass for a catalog."""


def configuration(connection: Connection | None = None) -> Config:
    """What Alembic's commands take; `connection` carries the transaction they run in."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    found = ScriptDirectory.from_config(configuration()).get_current_head()
    if found is None:
        raise RuntimeError("the package holds no migrations")
    return found


def revisions() -> frozenset[str]:
    """Every revision this version knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())


def current(connection: Connection) -> str | None:
    """The revision a catalog is at; None for an empty database or one that is no catalog."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def upgrade(connection: Connection, to: str = "head") -> None:
    """In the caller's transaction."""
    command.upgrade(configuration(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """In the caller's transaction."""
    command.downgrade(configuration(connection), to)
