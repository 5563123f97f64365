"""The policies that come with Sandkeeper, one YAML file each in `resources/policies/`."""

from importlib.resources import files

from app.errors import UserError
from app.policy.positions import shown
from app.policy.reading import near

_ENDING = ".yaml"


def pack_names() -> tuple[str, ...]:
    """The names of all packs, sorted."""
    found = (entry.name for entry in (files("resources") / "policies").iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in found if name.endswith(_ENDING)))


def pack_text(name: str) -> str:
    """The text of a pack. Raises UserError when there is none of that name."""
    known = pack_names()
    if name not in known:
        raise UserError(
            f"There is no policy pack {shown(name)}{near(name, known).replace(';', ':').removesuffix('?')}",
            f"Packs: {', '.join(known)}.",
            "Name one of them, or give the path of a policy file.",
        )
    return (files("resources") / "policies" / f"{name}{_ENDING}").read_text(encoding="utf-8")
