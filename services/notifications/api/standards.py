"""Standards over HTTP: what proves them, the board of one experience and of many, and what managers say of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from services.notifications import commands, handlers, views
from services.notifications.api.doors import Anybody
from services.notifications.policy.board import Kept
from services.notifications.schemas import (
    BoardOut,
    CatalogueOut,
    DueOut,
    DuesOut,
    EvaluationOut,
    EvidenceListOut,
    Grouping,
    LineOut,
    StandardOut,
    SummaryOut,
)
from shared.access import CUSTOMERS, Role
from shared.contracts.fields import Product
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Day, Slug

router = APIRouter(prefix="/v1", tags=["standards"])
OF = "/experiences/{application_id}/standards"
Code = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9_.:-]{0,79}$", examples=["first_day_of_work"])]
Entity = Annotated[UUID | None, Query(description="Only where this entity, or one below it, is a side")]
Closed = Annotated[bool | None, Query(description="Only final figures, or only those that are not")]
OfProduct = Annotated[Product | None, Query(description="Only experiences of this product")]
Staff = Annotated[Door, allow(*(role for role in Role if role not in CUSTOMERS))]
Deliverer = Annotated[Door, allow(Role.sending_manager, Role.hosting_manager, changes=True)]


async def _whose(
    entity_id: Entity = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person's experiences")] = None,
) -> views.DuesFilter:
    return views.DuesFilter(entity_id, person_id)


Whose = Annotated[views.DuesFilter, Depends(_whose)]


@router.get("/standards", response_model=EvidenceListOut, operation_id="list_evidence")
async def list_evidence(
    door: Anybody, application_id: Annotated[UUID, Query(description="The experience in question")]
) -> Response:
    """What proves the exchange standards of one experience so far, in time or late."""
    return await door.read(views.list_evidence, application_id)


@router.get("/standards/catalogue", response_model=CatalogueOut, operation_id="get_standards_catalogue")
async def get_catalogue(door: Anybody) -> Response:
    """The standards as data: who delivers each, what it is made of, when that is due, what proves it."""
    return await door.read(views.get_catalogue)


@router.get("/standards/board", response_model=PageOf[LineOut], operation_id="list_standards_boards")
async def list_boards(
    door: Staff,
    paging: Paging,
    entity_id: Entity = None,
    standard: Annotated[Slug | None, Query(description="Together with `state`: only where this one is so")] = None,
    state: Annotated[Kept | None, Query(description="Only where some standard (or `standard`) is in it")] = None,
    overdue: Annotated[bool | None, Query(description="Only with, or without, a standard that is missed")] = None,
    conflict: Annotated[bool | None, Query(description="Only with, or without, a conflict")] = None,
    closed: Closed = None,
    product: OfProduct = None,
) -> Response:
    """The matrix: one line an experience, one cell a standard with its due date, state, evidence and the EP's word."""
    return await door.page(
        views.list_boards, entity_id, standard, state, overdue, conflict, closed, product, paging=paging
    )  # fmt: skip


@router.get("/standards/summary", response_model=SummaryOut, operation_id="summarise_standards")
async def summarise(
    door: Staff,
    by: Annotated[Grouping, Query(description="What a line is of")] = Grouping.standard,
    entity_id: Entity = None,
    closed: Closed = None,
    product: OfProduct = None,
) -> Response:
    """Kept, late, missed and in conflict, by standard or by the entity that delivers them, with n."""
    return await door.read(views.summarise, by, entity_id, closed, product)


@router.get("/standards/due", response_model=DuesOut, operation_id="get_standards_due")
async def get_dues(
    door: Anybody,
    asked: Whose,
    since: Annotated[Day, Query(description="The first day", examples=["2026-03-01"])],
    until: Annotated[Day, Query(description="The last day, 62 days at most", examples=["2026-03-31"])],
    first: Annotated[int, Query(ge=0, le=50, description="So many of each day are named")] = 5,
) -> Response:
    """How many open standards are due on each day, and the first of them; each party's are those of its list."""
    return await door.read(views.get_dues, since, until, asked, first)


@router.get("/standards/due/{on}", response_model=PageOf[DueOut], operation_id="list_standards_due")
async def list_dues(on: Day, door: Anybody, asked: Whose, paging: Paging) -> Response:
    """All open standards that are due on one day."""
    return await door.page(views.list_dues, on, asked, paging=paging)


@router.get(OF, response_model=BoardOut, operation_id="get_standards_board")
async def get_board(application_id: UUID, door: Anybody) -> Response:
    """All standards of one experience, with the figure of its quality; each party sees the list that concerns it."""
    return await door.read(views.get_board, application_id)


@router.post(f"{OF}/evaluation", response_model=EvaluationOut, operation_id="evaluate_standards")
async def evaluate(application_id: UUID, body: commands.Evaluation, door: Deliverer) -> Response:
    """Which standards were kept, for the manager of the side that delivers them; If-Match names the board's version."""
    command = commands.EvaluateStandards(application_id, body.standards, body.on, body.why)
    return await door.execute(handlers.evaluate_standards, command)


@router.get(f"{OF}/{{standard}}", response_model=StandardOut, operation_id="get_standard")
async def get_standard(application_id: UUID, standard: Code, door: Anybody) -> Response:
    """One standard of one experience; its version is what a change of it names."""
    return await door.read(views.get_standard, application_id, standard)


@router.post(f"{OF}/{{standard}}/not-needed", response_model=StandardOut, operation_id="waive_standard")
async def waive(application_id: UUID, standard: Code, body: commands.NotNeeded, door: Deliverer) -> Response:
    """It isn't needed this time, and why; for a manager of the side that delivers it."""
    command = commands.WaiveStandard(application_id, standard, body.why)
    return await door.execute(handlers.waive_standard, command)


@router.post(f"{OF}/{{standard}}/needed", response_model=StandardOut, operation_id="demand_standard")
async def demand(application_id: UUID, standard: Code, door: Deliverer) -> Response:
    """It is needed after all; for a manager of the side that delivers it."""
    return await door.execute(handlers.demand_standard, commands.DemandStandard(application_id, standard))


@router.post(f"{OF}/{{standard}}/statement", response_model=StandardOut, operation_id="state_standard")
async def state(application_id: UUID, standard: Code, body: commands.Statement, door: Deliverer) -> Response:
    """It was kept, on which day; or it was not, whatever was sent: then the provider agrees with an EP who says no."""
    command = commands.StateStandard(application_id, standard, body.kept, body.on, body.why)
    return await door.execute(handlers.state_standard, command)
