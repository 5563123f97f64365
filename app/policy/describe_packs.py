"""The guide's pages about the policies that come along, written from them.

`python -m app.policy.describe_packs docs/guide/packs` writes `index.md` and a page for each pack.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from app.domain.policy import Check, ColumnPolicy, Condition, OptionRef, Policy, RowsKind, TablePolicy, Treatment
from app.policy.conditions import condition_data, value_data
from app.policy.packs import pack_names, pack_text
from app.policy.parse import parse_policy
from app.policy.relations import references_data

_INDEX = """\
# The policies that come along

Each page says of every table and column how it is treated, and why, with the source of the fact in square brackets;
then what is switched off, what proves it, and what is left to people. The pages are written from the policies
(`python -m app.policy.describe_packs docs/guide/packs`). The format is explained in [Policies](../policies.md).

| policy | for | tables | columns | masked | checks |
|---|---|---|---|---|---|
"""
_HEAD = """\
# {title}

{description}

The policy `{name}`, version {version}: {figures}. This page is written from it; other pages say
[what the words mean](../policies.md) and [what the masks do](../masks.md).

"""


def pages() -> dict[str, str]:
    """The pages' file names and their Markdown."""
    packs = {name: parse_policy(pack_text(name), name=name) for name in pack_names()}
    lines = [_index_line(policy) for policy in packs.values()]
    return {"index.md": _INDEX + "".join(lines)} | {f"{name}.md": page(policy) for name, policy in packs.items()}


def page(policy: Policy) -> str:
    """One policy's page."""
    head = _HEAD.format(
        title=policy.title,
        description=policy.description,
        name=policy.name,
        version=policy.version,
        figures=_figures(policy),
    )
    parts = ["".join(f"{line}\n" for line in part(policy)) for part in _PARTS]
    return head + "\n".join(part for part in parts if part)


def cited(policy: Policy) -> Iterator[tuple[str, str]]:
    """Where the policy gives a reason, and that reason: of each table, and of each column of tables that come along."""
    for table in policy.tables.values():
        yield table.name, table.reason
        for name, column in table.columns.items():
            yield f"{table.name}.{name}", column.reason


def _columns(policy: Policy) -> list[ColumnPolicy]:
    return [column for table in policy.tables.values() for column in table.columns.values()]


def _figures(policy: Policy) -> str:
    if not policy.tables:
        return "it names no table"
    empty = sum(1 for table in policy.tables.values() if table.rows.kind is RowsKind.NONE and not table.rows.option)
    columns = _columns(policy)
    masked = sum(1 for column in columns if column.treatment is Treatment.MASK)
    return (
        f"{len(policy.tables)} tables, {empty} of them left empty; {len(columns)} columns of the others, "
        f"{masked} of them masked; {len(policy.checks)} checks"
    )


def _index_line(policy: Policy) -> str:
    columns = _columns(policy)
    masked = sum(1 for column in columns if column.treatment is Treatment.MASK)
    return (
        f"| [{_cell(policy.title)}]({policy.name}.md) | {_cell(policy.description)} | {len(policy.tables)} | "
        f"{len(columns)} | {masked} | {len(policy.checks)} |\n"
    )


def _cell(text: str) -> str:
    """Text as it stands in a table: nothing in it is markup."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    return f"`{' '.join(text.split())}`".replace("|", "\\|")


def _flow(data: object) -> str:
    """Data as YAML writes it on one line."""
    if isinstance(data, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in data.items()) + "}"
    if isinstance(data, Sequence) and not isinstance(data, str):
        return "[" + ", ".join(_flow(value) for value in data) + "]"
    if isinstance(data, str):
        return data if data and not set(data) & set(',[]{}"#') else json.dumps(data, ensure_ascii=False)
    return json.dumps(data)


def _where(condition: Condition) -> str:
    return _code(_flow(condition_data(condition))) if condition else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield from (f"## {title}", "", *_table(head, rows))


def _sources(policy: Policy) -> Iterator[str]:
    yield from _section("Sources", ("name", "source"), [(k, _cell(v)) for k, v in policy.sources.items()])


def _options(policy: Policy) -> Iterator[str]:
    rows = []
    for option in policy.options:
        default = "" if option.default is None else _code(_flow(value_data(option.default)))
        from_ = option.choices_from
        choice = f"; chosen from {_code(f'{from_.table}.{from_.value}')}" if from_ else ""
        choice = f"; one of {', '.join(map(_code, option.choices))}" if option.choices else choice
        rows.append((_code(option.id), f"{option.type}{choice}", default, _cell(f"{option.title}. {option.help}")))
    yield from _section("Options", ("option", "type", "default", "what it is"), rows)


def _tables(policy: Policy) -> Iterator[str]:
    if policy.tables:
        yield "## Tables"
    for table in policy.tables.values():
        yield from ("", f"### {_code(table.name)}", "", _about(table))
        if table.columns:
            yield from ("", *_table(("columns", "treatment", "why"), _treated(table)))


def _about(table: TablePolicy) -> str:
    rows = _rows(table)
    said = [f"{table.reason.rstrip('.')}." if table.reason else "", f"Rows: {rows}."]
    if table.optional:
        said.append("May be missing in the source.")
    if table.references:
        said.append(f"References: {_code(_flow(references_data(table.references)))}.")
    if table.checksum:
        by = f", computed anew by {_code(table.checksum.recomputed_by)}" if table.checksum.recomputed_by else ""
        said.append(f"{_code(table.checksum.column)} is a checksum over the row{by}.")
    return " ".join(part.replace("<", "&lt;") for part in said if part)


def _rows(table: TablePolicy) -> str:
    where = f"those with {_where(table.rows.condition)}" if table.rows.condition else ""
    if table.rows.option:
        return f"as the option {_code(table.rows.option)} says" + (f"; some are {where}" if where else "")
    return where or str(table.rows.kind)


def _treated(table: TablePolicy) -> list[tuple[str, str, str]]:
    """Columns treated alike for the same reason stand together, where the first of them stands."""
    alike: dict[tuple[str, str], list[str]] = {}
    for name, column in table.columns.items():
        alike.setdefault((_treatment(column), _cell(column.reason)), []).append(_code(name))
    return [(", ".join(names), treatment, why) for (treatment, why), names in alike.items()]


def _treatment(column: ColumnPolicy) -> str:
    if column.treatment is not Treatment.MASK:
        return str(column.treatment)
    given = {
        key: {"option": value.option} if isinstance(value, OptionRef) else value
        for key, value in column.parameters.items()
    }
    return f"masked: {_code(column.mask or '')}" + (f" {_code(_flow(given))}" if given else "")


def _actions(policy: Policy) -> Iterator[str]:
    rows = []
    for action in policy.actions:
        values = _code(_flow({name: value_data(value) for name, value in action.values.items()}))
        what = "delete" if not action.values else f"{'set' if action.kind == 'update' else action.kind} {values}"
        which = _where(action.condition) or ("" if action.kind == "insert" else "all rows")
        when = f"; only with the option {_code(action.when)}" if action.when else ""
        rows.append((_cell(action.title) + when, _code(action.table), what, which))
    yield from _section("Actions", ("action", "table", "what", "rows"), rows)


def _preserved(policy: Policy) -> Iterator[str]:
    rows = []
    for entry in policy.preserve:
        match = ", ".join(map(_code, entry.match)) or "the primary key"
        orphans = "left out" if entry.leave_orphans else "stop the operation"
        rows.append((_cell(entry.title), _code(entry.table), _where(entry.condition) or "all rows", match, orphans))
    head = ("what", "table", "rows", "matched by", "rows that refer to nothing")
    yield from _section("What survives a refresh", head, rows)


def _runs(policy: Policy) -> Iterator[str]:
    rows = [(_cell(run.title), _code(run.text), f"{run.timeout} s") for run in policy.run]
    yield from _section("Scripts and migrations", ("what", "exact text", "at most"), rows)


def _checks(policy: Policy) -> Iterator[str]:
    rows = [
        (_code(check.id), _cell(check.title), _code(check.table), _where(check.condition) or "all rows", _count(check))
        for check in policy.checks
    ]
    yield from _section("Checks", ("check", "what it shows", "table", "rows counted", "may be"), rows)


def _count(check: Check) -> str:
    if check.at_least == check.at_most:
        return f"{check.at_least}"
    return f"{check.at_least} or more" if check.at_most is None else f"{check.at_least} to {check.at_most}"


def _reconciled(policy: Policy) -> Iterator[str]:
    rows = [(_code(entry.table), ", ".join(map(_code, entry.sums))) for entry in policy.reconcile]
    yield from _section("Reconciliation", ("rows of", "sums of"), rows)


def _steps(policy: Policy) -> Iterator[str]:
    rows = []
    for step in policy.steps:
        how = f"shown by {', '.join(map(_code, step.checks))}" if step.checks else ""
        how = how or (f"by a person: {_cell(step.manual)}" if step.manual else "")
        rows.append((_code(step.id), _cell(step.title), how or f"not applicable: {_cell(step.not_applicable)}"))
    yield from _section("Steps of the source system", ("step", "what", "how it is shown"), rows)


def _manual(policy: Policy) -> Iterator[str]:
    rows = [(_code(item.id), _cell(item.title), _cell(item.instructions)) for item in policy.manual]
    yield from _section("What people look at", ("item", "what", "how"), rows)


def _outward(policy: Policy) -> Iterator[str]:
    rows = []
    for way in policy.outward:
        shown = f"waived: {_cell(way.waived)}" if way.waived is not None else f"closed, see {_code(way.check or '')}"
        rows.append((_cell(way.title), str(way.kind), shown))
    yield from _section("Ways out", ("way", "kind", "state"), rows)


def _warnings(policy: Policy) -> Iterator[str]:
    rows = [(_cell(warning.text), ", ".join(warning.on)) for warning in policy.warnings]
    yield from _section("Warnings", ("what is said", "before"), rows)


def _lifetime(policy: Policy) -> Iterator[str]:
    lifetime = policy.lifetime
    if lifetime is not None:
        yield from ("## Lifetime", "", f"{lifetime.days} days, with a reminder {lifetime.remind_days} days before.")


_PARTS: tuple[Callable[[Policy], Iterable[str]], ...] = (
    _sources, _options, _tables, _actions, _preserved, _runs, _checks, _reconciled, _steps, _manual, _outward,
    _warnings, _lifetime,
)  # fmt: skip


def write_pages(folder: Path) -> None:
    """Write all pages, and remove those of policies that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say which folder the pages go into: python -m app.policy.describe_packs docs/guide/packs")
    write_pages(Path(sys.argv[1]))
