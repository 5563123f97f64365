"""What differs between two policies, in words, and between their two files, line by line."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Final

from app.domain.policy import ColumnPolicy, Policy, TablePolicy, Treatment
from app.domain.versions import ChangeKind, PolicyChange
from app.policy.conditions import value_data
from app.policy.relations import place_text
from app.policy.write import policy_data, table_data
from app.policy.yaml_text import flow_text

Fields = Mapping[str, object]

_IN_ORDER: Final = ("actions", "run", "steps")
"""Parts that are gone through from first to last, so that another order is another policy."""

_TREATED: Final = {
    Treatment.KEEP: "kept",
    Treatment.MASK: "masked",
    Treatment.REVIEW: "nobody has decided",
    Treatment.DROP: "left behind",
    Treatment.GENERATED: "generated",
}


def difference(old: Policy, new: Policy) -> tuple[PolicyChange, ...]:
    """Everything that means something else, in the order of a policy's parts; nothing where two files say the same."""
    before, after = policy_data(old), policy_data(new)
    changes: list[PolicyChange] = []
    for part in {**before, **after}:
        if part == "tables":
            changes.extend(_tables(old, new))
        elif isinstance(before.get(part, after.get(part)), list):
            changes.extend(_entries(part, _by_name(before.get(part)), _by_name(after.get(part))))
        else:
            changes.extend(_compared("policy", part, before.get(part), after.get(part)))
    return tuple(changes)


def text_difference(old: str, new: str, old_name: str, new_name: str) -> str:
    """The unified difference of two texts, with three lines around each change; empty where they are the same."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def column_words(column: ColumnPolicy) -> str:
    """How one column is treated, why, and who said so."""
    words = _TREATED[column.treatment]
    if column.mask:
        words += f" with {column.mask}"
    if column.parameters:
        words += " (" + ", ".join(f"{k}: {flow_text(value_data(v))}" for k, v in column.parameters.items()) + ")"
    if column.reason:
        words += f": {column.reason}"
    if column.decided_by or column.decided_at:
        by, on = column.decided_by or "somebody", column.decided_at.partition("T")[0]
        words += f" (decided by {by}" + (f" on {on})" if on else ")")
    return words


def _tables(old: Policy, new: Policy) -> Iterator[PolicyChange]:
    for name in {**old.tables, **new.tables}:
        before, after = old.tables.get(name), new.tables.get(name)
        if before is None or after is None:
            yield PolicyChange(
                part="tables",
                name=name,
                kind=ChangeKind.ADDED if before is None else ChangeKind.REMOVED,
                before=_table_words(before) if before else "",
                after=_table_words(after) if after else "",
            )
            continue
        yield from _changed("tables", name, _without_columns(before), _without_columns(after))
        for column in {**before.columns, **after.columns}:
            was, is_ = before.columns.get(column), after.columns.get(column)
            yield from _compared(
                "columns", place_text(name, column), was and column_words(was), is_ and column_words(is_)
            )


def _without_columns(table: TablePolicy) -> Fields:
    return {key: value for key, value in table_data(table).items() if key != "columns"}


def _table_words(table: TablePolicy) -> str:
    columns = [f"{name} {column_words(column)}" for name, column in table.columns.items()]
    return "; ".join([_words(_without_columns(table)), *columns])


def _by_name(entries: object) -> dict[str, Fields]:
    """The entries of a part by their id, or by their table where they have none."""
    found = entries if isinstance(entries, list) else []
    return {str(entry.get("id", entry.get("table"))): entry for entry in found}


def _entries(part: str, before: Mapping[str, Fields], after: Mapping[str, Fields]) -> Iterator[PolicyChange]:
    for name in {**before, **after}:
        was, is_ = before.get(name), after.get(name)
        if was is None or is_ is None:
            yield from _compared(part, name, was and _words(_unnamed(was)), is_ and _words(_unnamed(is_)))
        else:
            yield from _changed(part, name, was, is_)
    order = [name for name in before if name in after], [name for name in after if name in before]
    if part in _IN_ORDER and order[0] != order[1]:
        said = [", ".join(names) for names in order]
        yield PolicyChange(part=part, name="order", kind=ChangeKind.CHANGED, before=said[0], after=said[1])


def _unnamed(entry: Fields) -> Fields:
    return {key: value for key, value in entry.items() if key != "id"}


def _changed(part: str, name: str, before: Fields, after: Fields) -> Iterator[PolicyChange]:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if keys:
        yield PolicyChange(
            part=part, name=name, kind=ChangeKind.CHANGED, before=_words(before, keys), after=_words(after, keys)
        )


def _words(entry: Fields, keys: list[str] | None = None) -> str:
    said = [f"{key}: {_plain(entry[key])}" if key in entry else f"no {key}" for key in keys or entry]
    return "; ".join(said)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else flow_text(value)


def _compared(part: str, name: str, before: object, after: object) -> Iterator[PolicyChange]:
    if before == after:
        return
    kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED if after is None else ChangeKind.CHANGED
    yield PolicyChange(
        part=part,
        name=name,
        kind=kind,
        before="" if before is None else _plain(before),
        after="" if after is None else _plain(after),
    )
