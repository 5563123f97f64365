"""The agency itself: its people, carriers, bank accounts and the ways its data reaches the outside world."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from app.databases.demo.numbers import phone, routing_number
from app.databases.demo.pools import Pools
from app.databases.demo.world import Row

AGENCY_DOMAIN = "harbor-agency.example"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CARRIERS = (
    "Atlantic Mutual Casualty", "Beacon Hill Insurance", "Blue Ridge Indemnity", "Cape Ann Marine", "Commonwealth Fire",
    "Cornerstone Life", "Eastern Shore Assurance", "Fairhaven Specialty", "Granite State Mutual", "Great Plains Farm",
    "Highland Surety", "Hudson Valley Property", "Ironwood Commercial", "Keystone Preferred", "Lakeside Health",
    "Liberty Bell Auto", "Mayflower Home", "Merrimack Casualty", "Minuteman Insurance", "North Star Workers",
    "Old Colony Mutual", "Pilgrim Excess and Surplus", "Quincy Benefit", "Sandy Neck Flood",
)  # fmt: skip
_PRODUCTS = (
    ("AMS web service", "https://ws.agency-system.example/v3", 1),
    ("Quote rater", "https://api.rater.example/quotes", 1),
    ("E-signature", "https://sign.example/api", 1),
    ("Marketing mailer", "https://mailer.example/v2/send", 1),
    ("Phone system", "https://pbx.example/hooks/calls", 0),
    ("Accounting export", "sftp://ledger.example/in", 1),
)
_WEBHOOKS = (
    ("https://hooks.crm.example/agency/customer", "customer.changed"),
    ("https://hooks.mailer.example/renewals", "policy.renewal_due"),
    ("https://hooks.claims.example/first-notice", "claim.opened"),
)


def secret(random: Random, length: int) -> str:
    """A credential as a password safe would make it."""
    return "".join(random.choices("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=length))


def business_units() -> Iterator[Row]:
    yield from (("PERS", "Personal lines"), ("COML", "Commercial lines"), ("BENE", "Benefits"), ("CLMS", "Claims"))


def employees(random: Random, pools: Pools, customers: int, today: date) -> Iterator[Row]:
    """Between 12 and 320 people, one for every 600 customers; the first leads, every tenth leads a team."""
    count = max(12, min(320, customers // 600))
    leader, team = "AAA", "AAA"
    for number in range(count):
        code = _ALPHABET[number // 26 // 26 % 26] + _ALPHABET[number // 26 % 26] + _ALPHABET[number % 26]
        first, last = random.choice(pools.first_names), random.choice(pools.last_names)
        producer = number % 3 == 1
        title = "Principal" if number == 0 else "Producer" if producer else "Account manager"
        supervisor = None if number == 0 else leader if number % 10 == 0 else team
        if number % 10 == 0:
            team = code
        login = f"{first[0]}{last}".lower().replace(" ", "").replace("'", "")[:24] + f"{number:03d}"
        hashed = f"pbkdf2_sha256$600000${secret(random, 12)}${secret(random, 43)}="
        born = today - timedelta(days=random.randrange(23 * 365, 66 * 365))
        yield (
            code, first, last, title, f"{login}@{AGENCY_DOMAIN}", phone(random, "MA"), born.isoformat(), supervisor,
            int(producer), int(not producer), int(random.random() < 0.92), login, hashed,
        )  # fmt: skip


def companies(random: Random) -> Iterator[Row]:
    """Carriers, every fourth with two companies of its group below it."""
    for number, name in enumerate(_CARRIERS):
        code, host = f"C{number:03d}", name.lower().replace(" ", "-")
        naic = f"{10_000 + random.randrange(80_000):05d}"
        yield code, name, naic, None, f"download.{host}.example", f"harbor{number:02d}", secret(random, 14)
        for child in range(2 if number % 4 == 0 else 0):
            part = ("Preferred", "Select")[child]
            yield (
                f"{code}{'AB'[child]}",
                f"{name} {part}",
                f"{10_000 + random.randrange(80_000):05d}",
                code,
                None,
                None,
                None,
            )


def bank_accounts(random: Random) -> Iterator[Row]:
    for code, name, kind in (
        ("OP1", "Harbor Savings Bank", "O"),
        ("TR1", "Harbor Savings Bank", "T"),
        ("TR2", "First Granite Trust", "T"),
    ):
        yield code, name, routing_number(random), str(random.randrange(10**9, 10**12)), kind


def integrations(random: Random) -> Iterator[Row]:
    for number, (product, endpoint, enabled) in enumerate(_PRODUCTS, 1):
        yield number, product, endpoint, f"harbor-live-{number}", secret(random, 40), int(number % 2 == 1), enabled


def webhooks(random: Random) -> Iterator[Row]:
    for number, (url, event) in enumerate(_WEBHOOKS, 1):
        yield number, url, event, f"whsec_{secret(random, 32)}", 1
