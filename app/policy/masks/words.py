"""The word lists that masks choose from; read once, when first needed. They come from `resources/names/`."""

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> tuple[str, ...]:
    """The lines of resources/names/NAME.txt: `first_names`, `last_names`, `cities` ..."""
    text = (files("resources") / "names" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


@cache
def folded(name: str) -> frozenset[str]:
    """The same words in lower case, for asking whether one is among them."""
    return frozenset(word.lower() for word in words(name))


def fitting(name: str, limit: int | None) -> tuple[str, ...]:
    """The words no longer than `limit`; all words, cut, where none is that short."""
    chosen = words(name)
    if limit is None:
        return chosen
    return tuple(w for w in chosen if len(w) <= limit) or tuple(dict.fromkeys(w[:limit] for w in chosen))
