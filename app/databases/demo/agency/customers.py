"""Customers, and everything that hangs on one: policies, claims, vehicles, notes, mail.

Nothing here is real, everything looks it: a household shares its name, a renewal keeps its policy's number, a note
speaks of the customer it stands with.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from app.databases.demo import numbers
from app.databases.demo.agency import texts
from app.databases.demo.pools import Place, Pools

T = TypeVar("T")

Add = Callable[[str, tuple[object, ...]], None]
"""Takes a table's name and a row of it."""

MAIL_DOMAINS = ("customer-mail.example", "harbor-post.example", "inbox-direct.example", "letterbox.example")
_PERSONAL_LINES = ("Personal auto", "Homeowners", "Dwelling fire", "Umbrella", "Boat")
_COMMERCIAL_LINES = ("General liability", "Commercial auto", "Business owners", "Workers compensation", "Property")
_STATES = ("active", "active", "active", "active", "active", "active", "cancelled")
_TITLES = ("Owner", "Bookkeeper", "Fleet manager", "Controller")
_ASCII = str.maketrans("áéíóúüñäößąćęłńśźżå", "aeiouunaosacelnszza")


class CustomerMaker:
    """Makes customer after customer from one random stream and hands their rows to `add`."""

    def __init__(
        self,
        random: Random,
        pools: Pools,
        employees: list[str],
        producers: list[str],
        companies: list[str],
        today: date,
        add: Add,
    ) -> None:
        self._random = random
        self._pools = pools
        self._employees = employees
        self._producers = producers
        self._companies = companies
        self._days = [(today - timedelta(days=n)).isoformat() for n in range(100 * 366)]
        self._coming = [(today + timedelta(days=n)).isoformat() for n in range(500)]
        self._add = add
        self._numbers = dict.fromkeys(
            ("dependent", "vehicle", "driver", "claim", "activity", "suspense", "invoice", "mail", "form", "attribute"),
            0,
        ) | {"answer": 0, "contact": 0, "policy": 0}

    def make(self, number: int) -> None:
        """Customer `number` (counted from 1) with all that belongs to it."""
        random, pick = self._random, self._pick
        pools, place = self._pools, pick(self._pools.places)
        business, prospect = random.random() < 0.3, random.random() < 0.15
        first, last = pick(pools.first_names), pick(pools.last_names)
        relative_first = pick(pools.first_names)
        customer_id = numbers.uuid(random)
        phones = [numbers.phone(random, place.state) for _ in range(2)]
        street = f"{1 + int(random.random() * 2400)} {pick(pools.streets)}"
        firm = dba = employer = occupation = social = license_number = born = None
        if business:
            firm = f"{pick(pools.firms)} {pick(('Inc.', 'LLC', 'Co.', 'Group'))}"[:100]
            dba = (
                f"{last} {pick(('Builders', 'Bakery', 'Auto Body', 'Landscaping'))}" if random.random() < 0.2 else None
            )
            employer = numbers.employer_number(random)
            email = f"office{number}@{_slug(last)}-business.example"
        else:
            born = self._days[(19 + int(random.random() * 70)) * 365 + int(random.random() * 365)]
            social = numbers.ssn(random)
            license_number = numbers.licence(random, place.state) if random.random() < 0.9 else None
            occupation = pick(pools.jobs)
            email = f"{_slug(first)}.{_slug(last)}{number}@{pick(MAIL_DOMAINS)}"
        words: texts.Words = {
            "name": f"{first} {last}", "last": last, "phone": phones[0], "email": email, "street": street,
            "city": place.city, "policy": "the policy", "relative": f"{relative_first} {last}",
            "born": born or "unknown",
        }  # fmt: skip
        entered = int(random.random() * 6000)
        self._add("customer", (
            customer_id, number, "P" if prospect else "C", first, last, firm, dba, email,
            None if business else phones[0], phones[0] if business else None,
            phones[1] if random.random() < 0.7 else None,
            street, place.city, place.state, place.postcode, "US", born, social, license_number, employer, occupation,
            texts.one(random, texts.NOTES, words) if random.random() < 0.4 else None,
            pick(self._producers), pick(self._employees), int(random.random() < 0.94),
            f"{self._days[entered]} 09:{number % 60:02d}:00", f"{self._days[int(entered * random.random())]} 15:30:00",
        ))  # fmt: skip
        if business:
            self._contacts(customer_id, words, place)
        else:
            self._dependents(customer_id, last, relative_first, place)
        policies = self._policies(customer_id, prospect, words, place)
        self._correspondence(customer_id, policies, words)
        self._answers(customer_id, words)

    def _contacts(self, customer_id: str, words: texts.Words, place: Place) -> None:
        random = self._random
        for _ in range(1 if random.random() < 0.7 else 2):
            first, last = self._pick(self._pools.first_names), self._pick(self._pools.last_names)
            number = self._next("contact")
            note = texts.one(random, texts.CONTACT_NOTES, words) if random.random() < 0.4 else None
            domain = words["email"].partition("@")[2]
            self._add("customer_contact", (
                number, customer_id, f"{first} {last}", self._pick(_TITLES),
                f"{_slug(first)}.{_slug(last)}{number}@{domain}", numbers.phone(random, place.state), note,
            ))  # fmt: skip

    def _dependents(self, customer_id: str, last: str, partner: str, place: Place) -> None:
        random = self._random
        for position in range(int(random.random() ** 2 * 4)):
            adult = position == 0
            first = partner if adult else self._pick(self._pools.first_names)
            number = self._next("dependent")
            age = 20 + int(random.random() * 60) if adult else 1 + int(random.random() * 18)
            self._add("dependent", (
                number, customer_id, first, last, "spouse" if adult else "child",
                self._days[age * 365 + int(random.random() * 365)], numbers.ssn(random),
                numbers.licence(random, place.state) if adult else None,
                f"{_slug(first)}.{_slug(last)}.d{number}@{self._pick(MAIL_DOMAINS)}" if adult else None,
            ))  # fmt: skip

    def _policies(self, customer_id: str, prospect: bool, words: texts.Words, place: Place) -> list[tuple[str, str]]:
        """One or two policies, each with the term that runs and perhaps the one before. (id, number) of each term."""
        random, business = self._random, words["born"] == "unknown"
        made: list[tuple[str, str]] = []
        for _ in range(1 if prospect else 1 + int(random.random() * 1.5)):
            number = f"{self._pick('ABCHKMPW')}{self._next('policy') * 7 + 1_000_000:09d}"
            company = self._pick(self._companies)
            line = self._pick(_COMMERCIAL_LINES if business else _PERSONAL_LINES)
            begins, prior = int(random.random() * 360), None
            words["policy"] = number
            for age in (0,) if prospect or random.random() < 0.6 else (1, 0):
                policy_id = numbers.uuid(random)
                premium = round((900 if business else 350) * (1 + random.random() * 6), 2)
                effective = self._days[begins + 365 * age]
                expires = self._days[begins] if age else self._coming[365 - begins]
                status = "quoted" if prospect else "renewed" if age else self._pick(_STATES)
                self._add("policy", (
                    policy_id, customer_id, number, company, line, "S" if prospect else self._pick("PPPPPPB"),
                    effective, expires, status, self._pick("AD"), premium, prior,
                ))  # fmt: skip
                made.append((policy_id, number))
                prior = policy_id
                if "auto" in line:
                    self._vehicles(policy_id, words, place)
                if not prospect:
                    self._aftermath(customer_id, policy_id, effective, premium, words)
        return made

    def _aftermath(self, customer_id: str, policy_id: str, effective: str, premium: float, words: texts.Words) -> None:
        random = self._random
        if random.random() < 0.12:
            self._claim(policy_id, words)
        if random.random() < 0.5:
            paid = random.random()
            status = "paid" if paid < 0.8 else "open" if paid < 0.93 else "overdue"
            invoice = (self._next("invoice"), customer_id, policy_id, round(premium / 4, 2), effective, status)
            self._add("invoice", invoice)

    def _vehicles(self, policy_id: str, words: texts.Words, place: Place) -> None:
        random = self._random
        for _ in range(1 + int(random.random() * 2)):
            vin, make, model, year = numbers.vehicle(random)
            self._add("vehicle", (self._next("vehicle"), policy_id, vin, numbers.plate(random), make, model, year))
        for name in (words["name"], words["relative"])[: 1 + int(random.random() * 2)]:
            born = self._days[(18 + int(random.random() * 60)) * 365]
            row = (self._next("driver"), policy_id, name, born, numbers.licence(random, place.state), place.state)
            self._add("driver", row)

    def _claim(self, policy_id: str, words: texts.Words) -> None:
        random = self._random
        cause, text = texts.pair(random, texts.CLAIMS, words)
        status = "closed" if random.random() < 0.7 else self._pick(("open", "open", "reopened"))
        self._add("claim", (
            numbers.uuid(random), policy_id, f"CLM-{self._next('claim'):08d}", words["policy"], status,
            self._days[int(random.random() * 700)], cause, words["street"], words["city"], text,
            round(200 + random.random() ** 4 * 90_000, 2),
        ))  # fmt: skip

    def _correspondence(self, customer_id: str, policies: list[tuple[str, str]], words: texts.Words) -> None:
        random = self._random
        for _ in range(int(random.random() * 3.4)):
            policy_id, words["policy"] = self._pick(policies)
            action, text = texts.pair(random, texts.ACTIVITIES, words)
            hour, minute = 8 + int(random.random() * 10), int(random.random() * 60)
            at = f"{self._days[int(random.random() * 900)]} {hour:02d}:{minute:02d}:00"
            row = (self._next("activity"), customer_id, policy_id, self._pick(self._employees), action, text, at)
            self._add("activity", row)
        if random.random() < 0.2:
            self._add("suspense", (
                self._next("suspense"), customer_id, texts.one(random, texts.SUSPENSES, words),
                self._pick(self._employees), self._coming[int(random.random() * 60)], int(random.random() < 0.5),
            ))  # fmt: skip
        if random.random() < 0.02:
            subject, body = self._pick(texts.MAILS)
            self._add("queued_mail", (
                self._next("mail"), customer_id, words["email"], subject.format_map(words), body.format_map(words),
                f"{self._days[0]} 06:{int(random.random() * 60):02d}:00",
            ))  # fmt: skip
        if random.random() < 0.02:
            link = f"https://forms.{MAIL_DOMAINS[1]}/fill/{random.getrandbits(96):024x}"
            self._add("queued_form", (
                self._next("form"), customer_id, self._pick(texts.FORMS), words["email"], link,
                self._pick(("queued", "sent")),
            ))  # fmt: skip

    def _answers(self, customer_id: str, words: texts.Words) -> None:
        random = self._random
        if random.random() < 0.5:
            name, value = texts.pair(random, texts.ATTRIBUTES, words)
            self._add("customer_attribute", (self._next("attribute"), customer_id, name, value))
        if random.random() < 0.4:
            question, answer = texts.pair(random, texts.ANSWERS, words)
            self._add("profile_answer", (self._next("answer"), customer_id, question, answer))

    def _next(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    def _pick(self, values: Sequence[T]) -> T:
        return values[int(self._random.random() * len(values))]


def _slug(name: str) -> str:
    """The name as it would stand in an e-mail address."""
    return "".join(c for c in name.lower().translate(_ASCII) if c.isascii() and c.isalnum()) or "mail"
