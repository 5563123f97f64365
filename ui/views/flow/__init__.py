"""Provision, refresh, reset and wipe, step by step; and one run, live."""
