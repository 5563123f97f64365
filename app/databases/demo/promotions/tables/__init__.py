"""The structure of the account's database. Each table is declared once, for either kind of database."""

from app.databases.demo.promotions.tables import campaigns, customers
from app.databases.demo.promotions.tables.account import METADATA

__all__ = ["METADATA", "campaigns", "customers"]
