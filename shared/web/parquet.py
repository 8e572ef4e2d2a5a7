"""Rows as Parquet: a type for each field, a row group at a time."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from enum import Enum
from importlib import import_module
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

PARQUET = "application/vnd.apache.parquet"
GROUP = 20_000  # rows of a group: what is held in memory


class Sink(io.RawIOBase):
    """A file that is only written, and gives away what it has."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._place += len(part)
        return len(part)

    def tell(self) -> int:
        return self._place

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _arrow(part: str = "") -> Any:
    """The library, which only rooms with files have; not before somebody asks: it loads as long as a whole room."""
    return import_module(f"pyarrow{part}")


async def parquet_chunks(row: type[BaseModel], portions: AsyncIterator[Sequence[BaseModel]]) -> AsyncIterator[bytes]:
    """The bytes of a file, a row group at a time; the work is done beside the loop."""
    schema, sink = schema_of(row), Sink()
    writer = _arrow(".parquet").ParquetWriter(sink, schema, compression="zstd")
    waiting: list[BaseModel] = []
    async for portion in portions:
        waiting += portion
        if len(waiting) >= GROUP:
            await asyncio.to_thread(_write, writer, schema, waiting)
            waiting = []
            yield sink.take()
    await asyncio.to_thread(_write, writer, schema, waiting)
    writer.close()
    yield sink.take()


def _write(writer: Any, schema: Any, rows: Sequence[BaseModel]) -> None:
    pa = _arrow()
    columns = [[_plain(getattr(row, name)) for row in rows] for name in schema.names]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=GROUP)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else str(value) if isinstance(value, UUID) else value


def schema_of(row: type[BaseModel]) -> Any:
    """The fields of a model as columns; ids and codes are texts, days and moments what they are."""
    pa = _arrow()
    fields = []
    for name, field in row.model_fields.items():
        kind, optional = _bare(field.annotation)
        fields.append(pa.field(name, _type_of(kind), nullable=optional))
    return pa.schema(fields)


def _type_of(kind: Any) -> Any:
    pa = _arrow()
    known = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), datetime: pa.timestamp("us", "UTC")}
    known |= {date: pa.date32(), str: pa.string(), UUID: pa.string()}
    if get_origin(kind) is list:
        return pa.list_(_type_of(_bare(get_args(kind)[0])[0]))
    return known[str if issubclass(kind, Enum) else kind]


def _bare(kind: Any) -> tuple[Any, bool]:
    """A field's type without annotations, and whether it may be null."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) not in (Union, UnionType):
        return kind, False
    real = [one for one in get_args(kind) if one is not NoneType]
    return _bare(real[0])[0], True
