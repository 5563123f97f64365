"""The tables of the CRM, by area."""
