"""Where a click becomes a verb; one file per noun."""
