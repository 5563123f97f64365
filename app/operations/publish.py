"""The second durable step: the swap. Decided by identity and marker, so it is not yet done, or done."""

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, target_of
from app.domain.operations import Operation, OperationKind, Phase, ProofState
from app.errors import OutsideError
from app.operations.context import Attempt
from app.operations.prepare import Prepared
from app.operations.workshop import Workshop


def publish(
    shop: Workshop, operation: Operation, environment: Environment, prepared: Prepared, attempt: Attempt
) -> tuple[str, ...]:
    """Give the staged database the environment's name, or for a wipe remove everything; returns what was removed.

    From here on there is no cancelling. Safe to run again after a kill at any moment.
    """
    attempt.assert_current()
    attempt.checkpoint()  # the last moment to stop
    attempt.cancellable = False
    with attempt.phase(Phase.PUBLISH):
        if operation.kind is OperationKind.WIPE:
            return _wipe(shop, environment, prepared.plan.impact.destroys, attempt)
        staged = prepared.staged
        if staged is None:
            raise OutsideError("There is nothing to publish", "The prepared copy is not on record.", "Start again.")
        shop.adapter_for(environment.database).publish(
            target=target_of(environment),
            staged=staged,
            signer=shop.signer,
            operation=operation.id,
            ctx=attempt,
        )
        record_published(shop, operation, environment, prepared)
        attempt.log("Published: the new copy has the environment's name")
    return ()


def record_published(shop: Workshop, operation: Operation, environment: Environment, prepared: Prepared) -> None:
    """Tell the catalog what now has the environment's name. Can be repeated."""
    staged = prepared.staged
    if staged is None:
        return
    copied = prepared.snapshot_at
    with shop.catalog.write() as tx:
        tx.environments.published(
            environment.id,
            identity=staged.identity,
            nonce=staged.nonce,
            copied_at=copied,
            proven=prepared.proof.state is ProofState.CLEAN if copied else environment.proven,
            size_bytes=staged.size_bytes,
            policy_version=prepared.policy_version,
        )
        if copied is not None:
            tx.environments.replace_checklist(environment.id, prepared.checklist)
        tx.audit.append(
            "operation.published",
            environment.ref,
            operation=operation.id,
            kind=str(operation.kind),
            identity=str(staged.identity),
        )


def swapped_in(shop: Workshop, environment: Environment, prepared: Prepared) -> bool | None:
    """Whether the database that has the environment's name now is the staged one, whatever the catalog says; None when
    nobody can tell, because its server cannot be reached."""
    if prepared.staged is None:
        return False
    look = shop.adapter_for(environment.database).look(environment)
    # An inode number is used again once its file is gone; the marker's nonce is not. A file that cannot be read right
    # now, because a program holds it, counts: to take it for the old copy would leave a database nobody knows.
    if look.problem and look.identity is None:
        return None
    nonce = None if look.marker is None else look.marker.nonce
    return look.identity == prepared.staged.identity and (nonce == prepared.staged.nonce or bool(look.problem))


def _wipe(shop: Workshop, environment: Environment, planned: tuple[str, ...], attempt: Attempt) -> tuple[str, ...]:
    target = target_of(environment)
    attempt.assert_current()
    removed = shop.adapter_for(environment.database).wipe(target=target, signer=shop.signer, ctx=attempt)
    removed = removed or planned  # a wipe that was killed and goes on finds nothing any more
    with shop.catalog.write() as tx:
        tx.environments.wiped(environment.id)
        others = [e for e in tx.environments.all(environment.tenant_id) if e.id != environment.id and _uses_key(e)]
        tx.audit.append("environment.wiped", environment.ref, removed=list(removed))
    if not others and shop.secrets.forget_mask_key(environment.tenant_id):
        removed = (*removed, "the tenant's mask key (no other copy was made with it)")
    for line in removed:
        attempt.log(f"Removed {line}")
    return removed


def _uses_key(environment: Environment) -> bool:
    """Whether it has a copy made with the tenant's mask key, or is getting its first."""
    if environment.kind is EnvironmentKind.PRODUCTION:
        return False
    return environment.identity is not None or environment.state is EnvironmentState.BUSY
