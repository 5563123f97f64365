"""The use cases, one file per noun; what the console and the command line talk to."""

from collections.abc import Callable
from dataclasses import dataclass

from app.services.audit import AuditService
from app.services.changes import ChangeService
from app.services.demo import DemoService
from app.services.environments import EnvironmentService
from app.services.inspection import InspectionService
from app.services.operations import OperationService
from app.services.policies import PolicyService
from app.services.policy_versions import PolicyVersions
from app.services.reviews import ReviewService
from app.services.settings import SettingsService
from app.services.tenants import TenantService


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a person can do, ready to be called from any thread."""

    tenants: TenantService
    environments: EnvironmentService
    policies: PolicyService
    policy_versions: PolicyVersions
    reviews: ReviewService
    operations: OperationService
    inspection: InspectionService
    audit: AuditService
    demo: DemoService
    changes: ChangeService
    settings: SettingsService
    close: Callable[[], None]
    """Let go of the catalog, at the end."""
