"""Things of the domain in words and colours for a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.environments import EnvironmentKind, EnvironmentState
from app.domain.findings import Finding, Severity
from app.domain.inspection import Inspection
from app.domain.operations import ChecklistItem, ItemState, Operation, OperationKind, OperationState, Proof, ProofState
from app.domain.policy import PolicyWarning

if TYPE_CHECKING:
    from rich.text import Text

KIND_STYLES = {
    EnvironmentKind.PRODUCTION: "bold red",
    EnvironmentKind.SANDBOX: "yellow",
    EnvironmentKind.TRAINING: "cyan",
}
STATE_STYLES = {
    EnvironmentState.READY: "green",
    EnvironmentState.BUSY: "blue",
    EnvironmentState.FAILED: "red",
    EnvironmentState.UNREACHABLE: "red",
}
OPERATION_STYLES = {
    OperationState.SUCCEEDED: "green",
    OperationState.FAILED: "red",
    OperationState.INTERRUPTED: "red",
    OperationState.CANCELLED: "yellow",
    OperationState.RUNNING: "blue",
}
_SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_DONE = {
    OperationKind.PROVISION: "Provisioned",
    OperationKind.REFRESH: "Refreshed",
    OperationKind.RESET: "Reset",
    OperationKind.WIPE: "Wiped",
}
_ITEM_SIGNS = {
    ItemState.PASSED: ("✓", "green"),
    ItemState.TICKED: ("✓", "green"),
    ItemState.FAILED: ("✗", "red"),
    ItemState.OPEN: ("○", "yellow"),
    ItemState.NOT_APPLICABLE: ("-", "dim"),
}


def size(bytes_: int | None) -> str:
    """Bytes as people read them."""
    import humanize

    return "" if bytes_ is None else humanize.naturalsize(bytes_)


def duration(seconds: float | None) -> str:
    """`0.8 s`, `41 s`, `3 min 12 s`, `1 h 20 min`."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def policy_text(seen: Inspection) -> str:
    """The policy's name, and whether the copy is older than it."""
    return (seen.policy or "") + ("; the copy was made with another version of it" if seen.policy_outdated else "")


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago; a moment that lies ahead (a clock set back) is said as such."""
    import humanize

    if at is None:
        return ""
    if at > now:
        return f"in {humanize.naturaldelta(at - now)}"
    return f"{humanize.naturaldelta(now - at)} ago"


def kind_text(kind: EnvironmentKind, *, symbols: bool) -> "Text":
    """Colour carries the kind, and production a lock."""
    from rich.text import Text

    lock = (" 🔒" if symbols else " (locked)") if kind is EnvironmentKind.PRODUCTION else ""
    return Text(f"{kind}{lock}", KIND_STYLES[kind])


def state_text(state: EnvironmentState) -> "Text":
    from rich.text import Text

    return Text(str(state), STATE_STYLES.get(state, ""))


def operation_state_text(state: OperationState) -> "Text":
    from rich.text import Text

    return Text(str(state), OPERATION_STYLES.get(state, ""))


def finding_lines(findings: Sequence[Finding]) -> Iterable["Text"]:
    """Each with its fingerprint, which acknowledges it where it is a warning."""
    from rich.text import Text

    from app.cli.output import clean

    for finding in findings:
        where = f" [{finding.where}]" if finding.where else ""
        line = Text.assemble(
            "  ",
            (f"{finding.severity!s:<7} ", _SEVERITY_STYLES[finding.severity]),
            (f"{finding.fingerprint}  ", "dim") if finding.severity is Severity.WARNING else "",
            clean(finding.message + where),
        )
        if finding.hint:
            line.append(f"\n          {clean(finding.hint)}", "dim")
        yield line


def warning_lines(warnings: Sequence[PolicyWarning]) -> Iterable["Text"]:
    """Each with the id that acknowledges it."""
    from rich.text import Text

    from app.cli.output import clean

    for warning in warnings:
        yield Text.assemble("  ", ("warning ", "yellow"), (f"{clean(warning.id)}  ", "dim"), clean(warning.text))


def item_sign(item: ChecklistItem, *, symbols: bool) -> "Text":
    from rich.text import Text

    sign, style = _ITEM_SIGNS[item.state]
    return Text(f"{sign} {item.state}".replace("_", " ") if symbols else str(item.state).replace("_", " "), style)


def ended_line(operation: Operation) -> "Text":
    """How an operation ended, in one line and perhaps a reason."""
    from rich.text import Text

    from app.cli.output import clean

    took = f" in {duration(operation.seconds)}" if operation.seconds is not None else ""
    if operation.state is OperationState.SUCCEEDED:
        return Text.assemble((f"{_DONE[operation.kind]} ", "green"), clean(operation.environment), took)
    line = Text.assemble(
        (f"{str(operation.kind).capitalize()} {operation.state}: ", OPERATION_STYLES.get(operation.state, "")),
        clean(operation.environment),
        took,
    )
    for part in (operation.reason, operation.hint):
        if part:
            line.append(f"\n{clean(part)}")
    return line


def proof_line(proof: Proof) -> str:
    """What the search for originals found."""
    if proof.state is ProofState.NOT_RUN:
        return "not run"
    hits = sum(hit.count for hit in proof.hits)
    found = "none found" if not hits else f"{hits:,} FOUND"
    left = sum(entry.count for entry in proof.not_proven)
    more = f"; {left:,} could prove nothing" if left else ""
    return f"{proof.originals:,} originals searched in {proof.values:,} values, {found}{more}"
