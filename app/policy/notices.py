"""The parts of a policy that speak to people: manual items, ways out, warnings and lifetime."""

from app.domain.operations import OperationKind
from app.domain.policy import Check, Lifetime, ManualItem, Outward, OutwardKind, PolicyWarning
from app.policy.positions import Node, shown
from app.policy.reading import Reader, near

_KINDS = tuple(str(kind) for kind in OutwardKind)
_OPERATIONS = tuple(str(kind) for kind in OperationKind)


def read_manual(reader: Reader, node: Node) -> tuple[ManualItem, ...]:
    found: dict[str, ManualItem] = {}
    for item in reader.items(node, "manual"):
        fields = reader.fields(item, "a manual item", ("id", "title", "instructions"))
        if fields is None or not reader.required(item, fields, ("id", "title"), "a manual item"):
            continue
        id_ = reader.id(fields, "a manual item")
        if id_ in found:
            reader.problem(item, f"there are two manual items {shown(id_)}")
        elif id_ is not None and reader.is_new_item(item, id_):
            found[id_] = ManualItem(
                id=id_, title=reader.text(fields, "title"), instructions=reader.text(fields, "instructions")
            )
    return tuple(found.values())


def read_outward(reader: Reader, node: Node, checks: tuple[Check, ...]) -> tuple[Outward, ...]:
    """Each way out is neutralised, as a check proves, or waived with a reason; never neither."""
    known = [check.id for check in checks]
    found: dict[str, Outward] = {}
    for item in reader.items(node, "outward"):
        fields = reader.fields(
            item, "a way out", ("id", "title", "kind", "check", "waived", "decided_by", "decided_at")
        )
        if fields is None or not reader.required(item, fields, ("id", "kind"), "a way out"):
            continue
        id_ = reader.id(fields, "a way out")
        kind = reader.text(fields, "kind")
        if kind and kind not in _KINDS:
            reader.problem(
                fields["kind"][1],
                f"there is no kind of way out {shown(kind)}{near(kind, _KINDS)}; kinds: {', '.join(_KINDS)}",
            )
        if ("check" in fields) == ("waived" in fields):
            reader.problem(
                item, "a way out needs either 'check' (what proves it closed) or 'waived' (why it may stay open)"
            )
        check = reader.text(fields, "check") or None
        if check is not None and check not in known:
            reader.problem(fields["check"][1], f"there is no check {shown(check)} in this policy{near(check, known)}")
        waived = reader.text(fields, "waived").strip() or None
        if "waived" in fields and waived is None:
            reader.problem(fields["waived"][1], "'waived' needs a reason in words")
        if id_ in found:
            reader.problem(item, f"there are two ways out {shown(id_)}")
        elif id_ is not None and kind in _KINDS:
            found[id_] = Outward(
                id=id_,
                title=reader.text(fields, "title", id_),
                kind=OutwardKind(kind),
                check=check,
                waived=waived,
                decided_by=reader.text(fields, "decided_by"),
                decided_at=reader.text(fields, "decided_at"),
            )
    return tuple(found.values())


def read_warnings(reader: Reader, node: Node) -> tuple[PolicyWarning, ...]:
    found: dict[str, PolicyWarning] = {}
    for item in reader.items(node, "warnings"):
        fields = reader.fields(item, "a warning", ("id", "text", "on"))
        if fields is None or not reader.required(item, fields, ("id", "text"), "a warning"):
            continue
        id_ = reader.id(fields, "a warning")
        text = reader.text(fields, "text")
        on = _on(reader, fields["on"][1]) if "on" in fields else _OPERATIONS
        if id_ == "all":
            reader.problem(fields["id"][1], "'all' cannot be the id of a warning: it acknowledges every one")
        elif id_ in found:
            reader.problem(item, f"there are two warnings {shown(id_)}")
        elif id_ is not None:
            found[id_] = PolicyWarning(id=id_, text=text, on=on)
    return tuple(found.values())


def _on(reader: Reader, node: Node) -> tuple[str, ...]:
    found: list[str] = []
    for item in reader.items(node, "'on'"):
        if item.value in _OPERATIONS:
            found.append(str(item.value))
        else:
            said = shown(item.value) if isinstance(item.value, str) else item.kind
            hint = near(item.value, _OPERATIONS) if isinstance(item.value, str) else ""
            reader.problem(item, f"there is no operation {said}{hint}; operations: {', '.join(_OPERATIONS)}")
    if node.items == []:
        reader.problem(node, "'on' is empty, so this warning would never be shown")
    return tuple(found)


def read_lifetime(reader: Reader, node: Node) -> Lifetime | None:
    """A number of days, or `{days: 14, remind_days: 3}`."""
    if node.entries is None:
        days = reader.integer(node, "lifetime (in days)", least=1, most=3650)
        return None if days is None else Lifetime(days=days, remind_days=min(3, days))
    fields = reader.fields(node, "lifetime", ("days", "remind_days"))
    if fields is None or not reader.required(node, fields, ("days",), "lifetime"):
        return None
    days = reader.integer(fields["days"][1], "'days'", least=1, most=3650)
    if days is None:
        return None
    remind = min(3, days)
    if "remind_days" in fields:
        remind = reader.integer(fields["remind_days"][1], "'remind_days'", least=0, most=days) or 0
    return Lifetime(days=days, remind_days=remind)
