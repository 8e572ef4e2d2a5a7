"""Answers as files: the whole of a slice as CSV or Parquet, and past answers taken in by the thousand."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from services.surveys.api.doors import Importer, Staff
from services.surveys.exchange.importing import TakeAnswers, take_answers
from services.surveys.policy.slices import Narrowing
from services.surveys.views.exports import answer_columns, export_answers
from shared.contracts.fields import Country, Language, Product
from shared.contracts.surveys import Party
from shared.storage.tx import Uow
from shared.web.files import FORMATS, Format, Kind
from shared.web.parquet import PARQUET, parquet_chunks
from shared.web.schemas import Body, Day, Out, Slug
from shared.web.tables import CSV, csv_chunks

router = APIRouter(prefix="/v1", tags=["exchange"])
Cell = Annotated[str, Field(max_length=20_000)] | None
MOST_ROWS = 5_000


class PastAnswers(Body):
    """Rows of a source, as the columns of an import's file. `line` of the first row is 1."""

    source: Slug = Field(description="The other system, whose ids the rows have", examples=["old-tool"])
    dry_run: bool = Field(False, description="Only say what would become of the rows")
    rows: list[dict[Annotated[str, Field(max_length=200)], Cell]] = Field(
        min_length=1, max_length=MOST_ROWS,
        examples=[[{"id": "7", "answered_at": "2024-03-01", "nps:experience": "9", "programme": "after-completion"}]],
    )  # fmt: skip


class RowFaultOut(Out):
    """What keeps a row from being taken."""

    line: int
    id: str = Field(examples=["7"])
    column: str = Field(examples=["nps:experience"])
    reason: str = Field(examples=["'11' is no whole number from 0 to 10"])


class TakenOut(Out):
    """What became of the rows; those known already stay as they are."""

    rows: int
    taken: int
    known: int
    refused: int
    faults: list[RowFaultOut]


@router.post("/answer-imports", response_model=TakenOut, operation_id="import_answers")
async def import_answers(body: PastAnswers, door: Importer) -> Response:
    """Take answers that were given elsewhere, some thousands at a time; nobody is asked and no case is opened by it."""
    command = TakeAnswers(body.source, [*enumerate(body.rows, 1)], body.dry_run)

    async def taken(uow: Uow, command: TakeAnswers) -> TakenOut:
        return TakenOut.model_validate(await take_answers(uow, command))

    return await door.execute(taken, command)


@router.get("/answer-exports", operation_id="export_answers", responses=FORMATS)
async def export(
    door: Staff,
    chosen: Format,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity and those below, on either side")] = None,
    since: Annotated[Day | None, Query(description="First day (UTC)")] = None,
    until: Annotated[Day | None, Query(description="Last day (UTC), included")] = None,
    party: Annotated[Party, Query(description="Which of the two customers answered")] = Party.ep,
    programme: Annotated[Slug | None, Query(description="Only of this programme")] = None,
    product: Annotated[Product | None, Query(description="Only of this exchange programme")] = None,
    country: Annotated[Country | None, Query(description="Only of stays in this country")] = None,
    language: Annotated[Language | None, Query(description="Only in this language")] = None,
) -> Response:
    """One row an answer, scores, standards and items as columns. CSV, or Parquet by `format` or the Accept header."""
    wanted = Narrowing(
        entity_id=entity_id, since=since, until=until, party=party, programme=programme, product=product,
        country=country, language=language,
    )  # fmt: skip
    in_parquet = chosen.kind is Kind.parquet

    async def written(uow: Uow) -> AsyncIterator[bytes]:
        row = await answer_columns(uow)
        rows = export_answers(uow, wanted, row)
        async for chunk in parquet_chunks(row, rows) if in_parquet else csv_chunks(row, rows, bom=chosen.bom):
            yield chunk

    media, name = (PARQUET, "answers.parquet") if in_parquet else (CSV, "answers.csv")
    return door.stream(written, media_type=media, filename=name)
