"""Suggesting a policy for a database: every column classified from its name, type, constraints and sampled values.

What is unclear is never called safe: it is marked `review` and blocks until a person decides.
"""

from app.policy.suggest.as_policy import as_policy
from app.policy.suggest.suggesting import suggest
from app.policy.suggest.suggestion import ColumnSuggestion, Suggestion, TableSuggestion

__all__ = ["ColumnSuggestion", "Suggestion", "TableSuggestion", "as_policy", "suggest"]
