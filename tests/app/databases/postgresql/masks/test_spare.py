"""What stands in where a mask's result does not fit the column."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.databases.postgresql.masks.spare import instead
from app.databases.postgresql.shapes import ColumnShape
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.masks.typed import plan_of
from tests.app.policy.masks.columns import KEY, OTHER_KEY


def _shape(base: str) -> ColumnShape:
    return ColumnShape(number=1, name="c", type=base, base=base, family=TypeFamily.ANY)


def _instead(base: str, *, unique: bool = False):  # type: ignore[no-untyped-def]  # what `instead` gives
    shape = _shape(base)
    return instead(plan_of(shape, "token", unique=unique), shape, KEY)


@given(st.lists(st.integers(-32_767, 32_767), unique=True))
@example([*range(-9, 10)])
def test_different_small_numbers_stay_different_and_small(values: list[int]) -> None:
    change = _instead("int2")
    results = [int(change(str(value))) for value in values]
    assert len(set(results)) == len(values)
    assert all(-32_768 <= result <= 32_767 for result in results)
    assert all(len(str(result)) == len(str(value)) for result, value in zip(results, values, strict=True))


@given(st.lists(st.integers(0, 2**46 - 1), unique=True))
def test_hardware_addresses_stay_different_and_belong_to_no_maker(values: list[int]) -> None:
    change = _instead("macaddr")
    addresses = [((value >> 40 << 42) | (value & (1 << 40) - 1)).to_bytes(6, "big").hex(":") for value in values]
    results = [change(address) for address in addresses]
    assert len(set(results)) == len(values)
    assert all(int(result[:2], 16) & 3 == 2 for result in results), "locally administered, and no group"


def test_addresses_of_a_unique_column_have_room() -> None:
    change = _instead("inet", unique=True)
    results = {change(f"10.0.{i >> 8}.{i & 255}") for i in range(5000)}
    assert len(results) == 5000
    assert all(ip_address(result) in ip_network("2001:db8::/32") for result in results)


@pytest.mark.parametrize("text", ["10.1.0.0/16", "128.0.0.0/1", "2001:db8::/32", "10.1.2.3/32", "::1/128"])
def test_a_network_becomes_another_of_its_size(text: str) -> None:
    result = ip_network(_instead("cidr")(text))
    assert result.prefixlen == ip_network(text).prefixlen
    assert result != ip_network(text)


def test_amounts_keep_their_digits() -> None:
    change = _instead("numeric")
    assert len(change("-1234.50")) == len("-1234.50")
    assert change("-1234.50") != "-1234.50"
    assert change("NaN") == "0"
    assert change("0.00") == "0"


def test_it_is_keyed() -> None:
    shape = _shape("uuid")
    texts = ["123e4567-e89b-12d3-a456-426614174000"]
    mine, theirs = (instead(plan_of(shape, "email"), shape, key) for key in (KEY, OTHER_KEY))
    assert [mine(t) for t in texts] != [theirs(t) for t in texts]


@pytest.mark.parametrize(("base", "empty"), [("range", "empty"), ("tsvector", ""), ("enum", None), ("point", "(0,0)")])
def test_what_has_no_personal_meaning_becomes_empty(base: str, empty: str | None) -> None:
    assert _instead(base)("anything") == empty
