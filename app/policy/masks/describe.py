"""The guide's page about masks, written from the declarations: `python -m app.policy.masks.describe` prints it."""

import sys

from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType, Treatment
from app.domain.schema import TypeFamily
from app.policy.masks import MASKS, Example, MaskDeclaration, Parameter, bind
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

GUIDE_KEY = MaskKey(bytes(range(32)), stable=True)
"""The key of the guide's examples. It masks nothing else."""

_HEAD = """\
# Masks

A mask replaces a personal value by another one. It is keyed with the tenant's secret: the same value gives the same
result in every table and on every refresh, and another tenant gets other results. This page is written from what the
masks say of themselves (`python -m app.policy.masks.describe > docs/guide/masks.md`), and a test runs its examples.

What holds for all of them:

- NULL stays NULL (only `null` writes it), an empty text stays empty, and a value is never replaced by itself unless it
  means nothing: zeros, punctuation, white space, a year under `year_only`.
- A number stays a number, a text a text, bytes bytes. Bytes that are UTF-8 are masked as text, others become keyed
  bytes.
- A value that a mask does not recognise becomes a token; nothing is handed through because it was not understood, and
  nothing makes a mask fail in the middle of a copy. What a mask cannot respect (a unique column, a length, NOT NULL, a
  type) is an error before anything starts.
- Texts that differ in capitals alone get tokens that differ in capitals alone, so that comparisons with and without
  case come out as before. Names do not mind capitals at all.
- White space around a token or an address stays. Nothing gets longer than its column.

In a policy: `email: {mask: email}`, or with parameters `note: {mask: redact_text, keep_length: true}`.

"""
_FAMILIES = {
    TypeFamily.TEXT: "text",
    TypeFamily.INTEGER: "whole numbers",
    TypeFamily.NUMBER: "numbers",
    TypeFamily.BOOLEAN: "true and false",
    TypeFamily.DATE: "dates",
    TypeFamily.TIMESTAMP: "timestamps",
    TypeFamily.BINARY: "bytes",
    TypeFamily.JSON: "JSON",
}


def example_column(declaration: MaskDeclaration, example: Example) -> ColumnPlan:
    """The column an example stands in."""
    return ColumnPlan(
        column="example",
        type=example.family.name,
        family=example.family,
        treatment=Treatment.MASK,
        mask=declaration.name,
        parameters=example.parameters,
    )


def run_example(declaration: MaskDeclaration, example: Example) -> RowValue:
    """What the mask makes of an example's value under the guide's key."""
    return bind(example_column(declaration, example), GUIDE_KEY)(example.before)


def _shown(value: RowValue) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"`x'{value.hex()}'`"
    return f"`{value}`" if value != "" else "(empty)"


def _given(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if isinstance(default, bool):
        return "default `true`" if default else "default `false`"
    return "default empty" if default in ("", ()) else f"default `{default}`"


def _bounds(parameter: Parameter) -> str:
    if parameter.type is OptionType.CHOICE:
        return "one of " + ", ".join(f"`{choice}`" for choice in parameter.choices) + "; "
    if parameter.minimum is not None:
        return f"{parameter.minimum} to {parameter.maximum}; "
    return ""


def _section(declaration: MaskDeclaration) -> str:
    lines = [f"## `{declaration.name}`: {declaration.title}", "", declaration.help, ""]
    fits = [word for family, word in _FAMILIES.items() if family in declaration.families]
    lines += [
        f"- Keeps: {declaration.keeps}",
        f"- Breaks: {declaration.breaks}",
        f"- Fits: {', '.join(fits)}.",
    ]
    for parameter in declaration.parameters:
        what = f"{parameter.title}. {parameter.help}".strip()
        lines.append(f"- Parameter `{parameter.name}` ({_bounds(parameter)}{_given(parameter)}): {what}")
    if declaration.examples:
        lines += ["", "| before | after |", "|---|---|"]
        for example in declaration.examples:
            said = ", ".join(f"{name}: {value}" for name, value in example.parameters.items())
            lines.append(f"| {_shown(example.before)} | {_shown(example.after)}{f' (`{said}`)' if said else ''} |")
    return "\n".join([*lines, ""])


def guide() -> str:
    """The page as Markdown."""
    return _HEAD + "\n".join(_section(declaration) for declaration in MASKS.values())


if __name__ == "__main__":
    sys.stdout.write(guide())
