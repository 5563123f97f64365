"""The rows of the CRM, by area."""
