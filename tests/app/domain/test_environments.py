"""Invariant 1 in types, and what a marker's signature covers."""

from dataclasses import replace

import pytest

from app.domain.environments import Environment, EnvironmentKind, Identity, Marker, Target, source_of, target_of
from app.domain.ids import EnvironmentId, OperationId, TenantId
from app.errors import RefusedError


def environment(kind: EnvironmentKind) -> Environment:
    return Environment(
        id=EnvironmentId("e1"),
        tenant_id=TenantId("t1"),
        tenant="Harbor / North",
        name="it",
        kind=kind,
        database="sqlite:///it.sqlite",
    )


def test_production_can_never_be_a_target() -> None:
    production = environment(EnvironmentKind.PRODUCTION)
    for make in (target_of, Target):
        with pytest.raises(RefusedError, match="is production"):
            make(production)


def test_a_target_cannot_be_turned_into_production_afterwards() -> None:
    target = target_of(environment(EnvironmentKind.SANDBOX))
    with pytest.raises(RefusedError):
        replace(target, environment=environment(EnvironmentKind.PRODUCTION))
    with pytest.raises(AttributeError):
        target.environment = environment(EnvironmentKind.PRODUCTION)  # type: ignore[misc]


@pytest.mark.parametrize("kind", [EnvironmentKind.SANDBOX, EnvironmentKind.TRAINING])
def test_data_of_a_copy_goes_nowhere_w6_s3(kind: EnvironmentKind) -> None:
    assert target_of(environment(kind)).environment.kind is kind
    with pytest.raises(RefusedError, match="cannot be a source"):
        source_of(environment(kind))


def test_production_is_a_source() -> None:
    assert source_of(environment(EnvironmentKind.PRODUCTION)).environment.kind is EnvironmentKind.PRODUCTION


def test_a_reference_ends_in_the_environments_name_whatever_the_tenant_is_called() -> None:
    assert environment(EnvironmentKind.SANDBOX).ref.rpartition("/")[::2] == ("Harbor / North", "it")


def test_the_signed_text_of_a_marker_changes_with_each_of_its_parts() -> None:
    marker = Marker(
        environment=EnvironmentId("e1"),
        operation=OperationId("o1"),
        identity=Identity(engine="sqlite", major="64769", minor="12"),
        nonce="n1",
        signature="",
    )
    others = [
        replace(marker, environment=EnvironmentId("e2")),
        replace(marker, operation=OperationId("o2")),
        replace(marker, identity=Identity(engine="sqlite", major="64769", minor="13")),
        replace(marker, nonce="n2"),
    ]
    assert len({m.signed_text() for m in (marker, *others)}) == 5
    assert replace(marker, signature="anything").signed_text() == marker.signed_text()
