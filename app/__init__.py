"""Sandkeeper's headless library: everything that works, importable with no Qt installed."""

__version__ = "0.1.0"
