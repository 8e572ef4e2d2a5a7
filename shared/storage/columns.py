"""Column kinds that models share, so that every room stores a moment, a code or a document alike."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field


def moment(**options: Any) -> Any:
    """A point in time, aware, stored as timestamptz."""
    return Field(sa_type=DateTime(timezone=True), **options)  # type: ignore[call-overload]


def changed_moment() -> Any:
    """When a row last changed (machine time): what `changed_since` reads."""
    return moment(default_factory=lambda: datetime.now(UTC), index=True)


class Coded(TypeDecorator[StrEnum]):
    """An enum stored as plain text and read back as itself."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Any) -> StrEnum | None:
        return None if value is None else self.kind(value)


def code(kind: type[StrEnum] | None = None, **options: Any) -> Any:
    """An enum (given as `kind`) or a code, stored as plain text: a new value needs no migration."""
    return Field(sa_type=Text if kind is None else Coded(kind), **options)  # type: ignore[call-overload]


def codes(**options: Any) -> Any:
    """A list of codes, empty unless given."""
    return Field(default_factory=list, sa_type=ARRAY(Text), **options)  # type: ignore[call-overload]


def document(**options: Any) -> Any:
    """A JSON value."""
    return Field(sa_type=JSONB, **options)
