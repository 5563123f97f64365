"""Options that say nothing until another was chosen: "documents since" matters for "some documents" alone."""

from collections.abc import Iterator, Mapping

from app.domain.policy import Clause, OptionRef, Policy, RowSet

SOME = "some"


def idle_options(policy: Policy | None, chosen: Mapping[str, object]) -> frozenset[str]:
    """Options of which nothing depends now: they are used only in conditions that choose `some` rows, and none of
    those is chosen."""
    if policy is None:
        return frozenset()
    governed: dict[str, set[str]] = {}
    always: set[str] = set()
    for table in policy.tables.values():
        for name in _in_condition(table.rows.condition):
            if table.rows.option is None:
                always.add(name)
            else:
                governed.setdefault(name, set()).add(table.rows.option)
        for column in table.columns.values():
            always.update(value.option for value in column.parameters.values() if isinstance(value, OptionRef))
    for action in policy.actions:
        always.update(_in_condition(action.condition), {action.when} if action.when else ())
        always.update(value.option for value in action.values.values() if isinstance(value, OptionRef))
    conditions = [check.condition for check in policy.checks]
    conditions += [entry.condition for entry in policy.preserve]
    conditions += [option.choices_from.condition for option in policy.options if option.choices_from is not None]
    for condition in conditions:
        always.update(_in_condition(condition))
    return frozenset(
        name
        for name, by in governed.items()
        if name not in always and not any(chosen.get(option) == SOME for option in by)
    )


def _in_condition(condition: tuple[Clause, ...]) -> Iterator[str]:
    for clause in condition:
        if isinstance(clause.value, OptionRef):
            yield clause.value.option
        elif isinstance(clause.value, RowSet):
            yield from _in_condition(clause.value.condition)
