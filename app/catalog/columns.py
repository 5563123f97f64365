"""Column types: moments that are always UTC, and frozen values that travel as JSON."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator
from typing_extensions import override

from app.errors import OutsideError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


class Moment(TypeDecorator[datetime]):
    """A moment in time: stored in UTC, read back aware. A moment without a time zone is a bug and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was about to be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AsJson(TypeDecorator[T], Generic[T]):
    """A frozen value of `shape`, stored as JSON text; what does not fit the shape on reading raises
    OutsideError.

    The adapter is made at first use: importing pydantic costs more than opening a catalog.
    """

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self._adapter: TypeAdapter[Any] | None = None

    @property
    def adapter(self) -> "TypeAdapter[Any]":
        if self._adapter is None:
            from pydantic import TypeAdapter

            self._adapter = TypeAdapter(self.shape)
        return self._adapter

    @override
    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        return None if value is None else self.adapter.dump_json(value).decode()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        if value is None:
            return None
        try:
            read: T = self.adapter.validate_json(value)
        except ValueError as problem:
            raise OutsideError(
                "The catalog is damaged",
                "A record in it was altered and no longer reads.",
                "Put back a copy of the catalog; copies made before upgrades stand beside it.",
            ) from problem
        return read
