"""The rows of a demo agency's database, whichever kind of database they go into."""

from collections.abc import Callable
from datetime import date
from random import Random

from app.databases.demo import office
from app.databases.demo.customers import CustomerMaker
from app.databases.demo.pools import make_pools
from app.errors import UserError

SEED = 20_261_101
TODAY = date(2026, 11, 1)
"""The day the demo's world stands still at: content depends on the seed and the number of rows, never on the clock."""

MOST_ROWS = 1_000_000
_BATCH = 20_000

Row = tuple[object, ...]
Insert = Callable[[str, list[Row]], None]
"""Takes a table's name and some rows of it, in the order of its columns."""


def sensible(rows: int) -> None:
    """Raises UserError for a number of customers outside 1 to 1,000,000."""
    if not 1 <= rows <= MOST_ROWS:
        raise UserError("That is not a number of customers", f"{rows} was asked for.", f"Choose 1 to {MOST_ROWS:,}.")


def make_rows(rows: int, seed: int, insert: Insert) -> None:
    """Make an agency with `rows` customers and hand over its rows in batches, the same ones for the same seed.

    Dates and moments are ISO text (moments in UTC), truths are 0 and 1.
    """
    waiting = _Waiting(insert)
    random, pools = Random(seed), make_pools(seed)  # noqa: S311  # the same demo every time is the point
    people = list(office.employees(random, pools, rows, TODAY))
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
        pools,
        employees=[str(p[0]) for p in people],
        producers=[str(p[0]) for p in people if p[8]],
        companies=[str(c[0]) for c in carriers],
        today=TODAY,
        add=waiting.add,
    )
    for number in range(1, rows + 1):
        maker.make(number)
    waiting.flush()


class _Waiting:
    """Collects rows by table and hands them on in batches."""

    def __init__(self, insert: Insert) -> None:
        self._insert = insert
        self._rows: dict[str, list[Row]] = {}

    def add(self, table: str, row: Row) -> None:
        rows = self._rows.setdefault(table, [])
        rows.append(row)
        if len(rows) >= _BATCH:
            self._hand_on(table)

    def flush(self) -> None:
        for table in self._rows:
            self._hand_on(table)

    def _hand_on(self, table: str) -> None:
        if rows := self._rows[table]:
            self._insert(table, rows)
            rows.clear()
