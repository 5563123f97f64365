"""The rows of an account's database, whichever kind of database they go into."""

from random import Random

from app.databases.demo.batches import Batches
from app.databases.demo.pools import pools
from app.databases.demo.promotions import account
from app.databases.demo.promotions.customers import ProfileMaker
from app.databases.demo.promotions.offers import LIVE, SANDBOX, make_offers
from app.databases.demo.world import TODAY, Insert

_SANDBOX_EVERY = 8
"""Every so many profiles one is of the sandbox; every second of those has the integration id of a live one."""


def make_rows(rows: int, seed: int, insert: Insert) -> None:
    """Make an account with `rows` customer profiles of both environments and hand over its rows in batches."""
    batches = Batches(insert)
    random = Random(seed)  # noqa: S311  # the same demo every time is the point
    people = account.users(random, pools(), rows)
    for table, row in account.make_account(random, pools(), people):
        batches.add(table, row)
    for table, row in make_offers(random, people):
        batches.add(table, row)
    maker, seen = ProfileMaker(random, pools(), people, TODAY, batches), ""
    for number in range(1, rows + 1):
        if number % _SANDBOX_EVERY:
            seen = maker.make(number, LIVE)
        else:
            maker.make(number, SANDBOX, seen if number % (2 * _SANDBOX_EVERY) else "")
    batches.flush()
