"""Names tell what a database is for, fit the server, and are recognised by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.names import (
    Kind,
    baseline_name,
    database_name,
    login_name,
    prefix_of,
    recognised,
    reserved,
)
from app.databases.postgresql.urls import LONGEST_NAME
from app.domain.ids import EnvironmentId, OperationId, new_id

ids = st.text(min_size=1, max_size=80)


@given(environment=ids, operation=ids, attempt=st.integers(0, 10**12), kind=st.sampled_from(sorted(set(Kind))[1:]))
def test_a_name_is_recognised_and_fits_whatever_the_ids_are(
    environment: str, operation: str, attempt: int, kind: Kind
) -> None:
    mine = EnvironmentId(environment)
    name = database_name(mine, kind, OperationId(operation), attempt)
    assert name.isascii()
    assert len(name.encode()) <= LONGEST_NAME
    assert recognised(name, mine) is kind
    assert recognised(baseline_name(mine), mine) is Kind.BASELINE
    assert reserved(name)


@given(one=ids, other=ids)
def test_no_environment_recognises_anothers(one: str, other: str) -> None:
    if one != other:
        assert recognised(baseline_name(EnvironmentId(one)), EnvironmentId(other)) is None


@pytest.mark.parametrize("rest", ["", "baseline2", "staging", "staging_x", "staging_x_", "other_x_1", "old_x_1\n"])
def test_a_name_that_only_begins_like_ours_is_not_recognised(rest: str) -> None:
    environment = EnvironmentId(new_id())
    assert recognised(prefix_of(environment) + rest, environment) is None


@given(database=st.text(min_size=1, max_size=63), environment=ids)
def test_a_login_fits_and_needs_no_quotes(database: str, environment: str) -> None:
    name = login_name(database, EnvironmentId(environment))
    assert len(name.encode()) <= LONGEST_NAME
    assert name.isascii()
    assert name.replace("_", "").isalnum()
    assert name == name.lower()


def test_logins_of_two_environments_differ_whatever_their_databases_are_called() -> None:
    long = "crm" * 21
    assert login_name(long, EnvironmentId(new_id())) != login_name(long, EnvironmentId(new_id()))


def test_the_servers_own_names_are_reserved_and_ordinary_ones_are_not() -> None:
    assert all(reserved(name) for name in ("postgres", "template0", "template1", "sandkeeper_x"))
    assert not reserved("crm_sandbox")
