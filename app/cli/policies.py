"""`sandkeeper policy`: showing and checking one, suggesting one, deciding about a column."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.choices import pairs
from app.cli.environments import Ref
from app.cli.output import table
from app.cli.session import Session
from app.domain.policy import ColumnPolicy, OptionType, Policy, Scalar, Treatment, Value
from app.errors import OutsideError, RefusedError, UserError
from app.services.policy_texts import file_text

if TYPE_CHECKING:
    from app.policy.suggest import ColumnSuggestion, Suggestion

cli = typer.Typer(name="policy", help="What must be true of a copy.")

_STYLES = {Treatment.MASK: "green", Treatment.REVIEW: "bold red"}


@cli.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="PACK", help="A pack's name, or TENANT/NAME for what that has.")],
) -> None:
    """The text of a pack, or of the policy an environment has."""
    session: Session = context.obj
    policies = session.services.policies
    if "/" in name:
        policy, text = policies.policy_of(name), policies.text_of(name)
    else:
        policy, text = policies.pack(name), policies.pack_text(name)
    if session.out.json:
        session.out.emit(summary(policy) | {"text": text})
    else:
        session.out.show(text.rstrip("\n"))


@cli.command()
def check(context: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy file.")]) -> None:
    """Read a policy file; exits 2 and says line and column of everything that is wrong in it."""
    session: Session = context.obj
    from app.policy.parse import parse_policy  # no home is needed to read a file

    policy = parse_policy(file_text(file), name=file.name)
    if session.out.json:
        session.out.emit({"valid": True} | summary(policy))
    else:
        session.out.show(f"{file.name} is valid: policy {policy.name}, {len(policy.tables)} tables")


@cli.command()
def suggest(
    context: typer.Context,
    ref: Ref,
    accept: Annotated[
        bool, typer.Option("--accept", help="Turn each review into the mask suggested for it, never into keep.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write it as a policy file.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is another one.")] = False,
) -> None:
    """Read production and propose how each of its columns is treated, with the reason."""
    session: Session = context.obj
    policies = session.services.policies
    suggestion = policies.suggest(ref)
    if output is not None:
        write_policy_file(output, policies.suggested_text(ref, suggestion, accept), force=force)
    reviews = [
        (f"  {name}.{column}", treated.mask or "", treated.reason)
        for name, found in suggestion.tables.items()
        for column, treated in found.columns.items()
        if found.rows != "none" and _treatment(treated, accept) is Treatment.REVIEW
    ]
    if session.out.json:
        data: dict[str, object] = {"tables": {n: _table_data(suggestion, n, accept) for n in suggestion.tables}}
        session.out.emit(data | ({"output": str(output)} if output is not None else {}))
        return
    if output is None:
        _tell(session, suggestion, accept)
    columns = sum(len(found.columns) for found in suggestion.tables.values())
    session.out.show(f"{len(suggestion.tables)} tables, {columns} columns, {len(reviews)} that a person must decide")
    if output is not None and reviews:
        session.out.show(table(("  Column", "Suggested", "Why"), reviews))
    if output is not None:
        session.out.show(f"Written to {output}")


@cli.command()
def decide(
    context: typer.Context,
    ref: Ref,
    places: Annotated[
        list[str], typer.Argument(metavar="TABLE.COLUMN...", help="The column, or several; quote parts as in SQL.")
    ],
    treatment: Annotated[str, typer.Argument(metavar="keep|MASK", help="Keep it as it is, or the mask to use.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter", metavar="K=V", help="A parameter of the mask; may be repeated.", show_default=False
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the decision.")] = "",
) -> None:
    """Decide how a column is treated, or several alike, as one new version of the environment's policy."""
    session: Session = context.obj
    named = [split_place(place) for place in places]
    decision = decision_of(treatment, parameter, reason)
    policy = session.services.reviews.decide_many(ref, [(name, column, decision) for name, column in named])
    if session.out.json:
        columns: list[dict[str, object]] = [{"table": name, "column": column} for name, column in named]
        data: dict[str, object] = {"treatment": str(decision.treatment), "mask": decision.mask, "columns": columns}
        session.out.emit(summary(policy) | columns[0] | data)
    else:
        for place in places:
            session.out.show(f"{place} of {ref}: {decision.mask or decision.treatment}")


def split_place(place: str) -> tuple[str, str]:
    """TABLE.COLUMN in its parts, quoted ones as in SQL: the last dot outside quotes decides.

    The column comes without quotes; the table as policies write it, `schema.table` with quotes where a part of it
    needs them. Raises UserError when it has no two parts.
    """
    parts, current, quoted = [], "", False
    for at, character in enumerate(place):
        if character == '"':
            quoted = not quoted
        if character == "." and not quoted:
            parts.append(current)
            current = ""
        else:
            current += character
        if at == len(place) - 1:
            parts.append(current)
    if quoted or len(parts) < 2 or not all(part.strip() for part in parts):
        raise UserError(
            f"{place!r} is not TABLE.COLUMN",
            "",
            'Write for example customer.email, or "Order Details"."Unit Price" where a name holds a dot or a quote.',
        )
    bare = [_unquoted(part) for part in parts]
    if len(bare) > 2:
        return ".".join(parts[:-1]), bare[-1]
    return bare[0] if not set(bare[0]) & set('."') else parts[0], bare[-1]


def _unquoted(part: str) -> str:
    whole = len(part) >= 2 and part.startswith('"') and part.endswith('"')
    return part[1:-1].replace('""', '"') if whole else part


def decision_of(treatment: str, parameter: Sequence[str] | None, reason: str) -> ColumnPolicy:
    """What was said on the command line as a decision. Raises UserError where it is none."""
    from app.policy.masks import MASKS

    if treatment == "keep":
        if parameter:
            raise UserError("keep takes no parameters", "", "Leave --parameter out, or name a mask.")
        return ColumnPolicy(treatment=Treatment.KEEP, reason=reason)
    mask = MASKS.get(treatment)
    if mask is None:
        raise UserError(f"There is no mask {treatment!r}", f"There are {', '.join(sorted(MASKS))}.", "Or say keep.")
    parameters: dict[str, Value] = {}
    for name, value in pairs(parameter, "--parameter").items():
        known = mask.parameter(name)
        if known is None:
            there = ", ".join(p.name for p in mask.parameters) or "none"
            raise UserError(f"The mask {mask.name} has no parameter {name!r}", f"Its parameters: {there}.")
        parameters[name] = _typed(name, known.type, str(value))
    return ColumnPolicy(treatment=Treatment.MASK, mask=mask.name, parameters=parameters, reason=reason)


def _typed(name: str, type_: OptionType, text: str) -> Value:
    if type_ is OptionType.INTEGER:
        if not text.strip().lstrip("+-").isdecimal():
            raise UserError(f"The parameter {name} needs a whole number", f"It was given {text!r}.")
        return int(text)
    if type_ is OptionType.BOOLEAN:
        if text.strip().lower() not in ("true", "false", "yes", "no"):
            raise UserError(f"The parameter {name} needs true or false", f"It was given {text!r}.")
        return text.strip().lower() in ("true", "yes")
    if type_ is OptionType.LIST:
        parts: tuple[Scalar, ...] = tuple(part.strip() for part in text.split(",") if part.strip())
        return parts
    return text


def _treatment(column: "ColumnSuggestion", accept: bool) -> Treatment:
    return Treatment.MASK if accept and column.treatment is Treatment.REVIEW else column.treatment


def _table_data(suggestion: "Suggestion", name: str, accept: bool) -> dict[str, object]:
    found = suggestion.tables[name]
    return {
        "rows": found.rows,
        "reason": found.reason,
        "columns": {
            column: {
                "treatment": str(_treatment(treated, accept)),
                "mask": treated.mask,
                "parameters": {k: list(v) if isinstance(v, tuple) else v for k, v in treated.parameters.items()},
                "reason": treated.reason,
                "confidence": round(treated.confidence, 3),
            }
            for column, treated in found.columns.items()
        },
    }


def _tell(session: Session, suggestion: "Suggestion", accept: bool) -> None:
    from rich.text import Text

    for name, found in suggestion.tables.items():
        session.out.show(f"{name}: {'rows stay behind. ' + found.reason if found.rows == 'none' else 'all rows'}")
        rows = []
        for column, treated in found.columns.items():
            treatment = _treatment(treated, accept)
            said = treated.mask or "" if treatment is Treatment.MASK else str(treatment)
            said += f" ({treated.mask}?)" if treatment is Treatment.REVIEW and treated.mask else ""
            rows.append(
                (f"  {column}", Text(said, _STYLES.get(treatment, "")), f"{treated.confidence:.0%}", treated.reason)
            )
        session.out.show(table(("  Column", "Treatment", "Sure", "Why"), rows, right=(2,)), "")


def summary(policy: Policy) -> dict[str, object]:
    """A policy in the JSON of all these commands."""
    return {
        "policy": policy.name,
        "title": policy.title,
        "version": policy.version,
        "description": policy.description,
        "tables": len(policy.tables),
    }


def write_policy_file(path: Path, text: str, *, force: bool) -> None:
    """The file whole or not at all. Raises RefusedError when another one stands there and `force` was not given, and
    with it for what is no text: a database named by mistake is never replaced."""
    try:
        if path.exists() and not _is_text(path):
            raise RefusedError(f"{path} is no policy", "It was not touched.", "Name another file.")
        if path.exists() and not force and (not path.is_file() or path.read_text("utf-8", "replace") != text):
            raise RefusedError(
                f"{path} exists and is another policy", "It was not touched.", "Name another file, or add --force."
            )
        aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            aside.write_text(text, encoding="utf-8")
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as problem:
        raise OutsideError(
            "The policy could not be written", f"{path}: {problem.strerror}.", "Choose a folder you can write to."
        ) from problem


def _is_text(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return b"\0" not in file.read(4096)
