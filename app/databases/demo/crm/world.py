"""The CRM as one of the demo's worlds."""

from app.databases.demo.world import Insert, World

# What is imported in these functions takes a tenth of a second that nobody who makes no demo should wait for.


def _before(engine: str) -> str:
    from app.databases.demo.crm import schema

    return schema.before(engine)


def _after(engine: str) -> str:
    from app.databases.demo.crm import schema

    return schema.after(engine)


def _make_rows(rows: int, seed: int, insert: Insert) -> None:
    from app.databases.demo.crm.rows import make_rows

    make_rows(rows, seed, insert)


CRM = World(name="crm", before=_before, after=_after, make_rows=_make_rows)
"""`rows` is the number of companies, each with two or three people."""
