"""Lists and reports as files: CSV, or Parquet with its types, by `?format=` or the Accept header."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from shared.storage.tx import Uow
from shared.web.door import Door
from shared.web.parquet import PARQUET, parquet_chunks
from shared.web.tables import CSV, csv_chunks

Portions = AsyncIterator[Sequence[BaseModel]]
FORMATS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {"schema": {"type": "string", "format": "binary"}} for media in ("text/csv", PARQUET)}}
}


class Kind(StrEnum):
    """How a list or a report is answered."""

    json = "json"
    csv = "csv"
    parquet = "parquet"


ACCEPTED = {"application/json": Kind.json, "text/csv": Kind.csv, PARQUET: Kind.parquet}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The format of a reply; `bom` puts a byte order mark before CSV, by which Excel knows UTF-8."""

    kind: Kind
    bom: bool = False

    @property
    def is_file(self) -> bool:
        return self.kind is not Kind.json


async def _chosen(
    request: Request,
    format: Annotated[Kind | None, Query(description="Format of the reply; it goes before the Accept header")] = None,  # noqa: A002
    bom: Annotated[bool, Query(description="CSV with a byte order mark, for Excel")] = False,
) -> Chosen:
    return Chosen(format or _accepted(request.headers.get("accept", "")), bom)


def _accepted(header: str) -> Kind:
    """The first format that the header names and we have, the dearest first; else JSON."""
    offers = [part.partition(";") for part in header.split(",")]
    dear = sorted(offers, key=lambda offer: -_quality(offer[2]))
    return next((ACCEPTED[name] for offer in dear if (name := offer[0].strip().lower()) in ACCEPTED), Kind.json)


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


Format = Annotated[Chosen, Depends(_chosen)]


def send_rows(door: Door, chosen: Chosen, row: type[BaseModel], name: str, rows: Callable[[Uow], Portions]) -> Response:
    """Send rows of a kind as a file while they are read."""
    if chosen.kind is Kind.csv:
        return door.stream(
            lambda uow: csv_chunks(row, rows(uow), bom=chosen.bom), media_type=CSV, filename=f"{name}.csv"
        )
    return door.stream(lambda uow: parquet_chunks(row, rows(uow)), media_type=PARQUET, filename=f"{name}.parquet")
