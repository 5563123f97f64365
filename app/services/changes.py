"""The change feed: what is new in the catalog since one last looked."""

from app.ports.catalog import Catalog, Change


class ChangeService:
    """Growing numbers and the kinds of things that changed; whoever shows something refetches it."""

    def __init__(self, *, catalog: Catalog) -> None:
        self._catalog = catalog

    def last(self) -> int:
        """The newest entry's number, 0 when there is none. Cheap."""
        return self._catalog.last_change()

    def since(self, id_: int) -> tuple[Change, ...]:
        """Entries after `id_`, oldest first."""
        return tuple(self._catalog.changes_since(id_))
