"""What follows a move besides the new status: one function for each effect that the table of moves names.

Each does what has to be done elsewhere and tells which values the application takes with its new status.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlmodel import select

from services.applications.handlers.moving import about, moved
from services.applications.handlers.terms import terms_of_today
from services.applications.model import Application, Opportunity, Slot
from services.applications.policy import LIVE, Status, WithdrawalReason, completion_moment
from services.applications.settings import limits
from shared.contracts import applications as facts
from shared.storage.tx import Uow

COMPLETION = "complete-experience"
Values = dict[str, Any]
Effect = Callable[[Uow, Application], Awaitable[Values]]
LAPSED: Values = {"sending_approval": None, "hosting_approval": None}


async def offer_note(uow: Uow, _: Application) -> Values:
    return {"accepted_at": uow.now}


async def end(uow: Uow, _: Application) -> Values:
    return LAPSED | {"ended_at": uow.now}


async def await_approvals(uow: Uow, row: Application) -> Values:
    return {"signed_at": uow.now, "signed_terms": row.terms}


async def take_opening(uow: Uow, row: Application) -> Values:
    """Opportunity and slot are locked already: the guard has looked at them."""
    await _openings(uow, row, -1)
    return {"approved_at": uow.now}


async def give_back_opening(uow: Uow, row: Application) -> Values:
    await _openings(uow, row, +1)
    await uow.cancel(COMPLETION, row.id, why="the experience was broken off")
    return {"ended_at": uow.now}


async def await_completion(uow: Uow, row: Application) -> Values:
    await schedule_completion(uow, row)
    return {"realized_at": uow.now, "actual_start_on": row.actual_start_on or row.start_on}


async def close(uow: Uow, row: Application) -> Values:
    return {"completed_at": uow.now, "actual_end_on": row.actual_end_on or row.end_on}


async def move_dates(uow: Uow, row: Application) -> Values:
    """The row has its new dates already."""
    if row.status == Status.realized:
        await schedule_completion(uow, row)
    return {}


async def start_over(uow: Uow, row: Application) -> Values:
    past = ("accepted_at", "signed_at", "approved_at", "realized_at", "ended_at")
    return LAPSED | dict.fromkeys(past) | await terms_of_today(uow, row)


async def approve_anew(uow: Uow, row: Application) -> Values:
    past = ("approved_at", "realized_at", "ended_at", "actual_start_on", "actual_end_on", "proof")
    return LAPSED | dict.fromkeys(past) | {"refund": False} | await terms_of_today(uow, row)


EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        offer_note,
        end,
        await_approvals,
        take_opening,
        give_back_opening,
        await_completion,
        close,
        move_dates,
        start_over,
        approve_anew,
    )
}


async def hold_openings(uow: Uow, row: Application) -> tuple[Opportunity, Slot]:
    """Opportunity and slot, locked in this order behind the application: so no two moves wait for each other."""
    opportunity = await uow.get(Opportunity, row.opportunity_id, lock=True)
    return opportunity, await uow.get(Slot, row.slot_id, lock=True)


async def _openings(uow: Uow, row: Application, step: int) -> None:
    opportunity, slot = await hold_openings(uow, row)
    uow.change(slot, openings=slot.openings + step)
    uow.change(opportunity, openings=opportunity.openings + step)


async def schedule_completion(uow: Uow, row: Application) -> None:
    """The row that wakes us is moved with the end date, never doubled."""
    await uow.schedule(COMPLETION, row.id, "completion", completion_moment(row.end_on), row.zone)


async def close_others(uow: Uow, row: Application) -> None:
    """The person's other live applications are withdrawn, unless the room is set otherwise (A5)."""
    if not limits().withdraw_others_at_approval:
        return
    others = select(Application).where(
        Application.person_id == row.person_id,
        Application.id != row.id,
        Application.status.in_(LIVE),  # type: ignore[attr-defined]
    )
    for other in await uow.rows(others.order_by(Application.id).with_for_update()):  # type: ignore[arg-type]
        await withdraw(uow, other, WithdrawalReason.approved_elsewhere)


async def withdraw(uow: Uow, row: Application, reason: str, action: str = "withdraw_application", **more: Any) -> None:
    await moved(uow, row, action, Status.withdrawn, reason, **await end(uow, row))
    uow.say(facts.ApplicationWithdrawn(**about(row), reason=reason, **more))
