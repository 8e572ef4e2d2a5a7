"""Keyset paging: the next page begins after the last row seen, however many rows come and go meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, literal, tuple_
from sqlalchemy.sql import operators

from shared.errors import FieldError, Invalid
from shared.storage.tx import Uow

Values = tuple[str | int | float | bool, ...]


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page: after which row (`cursor`), how many rows, and changed since when."""

    cursor: Values | None = None
    limit: int = 50
    changed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page; `next` holds the order values of the last one when there are more, `about` what else is
    said of the list."""

    items: Sequence[Any] = field(default_factory=list)
    next: Values | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def bad_cursor() -> Invalid:
    wrong = FieldError("query:cursor", "It is not a cursor of this list.")
    return Invalid("Begin again without a cursor.", code="bad-cursor", errors=[wrong])


def keyset(statement: Select[Any], *, order: Sequence[Any], cursor: Values | None, limit: int) -> Select[Any]:
    """The statement from behind the cursor on, in order, with one row more than asked: it tells whether there are more.

    `order` names columns that are never NULL, the last of them unique; all ascending or all `desc()`.
    """
    columns, descending = _columns(order)
    if cursor is not None:
        here, last = tuple_(*columns), tuple_(*_literals(columns, cursor))
        statement = statement.where(here < last if descending else here > last)
    return statement.order_by(*order).limit(limit + 1)


async def listing(
    uow: Uow,
    statement: Select[Any],
    *,
    order: Sequence[Any],
    paging: Paging,
    changed: Any = None,
    shape: Callable[[Any], Any] = lambda row: row,
) -> Page:
    """One page of a query, each row put into `shape`. `changed` is the column that `changed_since` looks at."""
    if paging.changed_since is not None and changed is not None:
        statement = statement.where(changed >= paging.changed_since)
    result = await uow.execute(keyset(statement, order=order, cursor=paging.cursor, limit=paging.limit))
    found = result.all()
    rows = [row[0] if len(row) == 1 else row for row in found[: paging.limit]]
    more = len(found) > paging.limit
    return Page([shape(row) for row in rows], _values(rows[-1], order) if more else None)


def _columns(order: Sequence[Any]) -> tuple[list[ColumnElement[Any]], bool]:
    found = [_column(item) for item in order]
    directions = {down for _, down in found}
    if len(directions) != 1:
        raise ValueError("a keyset is all ascending or all descending")
    return [column for column, _ in found], directions.pop()


def _column(item: Any) -> tuple[Any, bool]:
    if isinstance(item, UnaryExpression) and item.modifier in (operators.desc_op, operators.asc_op):
        return item.element, item.modifier is operators.desc_op
    return item, False


def _values(row: Any, order: Sequence[Any]) -> Values:
    columns, _ = _columns(order)
    return tuple(_plain(getattr(row, column.key)) for column in columns)


def _plain(value: Any) -> str | int | float | bool:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float) else str(value)


def _literals(columns: Sequence[ColumnElement[Any]], values: Values) -> list[ColumnElement[Any]]:
    if len(values) != len(columns):
        raise bad_cursor()
    try:
        return [literal(_typed(column, value), column.type) for column, value in zip(columns, values, strict=True)]
    except (ValueError, TypeError, OverflowError) as error:
        raise bad_cursor() from error


def _typed(column: ColumnElement[Any], value: Any) -> Any:
    """The value as the column's type; ValueError when a cursor of ours could not hold it."""
    kind = getattr(column.type, "impl_instance", column.type).python_type  # what a decorated type stands on
    if kind is datetime:
        return _moment(value)
    if kind in (int, float, bool):
        if type(value) is not kind or (kind is int and abs(value) >= 2**63):
            raise ValueError("another kind of number")
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("no text")
    return date.fromisoformat(value) if kind is date else kind(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset")
    return moment.astimezone(UTC)
