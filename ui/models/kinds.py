"""How kinds and states look and what they are called, wherever they appear."""

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState
from app.domain.operations import ItemState, Operation, OperationKind, OperationState
from ui.theme.tokens import Tone

KIND_TONE = {
    EnvironmentKind.PRODUCTION: Tone.DANGER,
    EnvironmentKind.SANDBOX: Tone.WARNING,
    EnvironmentKind.TRAINING: Tone.TRAINING,
}
KIND_GLYPH = {
    EnvironmentKind.PRODUCTION: "mdi6.lock-outline",
    EnvironmentKind.SANDBOX: "mdi6.flask-outline",
    EnvironmentKind.TRAINING: "mdi6.school-outline",
}
KIND_BAND = {
    EnvironmentKind.PRODUCTION: "production_band",
    EnvironmentKind.SANDBOX: "sandbox_band",
    EnvironmentKind.TRAINING: "training_band",
}
STATE_TONE = {
    EnvironmentState.REGISTERED: Tone.MUTED,
    EnvironmentState.ABSENT: Tone.MUTED,
    EnvironmentState.READY: Tone.GOOD,
    EnvironmentState.BUSY: Tone.ACCENT,
    EnvironmentState.FAILED: Tone.DANGER,
    EnvironmentState.WIPED: Tone.MUTED,
    EnvironmentState.UNREACHABLE: Tone.DANGER,
}
STATE_WORDS = {
    EnvironmentState.REGISTERED: "live",
    EnvironmentState.ABSENT: "no copy yet",
    EnvironmentState.READY: "ready",
    EnvironmentState.BUSY: "working",
    EnvironmentState.FAILED: "failed",
    EnvironmentState.WIPED: "wiped",
    EnvironmentState.UNREACHABLE: "unreachable",
}
OPERATION_WORDS = {
    OperationKind.PROVISION: ("Provision", "Provisioning", "Provisioned"),
    OperationKind.REFRESH: ("Refresh", "Refreshing", "Refreshed"),
    OperationKind.RESET: ("Reset", "Resetting", "Reset"),
    OperationKind.WIPE: ("Wipe", "Wiping", "Wiped"),
}
VERB_GLYPH = {
    OperationKind.PROVISION: "mdi6.plus-circle-outline",
    OperationKind.REFRESH: "mdi6.refresh",
    OperationKind.RESET: "mdi6.restore",
    OperationKind.WIPE: "mdi6.trash-can-outline",
}
OPERATION_TONE = {
    OperationState.QUEUED: Tone.MUTED,
    OperationState.RUNNING: Tone.ACCENT,
    OperationState.SUCCEEDED: Tone.GOOD,
    OperationState.FAILED: Tone.DANGER,
    OperationState.CANCELLED: Tone.WARNING,
    OperationState.INTERRUPTED: Tone.WARNING,
}
OPERATION_GLYPH = {
    OperationState.QUEUED: "mdi6.clock-outline",
    OperationState.RUNNING: "mdi6.progress-clock",
    OperationState.SUCCEEDED: "mdi6.check-circle",
    OperationState.FAILED: "mdi6.close-circle",
    OperationState.CANCELLED: "mdi6.minus-circle",
    OperationState.INTERRUPTED: "mdi6.pause-circle",
}
ITEM_TONE = {
    ItemState.PASSED: Tone.GOOD,
    ItemState.TICKED: Tone.GOOD,
    ItemState.FAILED: Tone.DANGER,
    ItemState.OPEN: Tone.WARNING,
    ItemState.NOT_APPLICABLE: Tone.MUTED,
}
ITEM_GLYPH = {
    ItemState.PASSED: "mdi6.check-circle",
    ItemState.TICKED: "mdi6.check-circle",
    ItemState.FAILED: "mdi6.close-circle",
    ItemState.OPEN: "mdi6.circle-outline",
    ItemState.NOT_APPLICABLE: "mdi6.minus-circle-outline",
}
ITEM_WORDS = {
    ItemState.PASSED: "passed",
    ItemState.TICKED: "ticked",
    ItemState.FAILED: "failed",
    ItemState.OPEN: "open",
    ItemState.NOT_APPLICABLE: "does not apply",
}


def checklist_tone(environment: Environment) -> Tone:
    """Good when every item is done, warning while some are open."""
    return Tone.GOOD if environment.checklist_done >= environment.checklist_of else Tone.WARNING


def checklist_words(environment: Environment) -> str:
    """ "9/9"; "" where there is no checklist."""
    if not environment.checklist_of:
        return ""
    return f"{environment.checklist_done}/{environment.checklist_of}"


def outcome(operation: Operation) -> str:
    """What came of it in a few words: "Refreshed", "Refresh failed", "Resetting"."""
    verb, doing, done = OPERATION_WORDS[operation.kind]
    if operation.state is OperationState.SUCCEEDED:
        return "Was reset" if operation.kind is OperationKind.RESET else done
    if operation.state is OperationState.RUNNING:
        return doing
    return f"{verb} {operation.state}"
