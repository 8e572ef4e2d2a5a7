"""The HTTP door of the scoring room."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.policy.interactions import made_by_machine
from services.scoring.schemas import IdentityOut, InteractionsOut, LeadOut, LeadState, ScoreChangeOut, ScoreOut
from shared.access import Role
from shared.web.door import Door, allow, public
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Moment

router = APIRouter(prefix="/v1")
R = Role
MANAGERS = (R.sending_manager, R.national_manager, R.global_manager)
Stranger = Annotated[Door, public("a visitor has no account yet, and can only tell of its own anonymous visits")]
Recorder = Annotated[Door, allow(*MANAGERS, R.service)]
Identifier = Annotated[Door, allow(R.participant, *MANAGERS, R.service)]
Reader = Annotated[Door, allow(R.participant, *MANAGERS, R.service, R.auditor)]
Staff = Annotated[Door, allow(*MANAGERS, R.service, R.auditor)]


@router.post("/visits", response_model=InteractionsOut, operation_id="record_visits", tags=["interactions"])
async def record_visits(body: commands.Visits, door: Stranger) -> Response:
    """A browser tells what its visitor looked at. What a machine sends is marked as such and never counts."""
    bot = made_by_machine(door.request.headers.get("user-agent"))
    return await door.execute(handlers.record_visits, commands.RecordVisits(body, bot))


@router.post("/interactions", response_model=InteractionsOut, operation_id="record_interactions", tags=["interactions"])
async def record_interactions(body: commands.RecordInteractions, door: Recorder) -> Response:
    """Calls, class visits, booths, imports …: a batch, all or nothing. Each id is recorded once."""
    return await door.execute(handlers.record_interactions, body)


@router.post("/identities", response_model=IdentityOut, operation_id="identify_visitor", tags=["identities"])
async def identify_visitor(body: commands.IdentifyVisitor, door: Identifier) -> Response:
    """The visitor is this person: earlier visits belong to the person from now on."""
    return await door.execute(handlers.identify_visitor, body)


@router.delete("/identities/{visitor_id}", status_code=204, operation_id="separate_visitor", tags=["identities"])
async def separate_visitor(visitor_id: UUID, door: Identifier) -> Response:
    """It was somebody else: undo the identification."""
    return await door.execute(handlers.separate_visitor, commands.SeparateVisitor(visitor_id))


@router.get(
    "/people/{person_id}/identities",
    response_model=list[IdentityOut],
    operation_id="list_identities",
    tags=["identities"],
)
async def list_identities(person_id: UUID, door: Reader) -> Response:
    """The visitors that this person is known to be."""
    return await door.read(views.list_identities, person_id)


@router.get("/people/{person_id}/score", response_model=ScoreOut, operation_id="get_score", tags=["scores"])
async def get_score(person_id: UUID, door: Reader) -> Response:
    """How likely this lead is to be approved, with reasons that add up to it."""
    return await door.read(views.get_score, person_id)


@router.get(
    "/people/{person_id}/score-history", response_model=PageOf[ScoreChangeOut], operation_id="get_score_history",
    tags=["scores"],
)  # fmt: skip
async def get_score_history(
    person_id: UUID,
    door: Reader,
    paging: Paging,
    as_of: Annotated[Moment | None, Query(description="Only what was known at this moment")] = None,
) -> Response:
    """The course of the score, oldest first: what it was, why, and which event moved it."""
    return await door.page(views.get_course, person_id, as_of, paging=paging)


@router.get("/leads", response_model=PageOf[LeadOut], operation_id="list_leads", tags=["scores"])
async def list_leads(
    door: Staff,
    paging: Paging,
    state: Annotated[LeadState, Query(description="Open, converted, or any")] = LeadState.open,
) -> Response:
    """Whom to call: the leads of the caller's entity and below, the likeliest first."""
    return await door.page(views.list_leads, state, paging=paging)
