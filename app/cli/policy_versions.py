"""`sandkeeper policy list`, `history`, `diff`, `restore` and `export`: policies over time, and who uses which."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import contract
from app.cli.environments import Ref
from app.cli.output import clean, table
from app.cli.policies import summary, write_policy_file
from app.cli.session import Session
from app.domain.versions import ChangeKind, PolicyEntry, VersionEntry

_SIGNS = {ChangeKind.ADDED: ("+", "green"), ChangeKind.REMOVED: ("-", "red"), ChangeKind.CHANGED: ("~", "yellow")}
_LINE_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def add_to(policy: typer.Typer) -> None:
    """Make these commands of `sandkeeper policy`."""
    policy.command("list")(list_)
    policy.command()(history)
    policy.command()(diff)
    policy.command()(restore)
    policy.command()(export)


def list_(context: typer.Context) -> None:
    """The policies that come with Sandkeeper and those of one's own, and which environments use them."""
    session: Session = context.obj
    library = session.services.policy_versions.library()
    if session.out.json:
        packs = {pack.name: summary(pack) for pack in session.services.policies.packs()}
        session.out.emit(
            {
                "packs": [packs[entry.name] | _entry_data(entry) for entry in library if entry.pack],
                "policies": [_entry_data(entry) for entry in library if not entry.pack],
            }
        )
        return
    rows = [
        (
            entry.name,
            "pack" if entry.pack else "own",
            entry.title,
            str(entry.tables),
            str(entry.versions or ""),
            ", ".join(entry.environments),
            entry.problem or _behind(entry),
        )
        for entry in library
    ]
    session.out.show(table(("Policy", "Kind", "Title", "Tables", "Versions", "Used by", ""), rows, right=(3, 4)))


def history(context: typer.Context, ref: Ref) -> None:
    """Every version of the policy that an environment was given, newest first."""
    session: Session = context.obj
    entries = session.services.policy_versions.history(ref)
    if session.out.json:
        session.out.emit({"environment": ref, "versions": [_version_data(entry) for entry in entries]})
        return
    rows = [
        (
            str(entry.number),
            f"{entry.at:%Y-%m-%d %H:%M:%S}",
            entry.by,
            entry.name,
            entry.origin,
            " and ".join(word for word, is_ in (("in force", entry.current), ("the copy's", entry.of_copy)) if is_),
        )
        for entry in entries
    ]
    session.out.show(table(("No", "Since (UTC)", "Given by", "Policy", "From", ""), rows, right=(0,)))


def diff(
    context: typer.Context,
    ref: Ref,
    old: Annotated[
        int | None,
        typer.Argument(
            metavar="[OLD]",
            help="A version's number; without it, the one the copy was made with, or the one before.",
            show_default=False,
        ),
    ] = None,
    new: Annotated[
        int | None,
        typer.Argument(metavar="[NEW]", help="A version's number; without it, the one in force.", show_default=False),
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Show the lines of the two files too.")] = False,
) -> None:
    """What differs between two versions of an environment's policy."""
    session: Session = context.obj
    found = session.services.policy_versions.diff(ref, old, new)
    if session.out.json:
        changes = [
            {"part": c.part, "name": c.name, "kind": str(c.kind), "before": c.before, "after": c.after}
            for c in found.changes
        ]
        session.out.emit(
            {"environment": ref, "old": found.old, "new": found.new, "changes": changes, "text": found.text}
        )
        return
    session.out.show(f"{ref}: from version {found.old} to {found.new}")
    if not found.changes:
        session.out.show("They say the same" + ("; the files differ in comments or layout" if found.text else ""))
    from rich.text import Text

    rows: list[tuple[str | Text, ...]] = [
        (Text(*_SIGNS[c.kind]), c.part, c.name, c.before, c.after) for c in found.changes
    ]
    if rows:
        session.out.show(table(("", "Part", "Name", "Before", "After"), rows))
    for line in found.text.splitlines() if text else ():
        session.out.show(Text(clean(line), _LINE_STYLES.get(line[:1], "")))


def restore(
    context: typer.Context,
    ref: Ref,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number that `policy history` gives it.")],
) -> None:
    """Give an environment an old version of its policy again, as its newest."""
    session: Session = context.obj
    entry = session.services.policy_versions.restore(ref, number)
    if session.out.json:
        session.out.emit({"environment": ref, "restored": number} | _version_data(entry))
    else:
        session.out.show(f"Version {number} of {ref} is in force again, as version {entry.number}")


def export(
    context: typer.Context,
    ref: Ref,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is another one.")] = False,
) -> None:
    """Write the policy an environment has to a file; `environment set --policy FILE` takes it in again."""
    session: Session = context.obj
    write_policy_file(file, session.services.policy_versions.export(ref), force=force)
    if session.out.json:
        session.out.emit({"environment": ref, "output": str(file)})
    else:
        session.out.show(f"Written to {file}")


def _behind(entry: PolicyEntry) -> str:
    return f"older copies: {', '.join(entry.outdated)}" if entry.outdated else ""


def _entry_data(entry: PolicyEntry) -> contract.Data:
    return {
        "policy": entry.name,
        "title": entry.title,
        "version": entry.version,
        "tables": entry.tables,
        "versions": entry.versions,
        "changed_at": contract.moment(entry.changed_at),
        "author": entry.author,
        "environments": list(entry.environments),
        "outdated": list(entry.outdated),
        "problem": entry.problem,
    }


def _version_data(entry: VersionEntry) -> contract.Data:
    return {
        "number": entry.number,
        "id": entry.version,
        "policy": entry.name,
        "hash": entry.hash,
        "origin": entry.origin,
        "author": entry.author,
        "by": entry.by,
        "at": contract.moment(entry.at),
        "current": entry.current,
        "of_copy": entry.of_copy,
    }
