"""The palette: one field that finds everything and does everything."""
