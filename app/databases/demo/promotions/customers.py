"""Customers of one environment, and everything that hangs on one: sessions, points, codes, what was logged.

The columns say nothing of whom they speak: a person stands in the JSON of attributes, in an integration id that is an
e-mail address (advised against, and common), and in the payloads of a log.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar
from urllib.parse import quote

from app.databases.demo import numbers
from app.databases.demo.batches import Batches
from app.databases.demo.pools import Pools
from app.databases.demo.promotions.account import STORES
from app.databases.demo.promotions.offers import LIVE, Offers
from app.databases.demo.world import Row

T = TypeVar("T")

MAIL_DOMAINS = ("tide-mail.example", "baypost.example", "inbox-direct.example")
_PRODUCTS = (
    ("Rain jacket", "JAC-104", "outdoor", 119.0), ("Wool socks", "SOC-007", "clothing", 14.5),
    ("Sea salt soap", "SOA-031", "bath", 8.9), ("Enamel mug", "MUG-012", "kitchen", 16.0),
    ("Canvas bag", "BAG-220", "outdoor", 38.0), ("Storm lantern", "LAN-003", "home", 54.0),
    ("Linen shirt", "SHI-118", "clothing", 69.0), ("Beach towel", "TOW-045", "bath", 29.0),
)  # fmt: skip
_ASCII = str.maketrans("áéíóúüñäößąćęłńśźżå", "aeiouunaosacelnszza")
_TABLES = ("customer_session", "giveaway", "loyalty_card", "loyalty_transaction", "referral", "coupon",
           "achievement_progress", "change_log")  # fmt: skip


class ProfileMaker:
    """Makes profile after profile from one random stream and adds their rows to `batches`."""

    def __init__(self, random: Random, pools: Pools, people: list[Row], today: date, batches: Batches) -> None:
        self._random = random
        self._pools = pools
        self._people = people
        self._days = [(today - timedelta(days=n)).isoformat() for n in range(90 * 366)]
        self._add = batches.add
        self._last = dict.fromkeys(_TABLES, 0)

    def make(self, number: int, offers: Offers, integration_id: str = "") -> str:
        """Profile `number` with all that belongs to it, in that environment; its integration id.

        An `integration_id` that is given was seen in the other environment: another profile, the same person's.
        """
        random, pick, pools = self._random, self._pick, self._pools
        first, last, place = pick(pools.first_names), pick(pools.last_names), pick(pools.places)
        email = f"{_slug(first)}.{_slug(last)}{number}@{pick(MAIL_DOMAINS)}"
        integration_id = integration_id or (email if random.random() < 0.25 else f"tide-{number:07d}")
        person: dict[str, object] = {
            "Name": f"{first} {last}", "Email": email, "PhoneNumber": numbers.phone(random, place.state),
            "BirthDate": self._days[(18 + int(random.random() * 68)) * 365 + int(random.random() * 365)],
            "BillingAddress1": f"{1 + int(random.random() * 2400)} {pick(pools.streets)}",
            "BillingCity": place.city, "BillingPostalCode": place.postcode, "BillingCountry": "US",
            "NewsletterOptIn": random.random() < 0.6,
        }  # fmt: skip
        if random.random() < 0.3:
            person["Household"] = [f"{pick(pools.first_names)} {last}" for _ in range(1 + int(random.random() * 3))]
        joined = int(random.random() * 1000)
        card = self._loyalty_card(number, offers, joined) if random.random() < 0.25 else None
        closed, total = self._sessions(number, integration_id, person, card, joined, offers)
        self._add("customer_profile", (
            number, f"{self._days[joined]} 07:20:00", integration_id, _text(person), 1, closed, round(total, 2),
            f"{self._days[int(joined * random.random())]} 19:05:00", int(offers.sandbox),
        ))  # fmt: skip
        for audience in offers.audiences:
            if random.random() < 0.3:
                self._add("audience_membership", (audience, number))
        self._handed_out(number, integration_id, joined, offers)
        self._logged(number, integration_id, person, offers)
        return integration_id

    def _loyalty_card(self, profile: int, offers: Offers, joined: int) -> str:
        number = self._next("loyalty_card")
        identifier = f"TC-{number:06d}-{int(self._random.random() * 10_000):04d}"
        blocked = self._random.random() < 0.04
        self._add("loyalty_card", (
            number, f"{self._days[joined]} 12:00:00", None, offers.cards, "inactive" if blocked else "active",
            "Reported lost by its holder" if blocked else None, identifier, 2, None, None, f"B{number // 500:04d}",
        ))  # fmt: skip
        self._add("loyalty_card_profile", (number, profile))
        return identifier

    def _sessions(
        self, profile: int, integration_id: str, person: dict[str, object], card: str | None, joined: int,
        offers: Offers,
    ) -> tuple[int, float]:  # fmt: skip
        """How many of the profile's sessions closed, and what was bought in them."""
        random, closed, sales = self._random, 0, 0.0
        for turn in range(int(random.random() * 3.6)):
            number, application = self._next("customer_session"), self._pick(offers.applications)
            items, total = self._cart()
            is_closed = random.random() < 0.8
            state = "closed" if is_closed else self._pick(("open", "cancelled", "partially_returned"))
            at = self._days[int(joined * random.random())]
            shipped = {
                "ShippingName": person["Name"], "ShippingAddress1": person["BillingAddress1"],
                "ShippingCity": person["BillingCity"],
            }  # fmt: skip
            till = application == 3
            place = f"198.{18 + int(random.random() * 2)}.{int(random.random() * 256)}.{1 + int(random.random() * 254)}"
            self._add("customer_session", (
                number, f"{at} 17:{number % 60:02d}:00", f"{at} 17:{number % 60:02d}:40", f"order-{number:08d}",
                application, profile, f"store-{1 + number % STORES:03d}" if till else None, "[]", None,
                _text([card] if card else []), state, _text(items),
                "[]" if till else _text([place, f"device-{random.getrandbits(48):012x}"]),
                "{}" if till else _text(shipped), int(turn == 0), 1 + number % 4, total, total, 0,
            ))  # fmt: skip
            if is_closed:
                closed, sales = closed + 1, sales + total
                points = (offers.cards, card) if card and till else (offers.points, None)
                self._points(integration_id, points, number, total, at, offers)
        return closed, sales

    def _cart(self) -> tuple[list[dict[str, object]], float]:
        random, items, total = self._random, [], 0.0
        for _ in range(1 + int(random.random() * 3)):
            name, sku, category, price = self._pick(_PRODUCTS)
            count = 1 + int(random.random() * 2)
            item: dict[str, object] = {
                "name": name, "sku": sku, "quantity": count, "price": price, "category": category,
            }  # fmt: skip
            if random.random() < 0.06:
                friend = f"{self._pick(self._pools.first_names)} {self._pick(self._pools.last_names)}"
                item["attributes"] = {"GiftFor": friend}
            items.append(item)
            total += price * count
        return items, round(total, 2)

    def _points(
        self, integration_id: str, ledger: tuple[int, str | None], session: int, total: float, at: str, offers: Offers
    ) -> None:
        random, (program, card) = self._random, ledger
        campaign = self._pick(offers.campaigns)
        by_hand = self._pick(self._people) if random.random() < 0.05 else None
        number = self._next("loyalty_transaction")
        self._add("loyalty_transaction", (
            number, numbers.uuid(random), program, None if by_hand else campaign, f"{at} 18:00:00",
            "subtraction" if random.random() < 0.12 else "addition", round(total / 10, 2),
            "By hand" if by_hand else "Points for an order", f"{at} 18:00:00", None,
            None if card else integration_id, card, None, f"order-{session:08d}", None,
            by_hand[0] if by_hand else None, by_hand[3] if by_hand else None,
            None if by_hand else campaign, None if by_hand else "Points",
        ))  # fmt: skip

    def _handed_out(self, profile: int, integration_id: str, joined: int, offers: Offers) -> None:
        random, created = self._random, f"{self._days[joined]} 07:21:00"
        expires, referral = "2027-01-01 05:00:00", None
        if random.random() < 0.08:
            referral = self._next("referral")
            friend = f"friend{referral}@{self._pick(MAIL_DOMAINS)}" if random.random() < 0.5 else None
            self._add("referral", (
                referral, created, offers.campaigns[1], f"FRIEND{referral:06d}", integration_id, friend, 1,
                int(friend is not None), None, expires, None,
            ))  # fmt: skip
        if random.random() < 0.5:
            number, used = self._next("coupon"), int(random.random() < 0.4)
            self._add("coupon", (
                number, created, self._pick(offers.campaigns), f"T{number:06d}{random.getrandbits(24):06X}", 1, None,
                None, None, expires, used, None, None, 0, "{}", referral,
                integration_id if random.random() < 0.7 else None, None, f"C{number // 1000:04d}", 0,
            ))  # fmt: skip
        if random.random() < 0.1:
            number = self._next("giveaway")
            self._add("giveaway", (
                number, created, f"GIFT-{number:06d}-{random.getrandbits(16):04X}", self._pick(offers.pools), None,
                expires, "{}", 1, 1, integration_id, profile,
            ))  # fmt: skip
        if random.random() < 0.3:
            done = random.random() < 0.3
            self._add("achievement_progress", (
                self._next("achievement_progress"), self._pick(offers.achievements), profile,
                5.0 if done else float(int(random.random() * 5)), "completed" if done else "inprogress", created,
                f"{self._days[joined // 2]} 20:00:00" if done else None,
            ))  # fmt: skip

    def _logged(self, profile: int, integration_id: str, person: dict[str, object], offers: Offers) -> None:
        random = self._random
        if random.random() < 0.3:
            at = f"{self._days[int(random.random() * 30)]} 13:{profile % 60:02d}:{profile % 59:02d}"
            self._add("access_log", (
                numbers.uuid(random), self._pick(offers.applications), 200, "PUT",
                f"/v2/customer_profiles/{quote(integration_id)}", at, _text({"attributes": person}),
                _text({"customerProfile": {"integrationId": integration_id, "attributes": person}}),
            ))  # fmt: skip
        if random.random() < 0.02:
            user = self._pick(self._people)
            new = dict(person) | {"NewsletterOptIn": False}
            self._add("change_log", (
                self._next("change_log"), f"{self._days[int(random.random() * 300)]} 10:10:00", user[0],
                offers.applications[0], f"customer_profiles/{profile}", _text(person), _text(new),
                1 if offers is LIVE and random.random() < 0.2 else None,
            ))  # fmt: skip

    def _next(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _pick(self, values: Sequence[T]) -> T:
        return values[int(self._random.random() * len(values))]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _slug(name: str) -> str:
    """The name as it would stand in an e-mail address."""
    return "".join(c for c in name.lower().translate(_ASCII) if c.isascii() and c.isalnum()) or "mail"
