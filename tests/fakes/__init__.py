"""Fakes of our own ports and services, over in-memory domain values."""
