"""What a person gives with an operation: options, acknowledgements, the name typed."""

from collections.abc import Sequence
from typing import Annotated

import typer

from app.domain.policy import Scalar
from app.errors import UserError

Options = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="K=V", help="An option of the policy; may be repeated.", show_default=False),
]
Acknowledge = Annotated[
    list[str] | None,
    typer.Option(
        "--acknowledge",
        metavar="ID|all",
        help="A warning's id or a finding's fingerprint, or all of them; may be repeated.",
        show_default=False,
    ),
]
Confirm = Annotated[
    list[str] | None,
    typer.Option(
        "--confirm",
        metavar="NAME",
        help="The environment's name, the part after the slash; once per environment.",
        show_default=False,
    ),
]
Detach = Annotated[bool, typer.Option("--detach", help="Queue it, print it and return.")]


def pairs(given: Sequence[str] | None, option: str = "--option") -> dict[str, Scalar | tuple[Scalar, ...]]:
    """K=V in its parts. Raises UserError for anything else, and for a key given twice."""
    found: dict[str, Scalar | tuple[Scalar, ...]] = {}
    for text in given or ():
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise UserError(f"{option} needs K=V", f"It was given {text!r}.", "For example --option keep_history=no.")
        if key in found:
            raise UserError(f"{option} gives {key} twice", "", "Give each of them once.")
        found[key] = value
    return found
