"""Column types that carry the words of casework: aware times, enums, levels, plans, verdicts."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, TypeDecorator

from contracts.taxonomy import RiskLevel

RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""A number the database gives to a row; SQLite does so only where the type is exactly INTEGER."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time; stored in UTC, returned in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: nobody could say later which instant it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time {value} has no zone; give it one")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A member of an enum of words, stored as the word."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the word."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """Return the member."""
        return None if value is None else self.words(value)


class Level(TypeDecorator[RiskLevel]):
    """A risk level, stored as its number so that it sorts."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: RiskLevel | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return the number."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> RiskLevel | None:  # noqa: ARG002
        """Return the level."""
        return None if value is None else RiskLevel(value)


class Document(TypeDecorator[Any]):
    """A value without columns of its own (a plan, a verdict, a tuple of ids), stored as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, shape: Any) -> None:  # noqa: ANN401 (any type pydantic can read)
        super().__init__(none_as_null=True)
        self.shape = shape
        self._adapter = TypeAdapter(shape)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002
        """Return what JSON can hold."""
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002
        """Return the value in its own type."""
        return None if value is None else self._adapter.validate_python(value)
