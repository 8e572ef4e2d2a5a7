"""The base of the room's tables."""

from typing import Any

from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.storage.rows import Stored


class Table(Stored, registry=registry()):
    """The room's own registry: its tables clash with no other room's."""


def values_of(row: SQLModel) -> dict[str, Any]:
    """The columns of a row by name."""
    return {name: getattr(row, name) for name in type(row).model_fields}
