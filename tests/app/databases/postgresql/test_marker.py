"""The signed comment: whole or nothing, bound to one database, and read from any text."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.marks import fits
from app.databases.postgresql.marker import LOGIN, as_comment, from_comment, genuine, made_at, new_marker
from app.domain.environments import Environment, EnvironmentKind, Identity
from app.domain.ids import EnvironmentId, OperationId, TenantId
from app.ports.databases import Signer

SIGNER = Signer.of(b"installation")
HERE = Identity(engine="postgresql", major="7710742120309999601", minor="74090")
MINE = EnvironmentId("sandbox000001")
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
MARKER = new_marker(MINE, OperationId("operation0001"), HERE, SIGNER, NOW)


def test_a_mark_survives_the_comment_and_tells_when_it_was_made() -> None:
    assert from_comment(as_comment(MARKER)) == MARKER
    assert made_at(MARKER) == NOW
    assert genuine(MARKER, HERE, MINE, SIGNER)


@pytest.mark.parametrize(
    "altered",
    [
        replace(MARKER, environment=EnvironmentId("sandbox000002")),
        replace(MARKER, operation=OperationId("operation0002")),
        replace(MARKER, identity=replace(HERE, minor="74091")),
        replace(MARKER, identity=replace(HERE, major="1")),
        replace(MARKER, nonce=MARKER.nonce + "0"),
        replace(MARKER, signature="0" * 64),
        replace(MARKER, signature="ä\udcff"),
    ],
)
def test_a_mark_with_anything_altered_is_not_genuine(altered: object) -> None:
    assert not genuine(altered, HERE, altered.environment, SIGNER)  # type: ignore[attr-defined, arg-type]
    assert not genuine(altered, altered.identity, altered.environment, SIGNER)  # type: ignore[attr-defined, arg-type]


def test_a_mark_is_worth_nothing_elsewhere() -> None:
    assert not genuine(MARKER, replace(HERE, minor="5"), MINE, SIGNER)
    assert not genuine(MARKER, HERE, EnvironmentId("another"), SIGNER)
    assert not genuine(MARKER, HERE, MINE, Signer.of(b"another installation"))
    assert not genuine(None, HERE, MINE, SIGNER)


def test_a_databases_mark_is_none_for_a_login_of_the_same_number() -> None:
    login = from_comment(as_comment(MARKER), LOGIN)
    assert login is not None
    assert not genuine(login, replace(HERE, engine=LOGIN), MINE, SIGNER)


def test_only_the_mark_that_the_catalog_recorded_fits() -> None:
    environment = Environment(
        id=MINE, tenant_id=TenantId("t"), tenant="Harbor", name="s", kind=EnvironmentKind.SANDBOX, database="",
        identity=HERE, marker_nonce=MARKER.nonce,
    )  # fmt: skip
    assert fits(MARKER, HERE, environment, SIGNER)
    assert not fits(MARKER, HERE, replace(environment, marker_nonce="earlier"), SIGNER)
    assert not fits(MARKER, HERE, replace(environment, identity=None), SIGNER)


@given(st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str)))
def test_any_comment_can_be_read(comment: str) -> None:
    assert from_comment(comment) is None


@pytest.mark.parametrize(
    "comment",
    [None, "", "[" * 1900, "[" * 10**6, "null", "[]", '{"sandkeeper": 1}', '{"sandkeeper": 1, "oid": 5}'],
)
def test_what_is_no_mark_is_none(comment: str | None) -> None:
    assert from_comment(comment) is None


@pytest.mark.parametrize("nonce", ["", "x", "x-", "x-²", "x-99999999999999", "x--1"])
def test_a_nonce_without_a_time_has_none(nonce: str) -> None:
    assert made_at(replace(MARKER, nonce=nonce)) is None
