"""One adapter per kind of database, found by the URL's scheme."""

from functools import cache

from app.errors import UserError
from app.ports.databases import Adapter

__all__ = ("adapter_for",)

_SCHEMES = ("sqlite",)


def adapter_for(url: str) -> Adapter:
    """The adapter that answers to the URL's scheme. Raises UserError where there is none."""
    scheme = url.partition(":")[0].casefold()
    if scheme not in _SCHEMES:
        known = ", ".join(f"{each}:" for each in _SCHEMES)
        raise UserError(
            "Sandkeeper does not know this kind of database",
            f"The URL begins with none of: {known}",
            "Give a URL such as sqlite:////folder/file.sqlite.",
        )
    return _sqlite()


@cache
def _sqlite() -> Adapter:
    from app.databases.sqlite import SqliteAdapter  # a tenth of a second that listing tenants does without

    return SqliteAdapter()
