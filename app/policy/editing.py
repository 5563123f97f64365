"""Changes to a policy text that somebody wrote and commented: only what is meant changes, everything else stays."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.domain.policy import ColumnPolicy, Gone, Policy, ReferencePolicy, TablePolicy
from app.errors import UserError
from app.policy.gone import pointless
from app.policy.masks import check_parameters
from app.policy.parse import PolicyError, parse_policy
from app.policy.positions import MAX_BYTES, Node, read_tree, shown
from app.policy.reading import near
from app.policy.relations import references_data
from app.policy.splicing import Splicing
from app.policy.write import decision_data, table_data

Decision = tuple[str, str, ColumnPolicy]
"""Table, column, and how it is treated."""

Source = Mapping[str, Collection[str]]
"""The source's tables with their columns, as it spells them; the columns of those decided on suffice."""


def with_decision(text: str, table: str, column: str, decision: ColumnPolicy, *, apart: Collection[str] = ()) -> str:
    """The policy text with one column's treatment changed (or added). `apart` are names of other tables and columns of
    the source. Otherwise as `with_decisions`."""
    return with_decisions(text, [(table, column, decision)], source={**dict.fromkeys(apart, ()), table: apart})


def with_decisions(
    text: str, decisions: Sequence[Decision], *, tables: Iterable[TablePolicy] = (), source: Source | None = None
) -> str:
    """The policy text with the treatment of these columns changed (or added) and these tables added, everything else as
    it stood, comments included.

    A name is found without case, unless the file spells it as the source spells another one: tables and columns may
    differ in case alone.

    Raises PolicyError when the text is not valid, UserError where a decision is not, where a column stands in a shared
    part (an alias) or the file is written in a way that cannot be changed without touching something else.
    """
    before = parse_policy(text)
    wanted = _wanted(before, decisions, source or {})
    added = {t.name: t for t in tables if t.name not in before.tables}
    written = _written(text, wanted, added)
    expected = {**before.tables}
    for name, table in {**added, **{n: TablePolicy(name=n) for n in wanted if n not in added}}.items():
        old = expected.get(name, table)
        expected[name] = replace(old, columns={**old.columns, **wanted.get(name, {})})
    if _reads_as(written, replace(before, tables=expected)):
        return written
    _must_be_readable(written)
    if len(decisions) > 1:  # by halves, which soon says the one that cannot be written
        text = with_decisions(text, (), tables=list(added.values()), source=source) if added else text
        for half in (decisions[: len(decisions) // 2], decisions[len(decisions) // 2 :]):
            text = with_decisions(text, half, source=source)
        return text
    if not decisions:
        raise _unwritten("The new table")
    ((table_name, column, how),) = decisions
    what = f"The decision on {shown(table_name)} {shown(column)}"
    wrong = check_parameters(how.mask, how.parameters) if how.mask is not None else ()
    raise UserError(f"{what} is not valid", "\n".join(wrong)) if wrong else _unwritten(what)


def _wanted(before: Policy, decisions: Iterable[Decision], source: Source) -> dict[str, dict[str, ColumnPolicy]]:
    """The decisions by table and column, under the names that the file has for them."""
    found: dict[str, dict[str, ColumnPolicy]] = {}
    for table, column, decision in decisions:
        named = _as_written(table, before.tables, source)
        known = before.tables.get(named)
        column_named = _as_written(column, known.columns if known else (), source.get(table, ()))
        found.setdefault(named, {})[column_named] = decision
    return found


def _as_written(name: str, names: Collection[str], apart: Collection[str]) -> str:
    """The name as the file has it already, else as it is."""
    if name in names:
        return name
    alike = [other for other in names if other.casefold() == name.casefold() and other not in apart]
    return alike[0] if alike else name


def _written(text: str, wanted: Mapping[str, Mapping[str, ColumnPolicy]], added: Mapping[str, TablePolicy]) -> str:
    splicing = Splicing(text)
    tables = splicing.child(read_tree(text), "tables")
    if tables is None:
        return text
    new: dict[str, object] = {}
    for name in {**wanted, **added}:
        data = {column: decision_data(decision) for column, decision in wanted.get(name, {}).items()}
        table = splicing.child(tables, name)
        if splicing.pair(tables, name) is None:
            whole = added.get(name, TablePolicy(name=name))
            said = table_data(replace(whole, columns={**whole.columns, **wanted.get(name, {})}))
            new[name] = said if name in added else {"columns": data}
        elif table is not None and (columns := splicing.child(table, "columns")) is not None:
            for column, value in data.items():
                pair = splicing.pair(columns, column)
                if pair is not None:
                    splicing.replace(*pair, value)
            fresh = {column: value for column, value in data.items() if splicing.pair(columns, column) is None}
            splicing.insert(columns, fresh, flow_at=0)
        elif table is not None and splicing.pair(table, "columns") is None:
            splicing.insert(table, {"columns": data}, flow_at=1)
    splicing.insert(tables, new, flow_at=2)
    return splicing.text()


def without_places(text: str, places: Iterable[tuple[str, str | None]]) -> str:
    """The policy text without these tables (column None) and columns, what it says of them as references, the checks
    that look at nothing else, and the ways out that only those proved closed. What it does not speak of is passed over.
    Raises as `with_decisions` does."""
    before = parse_policy(text)
    places = list(places)
    gone: dict[str, set[str] | None] = {}
    for table, column in places:
        if table not in before.tables or gone.get(table, ()) is None:
            continue
        gone[table] = None if column is None else (gone.get(table) or set()) | {column}
    if not gone:
        return text
    splicing = Splicing(text)
    tree = read_tree(text)
    tables = splicing.pair(tree, "tables")
    expected = {**before.tables}
    if tables is not None:
        splicing.remove(*tables, {name for name, columns in gone.items() if columns is None})
    for name, columns in gone.items():
        if columns is None:
            del expected[name]
            continue
        old = expected[name]
        expected[name] = replace(
            old,
            columns={c: decision for c, decision in old.columns.items() if c not in columns},
            references=tuple(r for r in old.references if r.column not in columns),
        )
        node = splicing.child(tables[1], name) if tables is not None else None
        for part in ("columns", "references"):
            pair = splicing.pair(node, part) if node is not None else None
            if pair is not None:
                splicing.remove(*pair, columns)
    lost = {check.id for check in pointless(before, places)}
    _remove_listed(splicing, tree, "checks", "id", lost)
    _remove_listed(splicing, tree, "outward", "check", lost)
    whole = replace(
        before,
        tables=expected,
        checks=tuple(check for check in before.checks if check.id not in lost),
        outward=tuple(way for way in before.outward if way.check not in lost),
    )
    return _checked(splicing.text(), whole, "The removal of what is gone")


def _remove_listed(splicing: Splicing, tree: Node, part: str, key: str, values: Collection[str]) -> None:
    """The entries of a list of mappings that have one of the values under a key."""
    listed = splicing.pair(tree, part)
    if listed is None or not values:
        return
    found = [splicing.pair(item, key) for item in listed[1].items or []]
    splicing.remove_items(*listed, [at for at, pair in enumerate(found) if pair and pair[1].value in values])


def with_waiver(text: str, way: str, reason: str, *, by: str, at: str) -> str:
    """The policy text with one way out waived for a reason, instead of being closed as a check proves (or waived for
    another reason). Raises UserError when the policy has no such way out, else as `with_decisions` does."""
    before = parse_policy(text)
    known = next((w for w in before.outward if w.id == way), None)
    if known is None:
        there = ", ".join(w.id for w in before.outward) or "none"
        raise UserError(
            f"The policy has no way out {shown(way)}{near(way, [w.id for w in before.outward])}",
            f"Its ways out: {there}.",
            "Give the id of one of them.",
        )
    waived = replace(known, check=None, waived=reason, decided_by=by, decided_at=at)
    splicing = Splicing(text)
    listed = splicing.pair(read_tree(text), "outward")
    for item in (listed[1].items or []) if listed is not None and not listed[1].alias else []:
        pair = splicing.pair(item, "id")
        if pair is not None and pair[1].value == way and not item.alias:
            said = {"waived": reason, "decided_by": by, "decided_at": at}
            splicing.exchange(item, ("check", *said), said)
    expected = replace(before, outward=tuple(waived if w.id == way else w for w in before.outward))
    return _checked(splicing.text(), expected, f"The waiver of {shown(way)}")


def with_reference(text: str, table: str, column: str, gone: Gone, *, source: Source | None = None) -> str:
    """The policy text with what happens to rows of `table` whose reference `column` leads to a row that stays behind.
    Where the text speaks of that reference already, what else it says of it stays.

    Names are found as `with_decisions` finds them. Raises UserError when the policy does not speak of the table, else
    as `with_decisions` does.
    """
    before = parse_policy(text)
    name = _as_written(table, before.tables, source or {})
    old = before.tables.get(name)
    if old is None:
        raise UserError(
            f"The policy says nothing of the table {shown(table)}{near(table, list(before.tables))}",
            "A reference is a part of what it says of a table.",
            "Decide about the table's columns first.",
        )
    known = {reference.column: reference for reference in old.references}
    written = _as_written(column, known, (source or {}).get(table, ()))
    reference = replace(known.get(written, ReferencePolicy(column=written)), gone=gone)
    data = references_data((reference,))
    splicing = Splicing(text)
    tables = splicing.child(read_tree(text), "tables")
    node = splicing.child(tables, name) if tables is not None else None
    if node is not None and (references := splicing.child(node, "references")) is not None:
        pair = splicing.pair(references, written)
        if pair is not None:
            splicing.replace(*pair, data[written])
        else:
            splicing.insert(references, data, flow_at=0)
    elif node is not None and splicing.pair(node, "references") is None:
        splicing.insert(node, {"references": data}, flow_at=1)
    expected = replace(old, references=tuple({**known, written: reference}.values()))
    whole = replace(before, tables={**before.tables, name: expected})
    return _checked(splicing.text(), whole, f"The reference {shown(written)} of {shown(name)}")


def _checked(written: str, expected: Policy, what: str) -> str:
    if not _reads_as(written, expected):
        raise _unwritten(what)
    return written


def _reads_as(written: str, expected: Policy) -> bool:
    try:
        return parse_policy(written) == expected
    except PolicyError:
        return False


def _must_be_readable(written: str) -> None:
    size = len(written.encode())
    if size > MAX_BYTES:
        raise UserError(
            "The policy would become too large",
            f"With what was decided it has {size:,} bytes; {MAX_BYTES:,} is the limit. Nothing was changed.",
            "Give shorter reasons, and leave out the columns of tables whose rows stay behind.",
        )


def _unwritten(what: str) -> UserError:
    return UserError(
        f"{what} could not be written into the policy",
        "The file shares parts (anchors and aliases) or is laid out so that changing one of them would change more.",
        "Write it into the file by hand, then set the policy again.",
    )
