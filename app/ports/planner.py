"""Making a plan from what the catalog and the databases say now; operations make theirs again in preflight."""

from collections.abc import Mapping
from typing import Protocol

from app.domain.ids import EnvironmentId
from app.domain.operations import OperationKind
from app.domain.plan import Plan
from app.domain.policy import Scalar


class Planner(Protocol):
    def plan(
        self,
        environment: EnvironmentId,
        kind: OperationKind,
        options: Mapping[str, Scalar | tuple[Scalar, ...]],
        *,
        samples: int = 0,
        operation: str = "",
    ) -> Plan:
        """The plan with all findings; never raises for something a finding can say. `samples` real rows are read for
        the preview when above 0. `operation` is the id of the operation that asks, which does not count as busy."""
        ...
