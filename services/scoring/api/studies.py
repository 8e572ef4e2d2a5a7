"""Studies: how well could the outcomes of a table of one's own have been foretold, and what would be foretold now?"""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.exceptions import HTTPException

from services.scoring import handlers, views
from services.scoring.api.doors import Student, StudyOwner, StudyReader
from services.scoring.commands.studies import AskChances, AskStudy, DropStudy, Heading, TellChances
from services.scoring.policy.studies import Plan, Unfit, read
from services.scoring.schemas import RowChancesOut, StudyOut
from shared.errors import FieldError, Invalid
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["studies"])
CSV = "text/csv"
EXAMPLE = "seq,age,poutcome,subscribed\n1,58,unknown,0\n2,44,success,1\n"
BODY = {"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}, "example": EXAMPLE}}}}


@router.post(
    "/studies", status_code=202, response_model=StudyOut, operation_id="ask_study", openapi_extra=BODY,
)  # fmt: skip
async def ask_study(
    door: Student,
    name: Annotated[str, Query(min_length=1, max_length=100, examples=["Campaign of spring"])],
    label: Annotated[Heading, Query(description="The column of the outcome: 1/0, yes/no, won/lost")],
    order: Annotated[Heading | None, Query(description="The column of the order in time: numbers or moments")] = None,
    ignore: Annotated[
        list[Heading], Query(max_length=100, description="Columns that were only known afterwards, and ids")
    ] = [],  # noqa: B006 (FastAPI copies it)
    point: Annotated[
        list[Annotated[str, Query(pattern=r"^[^=]+=[^=]*:-?[0-9.]{1,8}$", max_length=200)]],
        Query(
            max_length=50, description="A rule set by hand: `column=value:log-odds`", examples=[["poutcome=success:2"]]
        ),
    ] = [],  # noqa: B006
    base: Annotated[float | None, Query(ge=-10, le=10, description="Log-odds round which the rules stand")] = None,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 1,
) -> Response:
    """Learned from the first 70 % in time and judged by the rest, beside the base rate, the rules and naive Bayes.

    No names or addresses, please: values that stand often are kept in the model. The table itself is kept until the
    report is there.
    """
    if door.request.headers.get("content-type", "").partition(";")[0].strip().lower() != CSV:
        raise HTTPException(415)
    try:
        text = (await door.request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(errors=[FieldError("#", "The file is not UTF-8.")]) from None
    plan = Plan(label, order, frozenset(ignore), _points(point), base, seed)
    await asyncio.to_thread(_check, text, plan)
    return await door.execute(
        handlers.ask_study, AskStudy(name, text, plan), status=202, location=lambda made: f"/v1/studies/{made.id}"
    )


def _check(text: str, plan: Plan) -> None:
    """Refused at once when nothing could be learned from it; a large table takes its time, beside the loop."""
    try:
        read(text, plan)
    except Unfit as unfit:
        raise Invalid(errors=[FieldError(unfit.where, f"{unfit}.")]) from None


def _points(given: list[str]) -> dict[str, float]:
    try:
        return {rule: float(worth) for rule, _, worth in (one.rpartition(":") for one in given)}
    except ValueError:
        raise Invalid(errors=[FieldError("query:point", "write column=value:log-odds")]) from None


@router.get("/studies", response_model=PageOf[StudyOut], operation_id="list_studies")
async def list_studies(door: StudyReader, paging: Paging) -> Response:
    """Studies of the caller's entity and below, the newest first."""
    return await door.page(views.list_studies, paging=paging)


@router.get("/studies/{study_id}", response_model=StudyOut, operation_id="get_study")
async def get_study(study_id: UUID, door: StudyReader) -> Response:
    """One study, with its report once it is ready."""
    return await door.read(views.get_study, study_id)


@router.post("/studies/{study_id}/chances", response_model=RowChancesOut, operation_id="tell_chances")
async def tell_chances(study_id: UUID, body: AskChances, door: Student) -> Response:
    """What the model of a study says of these rows. Nothing is kept of them."""
    return await door.execute(views.tell_chances, TellChances(study_id, body))


@router.delete("/studies/{study_id}", status_code=204, operation_id="drop_study")
async def drop_study(study_id: UUID, door: StudyOwner) -> Response:
    """The study, its table and its model are gone."""
    return await door.execute(handlers.drop_study, DropStudy(study_id))
