"""The rows of the CRM's database, whichever kind of database they go into."""

from random import Random

from app.databases.demo.crm.content import lists, mailboxes, office, reach
from app.databases.demo.crm.content.customers import CustomerMaker
from app.databases.demo.crm.content.filling import Filling
from app.databases.demo.crm.content.lands import make_lands
from app.databases.demo.crm.content.letters import LetterMaker
from app.databases.demo.crm.content.mailboxes import Recipient
from app.databases.demo.crm.content.requests import RequestMaker
from app.databases.demo.world import Insert


def make_rows(rows: int, seed: int, insert: Insert) -> None:
    """Make a CRM with `rows` companies, its own firm the first of them, and hand over its rows in batches.

    The same ones for the same seed. Moments are ISO text in UTC, truths 0 and 1, JSON text.
    """
    filling = Filling(Random(seed), insert)  # noqa: S311  # the same demo every time is the point
    lands = make_lands(seed)
    lists.fill(filling, office.DOMAIN)
    users = office.fill(filling, lands, rows)
    reach.fill(filling, users)
    mailboxes.fill(filling)
    customers, requests = CustomerMaker(filling, lands, users), RequestMaker(filling, users)
    letters = LetterMaker(filling, users)
    recipients: list[Recipient] = []
    for _ in range(rows - 1):
        customer = customers.make()
        requests.make(customer)
        letters.make(customer)
        if customer.number % 3 == 0:
            person = customer.people[0]
            recipients.append((customer.number, person.number, person.name, person.email))
    mailboxes.send_mailings(filling, recipients)
    filling.finish()
