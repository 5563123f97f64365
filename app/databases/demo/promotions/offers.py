"""What the account offers its customers in each environment: audiences, giveaways, loyalty, campaigns, achievements."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from app.databases.demo.promotions.account import LIVE_APPLICATIONS, SANDBOX_APPLICATIONS, STORES
from app.databases.demo.world import Row

_CREATED = "2025-05-{:02d} 11:15:00"
_CAMPAIGNS = (
    (1, "Welcome"), (1, "Birthday"), (1, "Free shipping over 60"), (2, "App first order"), (2, "Bring a friend"),
    (3, "Summer in the stores"), (3, "Members' evening"), (4, "Welcome, next"), (4, "Bring a friend, trial"),
    (5, "Push trial"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What a customer of one environment can meet, by their ids. The two environments have nothing in common."""

    sandbox: bool
    applications: tuple[int, ...]
    audiences: tuple[int, ...]
    pools: tuple[int, ...]
    points: int
    """The loyalty program that keeps points by profile."""
    cards: int
    """The loyalty program that keeps them by card."""
    campaigns: tuple[int, ...]
    achievements: tuple[int, ...]


LIVE = Offers(
    sandbox=False, applications=LIVE_APPLICATIONS, audiences=(1, 2, 3, 4), pools=(1, 2), points=1, cards=2,
    campaigns=(1, 2, 3, 4, 5, 6, 7), achievements=(1, 2),
)  # fmt: skip
SANDBOX = Offers(
    sandbox=True, applications=SANDBOX_APPLICATIONS, audiences=(5, 6), pools=(3,), points=3, cards=4,
    campaigns=(8, 9, 10), achievements=(3,),
)  # fmt: skip
_AUDIENCES = ("Members", "Lapsed", "Big baskets", "Newsletter", "Trial members", "Trial newsletter")
_POOLS = ("Museum tickets", "Coffee vouchers", "Trial vouchers")
_PROGRAMS = ("tide_points", "tide_card", "tide_points_trial", "tide_card_trial")
_ACHIEVEMENTS = ("Five orders", "A year with us", "Trial of streaks")


def make_offers(random: Random, people: list[Row]) -> Iterator[tuple[str, Row]]:
    """(table, row) of the offers of both environments, connected within each only."""
    for offers in (LIVE, SANDBOX):
        yield from _audiences(offers)
        yield from _giveaways_pools(offers, people)
        yield from _loyalty(offers)
        for number in offers.achievements:
            yield "achievement", (
                number, 1, _CREATED.format(number), f"achievement_{number}", _ACHIEVEMENTS[number - 1], None, 5.0, "1Y",
                int(offers.sandbox), 1, people[0][3],
            )  # fmt: skip
            yield from (("achievement_application", (number, a)) for a in offers.applications)
    yield from _campaigns(random, people)


def _audiences(offers: Offers) -> Iterator[tuple[str, Row]]:
    for number in offers.audiences:
        outside = "mparticle" if number == 4 else None
        yield "audience", (
            number, 1, _CREATED.format(number), _AUDIENCES[number - 1], int(offers.sandbox), None, outside,
            "aud-7741" if outside else None, int(outside is not None), "2026-10-30 04:00:00",
        )  # fmt: skip
        for application in offers.applications:
            yield "audience_application", (number, application)


def _giveaways_pools(offers: Offers, people: list[Row]) -> Iterator[tuple[str, Row]]:
    for number in offers.pools:
        created = _CREATED.format(10 + number)
        yield "giveaways_pool", (
            number, created, created, 1, _POOLS[number - 1], None, int(offers.sandbox), people[number][0], None,
        )  # fmt: skip
        for application in offers.applications[:2]:
            yield "giveaways_pool_application", (number, application)


def _loyalty(offers: Offers) -> Iterator[tuple[str, Row]]:
    for number in (offers.points, offers.cards):
        name, by_card = _PROGRAMS[number - 1], number == offers.cards
        yield "loyalty_program", (
            number, 1, _CREATED.format(20), name, name.replace("_", " ").capitalize(), None, "2Y", "immediate", 0,
            2 if by_card else None, int(offers.sandbox), "points_earned", "tier_start_date", "one_down", int(by_card),
            "America/New_York",
        )  # fmt: skip
        for application in offers.applications:
            yield "loyalty_program_application", (number, application)
        for position, tier in enumerate(("Sand", "Shell", "Pearl")):
            yield "loyalty_tier", (number * 10 + position, _CREATED.format(20), number, tier, position * 500)


def _campaigns(random: Random, people: list[Row]) -> Iterator[tuple[str, Row]]:
    for number, (application, name) in enumerate(_CAMPAIGNS, 1):
        author = random.choice(people)
        created = _CREATED.format(number)
        yield "campaign", (
            number, created, application, author[0], name, None, "2026-01-01 05:00:00", "2027-01-01 05:00:00", "{}",
            "enabled", number, json.dumps(["2026"]), json.dumps(["coupons", "loyalty"]), "[]", "advanced", author[3],
            "running",
        )  # fmt: skip
        effect = ["addLoyaltyPoints", "tide_points", number * 5]
        rules = [{"title": f"{name}: points", "condition": ["and", True], "effects": [effect]}]
        yield "ruleset", (number, created, author[0], number, json.dumps(rules), "[]", "v2", 1, created)
        if application == 3:
            for store in range(number % 2 + 1, STORES + 1, 2):
                yield "campaign_store", (number, store)
