"""All runs, and one of them in full."""
