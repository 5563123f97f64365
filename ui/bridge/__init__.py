"""Threads and catalog changes to signals; the only ways to speak and to ask."""
