"""The parts `actions` and `checks` of a policy: what is changed in the copy, and what proves it. Never SQL."""

from app.domain.policy import Action, ActionKind, Check, Condition, OptionType, Value
from app.policy.conditions import read_condition
from app.policy.positions import Node, shown
from app.policy.reading import Fields, Reader, is_reference, near

_ACTION_KEYS = ("id", "title", "table", "set", "insert", "delete", "where", "when")
_CHECK_KEYS = ("id", "title", "table", "where", "expect", "help")


def read_actions(reader: Reader, node: Node) -> tuple[Action, ...]:
    found: dict[str, Action] = {}
    for item in reader.items(node, "actions"):
        action = _action(reader, item)
        if action is not None and action.id in found:
            reader.problem(item, f"there are two actions {shown(action.id)}")
        elif action is not None:
            found[action.id] = action
    return tuple(found.values())


def _action(reader: Reader, node: Node) -> Action | None:
    fields = reader.fields(node, "an action", _ACTION_KEYS)
    if fields is None or not reader.required(node, fields, ("id", "table"), "an action"):
        return None
    id_ = reader.id(fields, "an action")
    what = f"action {shown(id_ or '?')}"
    kinds = [name for name in ("set", "insert", "delete") if name in fields]
    if len(kinds) != 1:
        reader.problem(node, f"{what} needs exactly one of 'set', 'insert' and 'delete'")
        return None
    kind = {"set": ActionKind.UPDATE, "insert": ActionKind.INSERT, "delete": ActionKind.DELETE}[kinds[0]]
    if kind is ActionKind.DELETE and reader.boolean(fields["delete"][1], "'delete'") is False:
        reader.problem(fields["delete"][1], "'delete' can only be true; leave the action out instead")
    values = {} if kind is ActionKind.DELETE else _values(reader, fields[kinds[0]][1], what)
    if kind is ActionKind.INSERT and "where" in fields:
        reader.problem(fields["where"][0], f"{what} adds a row, so it has no 'where'")
    if id_ is None:
        return None
    return Action(
        id=id_,
        title=reader.text(fields, "title", id_),
        kind=kind,
        table=reader.text(fields, "table", limit=100_000),
        values=values,
        condition=_where(reader, fields, what),
        when=_when(reader, fields, what),
        position=node.position,
    )


def _values(reader: Reader, node: Node, what: str) -> dict[str, Value]:
    fields = reader.fields(node, f"what {what} sets", of_database=True)
    if fields == {}:
        reader.problem(node, f"{what} sets nothing")
    found: dict[str, Value] = {}
    for column, (_, value) in (fields or {}).items():
        if is_reference(value):
            reference = reader.reference(value)
            if reference is not None and reader.options[reference.option].type is OptionType.LIST:
                reader.problem(
                    value, f"{shown(column)} takes one value, and the option {shown(reference.option)} is a list"
                )
            elif reference is not None:
                found[column] = reference
            continue
        single = reader.scalar(value, f"the value for {shown(column)}")
        if single is not None:
            found[column] = single[0]
    return found


def _where(reader: Reader, fields: Fields, what: str) -> Condition:
    return read_condition(reader, fields["where"][1], what) if "where" in fields else ()


def _when(reader: Reader, fields: Fields, what: str) -> str | None:
    if "when" not in fields:
        return None
    node = fields["when"][1]
    name = node.value
    if not isinstance(name, str):
        reader.problem(node, f"'when' of {what} must be the id of a boolean option, not {node.kind}")
        return None
    if name not in reader.options:
        reader.problem(node, f"there is no option {shown(name)} in this policy{near(name, reader.options)}")
        return None
    if reader.options[name].type is not OptionType.BOOLEAN:
        reader.problem(node, f"'when' of {what} needs a boolean option; {shown(name)} is {reader.options[name].type}")
        return None
    return name


def read_checks(reader: Reader, node: Node) -> tuple[Check, ...]:
    found: dict[str, Check] = {}
    for item in reader.items(node, "checks"):
        check = _check(reader, item)
        if check is not None and check.id in found:
            reader.problem(item, f"there are two checks {shown(check.id)}")
        elif check is not None and reader.is_new_item(item, check.id):
            found[check.id] = check
    return tuple(found.values())


def _check(reader: Reader, node: Node) -> Check | None:
    fields = reader.fields(node, "a check", _CHECK_KEYS)
    if fields is None or not reader.required(node, fields, ("id", "table"), "a check"):
        return None
    id_ = reader.id(fields, "a check")
    what = f"check {shown(id_ or '?')}"
    at_least, at_most = _expected(reader, fields["expect"][1], what) if "expect" in fields else (0, 0)
    if id_ is None:
        return None
    return Check(
        id=id_,
        title=reader.text(fields, "title", id_),
        table=reader.text(fields, "table", limit=100_000),
        condition=_where(reader, fields, what),
        at_least=at_least,
        at_most=at_most,
        help=reader.text(fields, "help"),
        position=node.position,
    )


def _expected(reader: Reader, node: Node, what: str) -> tuple[int, int | None]:
    if node.entries is None:
        number = reader.integer(node, f"'expect' of {what}", least=0)
        return (number or 0, number or 0)
    fields = reader.fields(node, f"'expect' of {what}", ("at_least", "at_most")) or {}
    low = reader.integer(fields["at_least"][1], "'at_least'", least=0) if "at_least" in fields else 0
    high = reader.integer(fields["at_most"][1], "'at_most'", least=0) if "at_most" in fields else None
    if not fields:
        reader.problem(node, f"'expect' of {what} needs 'at_least' or 'at_most'")
    elif high is not None and high < (low or 0):
        reader.problem(node, f"'expect' of {what} asks for at least {low} and at most {high}")
    elif high is None and not low:
        reader.problem(node, f"'expect' of {what} holds whatever is found; a check that cannot fail proves nothing")
    return (low or 0, high)
