"""An insurance agency: its customers, their policies and claims, and the people who look after them."""

from pathlib import Path

from app.databases.demo.agency import schema
from app.databases.demo.agency.rows import make_rows
from app.databases.demo.sqlite_file import make_file
from app.databases.demo.world import SEED, World

AGENCY = World(name="agency", before=schema.before, after=schema.after, make_rows=make_rows)


def make_agency_database(path: Path, rows: int = 2000, *, seed: int = SEED) -> None:
    """Write an insurance agency's production database with `rows` customers to `path`; see `make_file`."""
    make_file(AGENCY, path, rows, seed=seed)
