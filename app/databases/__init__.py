"""One adapter per kind of database, found by the URL's scheme."""

from app.databases.sqlite import SqliteAdapter
from app.errors import UserError
from app.ports.databases import Adapter

__all__ = ("SqliteAdapter", "adapter_for")

_ADAPTERS: tuple[Adapter, ...] = (SqliteAdapter(),)


def adapter_for(url: str) -> Adapter:
    """The adapter that answers to the URL's scheme. Raises UserError where there is none."""
    scheme = url.partition(":")[0].casefold()
    adapter = next((each for each in _ADAPTERS if each.scheme == scheme), None)
    if adapter is None:
        known = ", ".join(f"{each.scheme}:" for each in _ADAPTERS)
        raise UserError(
            "Sandkeeper does not know this kind of database",
            f"The URL begins with none of: {known}",
            "Give a URL such as sqlite:////folder/file.sqlite.",
        )
    return adapter
