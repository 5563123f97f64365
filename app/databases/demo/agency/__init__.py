"""An insurance agency: its customers, their policies and claims, and the people who look after them."""

from pathlib import Path

from app.databases.demo.agency import schema, server_schema
from app.databases.demo.agency.rows import make_rows
from app.databases.demo.sqlite_file import make_file
from app.databases.demo.world import SEED, World

_BEFORE = {"sqlite": schema.TABLES, "postgresql": server_schema.TABLES}
_AFTER = {"sqlite": schema.INDEXES_VIEWS_TRIGGERS, "postgresql": server_schema.KEYS_INDEXES_VIEWS_TRIGGERS}

AGENCY = World(name="agency", before=_BEFORE.__getitem__, after=_AFTER.__getitem__, make_rows=make_rows)


def make_agency_database(path: Path, rows: int = 2000, *, seed: int = SEED) -> None:
    """Write an insurance agency's production database with `rows` customers to `path`; see `make_file`."""
    make_file(AGENCY, path, rows, seed=seed)
