"""Sandkeeper's own memory: tenants, environments, policies, operations, the audit trail and the change feed."""

from app.catalog.open import open_catalog
from app.catalog.transaction import SqlCatalog

__all__ = ["SqlCatalog", "open_catalog"]
