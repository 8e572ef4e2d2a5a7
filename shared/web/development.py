"""The development control of business time; in production mode, or without clock control, these routes don't exist."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import Response

from shared.access import Role
from shared.web.door import Door, allow
from shared.web.schemas import Body, Moment, Out

FARTHEST = 3660 * 86_400


class MoveClock(Body):
    """Where business time goes: an offset from real time, or a moment."""

    offset_seconds: float | None = Field(None, ge=-FARTHEST, le=FARTHEST, examples=[86_400])
    now: Moment | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.offset_seconds is None) == (self.now is None):
            raise ValueError("Give offset_seconds or now.")
        return self


class ClockOut(Out):
    """Both clocks of this room."""

    now: datetime
    machine: datetime
    offset_seconds: float


def clock_router() -> APIRouter:
    """The routes; they are put on the app only where the clock may move."""
    router = APIRouter(prefix="/development", tags=["development"])
    everybody = allow(*Role)

    @router.get("/clock", response_model=ClockOut, operation_id="read_clock")
    async def read_clock(door: Annotated[Door, everybody]) -> Response:
        return _both(door)

    @router.put("/clock", response_model=ClockOut, operation_id="move_clock")
    async def move_clock(body: MoveClock, door: Annotated[Door, everybody]) -> Response:
        await door.runtime.move_clock(_offset(body, door))
        return _both(door)

    return router


def _offset(body: MoveClock, door: Door) -> timedelta:
    if body.offset_seconds is not None:
        return timedelta(seconds=body.offset_seconds)
    assert body.now is not None
    offset = body.now - door.runtime.clock.machine()
    return max(min(offset, timedelta(seconds=FARTHEST)), timedelta(seconds=-FARTHEST))


def _both(door: Door) -> Response:
    clock = door.runtime.clock
    reply = ClockOut(now=clock.now(), machine=clock.machine(), offset_seconds=clock.offset.total_seconds())
    return Response(reply.model_dump_json(), headers={"Cache-Control": "no-store"}, media_type="application/json")
