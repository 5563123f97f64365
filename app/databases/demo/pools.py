"""What the demo draws from: names, streets, places, firms and jobs, made with Faker once and from one seed.

Faker makes a few ten thousand values a second, far too slow for a million customers; so it fills pools of some thousand
values each, and customers are combinations of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, TypeVar

from app.databases.demo.numbers import AREA_CODES
from app.databases.demo.world import SEED

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A town with the state and postcode that belong to it."""

    city: str
    state: str
    postcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Lists to choose from; repeated values are meant (some names are common)."""

    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[Place, ...]
    firms: tuple[str, ...]
    jobs: tuple[str, ...]


@cache
def pools() -> Pools:
    """The same pools for all worlds of a process, and every time with the pinned Faker."""
    from faker import Faker  # here: a fifth of a second that nobody who makes no demo should wait for

    makers: dict[str, Any] = {}
    for number, locale in enumerate(("en_US", "es_MX", "pl_PL", "de_DE", "sv_SE")):
        makers[locale] = Faker(locale)
        makers[locale].seed_instance(SEED + number)
    english = makers["en_US"]

    def mixed(kind: str, english_count: int, other_count: int) -> tuple[str, ...]:
        values = [getattr(english, kind)() for _ in range(english_count)]
        for locale in ("es_MX", "pl_PL", "de_DE", "sv_SE"):
            values += [getattr(makers[locale], kind)() for _ in range(other_count)]
        return tuple(values)

    states = sorted(AREA_CODES)
    random = Random(SEED)  # noqa: S311  # the same demo every time is the point
    return Pools(
        first_names=mixed("first_name", 3000, 150),
        last_names=mixed("last_name", 4000, 400),
        streets=_times(3000, lambda: str(english.street_name())),
        places=_times(800, lambda: _place(english, random.choice(states))),
        firms=_times(2500, lambda: str(english.company())),
        jobs=tuple(job for job in _times(1000, lambda: str(english.job())) if len(job) <= 80),
    )


def _place(maker: Any, state: str) -> Place:
    return Place(city=maker.city(), state=state, postcode=maker.zipcode_in_state(state))


def _times(count: int, make: Callable[[], T]) -> tuple[T, ...]:
    return tuple(make() for _ in range(count))
