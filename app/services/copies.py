"""Whether a copy exists that Sandkeeper made: what must be wiped before it may be forgotten."""

from collections.abc import Callable

from app.domain.environments import Environment, EnvironmentKind, MarkerState, target_of
from app.errors import RefusedError, SandkeeperError
from app.ports.databases import Adapter, Signer


def copy_exists(adapter_for: Callable[[str], Adapter], signer: Signer, environment: Environment) -> str:
    """Why this environment still holds something of ours, in words; empty when it does not.

    What cannot be looked at now counts as still there. A database that somebody else put in its place is not ours.
    """
    if environment.kind is EnvironmentKind.PRODUCTION or environment.identity is None:
        return ""
    try:
        adapter = adapter_for(environment.database)
        target = target_of(environment)
        look = adapter.look(environment)
        if look.problem and look.identity in (None, environment.identity):
            return f"its copy cannot be looked at now ({look.problem})"
        if adapter.marker_state(target, look, signer) is MarkerState.VALID:
            return "a copy that Sandkeeper made is there"
        if adapter.has_baseline(target):
            return "a baseline that Sandkeeper made is there"
    except SandkeeperError as problem:
        return f"its copy cannot be looked at now ({problem.title})"
    return ""


def refuse_while_copy(adapter_for: Callable[[str], Adapter], signer: Signer, environment: Environment) -> None:
    """Raises RefusedError while a copy exists there that Sandkeeper made."""
    why = copy_exists(adapter_for, signer, environment)
    if why:
        raise RefusedError(
            f"{environment.ref} still holds a copy",
            f"To forget it now would leave data behind that nobody looks after: {why}.",
            f'Wipe it first: `sandkeeper wipe "{environment.ref}"`.',
        )
