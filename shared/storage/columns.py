"""Column kinds that models share, so that every room stores a moment, a code or a document alike."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def moment(**options: Any) -> Any:
    """A point in time, aware, stored as timestamptz."""
    return Field(sa_type=DateTime(timezone=True), **options)  # type: ignore[call-overload]


def changed_moment() -> Any:
    """When a row last changed (machine time): what `changed_since` reads."""
    return moment(default_factory=lambda: datetime.now(UTC), index=True)


def code(**options: Any) -> Any:
    """An enum or code stored as plain text: a new value needs no migration."""
    return Field(sa_type=Text, **options)


def document(**options: Any) -> Any:
    """A JSON value."""
    return Field(sa_type=JSONB, **options)
