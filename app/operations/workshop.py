"""What an operation needs from the outside, handed in once by `app.bootstrap`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.ports.catalog import Catalog
from app.ports.clock import Clock
from app.ports.databases import Adapter, Signer
from app.ports.planner import Planner
from app.ports.secrets import Secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The parts every step of an operation works with. `certificates` is the folder certificates are written to."""

    catalog: Catalog
    adapter_for: Callable[[str], Adapter]
    planner: Planner
    secrets: Secrets
    signer: Signer
    clock: Clock
    certificates: Path
