"""Values as rows and rows as values: columns bear the fields' names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

_Value = TypeVar("_Value")


def row_of(value: Any) -> dict[str, Any]:  # noqa: ANN401 (any frozen dataclass)
    """Return a dataclass's fields by name."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def value_of(kind: type[_Value], row: Mapping[Any, Any]) -> _Value:
    """Return a dataclass filled from a row; columns it has no field for are passed over."""
    return kind(**{field.name: row[field.name] for field in fields(kind)})  # type: ignore[arg-type]
