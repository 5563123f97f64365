"""The demo: insurance agencies that never were, with production databases worth scrubbing."""

from app.databases.demo.agency import make_agency_database
from app.databases.demo.places import PostgresqlDemo, SqliteDemo

__all__ = ["PostgresqlDemo", "SqliteDemo", "make_agency_database"]
