"""The demo: firms that never were, with production databases worth scrubbing.

A *world* (`world.py`) is a kind of source system and has a folder of its own; `sqlite_file.py` and
`server_database.py` make its production database; `places.py` says where it lies.
"""

from app.databases.demo.agency import make_agency_database
from app.databases.demo.places import PostgresqlDemo, SqliteDemo

__all__ = ["PostgresqlDemo", "SqliteDemo", "make_agency_database"]
