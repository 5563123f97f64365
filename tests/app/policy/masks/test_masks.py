"""What holds for every mask, tried with whatever a row may hold."""

import sqlite3
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.schema import TypeFamily
from app.errors import UserError
from app.policy.masks import MASKS, bind, could_produce, problems
from app.ports.databases import RowValue
from tests.app.policy.masks.columns import KEY, OTHER_KEY, column, masked

ALL = sorted(MASKS)
DESIGNED = {
    *("null", "fixed", "token", "first_name", "last_name", "full_name", "company", "email", "email_alias", "phone"),
    *("street", "city", "postcode", "digits", "national_id", "bank_account", "card", "date_shift", "year_only"),
    *("number_noise", "ip", "url_template", "redact_text", "lorem", "json"),
}
LOOKS_LIKE = st.one_of(
    st.emails(),
    st.from_regex(r"\A[A-Z][a-z]{1,9}( [A-Z][a-z]{1,9}){0,3}\Z"),
    st.from_regex(r"\A\+?[0-9 ()-]{3,20}\Z"),
    st.dates().map(str),
    st.datetimes().map(lambda d: d.isoformat(" ")),
    st.ip_addresses().map(str),
    st.from_regex(r"\A[A-Z]{2}[0-9]{2}[A-Z0-9]{10,20}\Z"),
    st.from_regex(r"\A[0-9]{3}-[0-9]{2}-[0-9]{4}\Z"),
    st.from_regex(r"\Ahttps?://[a-z]{1,9}\.[a-z]{2,3}/[a-z]{0,9}\Z"),
    st.sampled_from(
        ["", " ", "0", "00000", "---", "null", "{}", '{"a": [1, "x"]}', "\0", "a\0b", "Ⅷ", "İ", "ß", "٣٤٥"]
    ),
    st.sampled_from(["x" * 10_000, "7" * 10_000, "anna@x.no;" * 1_000, "[" * 10_000, " " * 10_000, "😀" * 40]),
)
VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.binary(max_size=40),
    st.text(max_size=60),
    LOOKS_LIKE,
    LOOKS_LIKE.map(str.encode),
)
FEWER = settings(max_examples=60, deadline=None, derandomize=True)


def fits_a_database(value: RowValue) -> None:
    """SQLite takes it back unchanged: no number beyond 64 bits, no lone surrogate."""
    with sqlite3.connect(":memory:") as connection:
        (back,) = connection.execute("SELECT ?", (value,)).fetchone()
    connection.close()
    assert back == value


def test_every_mask_of_the_design_is_declared() -> None:
    assert set(ALL) == DESIGNED


@pytest.mark.parametrize("name", ALL)
def test_a_declaration_speaks_to_people(name: str) -> None:
    declaration = MASKS[name]
    assert declaration.name == name
    for text in (declaration.help, declaration.keeps, declaration.breaks):
        assert text.endswith(".")
    assert declaration.examples
    assert TypeFamily.ANY in declaration.families


@pytest.mark.parametrize("name", ALL)
@FEWER
@given(value=VALUES)
def test_a_mask_never_raises_and_is_deterministic(name: str, value: RowValue) -> None:
    plan = column(name)
    first = bind(plan, KEY)(value)
    assert bind(plan, KEY)(value) == first
    fits_a_database(first)


@pytest.mark.parametrize("name", [n for n in ALL if n != "null"])
@FEWER
@given(value=VALUES)
def test_the_class_of_a_value_stays_and_null_and_empty_stay(name: str, value: RowValue) -> None:
    result = masked(name)(value)
    if name == "fixed":
        assert (result is None) == (value is None)
        return
    assert type(result) is type(value)
    if value in (None, "", b""):
        assert result == value


@pytest.mark.parametrize("name", ALL)
@FEWER
@given(value=VALUES, length=st.integers(1, 40), unique=st.booleans())
def test_no_text_gets_longer_than_its_column(name: str, value: RowValue, length: int, unique: bool) -> None:
    if isinstance(value, str):
        value = value[:length]
    result = masked(name, length=length, unique=unique)(value)
    if isinstance(result, str):
        assert len(result) <= length


@pytest.mark.parametrize("name", ALL)
@FEWER
@given(value=VALUES)
def test_no_meaningful_value_comes_through_as_it_was(name: str, value: RowValue) -> None:
    """An unchanged value is one the mask could have written by itself, and none that says something of anyone."""
    plan = column(name)
    if bind(plan, KEY)(value) == value:
        assert could_produce(plan, value)


@pytest.mark.parametrize("name", sorted({"token", "digits", "postcode", "email", "email_alias"}))
@FEWER
@given(values=st.sets(st.one_of(st.text("abcABC019-. ", min_size=1, max_size=12), LOOKS_LIKE), min_size=2))
def test_different_values_stay_different_where_a_column_is_unique(name: str, values: set[str]) -> None:
    if name.startswith("email"):
        values = {v for v in values if not any(c in v for c in " ,;<") and v == v.strip()}
    meant = {v for v in values if v.strip()}
    mask = masked(name, unique=True)
    assert len({mask(v) for v in meant}) == len(meant)


@pytest.mark.parametrize(
    "name", ["token", "digits", "email", "email_alias", "first_name", "last_name", "full_name", "company", "street"]
)
def test_twenty_thousand_unique_values_stay_unique_under_nocase(name: str) -> None:
    mask = masked(name, unique=True, collation="NOCASE")
    seen = {str(mask(f"user{n}@mail.example" if "mail" in name else f"K-{n:06d}")).lower() for n in range(20_000)}
    assert len(seen) == 20_000


@pytest.mark.parametrize("name", sorted(set(ALL) - {"null", "fixed", "redact_text", "year_only", "url_template"}))
def test_another_tenant_gets_other_results(name: str) -> None:
    chosen: dict[str, list[RowValue]] = {
        "email": [f"user{n}@x.example" for n in range(20)],
        "date_shift": [f"19{n + 50}-06-15" for n in range(20)],
        "number_noise": [1_000_003 * n + 17 for n in range(20)],
        "ip": [f"10.0.0.{n}" for n in range(20)],
        "phone": [f"(415) 234-{5000 + n}" for n in range(20)],
        "lorem": [f"a rather long remark about number {n} and what it said" for n in range(20)],
    }
    samples = chosen.get(name, [f"Value {letter}{n} 123456" for n, letter in enumerate(string.ascii_letters[:20])])
    plan = column(name)
    mine, theirs = bind(plan, KEY), bind(plan, OTHER_KEY)
    assert sum(mine(v) == theirs(v) for v in samples) <= 3


@pytest.mark.parametrize("name", ALL)
def test_masks_run_inside_sqlite(name: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.create_function("mask", 1, masked(name), deterministic=True)
    values: list[RowValue] = [None, 7, 2.5, "Anna Hansen", b"\xff\x00", "anna@x.example", "1984-01-31", "Anna Hansen"]
    connection.execute("CREATE TABLE t (v)")
    connection.executemany("INSERT INTO t VALUES (?)", ((v,) for v in values))
    results = [row[0] for row in connection.execute("SELECT mask(v) FROM t ORDER BY rowid")]
    connection.close()
    assert results[3] == results[7]
    assert results[0] is None
    assert "Anna Hansen" not in results


@pytest.mark.parametrize(
    "name",
    [
        "email",
        "email_alias",
        "first_name",
        "last_name",
        "full_name",
        "company",
        "city",
        "street",
        "token",
        "lorem",
        "ip",
    ],
)
@FEWER
@given(value=st.from_regex(r"\A[A-Z][a-z]{2,9}( [A-Z][a-z]{2,9}){0,2}\Z"), length=st.sampled_from([None, 34, 40]))
def test_what_a_mask_wrote_it_could_have_written(name: str, value: str, length: int | None) -> None:
    """Else the proof would take an original for residue where the mask wrote the same by chance."""
    plan = column(name, length=length)
    meant = "10.1.2.3" if name == "ip" else value
    assert could_produce(plan, bind(plan, KEY)(meant))


def test_a_date_in_a_document_proves_nothing_because_another_may_become_it() -> None:
    plan = column("json")
    for date in ("1984-01-31", "31.12.1999", '{"born": "1984-01-31", "vip": true}', '["1984-01-31 12:00:01"]'):
        assert could_produce(plan, date)
    for more in ("1984-01-31 was cold", '{"born": "1984-01-31", "name": "Quibble"}', "98431-0412-77"):
        assert not could_produce(plan, more)


def test_a_mask_that_does_not_exist_is_the_persons_to_mend() -> None:
    with pytest.raises(UserError, match="no mask 'emial'"):
        bind(column("emial"), KEY)
    (finding,) = problems(column("emial"), 1)
    assert finding.code == "mask.unknown"


def test_the_key_shows_nowhere() -> None:
    mask = masked("email")
    assert KEY.reveal().hex() not in repr(mask)
    assert repr(KEY.reveal()) not in repr(mask)
