"""The demo: an insurance agency that never was, with a production database worth scrubbing."""

from app.databases.demo.agency import make_agency_database

__all__ = ["make_agency_database"]
