"""Reviews: what changed in production since somebody looked, accepting it, deciding in bulk, waiving and approving."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.domain.environments import Environment, source_of
from app.domain.findings import Finding, error
from app.domain.operations import OperationKind
from app.domain.plan import ColumnPlan
from app.domain.policy import ColumnPolicy, Gone, Policy, Rows, Run, TablePolicy, Treatment
from app.domain.schema import Schema
from app.errors import RefusedError, UserError
from app.planning.drift import DriftKind, drift
from app.planning.plan import PlanRequest, make_plan
from app.policy.editing import Decision, with_decisions, with_waiver, without_places
from app.ports.catalog import Approval, Catalog, Reviewed
from app.ports.clock import Clock
from app.ports.databases import Adapter
from app.ports.secrets import Secrets
from app.services.drifting import DriftItem, DriftReport, chosen, table_accepted, with_suggestions
from app.services.names import shown
from app.services.policy_changes import (
    DECIDED,
    WAIVED,
    InForce,
    PolicyChanges,
    Record,
    columns_of,
    the_column,
)
from app.services.samples import sampled_column

MOST_EXAMPLES = 50
"""Rows that an example shows at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What a decision would make of real values: (before, after) as texts, `after` None where it could not be made.

    Shown, and never written anywhere: the values are in no representation. `findings` are what stands against it.
    """

    rows: tuple[tuple[str | None, str | None], ...] = field(repr=False)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunApproval:
    """Something a policy runs, and who approved exactly this text; nobody has where `approval` is None."""

    run: Run
    approval: Approval | None


class ReviewService:
    """What a person looks through and decides between two copies.

    Rules: accepting never makes a treatment weaker and never turns a doubt into `keep`; every change is a new version
    of the policy, signed; real values are shown and kept nowhere; an approval is of an exact text.
    """

    def __init__(
        self, *, catalog: Catalog, adapter_for: Callable[[str], Adapter], secrets: Secrets, clock: Clock, actor: str
    ) -> None:
        self._catalog = catalog
        self._adapter_for = adapter_for
        self._secrets = secrets
        self._clock = clock
        self._actor = actor
        self._changes = PolicyChanges(catalog=catalog, adapter_for=adapter_for, clock=clock, actor=actor)

    def drift(self, ref: str) -> DriftReport:
        """What changed since the review, with suggestions. Reads rows only where something needs a decision.

        Raises UserError without policy or source, OutsideError when the source cannot be read.
        """
        return self._drift(self._changes.in_force(ref))[0]

    def accept(self, ref: str, places: Sequence[str] | None = None) -> tuple[DriftItem, ...]:
        """Take all suggestions, or those for these places (`TABLE.COLUMN`, or a table's name), as one new version.

        What was added gets the treatment suggested, a `review` the mask suggested for it. What changed keeps its
        treatment unless the suggestion is stricter, or its mask does not fit any more. What is gone leaves the policy,
        and the checks that looked at nothing else with it. Returns what was accepted. Raises as `drift` does, UserError
        for a place where nothing changed, RefusedError while busy.
        """
        known = self._changes.in_force(ref)
        report, schema = self._drift(known)
        items = tuple(item for item in chosen(report.items, places) if _acceptable(item))
        reviewed = self._reviewed(known, schema, items, whole=len(items) == len(report.items))
        if not items and known.reviewed is not None:
            return ()
        text = self._accepted(known, schema, items)
        record = Record(action="policy.accept", detail={"places": [item.place for item in items]})
        self._changes.write(known, text, DECIDED, record, reviewed)
        return items

    def decide_many(self, ref: str, decisions: Sequence[Decision]) -> Policy:
        """Record how several columns are treated, by whom and when, as one new version.

        Raises UserError when the source has no such column or a decision is not valid, RefusedError while busy.
        """
        return self._changes.decide(ref, decisions)

    def follow(self, ref: str, table: str, column: str, gone: Gone) -> Policy:
        """Record what happens to rows of `table` whose reference `column` leads to a row that stays behind: they stay
        behind too (follow), come along with the reference emptied (detach), or stop the operation.

        Raises UserError when the column refers to nothing by itself, or is to be emptied and cannot be; RefusedError
        while busy.
        """
        return self._changes.follow(ref, table, column, gone)

    def example(self, ref: str, table: str, column: str, decision: ColumnPolicy, limit: int = 5) -> Example:
        """What the decision would make of a few real values of the column, with the tenant's key. Decides nothing.

        Raises UserError when there is no such column, OutsideError when the source cannot be read.
        """
        known = self._changes.in_force(ref)
        production = _production(known)
        with self._adapter_for(production.database).open_source(source_of(production)) as source:
            schema = source.schema()
            found, named = the_column(schema, production.ref, table, column)
            planned, findings = _planned(known, schema, found.name, named.name, decision)
            if planned is None:
                return Example(rows=(), findings=findings)
            rows = source.sample(found.name, [named.name], max(1, min(limit, MOST_EXAMPLES)))
            key = self._secrets.mask_key(known.environment.tenant_id)
            made = sampled_column(planned, [row[0] for row in rows], key)
        if made.before and not made.after and not any(f.severity == "error" for f in findings):
            findings = (*findings, _unfit(planned, made))
        after = made.after or (None,) * len(made.before)
        return Example(rows=tuple(zip(made.before, after, strict=True)), findings=findings)

    def waive(self, ref: str, way: str, reason: str) -> Policy:
        """Let a way out stay open for a reason, as this person's decision; its check stays an item of the checklist.

        Raises UserError without a reason or when the policy has no such way out, RefusedError while busy.
        """
        said = " ".join(reason.split())
        if not said:
            raise UserError(
                "A waiver needs a reason",
                "It stands in the certificate, with who gave it.",
                "Say why this way out may stay open.",
            )
        known = self._changes.in_force(ref)
        at = self._clock.now().isoformat(timespec="seconds")
        text = with_waiver(known.version.text, way, said, by=self._actor, at=at)
        return self._changes.write(
            known, text, WAIVED, Record(action="policy.waive", detail={"way": way, "reason": said}), None
        )

    def runs(self, ref: str) -> tuple[RunApproval, ...]:
        """What the environment's policy runs on a copy, each with its approval."""
        runs = self._changes.in_force(ref).policy.run
        with self._catalog.read() as tx:
            approved = {a.digest: a for a in tx.policies.approvals([run.digest for run in runs])}
        return tuple(RunApproval(run=run, approval=approved.get(run.digest)) for run in runs)

    def approve(self, ref: str, run: str, *, digest: str) -> RunApproval:
        """Approve that exactly the text of that digest is run on copies.

        One that is approved already stays as it was. Raises UserError when the policy runs nothing of that id,
        RefusedError when what it runs has another digest.
        """
        environment = self._changes.in_force(ref).environment
        runs = self.runs(ref)
        known = next((r for r in runs if r.run.id == run), None)
        if known is None:
            there = ", ".join(r.run.id for r in runs) or "nothing"
            raise UserError(f"The policy of {ref} runs no {shown(run)}", f"It runs: {there}.", "Give one of these ids.")
        entry = known.run
        if entry.digest != digest.strip().lower():
            raise RefusedError(
                f"What {shown(run)} runs is another text",
                f"Its SHA-256 is {entry.digest}, not the one given.",
                "Read it as it is now, then approve that.",
            )
        if known.approval is not None:
            return known
        approval = Approval(digest=entry.digest, kind=entry.kind, text=entry.text, by=self._actor, at=self._clock.now())
        with self._catalog.write() as tx:
            tx.policies.approve(approval)
            kept = next(iter(tx.policies.approvals([entry.digest])), approval)
            tx.audit.append("policy.approve", environment.ref, run=run, kind=entry.kind, digest=entry.digest)
        return RunApproval(run=entry, approval=kept)

    def _drift(self, known: InForce) -> tuple[DriftReport, Schema]:
        production, policy = _production(known), known.policy
        structure = known.reviewed.structure if known.reviewed is not None else None
        with self._adapter_for(production.database).open_source(source_of(production)) as source:
            schema = source.schema()
            items = with_suggestions(drift(structure, schema, policy), schema, policy, source.sample)
        report = DriftReport(
            environment=known.environment.ref,
            source=production.ref,
            policy=known.version.name,
            reviewed_by=known.reviewed.by if known.reviewed is not None else "",
            reviewed_at=known.reviewed.at if known.reviewed is not None else None,
            items=items,
        )
        return report, schema

    def _reviewed(self, known: InForce, schema: Schema, items: Sequence[DriftItem], *, whole: bool) -> Reviewed | None:
        if whole:
            return self._changes.reviewed_whole(schema)
        return self._changes.reviewed(known, schema, [item.difference for item in items])

    def _accepted(self, known: InForce, schema: Schema, items: Sequence[DriftItem]) -> str:
        """The policy's text with what was accepted."""
        decisions: list[Decision] = [
            (item.table, item.column, self._changes.signed(item.accepted))
            for item in items
            if item.column is not None and item.accepted is not None
        ]
        day = self._clock.now().date().isoformat()
        tables = [table_accepted(item, self._actor, day) for item in items if item.rows == "none"]
        text = known.version.text
        if decisions or tables:
            source = columns_of(schema, {table for table, _, _ in decisions})
            text = with_decisions(text, decisions, tables=tables, source=source)
        policy = known.policy
        gone = [_as_written(policy, item) for item in items if item.kind is DriftKind.REMOVED]
        return without_places(text, [place for place in gone if place is not None])


def _acceptable(item: DriftItem) -> bool:
    """Not what only a person can decide: a column for which nothing could be suggested."""
    return item.kind is DriftKind.REMOVED or item.rows == "none" or item.accepted is not None


def _as_written(policy: Policy, item: DriftItem) -> tuple[str, str | None] | None:
    """Where the policy's text speaks of what is gone; None where it does not, or says that it may be missing."""
    folded = item.table.casefold()
    table = policy.tables.get(item.table) or next(
        (t for name, t in policy.tables.items() if name.casefold() == folded), None
    )
    if table is None or table.optional:
        return None
    if item.column is None:
        return table.name, None
    named = item.column.casefold()
    column = item.column if item.column in table.columns else None
    return table.name, column or next((c for c in table.columns if c.casefold() == named), item.column)


def _production(known: InForce) -> Environment:
    if known.source is None:
        raise UserError(
            f"{known.environment.ref} has no source",
            "There is no production to look at.",
            f'Set one: `sandkeeper environment set "{known.environment.ref}" --source NAME`.',
        )
    return known.source


def _planned(
    known: InForce, schema: Schema, table: str, column: str, decision: ColumnPolicy
) -> tuple[ColumnPlan | None, tuple[Finding, ...]]:
    """The column as it would be planned, and what planning finds about it."""
    policy = known.policy
    old = policy.table(table) or TablePolicy(name=table)
    others = {name: how for name, how in old.columns.items() if name.casefold() != column.casefold()}
    treated = replace(old, name=table, rows=Rows(), columns={**others, column: decision})
    tables = {name: t for name, t in policy.tables.items() if t is not old}
    made = make_plan(
        PlanRequest(
            kind=OperationKind.REFRESH,
            environment=known.environment,
            source=known.source,
            policy=replace(policy, tables={**tables, table: treated}),
            schema=schema,
        )
    )
    planned = next((c for t in made.tables if t.table == table for c in t.columns if c.column == column), None)
    if planned is not None and planned.treatment is Treatment.GENERATED:
        why = error("mask.computed", "The database computes this column from others; it is not masked itself.", column)
        return None, (why,)
    return planned, tuple(f for f in made.findings if f.where == f"{table}.{column}")


def _unfit(planned: ColumnPlan, made: ColumnPlan) -> Finding:
    return error(
        "mask.values",
        f"The mask {planned.mask} cannot take the values of this column as they are.",
        made.column,
        "Choose another mask.",
    )
