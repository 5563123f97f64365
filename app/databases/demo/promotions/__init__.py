"""A promotion engine's account: live applications and those to try things in, in one database, as such engines are."""

from functools import partial

from app.databases.demo import declared
from app.databases.demo.promotions.rows import make_rows
from app.databases.demo.promotions.tables import METADATA
from app.databases.demo.world import World

_BALANCES = """
CREATE VIEW points_balance AS
    SELECT program_id, customer_profile_id, card_identifier,
           sum(CASE WHEN type = 'addition' THEN amount ELSE -amount END) AS points
      FROM loyalty_transaction GROUP BY program_id, customer_profile_id, card_identifier;
"""


def _after(engine: str) -> str:
    return declared.after(METADATA, engine) + _BALANCES


PROMOTIONS = World(name="promotions", before=partial(declared.before, METADATA), after=_after, make_rows=make_rows)
