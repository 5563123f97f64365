"""The JSON that scripts rely on: names and shapes here are a contract, to be extended and never broken."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.environments import Environment, Tenant
from app.domain.findings import Finding
from app.domain.inspection import Inspection
from app.domain.operations import ChecklistItem, Operation
from app.domain.plan import ColumnPlan, Impact, Offer, Plan, TablePlan
from app.domain.policy import Option, OptionRef, PolicyWarning
from app.errors import RefusedError, SandkeeperError

Data = dict[str, object]


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if at is None else at.isoformat()


def problem_data(problem: SandkeeperError) -> Data:
    """`error`, and what else a script needs to go on."""
    data: Data = {
        "error": {"kind": problem.kind, "title": problem.title, "detail": problem.detail, "hint": problem.hint}
    }
    if isinstance(problem, RefusedError):
        data["findings"] = [finding_data(f) for f in problem.findings if isinstance(f, Finding)]
        data["warnings"] = [warning_data(w) for w in problem.warnings if isinstance(w, PolicyWarning)]
        if problem.operation is not None:
            data["operation"] = problem.operation
    problems = getattr(problem, "problems", None)
    if problems is not None:
        data["problems"] = [{"line": p.line, "column": p.column, "message": p.message} for p in problems]
    return data


def finding_data(finding: Finding) -> Data:
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "message": finding.message,
        "where": finding.where,
        "hint": finding.hint,
        "fingerprint": finding.fingerprint,
    }


def warning_data(warning: PolicyWarning) -> Data:
    return {"id": warning.id, "text": warning.text}


def tenant_data(tenant: Tenant, environments: Sequence[Environment] = ()) -> Data:
    return {
        "id": tenant.id,
        "name": tenant.name,
        "created_at": moment(tenant.created_at),
        "environments": [e.name for e in environments],
    }


def environment_data(seen: Inspection) -> Data:
    """One environment, as `environment list`, `show`, `add` and `set` give it and `inspect` begins."""
    return {
        "id": seen.id,
        "tenant": seen.tenant,
        "name": seen.name,
        "kind": str(seen.kind),
        "state": str(seen.state),
        "database": seen.database,
        "source": seen.source,
        "policy": seen.policy,
        "policy_outdated": seen.policy_outdated,
        "copied_at": moment(seen.copied_at),
        "expires_at": moment(seen.expires_at),
        "proven": seen.proven,
        "checklist": {"done": seen.checklist_done, "of": seen.checklist_of},
        "size_bytes": seen.size_bytes,
        "marker": str(seen.marker),
        "problem": seen.problem,
    }


def inspection_data(seen: Inspection) -> Data:
    return environment_data(seen) | {
        "engine": seen.engine,
        "tables": [{"table": t.table, "rows": t.rows} for t in seen.tables],
        "impact": impact_data(seen.impact),
        "items": [item_data(item) for item in seen.checklist],
        "secrets": seen.secrets,
    }


def item_data(item: ChecklistItem) -> Data:
    return {
        "id": item.id,
        "title": item.title,
        "kind": str(item.kind),
        "state": str(item.state),
        "evidence": item.evidence,
        "found": item.found,
        "checked_at": moment(item.checked_at),
        "instructions": item.instructions,
        "note": item.note,
        "ticked_by": item.ticked_by,
        "query": item.query,
        "details": [list(row) for row in item.details],
    }


def operation_data(operation: Operation) -> Data:
    proof = operation.proof
    return {
        "id": operation.id,
        "kind": str(operation.kind),
        "environment": operation.environment,
        "state": str(operation.state),
        "reason": operation.reason,
        "hint": operation.hint,
        "requested_by": operation.requested_by,
        "created": moment(operation.created),
        "started": moment(operation.started),
        "finished": moment(operation.finished),
        "seconds": operation.seconds,
        "cancel_requested": operation.cancel_requested,
        "phases": [
            {"name": str(phase.name), "state": str(phase.state), "seconds": phase.seconds} for phase in operation.phases
        ],
        "tables": [{"table": t.table, "rows": t.rows, "of": t.of, "bytes": t.bytes} for t in operation.tables],
        "checklist": [item_data(item) for item in operation.checklist],
        "proof": {
            "state": str(proof.state),
            "originals": proof.originals,
            "values": proof.values,
            "hits": [{"table": h.table, "column": h.column, "count": h.count} for h in proof.hits],
            "not_proven": [
                {"table": n.table, "column": n.column, "count": n.count, "why": n.why} for n in proof.not_proven
            ],
        },
        "findings": [finding_data(finding) for finding in operation.findings],
        "certificate": operation.certificate,
    }


def operations_data(operations: Sequence[Operation]) -> Data:
    return {"operations": [operation_data(operation) for operation in operations]}


def plan_data(plan: Plan) -> Data:
    return {
        "operation": plan.operation,
        "environment": plan.environment,
        "source": plan.source,
        "policy": plan.policy,
        "policy_hash": plan.policy_hash,
        "findings": [finding_data(finding) for finding in plan.findings],
        "tables": [_table_data(table) for table in plan.tables],
        "actions": [{"id": action.id, "title": action.title, "table": action.table} for action in plan.actions],
        "checks": [{"id": check.id, "title": check.title, "table": check.table} for check in plan.checks],
        "options": [
            _option_data(option, plan.chosen.get(option.id)) | _offers_data(plan.offers.get(option.id))
            for option in plan.options
        ],
        "preserve": [
            {"id": p.id, "title": p.title, "table": p.table, "rows": plan.preserved.get(p.id)} for p in plan.preserve
        ],
        "run": [{"id": r.id, "title": r.title, "kind": r.kind, "digest": r.digest} for r in plan.run],
        "reconcile": [{"table": r.table, "sums": list(r.sums)} for r in plan.reconcile],
        "steps": [{"id": s.id, "title": s.title} for s in plan.steps],
        "not_applicable": [{"id": n.id, "title": n.title, "reason": n.reason} for n in plan.not_applicable],
        "warnings": [warning_data(warning) for warning in plan.warnings],
        "impact": impact_data(plan.impact),
    }


def _table_data(table: TablePlan) -> Data:
    return {
        "table": table.table,
        "rows": table.rows,
        "copied": table.copied,
        "coming": table.coming,
        "reason": table.reason,
        "references": [
            {"column": r.column, "to": f"{r.table}.{r.referred}", "gone": str(r.gone)} for r in table.references
        ],
        "columns": [_column_data(column) for column in table.columns],
    }


def _column_data(column: ColumnPlan) -> Data:
    return {
        "column": column.column,
        "type": column.type,
        "treatment": str(column.treatment),
        "mask": column.mask,
        "decided": column.decided,
        "decided_by": column.decided_by,
        "decided_at": column.decided_at,
        "reason": column.reason,
        "before": list(column.before),
        "after": list(column.after),
    }


def _option_data(option: Option, chosen: object) -> Data:
    default = option.default
    return {
        "id": option.id,
        "type": str(option.type),
        "title": option.title,
        "help": option.help,
        "default": {"option": default.option} if isinstance(default, OptionRef) else _plain(default),
        "choices": list(option.choices),
        "chosen": _plain(chosen),
    }


def _offers_data(offers: Sequence[Offer] | None) -> Data:
    """What can be chosen, read only with --samples."""
    return {} if offers is None else {"offers": [{"value": offer.value, "label": offer.label} for offer in offers]}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def impact_data(impact: Impact) -> Data:
    return {
        "exists": impact.exists,
        "last_copied_at": moment(impact.last_copied_at),
        "rows_changed": impact.rows_changed,
        "exact": impact.exact,
        "note": impact.note,
        "changes": [
            {"table": c.table, "added": c.added, "changed": c.changed, "removed": c.removed} for c in impact.changes
        ],
        "connected": list(impact.connected),
        "size_bytes": impact.size_bytes,
        "destroys": list(impact.destroys),
    }
