"""Answers on their way out: a row an answer, scores, standards and items as columns; what an import reads again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, create_model
from sqlalchemy import func, literal_column, select

from services.surveys.model import Answer, Given, Score, answers_of
from services.surveys.policy.measures import Kind, measures
from services.surveys.policy.slices import Narrowing
from services.surveys.questionnaires import Library
from services.surveys.rollups.cutting import wave_of
from services.surveys.views.library import library
from services.surveys.views.raw import conditions
from shared.access import MANAGERS
from shared.storage.tx import Uow

ABOUT = (
    "id", "answered_at", "party", "person_id", "enabler_id", "application_id", "sending_entity_id",
    "hosting_entity_id", "programme", "occasion", "questionnaire", "questionnaire_version", "product", "country",
    "language", "imported",
)  # fmt: skip
SCORED = (
    "SELECT DISTINCT kind, about FROM (SELECT kind, about FROM roll_series UNION SELECT kind, about FROM roll_delta)"
)


class AnswerRow(BaseModel):
    """What every row has; `wave` is the occasion where it is one on which several people are asked."""

    id: UUID
    answered_at: datetime
    party: str
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    programme: str
    wave: str | None
    questionnaire: str
    questionnaire_version: int
    product: str | None
    country: str | None
    language: str
    imported: bool


async def answer_columns(uow: Uow) -> type[BaseModel]:
    """The row with a column for every score, standard and item that was asked for; free text only for managers."""
    pairs = {(row["kind"], row["about"]) for row in await uow.fetch(SCORED)}
    every = (await library(uow)).all.values()
    pairs |= {(q.metric.value, q.about) for one in every for q in one.scored}
    names: dict[str, Any] = {f"{kind}:{about}": int | None for kind, about in sorted(pairs) if kind != "asked"}
    for kind in Kind:
        codes = sorted({one.code for one in measures(kind, every)})
        names |= {f"{kind.value}:{code}": str | None if kind is Kind.standard else int | None for code in codes}
    if uow.caller.role in MANAGERS:
        names["comment"] = str | None
    fields: dict[str, Any] = {name: (type_, Field(None)) for name, type_ in names.items()}
    return create_model("AnswerRowOut", __base__=AnswerRow, **fields)


async def export_answers(uow: Uow, wanted: Narrowing, row: type[BaseModel]) -> AsyncIterator[Sequence[BaseModel]]:
    """The answers that the caller may see, in the order of their ids; the words of erased people are gone already."""
    pair, said = literal_column("score.metric || ':' || score.about"), literal_column("coalesce(value::text, word)")
    scores = select(func.jsonb_object_agg(pair, Score.score))
    given = select(func.jsonb_agg(func.jsonb_build_array(Given.question, Given.part, said)))
    query = select(
        *(getattr(Answer, name) for name in ABOUT),
        Answer.comment,  # type: ignore[arg-type]
        scores.where(Score.answer_id == Answer.id).correlate(Answer).scalar_subquery().label("scores"),  # type: ignore[arg-type]
        given.where(Given.answer_id == Answer.id).correlate(Answer).scalar_subquery().label("given"),  # type: ignore[arg-type]
    ).where(answers_of(uow.caller), *conditions(wanted, Answer, Answer.answered_at))
    places = _places(await library(uow))
    async for portion in uow.portions(query.order_by(Answer.id)):
        yield [_row(row, one._mapping, places) for one in portion]


def _row(row: type[BaseModel], found: Mapping[str, Any], places: Mapping[tuple[str, int, str, str], str]) -> BaseModel:
    values = {name: found[name] for name in ABOUT if name != "occasion"} | {"wave": wave_of(found["occasion"])}
    values |= found["scores"] or {}
    for question, part, value in found["given"] or []:
        if name := places.get((found["questionnaire"], found["questionnaire_version"], question, part)):
            values[name] = int(value) if value is not None and not name.startswith("standard:") else value
    if "comment" in row.model_fields:
        values["comment"] = found["comment"]
    return row.model_construct(**{name: values.get(name) for name in row.model_fields})


def _places(there: Library) -> dict[tuple[str, int, str, str], str]:
    """Which question and row of which version stands in which column."""
    return {
        (one.questionnaire, one.version, one.question, one.row): f"{kind.value}:{one.code}"
        for kind in Kind
        for one in measures(kind, there.all.values())
    }
