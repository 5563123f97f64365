"""The masks as a person chooses among them: declarations turned into options a form can be made of."""

from dataclasses import dataclass

from app.domain.policy import Option
from app.policy.masks import MASKS


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskChoice:
    """One mask. `families` are the kinds of value it takes (values of `TypeFamily`); `parameters` as options.

    `keeps` and `breaks` are sentences: what of the original survives, and what no longer works afterwards.
    """

    name: str
    title: str
    help: str
    keeps: str
    breaks: str
    families: frozenset[str]
    parameters: tuple[Option, ...] = ()


def mask_choices() -> tuple[MaskChoice, ...]:
    """All masks, in the order the guide shows them."""
    return tuple(
        MaskChoice(
            name=mask.name,
            title=mask.title,
            help=mask.help,
            keeps=mask.keeps,
            breaks=mask.breaks,
            families=frozenset(str(family) for family in mask.families),
            parameters=tuple(
                Option(id=p.name, type=p.type, title=p.title, help=p.help, default=p.default, choices=p.choices)
                for p in mask.parameters
            ),
        )
        for mask in MASKS.values()
    )
