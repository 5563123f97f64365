"""Environments: the tree and the detail beside it."""
