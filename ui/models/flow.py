"""What the flow knows of one operation before it is started, and which of it a person still has to give."""

from dataclasses import dataclass, field

from app.domain.environments import Environment
from app.domain.findings import Finding, Severity
from app.domain.operations import Operation, OperationKind
from app.domain.plan import Plan
from app.domain.policy import Policy
from app.services.drifting import DriftItem
from app.services.mask_choices import MaskChoice
from app.services.reviews import RunApproval
from ui.models.preview import Preview
from ui.models.words import count

COPYING = (OperationKind.PROVISION, OperationKind.REFRESH)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFacts:
    """Read in one go. `masks` are those one may choose among; `last` is the newest successful run here, `running` one
    that has not ended. `runs` are what the policy runs on the copy; `drift` what changed in production since it was
    reviewed, read only where something of it stands in the way."""

    environment: Environment
    kind: OperationKind
    plan: Plan
    preview: Preview = field(default_factory=Preview)
    source: Environment | None = None
    policy: Policy | None = None
    masks: tuple[MaskChoice, ...] = ()
    last: Operation | None = None
    running: Operation | None = None
    runs: tuple[RunApproval, ...] = ()
    drift: tuple[DriftItem, ...] = ()

    def findings(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(f for f in self.plan.findings if f.severity is severity)

    def asked(self) -> tuple["Asked", ...]:
        """Everything to be acknowledged, each by itself: the policy's warnings, then what preflight noticed."""
        warnings = [Asked(id=w.id, text=w.text) for w in self.plan.warnings]
        noticed = [
            Asked(id=f.fingerprint, text=f.message, where=f.where, hint=f.hint) for f in self.findings(Severity.WARNING)
        ]
        return (*warnings, *noticed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing to tick; `id` is what `Choices.acknowledged` takes."""

    id: str
    text: str
    where: str = ""
    hint: str = ""


def missing(facts: FlowFacts, ticked: frozenset[str], typed: str) -> str:
    """What keeps the operation from starting, in words; "" when nothing does."""
    errors = len(facts.plan.errors)
    if errors:
        return f"{count(errors, 'finding')} must be mended first"
    open_ = sum(asked.id not in ticked for asked in facts.asked())
    named = typed.strip() == facts.environment.name.strip()
    if open_ and not named:
        return f"{count(open_, 'tick')} and the name are missing"
    if open_:
        return f"{count(open_, 'tick is', 'ticks are')} missing"
    return "" if named else "Type the name to confirm"
