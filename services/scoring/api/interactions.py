"""Interactions come in at this door."""

from fastapi import APIRouter, Response

from services.scoring import commands, handlers
from services.scoring.api.doors import Recorder, Stranger
from services.scoring.policy.interactions import made_by_machine
from services.scoring.schemas import InteractionsOut

router = APIRouter(prefix="/v1", tags=["interactions"])


@router.post("/visits", response_model=InteractionsOut, operation_id="record_visits")
async def record_visits(body: commands.Visits, door: Stranger) -> Response:
    """A browser tells what its visitor looked at. What a machine sends is marked as such and never counts."""
    bot = made_by_machine(door.request.headers.get("user-agent"))
    return await door.execute(handlers.record_visits, commands.RecordVisits(body, bot))


@router.post("/interactions", response_model=InteractionsOut, operation_id="record_interactions")
async def record_interactions(body: commands.RecordInteractions, door: Recorder) -> Response:
    """Calls, class visits, booths, imports …: a batch, all or nothing. Each id is recorded once."""
    return await door.execute(handlers.record_interactions, body)
