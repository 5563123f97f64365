"""The parts of a policy that look at two databases at once: `preserve`, `reconcile` and `serial_number`; and `steps`,
the source system's own list."""

from collections.abc import Collection

from app.domain.policy import BUILT_IN_ITEMS, Preserve, Reconcile, Scalar, SerialNumber, Step
from app.policy.conditions import condition_data, read_condition
from app.policy.positions import Node, shown
from app.policy.reading import Reader, near

_PRESERVE_KEYS = ("id", "title", "table", "where", "match", "orphans")
_LONGEST_NAME = 100_000


def read_preserve(reader: Reader, node: Node) -> tuple[Preserve, ...]:
    found: dict[str, Preserve] = {}
    for item in reader.items(node, "preserve"):
        fields = reader.fields(item, "an entry of 'preserve'", _PRESERVE_KEYS)
        if fields is None or not reader.required(item, fields, ("id", "table"), "an entry of 'preserve'"):
            continue
        id_ = reader.id(fields, "an entry of 'preserve'")
        what = f"preserve {shown(id_ or '?')}"
        orphans = reader.text(fields, "orphans", "stop")
        if orphans not in ("stop", "leave"):
            reader.problem(fields["orphans"][1], f"'orphans' of {what} is stop or leave, not {shown(orphans)}")
        if id_ in found:
            reader.problem(item, f"there are two entries {shown(id_)} in 'preserve'")
        elif id_ is not None:
            found[id_] = Preserve(
                id=id_,
                title=reader.text(fields, "title", id_),
                table=reader.text(fields, "table", limit=_LONGEST_NAME),
                condition=read_condition(reader, fields["where"][1], what) if "where" in fields else (),
                match=_columns(reader, fields["match"][1], f"'match' of {what}") if "match" in fields else (),
                leave_orphans=orphans == "leave",
                position=item.position,
            )
    return tuple(found.values())


def _columns(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    values = reader.scalars(node, what)
    names = tuple(value for value in values if isinstance(value, str) and value)
    if len(names) != len(values) or not names:
        reader.problem(node, f"{what} is a list of columns")
    return names


def read_steps(reader: Reader, node: Node, checks: Collection[str]) -> tuple[Step, ...]:
    """Each step is proven by checks, done by a person, or not applicable; exactly one of them."""
    known = (*checks, *BUILT_IN_ITEMS)
    found: dict[str, Step] = {}
    for item in reader.items(node, "steps"):
        fields = reader.fields(item, "a step", ("id", "title", "check", "manual", "not_applicable"))
        if fields is None or not reader.required(item, fields, ("id", "title"), "a step"):
            continue
        id_ = reader.id(fields, "a step")
        what = f"step {shown(id_ or '?')}"
        ways = [name for name in ("check", "manual", "not_applicable") if name in fields]
        if len(ways) != 1:
            reader.problem(item, f"{what} needs exactly one of 'check', 'manual' and 'not_applicable'")
        named = _named(reader, fields["check"][1], what, known) if "check" in fields else ()
        words = {name: reader.text(fields, name).strip() for name in ("manual", "not_applicable")}
        for name in ways:
            if name != "check" and not words[name]:
                reader.problem(fields[name][1], f"{shown(name)} of {what} needs words")
        if id_ is not None and reader.is_new_item(item, id_):
            found[id_] = Step(
                id=id_,
                title=reader.text(fields, "title"),
                checks=named,
                manual=words["manual"],
                not_applicable=words["not_applicable"],
                position=item.position,
            )
    return tuple(found.values())


def _named(reader: Reader, node: Node, what: str, known: Collection[str]) -> tuple[str, ...]:
    if node.is_scalar:
        single = reader.scalar(node, f"'check' of {what}")
        values: tuple[Scalar, ...] = single or ()
    else:
        values = reader.scalars(node, f"'check' of {what}")
    names = tuple(str(value) for value in values)
    if not names:
        reader.problem(node, f"'check' of {what} names no check")
    for name in names:
        if name not in known:
            reader.problem(node, f"there is no check {shown(name)} in this policy{near(name, known)}")
    return names


def read_reconcile(reader: Reader, node: Node) -> tuple[Reconcile, ...]:
    found: dict[str, Reconcile] = {}
    for item in reader.items(node, "reconcile"):
        fields = reader.fields(item, "an entry of 'reconcile'", ("table", "sums"))
        if fields is None or not reader.required(item, fields, ("table",), "an entry of 'reconcile'"):
            continue
        table = reader.text(fields, "table", limit=_LONGEST_NAME)
        sums = _columns(reader, fields["sums"][1], f"'sums' of {shown(table)}") if "sums" in fields else ()
        if table in found:
            reader.problem(item, f"{shown(table)} stands twice in 'reconcile'")
            continue
        found[table] = Reconcile(table=table, sums=sums, position=item.position)
    return tuple(found.values())


def read_serial_number(reader: Reader, node: Node) -> SerialNumber | None:
    fields = reader.fields(node, "'serial_number'", ("table", "column"))
    if fields is None or not reader.required(node, fields, ("table", "column"), "'serial_number'"):
        return None
    return SerialNumber(
        table=reader.text(fields, "table", limit=_LONGEST_NAME),
        column=reader.text(fields, "column", limit=_LONGEST_NAME),
    )


def preserve_data(entry: Preserve) -> dict[str, object]:
    data: dict[str, object] = {"id": entry.id, "title": entry.title, "table": entry.table}
    if entry.condition:
        data["where"] = condition_data(entry.condition)
    if entry.match:
        data["match"] = list(entry.match)
    return data | ({"orphans": "leave"} if entry.leave_orphans else {})


def step_data(step: Step) -> dict[str, object]:
    data: dict[str, object] = {"id": step.id, "title": step.title}
    if step.checks:
        data["check"] = step.checks[0] if len(step.checks) == 1 else list(step.checks)
    for name, words in (("manual", step.manual), ("not_applicable", step.not_applicable)):
        if words:
            data[name] = words
    return data


def reconcile_data(entry: Reconcile) -> dict[str, object]:
    return {"table": entry.table} | ({"sums": list(entry.sums)} if entry.sums else {})
