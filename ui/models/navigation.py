"""Where one can go, and what to show there."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.ids import OperationId
from app.domain.operations import OperationKind


class Go(StrEnum):
    """Keys of pages. FLOW takes a `FlowRequest`, RUN and OPERATIONS a `RunRequest`, ENVIRONMENTS a ref, an
    `AddRequest` or None, POLICIES the ref of an environment or "pack NAME", AUDIT an `AuditRequest`."""

    OVERVIEW = "overview"
    ENVIRONMENTS = "environments"
    OPERATIONS = "operations"
    POLICIES = "policies"
    AUDIT = "audit"
    SETTINGS = "settings"
    FLOW = "flow"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRequest:
    """Open the flow for that environment."""

    ref: str
    kind: OperationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """Show that run."""

    operation: OperationId


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """Open the form that adds an environment, beginning with that tenant."""

    tenant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRequest:
    """Verify the trail, or export it."""

    export: bool = False
