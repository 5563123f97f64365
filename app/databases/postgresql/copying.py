"""The copy phase: every table from one snapshot of the source, masked on the way."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.databases.postgresql.carrier_messages import Route
from app.databases.postgresql.carriers import Carriers
from app.databases.postgresql.choosing import Choosing
from app.databases.postgresql.holding import hold
from app.databases.postgresql.masks import Keys
from app.databases.postgresql.shapes import Copied, MaskedColumn, Shapes, TableShape
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.urls import Place
from app.databases.postgresql.workload import OnTable, Workload
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Treatment
from app.errors import RefusedError
from app.ports.context import PhaseContext
from app.ports.secrets import MaskKey

_PROCESSES_FROM: Final = 128 * 1024 * 1024
"""Work (`slices.weight`) from which on processes of their own are worth starting."""


def copy_tables(
    snapshot: Snapshot,
    staging: Place,
    shapes: Shapes,
    plan: Plan,
    key: MaskKey,
    *,
    lanes: int,
    keys_may_travel: bool,
    ctx: PhaseContext,
    on_table: OnTable | None = None,
) -> Copied:
    """Fill the tables of `staging`, which have neither keys nor indexes nor triggers yet, through `lanes` pairs of
    sessions; `on_table` is called from this thread whenever all rows of one are there.

    Raises RefusedError where the plan has no rule for something, OutsideError when either server fails, somebody
    locks a table that is to be read or waits to change one, or not all rows arrive; what `ctx` raises when the person
    stops. Whatever still runs on either server is broken off then.
    """
    plans = {table.policy_name: plan_of(table, plan.tables) for table in shapes.stored}
    copied = [table for table in shapes.stored if plans[table.policy_name].copied != "none"]
    masked = _masked_columns(shapes, plans)
    holding = hold(snapshot, copied, ctx)
    keys = Keys(key, allowed=keys_may_travel, encoding=shapes.encoding)
    work = Workload(shapes, plans, masked, keys, lanes)
    route = Route(
        source=snapshot.place,
        moment=snapshot.id,
        target=staging,
        settings=tuple(keys.settings.items()),
        secret=key.reveal(),
    )
    number = min(lanes, work.jobs)
    separate = number > 1 and work.weight >= _PROCESSES_FROM
    with Choosing(snapshot, shapes, masked) as choosing, Carriers(route, number, processes=separate) as carriers:
        work.do(carriers, (holding, choosing), ctx, on_table)
        carriers.close()
        unfit = choosing.finish(ctx)
    return Copied(
        shapes=shapes,
        plans=plans,
        masked=masked,
        runs=work.runs(),
        unfit=unfit,
        source_identity=snapshot.identity,
    )


def plan_of(table: TableShape, plans: Sequence[TablePlan]) -> TablePlan:
    """The plan for the table. Raises RefusedError where there is none, or one that leaves a column open: what no rule
    covers is never copied (invariant 4)."""
    found = next((p for p in plans if p.table == table.policy_name), None)
    folded = table.policy_name.casefold()
    found = found or next((p for p in plans if p.table.casefold() == folded), None)
    if found is None:
        raise _uncovered(table.policy_name)
    if found.copied != "none":
        for column in table.columns:
            if column.copied:
                column_of(found, column.name)
    return found


def column_of(plan: TablePlan, column: str) -> ColumnPlan:
    """The plan for a column that is copied. Raises RefusedError as `plan_of` does."""
    folded = column.casefold()
    found = next((c for c in plan.columns if c.column == column), None)
    found = found or next((c for c in plan.columns if c.column.casefold() == folded), None)
    if found is None or found.treatment not in (Treatment.KEEP, Treatment.MASK):
        raise _uncovered(f"{plan.table}.{column}")
    return found


def _masked_columns(shapes: Shapes, plans: Mapping[str, TablePlan]) -> tuple[MaskedColumn, ...]:
    """By the tables that policies name: a partitioned table is one."""
    found = []
    for table in shapes.tables:
        plan = plans.get(table.policy_name)
        if plan is None or plan.copied == "none" or table.partition or table.of_extension:
            continue
        for column in table.columns:
            if column.copied and (treated := column_of(plan, column.name)).treatment is Treatment.MASK:
                found.append(MaskedColumn(table=table.policy_name, plan=treated, shape=column))
    return tuple(found)


def _uncovered(what: str) -> RefusedError:
    return RefusedError(
        f"Nothing was decided about {what}",
        "The plan has no rule for it, so it is not copied.",
        "Decide how it is treated in the policy, then start again.",
    )
