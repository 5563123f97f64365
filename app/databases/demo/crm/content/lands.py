"""The three countries the CRM's people live in: names, streets, towns and telephone numbers that go together.

The pools are made with Faker once and from one seed; people are combinations of them, so nobody is real.
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

_ASCII = str.maketrans({**dict(zip("åøöáéèêëñçíóúüäÿ", "aooaeeeenciouuay", strict=True)), "æ": "ae", "ß": "ss"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A country, its row's number and what is drawn from for somebody who lives there."""

    country: int
    language: str
    women: list[str]
    men: list[str]
    last_names: list[str]
    streets: list[str]
    towns: list[tuple[str, str]]
    """(postcode, town)"""
    firms: list[str]
    jobs: list[str]
    mrmrs: tuple[str, str]
    """For women, for men."""


def make_lands(seed: int) -> list[Land]:
    """The same pools for the same seed and the pinned Faker."""
    from faker import Faker  # here: a fifth of a second that nobody who makes no demo should wait for

    lands = []
    places = (
        ("no_NO", 1, "no", ("Fru", "Herr")),
        ("de_DE", 2, "de", ("Frau", "Herr")),
        ("en_GB", 3, "en", ("Ms", "Mr")),
    )
    for number, (locale, country, language, mrmrs) in enumerate(places):
        maker: Any = Faker(locale)
        maker.seed_instance(seed + number)
        lands.append(
            Land(
                country=country,
                language=language,
                women=[maker.first_name_female() for _ in range(200)],
                men=[maker.first_name_male() for _ in range(200)],
                last_names=[maker.last_name() for _ in range(500)],
                streets=[maker.street_name() for _ in range(300)],
                towns=[(maker.postcode(), maker.city()) for _ in range(200)],
                firms=[maker.company() for _ in range(500)],
                jobs=[job for job in (maker.job() for _ in range(150)) if len(job) <= 80],
                mrmrs=mrmrs,
            )
        )
    return lands


def mobile(random: Random, land: Land) -> str:
    """A mobile number as people of that country write it."""
    number = int(random.random() * 10_000_000)
    match land.language:
        case "no":
            return f"+47 {'49'[number % 2]}{number:07d}"
        case "de":
            return f"+49 {(151, 160, 171, 176)[number % 4]} {number:07d}"
    return f"+44 7{400 + number % 500} {number % 1_000_000:06d}"


def landline(random: Random, land: Land) -> str:
    """An office's number."""
    number = int(random.random() * 10_000_000)
    match land.language:
        case "no":
            digits = f"{20_000_000 + number:08d}"
            return f"{digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:]}"
        case "de":
            return f"{('030', '040', '089', '0221')[number % 4]} {number:07d}"
    return f"(0{(20, 121, 131, 161)[number % 4]}) {2_000_000 + number % 7_000_000}"


def organisation_number(random: Random, land: Land) -> str:
    """The number a company is registered under; the check digit of a Norwegian one holds."""
    number = int(random.random() * 10_000_000)
    if land.language == "no":
        for digits in (f"{80_000_000 + number + more:08d}" for more in range(3)):
            rest = -sum(int(d) * w for d, w in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
            if rest < 10:  # no number is given out whose check digit would be 10
                return digits + str(rest)
    return f"HRB {number % 300_000}" if land.language == "de" else f"{number:08d}"


@lru_cache(8192)  # first and last names come back all the time
def slug(name: str) -> str:
    """The name as it stands in an address: `Bjørn-Åge` is `bjorn-age`."""
    plain = name.lower().translate(_ASCII).replace(" ", "-")
    plain = "".join(c for c in plain if c.isascii() and (c.isalnum() or c == "-"))
    return "-".join(filter(None, plain.split("-")))
