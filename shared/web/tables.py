"""Rows as CSV: names of the fields as a header, numbers as numbers, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Any

from pydantic import BaseModel

from shared.cells import guarded

CSV = "text/csv; charset=utf-8"
BOM = "\ufeff"


def cell(value: Any) -> str | int | float:
    """A value as it stands in a cell; a text that looks like a formula gets an apostrophe before it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return cell(value.value)
        case int() | float():
            return value
        case date():
            return value.isoformat()
        case list() | tuple():
            return cell(";".join(map(str, value)))
    return guarded(str(value))


async def csv_chunks(
    row: type[BaseModel], portions: AsyncIterator[Sequence[BaseModel]], *, bom: bool = False
) -> AsyncIterator[bytes]:
    """The lines of a file (RFC 4180), a portion at a time; `row` names the columns, also when there are no rows."""
    names = tuple(row.model_fields)
    header = (BOM if bom else "") + _lines([names])
    async for portion in portions:
        yield (header + _lines([cell(getattr(one, name)) for name in names] for one in portion)).encode()
        header = ""
    if header:
        yield header.encode()


def _lines(rows: Iterable[Iterable[str | int | float]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
