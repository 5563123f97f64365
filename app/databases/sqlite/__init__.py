"""SQLite databases: looked at, copied with masks in flight, swapped in, reset and wiped."""

from app.databases.sqlite.adapter import SqliteAdapter

__all__ = ("SqliteAdapter",)
