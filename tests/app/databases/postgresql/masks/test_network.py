"""Addresses masked by the server are those that the reference gives."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session, connect
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.masks.equality import NASTY
from tests.app.databases.postgresql.masks.typed import FEW, compare_typed, plan_of, shape_of, texts
from tests.app.databases.postgresql.servers import Server

TEXT = shape_of("text", TypeFamily.TEXT)
NARROW = shape_of("varchar", TypeFamily.TEXT, "character varying(30)", length=30)
INET = shape_of("inet", TypeFamily.TEXT)
MASKED = [f"{net}.{host}" for net in ("192.0.2", "198.51.100", "203.0.113") for host in range(1, 255)]
"""Every address the mask gives: some of them would be masked by themselves."""


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


@FEW
@given(values=st.lists(st.ip_addresses() | st.ip_addresses(v=4), max_size=40))
def test_addresses(session: Session, values: list[IPv4Address | IPv6Address]) -> None:
    for shape in (TEXT, INET):
        compare_typed(session, plan_of(shape, "ip"), shape, [str(value) for value in values])


def test_addresses_that_the_mask_itself_gives(session: Session) -> None:
    for shape in (TEXT, INET):
        assert compare_typed(session, plan_of(shape, "ip"), shape, MASKED) == 1
    narrow = shape_of("varchar", TypeFamily.TEXT, "character varying(11)", length=11)
    compare_typed(session, plan_of(narrow, "ip"), narrow, [text for text in MASKED if len(text) <= 11])


def test_prefixes_stay(session: Session) -> None:
    assert compare_typed(session, plan_of(INET, "ip"), INET, ["10.1.2.3/24", "10.0.0.0/8", "1.2.3.4/32"]) == 1
    assert compare_typed(session, plan_of(INET, "ip"), INET, ["fe80::1/64", "::1"]) == 0


@pytest.mark.parametrize("mask", ["ip", "url_template"])
def test_nasty_texts(session: Session, mask: str) -> None:
    more = ["999.1.1.1", "1.2.3", "1.2.3.4:80", "1.2.3.4/8", "01.02.03.04", "1.2.3.4 "]
    compare_typed(session, plan_of(TEXT, mask), TEXT, [*NASTY, *more])


URLS = st.builds(
    "{}//{}{}{}".format,
    st.sampled_from(["http:", "https:", "", "a+b.c-1:", "1:", "HTTP:"]),
    st.sampled_from(["host", "h:80", "user@h", "", "é.no"]),
    st.sampled_from(["", "/", "/a/b", "//", "/a@b/c", "/a%40b", "/a b", "/" + "x" * 30]),
    st.sampled_from(["", "?q=1", "#f", "?a/b#c", "#a?b/c"]),
)


@FEW
@given(values=st.lists(URLS | texts("ht:/?#@.%40x"), max_size=40), unique=st.booleans())
def test_web_addresses(session: Session, values: list[str], unique: bool) -> None:
    for template in ("https://example.invalid", "[csti]", "https://qa.example/"):
        plan = plan_of(TEXT, "url_template", unique=unique, template=template)
        compare_typed(session, plan, TEXT, values)
        plan = plan_of(NARROW, "url_template", unique=unique, template=template)
        compare_typed(session, plan, NARROW, [value[:30] for value in values])


def test_usual_web_addresses_need_nobody_else(session: Session) -> None:
    values = ["https://shop.example/cust/7?token=abc", "http://a.no", "//cdn.example/x.js", "ftp://h/", ""]
    assert compare_typed(session, plan_of(TEXT, "url_template"), TEXT, values) == 1
