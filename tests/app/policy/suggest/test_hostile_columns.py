"""Columns as somebody would write them who wants personal data to slip through: not one may be kept.

Names that say nothing or the wrong thing, values in disguise, types that do not fit.
"""

import base64
import json
import random
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faker import Faker

from app.domain.policy import Treatment
from app.policy.suggest import ColumnSuggestion
from app.ports.databases import RowValue
from tests.app.policy.suggest.databases import columns, database, suggested

ROWS = 30
FAKE = Faker("en_US")
FAKE.seed_instance(3)
RANDOM = random.Random(3)


def epoch() -> int:
    """A date of birth as seconds since 1970."""
    born = datetime(1940, 1, 1, tzinfo=UTC) + timedelta(days=RANDOM.randrange(20_000))
    return int((born - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


# table, column, type, its values
CASES: tuple[tuple[str, str, str, Callable[[], RowValue]], ...] = (
    ("thing", "data1", "TEXT", lambda: FAKE.street_address()),
    ("thing", "data2", "INTEGER", lambda: RANDOM.randrange(2012000000, 9899999999)),
    ("orders", "ref", "BIGINT", lambda: 4790000000 + RANDOM.randrange(9999999)),
    ("thing", "num", "INTEGER", lambda: RANDOM.randrange(40000000, 49999999)),
    ("profile", "b", "INTEGER", epoch),
    ("thing", "bd", "INTEGER", epoch),
    ("thing", "x1", "REAL", lambda: round(RANDOM.uniform(58, 70), 6)),
    ("thing", "lat", "REAL", lambda: round(RANDOM.uniform(58, 70), 6)),
    ("stop", "pos_x", "REAL", lambda: round(RANDOM.uniform(58, 70), 6)),
    ("acct", "pw", "TEXT", lambda: FAKE.md5()),
    ("acct", "pwd_h", "TEXT", lambda: FAKE.sha256()),
    ("link", "href2", "TEXT", lambda: f"https://app.example.com/r?token={FAKE.md5()}"),
    ("link", "target", "TEXT", lambda: f"/reset/{FAKE.md5()}/go"),
    ("page", "snippet", "TEXT", lambda: f"<p>Dear {FAKE.name()},</p>"),
    ("page", "doc", "TEXT", lambda: f"<x><n>{FAKE.name()}</n><t>{FAKE.phone_number()}</t></x>"),
    ("thing", "status_txt", "TEXT", lambda: f"Called {FAKE.name()} today"),
    ("thing", "title", "TEXT", lambda: f"Contract with {FAKE.name()}"),
    ("sale", "heading", "TEXT", lambda: f"Offer for {FAKE.name()}"),
    ("product", "name", "TEXT", lambda: f"Gift card {FAKE.name()}"),
    ("thing", "code", "TEXT", lambda: FAKE.user_name()),
    ("thing", "cd", "TEXT", lambda: FAKE.user_name()),
    ("team", "members", "TEXT", lambda: "{" + ",".join(FAKE.first_name() for _ in range(3)) + "}"),
    ("team", "tags", "TEXT", lambda: ";".join(FAKE.name() for _ in range(2))),
    ("dev", "n1", "TEXT", lambda: FAKE.mac_address().replace(":", "")),
    ("dev", "n2", "TEXT", lambda: FAKE.mac_address().replace(":", "-")),
    ("dev", "n3", "TEXT", lambda: FAKE.ipv6()),
    ("dev", "n4", "INTEGER", lambda: RANDOM.randrange(2**31)),
    ("dev", "ip", "INTEGER", lambda: RANDOM.randrange(2**31)),
    ("thing", "gln", "TEXT", lambda: f"{RANDOM.uniform(58, 70):.5f},{RANDOM.uniform(5, 20):.5f}"),
    ("thing", "location", "TEXT", lambda: f"POINT({RANDOM.uniform(5, 20):.5f} {RANDOM.uniform(58, 70):.5f})"),
    ("hist", "val", "TEXT", lambda: RANDOM.choice([FAKE.email(), FAKE.name(), "3", "true"])),
    ("hist", "old", "TEXT", lambda: RANDOM.choice([FAKE.name(), "3", "true", "12.5"])),
    ("kv", "v", "TEXT", lambda: RANDOM.choice(["1", "0", "en", FAKE.name()])),
    ("role", "label", "TEXT", lambda: RANDOM.choice(["Anna Berg", "Ola Nordmann", "Kari Hansen", "Per Olsen"])),
    ("owner_codes", "name", "TEXT", lambda: RANDOM.choice(["Anna Berg", "Ola Nordmann", "Kari Hansen", "Per Olsen"])),
    ("category", "name", "TEXT", lambda: RANDOM.choice(["Anna Berg", "Ola Nordmann", "Kari Hansen", "Per Olsen"])),
    (
        "sales_area",
        "description",
        "TEXT",
        lambda: RANDOM.choice(["Anna Berg", "Ola Nordmann", "Kari Hansen", "Per Olsen"]),
    ),
    ("team", "lead", "TEXT", lambda: RANDOM.choice(["Anna", "Ola", "Kari", "Per", "Liv"])),
    ("thing", "created_by", "TEXT", lambda: RANDOM.choice(["anna", "olan", "karih"])),
    ("thing", "usr", "TEXT", lambda: RANDOM.choice(["anna", "olan", "karih"])),
    ("thing", "modifiedBy", "TEXT", lambda: FAKE.user_name()),
    ("thing", "tenant", "TEXT", lambda: FAKE.company()),
    ("thing", "dob_txt", "TEXT", lambda: FAKE.date_of_birth().strftime("%d%m%y")),
    ("thing", "d8", "INTEGER", lambda: int(FAKE.date_of_birth().strftime("%Y%m%d"))),
    ("person", "d8", "INTEGER", lambda: int(FAKE.date_of_birth().strftime("%Y%m%d"))),
    ("thing", "ts", "INTEGER", epoch),
    ("thing", "yr", "INTEGER", lambda: FAKE.date_of_birth().year),
    ("member", "yr", "INTEGER", lambda: FAKE.date_of_birth().year),
    ("thing", "nm", "TEXT", lambda: FAKE.last_name()),
    ("thing", "s", "TEXT", lambda: FAKE.name().upper()),
    ("thing", "fullnm", "TEXT", lambda: FAKE.name()),
    ("thing", "cust", "TEXT", lambda: FAKE.name()),
    ("thing", "imya", "TEXT", lambda: RANDOM.choice(["Иван Петров", "Анна Иванова", "Пётр Сидоров"])),
    (
        "thing",
        "color",
        "TEXT",
        lambda: RANDOM.choice(["Иван Петров", "Анна Иванова", "Пётр Сидоров"]) + str(RANDOM.random()),
    ),
    ("thing", "type", "TEXT", lambda: FAKE.name()),
    ("thing", "status", "TEXT", lambda: FAKE.email()),
    ("thing", "is_active", "TEXT", lambda: FAKE.name()),
    ("thing", "country", "TEXT", lambda: FAKE.name()),
    ("thing", "amount", "TEXT", lambda: FAKE.phone_number()),
    ("thing", "created_at", "TEXT", lambda: f"{FAKE.date()} by {FAKE.name()}"),
    ("thing", "currency", "TEXT", lambda: FAKE.iban()),
    ("thing", "lang", "TEXT", lambda: "xx " + FAKE.ssn()),
    ("thing", "version", "TEXT", lambda: FAKE.credit_card_number()),
    ("thing", "sku", "TEXT", lambda: FAKE.ssn()),
    ("thing", "sort", "TEXT", lambda: FAKE.ssn().replace("-", "")),
    ("thing", "hash", "TEXT", lambda: FAKE.md5()),
    ("thing", "etag", "TEXT", lambda: FAKE.md5()),
    ("thing", "checksum", "TEXT", lambda: FAKE.md5()),
    ("thing", "b", "BLOB", lambda: b"\x89PNG" + RANDOM.randbytes(30)),
    ("thing", "icon", "BLOB", lambda: b"\xff\xd8\xff" + RANDOM.randbytes(30)),
    ("thing", "raw", "BLOB", lambda: FAKE.name().encode()),
    ("thing", "z", "BLOB", lambda: zlib.compress(FAKE.text().encode())),
    ("thing", "u", "BLOB", lambda: FAKE.name().encode("utf-16")),
    ("thing", "b64", "TEXT", lambda: base64.b64encode(FAKE.name().encode()).decode()),
    ("thing", "urlenc", "TEXT", lambda: FAKE.email().replace("@", "%40")),
    ("thing", "em", "TEXT", lambda: FAKE.email().replace("@", " (at) ")),
    ("thing", "em2", "TEXT", lambda: f"{FAKE.name()} <{FAKE.email()}>"),
    ("thing", "em3", "TEXT", lambda: "mailto:" + FAKE.email()),
    ("thing", "em4", "TEXT", lambda: ", ".join(FAKE.email() for _ in range(3))),
    ("thing", "ph", "TEXT", lambda: "tel:" + FAKE.phone_number()),
    ("thing", "phx", "TEXT", lambda: FAKE.numerify("### ## ###")),
    ("thing", "jn", "TEXT", lambda: json.dumps({"n": FAKE.name()})),
    ("thing", "ser", "TEXT", lambda: f'a:1:{{s:4:"name";s:9:"{FAKE.name()}";}}'),
    ("thing", "csv", "TEXT", lambda: f"{FAKE.first_name()}|{FAKE.last_name()}|{FAKE.postcode()}"),
    ("settings", "value", "TEXT", lambda: RANDOM.choice(["10", "true", "en", "smtp.acme.com", "s3cr3t!"])),
    ("param", "wert", "TEXT", lambda: RANDOM.choice(["10", "true", "en"])),
    ("thing", "sex", "INTEGER", lambda: RANDOM.choice([1, 2])),
    ("person", "sex", "INTEGER", lambda: RANDOM.choice([1, 2])),
    ("patient", "icd", "TEXT", lambda: RANDOM.choice(["F32", "E11"])),
    ("patient", "hiv", "BOOLEAN", lambda: RANDOM.choice([0, 1])),
    ("emp", "union_member", "BOOLEAN", lambda: RANDOM.choice([0, 1])),
    ("vote", "party", "INTEGER", lambda: RANDOM.choice([0, 1, 4])),
    ("emp", "sal", "INTEGER", lambda: RANDOM.randrange(30000, 90000)),
    ("emp", "lonn", "REAL", lambda: RANDOM.randrange(30000, 90000)),
    ("emp", "amt", "REAL", lambda: RANDOM.randrange(30000, 90000)),
    ("thing", "plate", "TEXT", lambda: FAKE.license_plate()),
    ("thing", "imei", "INTEGER", lambda: RANDOM.randrange(10**14, 10**15)),
    ("thing", "serial_no", "TEXT", lambda: FAKE.bothify("??####")),
    ("thing", "po", "TEXT", lambda: FAKE.postcode()),
    ("thing", "plz", "INTEGER", lambda: int(FAKE.postcode())),
    ("thing", "a2", "TEXT", lambda: f"{FAKE.city()}"),
    ("thing", "city_code", "TEXT", lambda: FAKE.city()),
    ("thing", "avatar", "TEXT", lambda: f"/img/{FAKE.user_name()}.png"),
    ("thing", "path", "TEXT", lambda: f"/users/{FAKE.user_name()}/x"),
    ("product", "path", "TEXT", lambda: f"/users/{FAKE.user_name()}/x"),
    ("product", "thumb", "TEXT", lambda: f"/p/{FAKE.user_name()}.png"),
    ("thing", "ua", "TEXT", lambda: FAKE.user_agent()),
    ("thing", "cookie", "TEXT", lambda: FAKE.bothify("????")),
    ("thing", "q", "TEXT", lambda: f"SELECT * FROM c WHERE mail='{FAKE.email()}'"),
    ("log", "msg", "TEXT", lambda: f"login ok for {FAKE.user_name()}"),
    ("log", "event", "TEXT", lambda: f"login {FAKE.name()}"),
    ("log", "source", "TEXT", lambda: FAKE.ipv4()),
    ("log", "duration", "TEXT", lambda: FAKE.ipv4()),
    ("thing", "invite", "TEXT", lambda: FAKE.uuid4()),
    ("thing", "reset_id", "TEXT", lambda: FAKE.uuid4()),
    ("product", "description", "TEXT", lambda: f"Tailored for {FAKE.name()} by hand"),
    ("product", "title", "TEXT", lambda: FAKE.name()),
    ("event", "title", "TEXT", lambda: f"{FAKE.first_name()}'s birthday"),
    ("course", "name", "TEXT", lambda: FAKE.name()),
    ("project", "name", "TEXT", lambda: f"House {FAKE.last_name()}"),
    ("department", "name", "TEXT", lambda: FAKE.name()),
    ("store", "name", "TEXT", lambda: f"{FAKE.last_name()}'s Bakery"),
    ("branch", "address", "TEXT", lambda: FAKE.street_address()),
    ("thing", "amount2", "NUMERIC", lambda: FAKE.phone_number()),
    ("thing", "flag2", "BOOLEAN", lambda: FAKE.name()),
    ("thing", "day", "DATE", lambda: FAKE.name()),
    ("thing", "bdate", "DATE", lambda: str(FAKE.date_of_birth())),
    ("person", "expires", "DATE", lambda: str(FAKE.date_of_birth())),
    ("pasient", "fodt", "TEXT", lambda: FAKE.date_of_birth().strftime("%d.%m.%Y")),
    ("thing", "kto", "INTEGER", lambda: RANDOM.randrange(10**10, 10**11)),
    ("thing", "ssn4", "INTEGER", lambda: RANDOM.randrange(10**3, 10**4)),
    ("thing", "last4", "TEXT", lambda: FAKE.numerify("####")),
    ("thing", "telephone1", "INTEGER", lambda: RANDOM.randrange(40000000, 49999999)),
    ("thing", "tlf_privat", "INTEGER", lambda: RANDOM.randrange(40000000, 49999999)),
    ("thing", "mob1", "INTEGER", lambda: RANDOM.randrange(40000000, 49999999)),
    ("thing", "kontakttelefon", "INTEGER", lambda: RANDOM.randrange(40000000, 49999999)),
    ("thing", "contact_no", "INTEGER", lambda: RANDOM.randrange(40000000, 49999999)),
    ("thing", "callback_no", "INTEGER", lambda: RANDOM.randrange(40000000, 49999999)),
)


def _place(number: int) -> str:
    table, column, _, _ = CASES[number]
    return f"{table} {number}.{column}"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ColumnSuggestion]:
    """All of them in one database, each in a table of its own."""
    script = "".join(
        f'CREATE TABLE "{table} {n}" (id INTEGER PRIMARY KEY, "{column}" {type_}, other TEXT);'
        for n, (table, column, type_, _) in enumerate(CASES)
    )
    rows = {f"{case[0]} {n}": [(at, case[3](), "") for at in range(1, ROWS + 1)] for n, case in enumerate(CASES)}
    return columns(suggested(database(tmp_path_factory.mktemp("hostile") / "hostile.sqlite", script, rows)))


@pytest.mark.parametrize("number", range(len(CASES)), ids=_place)
def test_nothing_of_this_is_kept(number: int, found: dict[str, ColumnSuggestion]) -> None:
    suggestion = found[_place(number)]
    assert suggestion.treatment is not Treatment.KEEP, suggestion.reason
    assert suggestion.mask


def test_what_harms_nobody_is_kept_beside_them(tmp_path: Path) -> None:
    """Or keeping nothing at all would pass."""
    path = database(
        tmp_path / "plain.sqlite",
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, price NUMERIC, status TEXT, created_at TEXT, weight_kg REAL,"
        " quantity INTEGER, currency TEXT, sku TEXT, active BOOLEAN, year INTEGER)",
        {
            "thing": [
                (
                    n,
                    n * 9.5,
                    ("open", "done")[n % 2],
                    f"2024-05-{n:02} 10:00",
                    n / 8,
                    n,
                    "EUR",
                    f"AB-{n:04}",
                    1,
                    2024,
                )
                for n in range(1, ROWS)
            ]
        },
    )
    assert {p for p, c in columns(suggested(path)).items() if c.treatment is not Treatment.KEEP} == set()
