"""PostgreSQL 14 to 18: source and sandbox, on one server or two."""

# from app.databases.postgresql.adapter import PostgresqlAdapter
