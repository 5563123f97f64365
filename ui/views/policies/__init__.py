"""Packs and policies: every column's treatment, what changed since, and how it came to be so."""
