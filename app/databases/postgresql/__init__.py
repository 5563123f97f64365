"""PostgreSQL 14 to 18: source and sandbox, on one server or two. `adapter` is what the rest of the house knows."""
