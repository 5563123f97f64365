"""The rows of a demo agency's database, whichever kind of database they go into."""

from random import Random

from app.databases.demo.agency import office
from app.databases.demo.agency.customers import CustomerMaker
from app.databases.demo.batches import Batches
from app.databases.demo.pools import pools
from app.databases.demo.world import TODAY, Insert


def make_rows(rows: int, seed: int, insert: Insert) -> None:
    """Make an agency with `rows` customers and hand over its rows in batches."""
    waiting = Batches(insert)
    random = Random(seed)  # noqa: S311  # the same demo every time is the point
    people = list(office.employees(random, pools(), rows, TODAY))
    carriers = list(office.companies(random))
    for table, made in (
        ("business_unit", office.business_units()),
        ("employee", people),
        ("company", carriers),
        ("bank_account", office.bank_accounts(random)),
        ("integration_credential", office.integrations(random)),
        ("webhook", office.webhooks(random)),
    ):
        for row in made:
            waiting.add(table, row)
    maker = CustomerMaker(
        random,
        pools(),
        employees=[str(p[0]) for p in people],
        producers=[str(p[0]) for p in people if p[8]],
        companies=[str(c[0]) for c in carriers],
        today=TODAY,
        add=waiting.add,
    )
    for number in range(1, rows + 1):
        maker.make(number)
    waiting.flush()
