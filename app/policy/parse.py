"""A policy file's text to a `Policy`. Every message says where, and all of them come at once."""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from app.domain.policy import Policy
from app.errors import UserError
from app.policy.copies import read_preserve, read_reconcile, read_serial_number, read_steps
from app.policy.notices import read_lifetime, read_manual, read_outward, read_warnings
from app.policy.options import read_options
from app.policy.positions import Node, Problem, UnreadableError, read_tree, shown
from app.policy.reading import Fields, Reader, TooManyProblemsError
from app.policy.scripts import read_run
from app.policy.statements import read_actions, read_checks
from app.policy.tables import read_tables

__all__ = ["PolicyError", "Problem", "parse_policy"]

_KEYS = (
    "policy",
    "title",
    "version",
    "description",
    "options",
    "tables",
    "actions",
    "checks",
    "manual",
    "outward",
    "warnings",
    "lifetime",
    "baseline",
    "preserve",
    "run",
    "steps",
    "reconcile",
    "serial_number",
    "sources",
)
_SHOWN = 50
_LONGEST_NAME = 200
_KEPT_UPTO = 500_000
"""Characters of a text whose policy is kept: more are read seldom and would fill the memory."""


class PolicyError(UserError):
    """A policy file that is not valid. `problems` holds everything wrong with it, in the order of the file."""

    def __init__(self, problems: Sequence[Problem], name: str = "") -> None:
        ordered = tuple(sorted(set(problems), key=lambda p: (p.line, p.column, p.message)))
        lines = [str(problem) for problem in ordered[:_SHOWN]]
        if len(ordered) > _SHOWN:
            lines.append(f"and {len(ordered) - _SHOWN} more")
        super().__init__(
            f"The policy {shown(name, 120)} is not valid" if name else "The policy is not valid",
            "\n".join(lines),
            "Mend the file and try again; the guide's page on policies has the whole format.",
        )
        self.problems = ordered


def parse_policy(text: str, *, name: str = "") -> Policy:
    """Read a policy. `name` (a file's name, say) is only used in the error. Raises PolicyError with every problem.

    The same text gives the same value again: packs and what is in force are asked for by everything that is shown.
    """
    if len(text) > _KEPT_UPTO:
        return _parsed(text, name)
    try:
        return _kept(text)
    except PolicyError as wrong:
        raise PolicyError(wrong.problems, name) from None


@lru_cache(maxsize=32)
def _kept(text: str) -> Policy:
    return _parsed(text, "")


def _parsed(text: str, name: str) -> Policy:
    try:
        root = read_tree(text)
    except UnreadableError as unreadable:
        raise PolicyError([unreadable.problem], name) from None
    reader, policy = Reader(), None
    with suppress(TooManyProblemsError):
        policy = _policy(reader, root)
    if reader.problems or policy is None:
        raise PolicyError(reader.problems, name)
    return policy


def _policy(reader: Reader, root: Node) -> Policy | None:
    fields = reader.fields(root, "a policy", _KEYS)
    if fields is None:
        return None
    reader.required(root, fields, ("policy", "tables"), "a policy")
    called = _name(reader, fields)
    options = read_options(reader, fields["options"][1]) if "options" in fields else ()
    reader.options = {option.id: option for option in options}
    run = read_run(reader, fields["run"][1]) if "run" in fields else ()
    reader.runs = [entry.id for entry in run]
    checks = read_checks(reader, fields["checks"][1]) if "checks" in fields else ()
    manual = read_manual(reader, fields["manual"][1]) if "manual" in fields else ()
    version = reader.integer(fields["version"][1], "'version'", least=1) if "version" in fields else 1
    baseline = reader.boolean(fields["baseline"][1], "'baseline'") if "baseline" in fields else True
    return Policy(
        name=called,
        title=reader.text(fields, "title", called, limit=_LONGEST_NAME),
        version=version or 1,
        description=reader.text(fields, "description"),
        tables=read_tables(reader, fields["tables"][1]) if "tables" in fields else {},
        options=options,
        actions=read_actions(reader, fields["actions"][1]) if "actions" in fields else (),
        checks=checks,
        manual=manual,
        outward=read_outward(reader, fields["outward"][1], checks) if "outward" in fields else (),
        warnings=read_warnings(reader, fields["warnings"][1]) if "warnings" in fields else (),
        lifetime=read_lifetime(reader, fields["lifetime"][1]) if "lifetime" in fields else None,
        baseline=baseline is not False,
        preserve=read_preserve(reader, fields["preserve"][1]) if "preserve" in fields else (),
        run=run,
        steps=read_steps(reader, fields["steps"][1], [check.id for check in checks]) if "steps" in fields else (),
        reconcile=read_reconcile(reader, fields["reconcile"][1]) if "reconcile" in fields else (),
        serial_number=read_serial_number(reader, fields["serial_number"][1]) if "serial_number" in fields else None,
        sources=_sources(reader, fields["sources"][1]) if "sources" in fields else {},
    )


def _name(reader: Reader, fields: Fields) -> str:
    called = reader.text(fields, "policy", limit=_LONGEST_NAME)
    if "policy" in fields and isinstance(fields["policy"][1].value, str):
        if not called.strip():
            reader.problem(fields["policy"][1], "the policy's name must not be empty")
        elif not called.isprintable():
            reader.problem(fields["policy"][1], f"the policy's name {shown(called)} holds characters that do not show")
    return called


def _sources(reader: Reader, node: Node) -> dict[str, str]:
    """Where facts come from: a text by its short name."""
    fields = reader.fields(node, "sources") or {}
    return {name: reader.text(fields, name) for name in fields}
