"""JSON kinds of a body's fields: "5" is no number and 0 is no date, although pydantic would make one of it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

At = tuple[str | int, ...]
Wrong = Iterator[tuple[At, str]]
Check = Callable[[Any, At], Wrong]

_TEXTS = (str, UUID, date, datetime, time)


def _text(value: Any, at: At) -> Wrong:
    if not isinstance(value, str):
        yield at, "It must be a text."


def _truth(value: Any, at: At) -> Wrong:
    if not isinstance(value, bool):
        yield at, "It must be true or false."


def _number(value: Any, at: At) -> Wrong:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield at, "It must be a number."


def check_of(kind: Any) -> Check | None:
    """The check of a type; None for types that are left to pydantic alone."""
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return lambda value, at: _fields(kind, value, at)
    if kind is bool:
        return _truth
    if kind in (int, float):
        return _number
    if isinstance(kind, type) and (issubclass(kind, _TEXTS) or (issubclass(kind, Enum) and issubclass(kind, str))):
        return _text
    if get_origin(kind) in (list, set, tuple):
        return _elements(kind)
    return _optional(kind)


def _bare(kind: Any) -> Any:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _optional(kind: Any) -> Check | None:
    """`X | None`: null is fine, else as X. Other unions are left alone."""
    if get_origin(kind) not in (Union, UnionType):
        return None
    real = [one for one in get_args(kind) if one is not NoneType]
    inner = check_of(real[0]) if len(real) == 1 else None
    if inner is None:
        return None
    return lambda value, at: iter(()) if value is None else inner(value, at)


def _elements(kind: Any) -> Check | None:
    inner = check_of(get_args(kind)[0]) if get_args(kind) else None
    if inner is None:
        return None

    def check(value: Any, at: At) -> Wrong:
        for index, one in enumerate(value if isinstance(value, list) else ()):
            yield from inner(one, (*at, index))

    return check


@cache
def _checks(model: type[BaseModel]) -> dict[str, Check]:
    found = {}
    for name, field in model.model_fields.items():
        if (check := check_of(field.annotation)) is not None:
            alias = field.validation_alias if isinstance(field.validation_alias, str) else field.alias
            found[alias or name] = check
    return found


def _fields(model: type[BaseModel], value: Any, at: At) -> Wrong:
    if isinstance(value, dict):
        for name, check in _checks(model).items():
            if name in value:
                yield from check(value[name], (*at, name))
