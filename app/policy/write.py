"""A `Policy` to the text of a file."""

from app.domain.policy import (
    Action,
    ActionKind,
    Check,
    ColumnPolicy,
    Option,
    Outward,
    Policy,
    Rows,
    RowsKind,
    TablePolicy,
    Treatment,
)
from app.policy.conditions import condition_data, value_data
from app.policy.copies import preserve_data, reconcile_data, step_data
from app.policy.relations import checksum_data, references_data
from app.policy.scripts import run_data
from app.policy.yaml_text import block_lines

_PARTS = (
    "options",
    "tables",
    "preserve",
    "actions",
    "run",
    "checks",
    "reconcile",
    "steps",
    "manual",
    "outward",
    "warnings",
)


def write_policy(policy: Policy) -> str:
    """The policy as YAML. `parse_policy` of it gives the same policy again."""
    data = policy_data(policy)
    lines: list[str] = []
    for key, value in data.items():
        if key in _PARTS and lines:
            lines.append("")
        lines.extend(block_lines({key: value}, flow_at=3 if key == "tables" else 1))
    return "\n".join(lines) + "\n"


def decision_data(decision: ColumnPolicy) -> object:
    """How one column's treatment is written."""
    signed = {
        name: text for name, text in (("decided_by", decision.decided_by), ("decided_at", decision.decided_at)) if text
    }
    reason = {"reason": decision.reason} if decision.reason else {}
    if decision.treatment is Treatment.MASK:
        plain = {name: value_data(value) for name, value in decision.parameters.items() if name not in _RESERVED}
        nested = {name: value_data(value) for name, value in decision.parameters.items() if name in _RESERVED}
        extra = {"parameters": nested} if nested else {}
        return {"mask": decision.mask, **plain, **extra, **reason, **signed}
    word = str(decision.treatment)
    if signed:
        return {"treatment": word, **reason, **signed}
    return {word: decision.reason} if reason else word


_RESERVED = frozenset(("mask", "treatment", "parameters", "reason", "decided_by", "decided_at"))


def policy_data(policy: Policy) -> dict[str, object]:
    """The policy as its file's mapping, in the order it is written."""
    data: dict[str, object] = {"policy": policy.name, "title": policy.title, "version": policy.version}
    if policy.description:
        data["description"] = policy.description
    if policy.sources:
        data["sources"] = dict(policy.sources)
    if policy.lifetime:
        data["lifetime"] = {"days": policy.lifetime.days, "remind_days": policy.lifetime.remind_days}
    if not policy.baseline:
        data["baseline"] = False
    if policy.serial_number:
        data["serial_number"] = {"table": policy.serial_number.table, "column": policy.serial_number.column}
    if policy.options:
        data["options"] = [_option_data(option) for option in policy.options]
    data["tables"] = {name: table_data(table) for name, table in policy.tables.items()}
    if policy.preserve:
        data["preserve"] = [preserve_data(entry) for entry in policy.preserve]
    if policy.actions:
        data["actions"] = [_action_data(action) for action in policy.actions]
    if policy.run:
        data["run"] = [run_data(entry) for entry in policy.run]
    if policy.checks:
        data["checks"] = [_check_data(check) for check in policy.checks]
    if policy.reconcile:
        data["reconcile"] = [reconcile_data(entry) for entry in policy.reconcile]
    if policy.steps:
        data["steps"] = [step_data(step) for step in policy.steps]
    if policy.manual:
        data["manual"] = [{"id": m.id, "title": m.title} | _filled(instructions=m.instructions) for m in policy.manual]
    if policy.outward:
        data["outward"] = [_outward_data(way) for way in policy.outward]
    if policy.warnings:
        data["warnings"] = [{"id": w.id, "text": w.text, "on": list(w.on)} for w in policy.warnings]
    return data


def _filled(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in ("", None, ())}


def _option_data(option: Option) -> dict[str, object]:
    data = _filled(id=option.id, type=str(option.type)) | {"title": option.title} | _filled(help=option.help)
    if option.default is not None:
        data["default"] = value_data(option.default)
    if option.choices:
        data["choices"] = list(option.choices)
    if option.choices_from:
        data["choices_from"] = _filled(
            table=option.choices_from.table,
            value=option.choices_from.value,
            label=option.choices_from.label,
            where=condition_data(option.choices_from.condition) or None,
        )
    return data


def table_data(table: TablePolicy) -> dict[str, object]:
    """How one table is written."""
    data: dict[str, object] = {"rows": _rows_data(table.rows)}
    if table.reason:
        data["reason"] = table.reason
    if table.optional:
        data["optional"] = True
    if table.references:
        data["references"] = references_data(table.references)
    if table.checksum:
        data["checksum"] = checksum_data(table.checksum)
    if table.columns:
        data["columns"] = {name: decision_data(column) for name, column in table.columns.items()}
    return data


def _rows_data(rows: Rows) -> object:
    if rows.option is not None:
        return {"option": rows.option} | ({"where": condition_data(rows.condition)} if rows.condition else {})
    return {"where": condition_data(rows.condition)} if rows.kind is RowsKind.WHERE else str(rows.kind)


def _action_data(action: Action) -> dict[str, object]:
    data: dict[str, object] = {"id": action.id, "title": action.title, "table": action.table}
    if action.kind is ActionKind.DELETE:
        data["delete"] = True
    else:
        word = "set" if action.kind is ActionKind.UPDATE else "insert"
        data[word] = {name: value_data(value) for name, value in action.values.items()}
    if action.condition:
        data["where"] = condition_data(action.condition)
    if action.when:
        data["when"] = action.when
    return data


def _check_data(check: Check) -> dict[str, object]:
    data: dict[str, object] = {"id": check.id, "title": check.title, "table": check.table}
    if check.condition:
        data["where"] = condition_data(check.condition)
    if check.at_least == check.at_most:
        data["expect"] = check.at_least
    else:
        bounds = {"at_least": check.at_least} if check.at_least else {}
        data["expect"] = bounds | ({} if check.at_most is None else {"at_most": check.at_most})
    return data | _filled(help=check.help)


def _outward_data(way: Outward) -> dict[str, object]:
    data: dict[str, object] = {"id": way.id, "title": way.title, "kind": str(way.kind)}
    return data | _filled(check=way.check, waived=way.waived, decided_by=way.decided_by, decided_at=way.decided_at)
