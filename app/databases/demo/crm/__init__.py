"""A CRM as it is rented: companies and their people, sales, requests and mail, and all the ways it reaches out.

What the vendor's public documentation says of tables and conventions is kept; who lives in it never was.
"""

from app.databases.demo.crm.world import CRM

__all__ = ["CRM"]
