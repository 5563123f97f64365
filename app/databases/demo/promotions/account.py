"""The account itself: who works in it, its applications, and the ways its data reaches the outside world.

Applications 1 to 3 are live, 4 and 5 are where people try things.
"""

import json
from collections.abc import Iterator
from random import Random

from app.databases.demo.pools import Pools
from app.databases.demo.world import Row

LIVE_APPLICATIONS, SANDBOX_APPLICATIONS = (1, 2, 3), (4, 5)
DOMAIN = "tidewater-rewards.example"
STORES = 12
"""Of application 3, the tills."""

_MOMENT = "2026-{:02d}-{:02d} 08:30:00"
_STARTED = "2023-02-14 09:00:00"
_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_APPLICATIONS = (
    ("Tidewater Shop", "The web shop.", False),
    ("Tidewater App", "The app for telephones.", False),
    ("Tidewater Tills", "The tills of the stores.", False),
    ("Shop trials", "Where campaigns of the shop are tried.", True),
    ("App trials", "Where the next release of the app is tried.", True),
)
_ATTRIBUTES = (
    ("CustomerProfile", "Name", "string"), ("CustomerProfile", "Email", "string"),
    ("CustomerProfile", "PhoneNumber", "string"), ("CustomerProfile", "BirthDate", "time"),
    ("CustomerProfile", "BillingAddress1", "string"), ("CustomerProfile", "BillingCity", "string"),
    ("CustomerProfile", "BillingPostalCode", "string"), ("CustomerProfile", "BillingCountry", "string"),
    ("CustomerProfile", "Household", "(list string)"), ("CustomerProfile", "NewsletterOptIn", "boolean"),
    ("CustomerSession", "ShippingName", "string"), ("CustomerSession", "ShippingAddress1", "string"),
    ("CustomerSession", "ShippingCity", "string"), ("CartItem", "GiftFor", "string"), ("Store", "Region", "string"),
)  # fmt: skip


def secret(random: Random, length: int) -> str:
    """A credential as a password safe would make it."""
    return "".join(random.choices(_ALPHABET, k=length))


def fingerprint(random: Random) -> str:
    """What is kept of a key that was shown once."""
    return f"{random.getrandbits(256):064x}"


def users(random: Random, pools: Pools, customers: int) -> list[Row]:
    """Between 6 and 80 people, one for every 400 customers; the first is an administrator."""
    made: list[Row] = []
    for number in range(1, max(6, min(80, customers // 400)) + 1):
        first, last = random.choice(pools.first_names), random.choice(pools.last_names)
        login = "".join(c for c in f"{first[0]}{last}".lower() if c.isascii() and c.isalnum())
        invited = number % 6 == 0
        made.append((
            number, _STARTED, _MOMENT.format(1 + number % 10, 1 + number % 28), f"{login}{number}@{DOMAIN}", 1,
            f"{first} {last}", "invited" if invited else "active", secret(random, 40) if invited else None,
            None if invited else f"pbkdf2_sha256$600000${secret(random, 12)}${secret(random, 43)}=",
            int(number == 1), "saml" if number % 3 == 0 else "basic_auth",
            None if invited else _MOMENT.format(10, 1 + number % 28), None if invited else "2026-10-31 16:45:00",
        ))  # fmt: skip
    return made


def make_account(random: Random, pools: Pools, people: list[Row]) -> Iterator[tuple[str, Row]]:
    """(table, row) of everything whose size does not grow with the customers."""
    yield "account", (
        1, _STARTED, "2026-09-01 10:00:00", "Tidewater Rewards", f"{DOMAIN}", "active", f"billing@{DOMAIN}",
        "Growth", "2027-02-14 00:00:00", 10, 80, 120, 5_000_000,
    )  # fmt: skip
    yield from _rights(people)
    for number, (entity, name, kind) in enumerate(_ATTRIBUTES, 1):
        yield "attribute_definition", (number, 1, _STARTED, entity, name, name, kind, 1)
    for number, (name, description, sandbox) in enumerate(_APPLICATIONS, 1):
        yield "application", (
            number, _STARTED, _MOMENT.format(6, number), 1, name, description, "America/New_York", "USD", "sensitive",
            "{}", int(sandbox), int(number == 1),
        )  # fmt: skip
        for kind in ("", "staging") if number == 1 else ("",):
            title = f"{name} {'dry runs' if kind else 'integration'}"
            row = (number + (10 if kind else 0), title, fingerprint(random), "2027-06-30 00:00:00",
                   "braze" if number == 2 else "none", kind, None, 1, 1, number, _MOMENT.format(1, 5))  # fmt: skip
            yield "application_api_key", row
    for number in range(1, STORES + 1):
        place = random.choice(pools.places)
        yield "store", (
            number, _STARTED, _MOMENT.format(3, number), f"Tidewater {place.city}", None,
            json.dumps({"Region": place.state}), f"store-{number:03d}", 3,
        )  # fmt: skip
    yield from _ways_out(random)


def _rights(people: list[Row]) -> Iterator[tuple[str, Row]]:
    for number, (name, scope, readonly) in enumerate(
        (("Everything", "all", 0), ("Marketing", "live", 0), ("Trials only", "sandbox", 0), ("Looking on", "all", 1)), 1
    ):
        allowed = {"all": LIVE_APPLICATIONS + SANDBOX_APPLICATIONS, "live": LIVE_APPLICATIONS}.get(
            scope, SANDBOX_APPLICATIONS
        )
        yield "role", (number, 1, name, None, json.dumps({"applications": list(allowed)}), readonly)
    for person in people:
        yield "user_account", person
        yield "user_account_role", (person[0], 1 if person[0] == 1 else 2 + int(str(person[0])) % 3)


def _ways_out(random: Random) -> Iterator[tuple[str, Row]]:
    """Webhooks and keys; those without an application speak for, or open, all of them."""
    basic = {"username": "tidewater", "password": secret(random, 24)}
    yield "webhook_authentication", (1, 1, "Mailing platform", "basic", json.dumps(basic))
    yield "webhook_authentication", (2, 1, "Order system", "token", json.dumps({"token": secret(random, 40)}))
    template = json.dumps({"to": "${$Profile.Attributes.Email}", "coupon": "${$Coupon.Code}"})
    for number, (title, url, authentication, enabled, applications) in enumerate((
        ("Points changed", "https://hooks.mailer.example/points", 1, 1, ()),
        ("Coupon created", "https://hooks.mailer.example/coupons", 1, 1, (1, 2)),
        ("Order rewarded", "https://orders.tidewater-rewards.example/rewarded", 2, 1, (3,)),
        ("Trial of the new mailer", "https://trial.mailer.example/any", None, 0, (4,)),
    ), 1):  # fmt: skip
        headers = [f"X-Api-Key: {secret(random, 32)}", "Content-Type: application/json"]
        yield "webhook", (
            number, _MOMENT.format(1, number), _MOMENT.format(8, number), 1, title, 0, "POST", url,
            json.dumps(headers), template, "[]", enabled, authentication,
        )  # fmt: skip
        for application in applications:
            yield "webhook_application", (number, application)
    for number, (name, keyed, disabled) in enumerate(
        (("Data warehouse", (), 0), ("Shop back office", (1, 2), 0), ("Trials", (4, 5), 0), ("Old exporter", (), 1)), 1
    ):
        yield "management_key", (
            number, name, fingerprint(random), "2027-01-31 00:00:00", json.dumps(["GET /v1/applications"]), 1, 1,
            _MOMENT.format(2, number), disabled, "2026-10-30 23:59:00" if not disabled else None,
        )  # fmt: skip
        for application in keyed:
            yield "management_key_application", (number, application)
