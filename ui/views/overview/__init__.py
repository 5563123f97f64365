"""The page one begins on: what needs a person, what runs, what ran."""
