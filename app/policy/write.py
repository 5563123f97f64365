"""A `Policy` to the text of a file, and one decision into a text that somebody wrote and commented."""

from collections.abc import Collection, Iterable
from dataclasses import replace

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
from app.errors import UserError
from app.policy.conditions import condition_data, value_data
from app.policy.copies import preserve_data, reconcile_data, step_data
from app.policy.parse import PolicyError, parse_policy
from app.policy.positions import Node, read_tree, shown
from app.policy.relations import checksum_data, references_data
from app.policy.scripts import run_data
from app.policy.yaml_text import block_lines, flow_text

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
    data = _policy_data(policy)
    lines: list[str] = []
    for key, value in data.items():
        if key in _PARTS and lines:
            lines.append("")
        lines.extend(block_lines({key: value}, flow_at=3 if key == "tables" else 1))
    return "\n".join(lines) + "\n"


def with_decision(text: str, table: str, column: str, decision: ColumnPolicy, *, apart: Collection[str] = ()) -> str:
    """The policy text with one column's treatment changed (or added), everything else as it stood, comments included.

    A name is found without case, unless it is one of those in `apart`: names of other tables and columns of the source,
    which may differ from the one meant in case alone.

    Raises PolicyError when the text is not valid, UserError where the column stands in a shared part (an alias) or
    the file is written in a way that cannot be changed without touching something else.
    """
    before = parse_policy(text)
    table = _written(table, before.tables, apart)
    known = before.tables.get(table)
    column = _written(column, known.columns if known else (), apart)
    root = read_tree(text)
    written = _Change(text, decision_data(decision)).apply(root, ("tables", table, "columns", column))
    tables = dict(before.tables)
    old = known or TablePolicy(name=table)
    tables[table] = replace(old, columns={**old.columns, column: decision})
    try:
        same = parse_policy(written) == replace(before, tables=tables)
    except PolicyError:
        same = False
    if not same:
        raise UserError(
            f"The decision on {shown(table)} {shown(column)} could not be written into the policy",
            "The file shares parts (anchors and aliases) or is laid out so that changing one column would change more.",
            "Write that column out in the file by hand, then set the policy again.",
        )
    return written


def _written(name: str, names: Iterable[str], apart: Collection[str]) -> str:
    """The name as the file has it already, else as it is."""
    alike = [other for other in names if other.casefold() == name.casefold() and other not in apart]
    return name if not alike or name in names else alike[0]


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


class _Change:
    """Puts a value at a path of keys by changing the text around it, not by writing the file anew."""

    def __init__(self, text: str, value: object) -> None:
        self._text = text
        self._value = value

    def apply(self, node: Node, path: tuple[str, ...]) -> str:
        if node.alias:
            return self._text  # shared with others; the caller sees that nothing changed
        found = next((pair for pair in node.entries or [] if pair[0].value == path[0]), None)
        if found is None:
            return self._insert(node, path)
        key, value = found
        if len(path) > 1 and value.entries is not None:
            return self.apply(value, path[1:])
        return self._replace(key, value, path[1:])

    def _nested(self, path: tuple[str, ...]) -> object:
        value = self._value
        for name in reversed(path):
            value = {name: value}
        return value

    def _replace(self, key: Node, value: Node, path: tuple[str, ...]) -> str:
        if value.end > value.start and (value.is_scalar or value.flow) and not value.block:
            return self._text[: value.start] + flow_text(self._nested(path)) + self._text[value.end :]
        colon = self._text.index(":", key.end) + 1
        end = max(value.end, colon)
        kept = [] if value.block else self._comments(value, colon, end)
        line_end = "\n" if self._text[colon:end].endswith("\n") else ""
        above = "".join(f"{comment}\n{' ' * (key.position.column - 1)}" for comment in kept)
        head = self._text[: key.start] + above + self._text[key.start : colon]
        return f"{head} {flow_text(self._nested(path))}{line_end}{self._text[end:]}"

    def _comments(self, node: Node, start: int, end: int) -> list[str]:
        """The comments between `start` and `end`, outside of the values that stand there."""
        found: list[str] = []
        at = start
        for leaf in [*_leaves(node), None]:
            gap = self._text[at : leaf.start if leaf else end]
            found.extend("#" + line.split("#", 1)[1] for line in gap.splitlines() if "#" in line)
            at = leaf.end if leaf else end
        return found

    def _insert(self, node: Node, path: tuple[str, ...]) -> str:
        new = self._nested(path)
        if node.flow:
            brace = node.start + 1
            comma = ", " if node.entries else ""
            return self._text[:brace] + flow_text(new)[1:-1] + comma + self._text[brace:]
        indent = min(key.position.column for key, _ in node.entries or []) - 1
        inner = self._nested(path[1:])
        # A whole part that was missing is written as lines; a column or a table within one stays on its own line.
        lines = block_lines({path[0]: inner}, indent, flow_at=len(path) - 1)
        end = node.end
        if self._text[end - 1 : end] == "\n":
            return self._text[:end] + "\n".join(lines) + "\n" + self._text[end:]
        newline = self._text.find("\n", end)
        cut = len(self._text) if newline < 0 else newline
        return self._text[:cut].rstrip("\r") + "\n" + "\n".join(lines) + self._text[cut:]


def _leaves(node: Node) -> list[Node]:
    if node.is_scalar or node.alias:
        return [node]
    children = node.items if node.items is not None else [n for pair in node.entries or [] for n in pair]
    return [leaf for child in children for leaf in _leaves(child)]


def _policy_data(policy: Policy) -> dict[str, object]:
    data: dict[str, object] = {"policy": policy.name, "title": policy.title, "version": policy.version}
    if policy.description:
        data["description"] = policy.description
    if policy.lifetime:
        data["lifetime"] = {"days": policy.lifetime.days, "remind_days": policy.lifetime.remind_days}
    if not policy.baseline:
        data["baseline"] = False
    if policy.serial_number:
        data["serial_number"] = {"table": policy.serial_number.table, "column": policy.serial_number.column}
    if policy.options:
        data["options"] = [_option_data(option) for option in policy.options]
    data["tables"] = {name: _table_data(table) for name, table in policy.tables.items()}
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


def _table_data(table: TablePolicy) -> dict[str, object]:
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
    return data | _filled(check=way.check, waived=way.waived)
