"""Durable operations: the three steps, what each phase does, and the worker that runs them.

Everything engine-specific is behind `ports.databases.Adapter`; this package decides order, fences, ends and evidence.
"""
