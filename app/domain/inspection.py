"""What support staff see of an environment, without personal data."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.environments import EnvironmentKind, EnvironmentState, MarkerState
from app.domain.operations import ChecklistItem
from app.domain.plan import Impact


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    table: str
    rows: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """State of one environment as the database itself and the catalog tell it now.

    `secrets` says in words where this installation's secrets live; `problem` why the database could not be reached;
    `policy_outdated` that the copy was made with another version of the policy than the one in force.
    """

    tenant: str
    name: str
    kind: EnvironmentKind
    state: EnvironmentState
    database: str
    source: str | None
    policy: str | None
    copied_at: datetime | None
    proven: bool
    checklist_done: int
    checklist_of: int
    size_bytes: int | None
    marker: MarkerState
    engine: str = ""
    tables: tuple[TableFacts, ...] = ()
    impact: Impact = Impact()
    checklist: tuple[ChecklistItem, ...] = ()
    secrets: str = ""
    problem: str = ""
    id: str = ""
    expires_at: datetime | None = None
    policy_outdated: bool = False
