"""The command line: every noun of the product, in text for people and in JSON for scripts."""

from app.cli.root import main

__all__ = ["main"]
