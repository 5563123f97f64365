"""A CRM as it is rented: companies and their people, sales, requests and mail, and all the ways it reaches out.

What the vendor's public documentation says of tables and conventions is kept; who lives in it never was.
"""

from app.databases.demo.crm.rows import make_rows
from app.databases.demo.crm.schema import after, before
from app.databases.demo.world import World

__all__ = ["CRM"]

CRM = World(name="crm", before=before, after=after, make_rows=make_rows)
"""`rows` is the number of companies, each with two or three people."""
