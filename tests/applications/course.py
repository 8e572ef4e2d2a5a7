"""Commands of every move of the table, and how an application gets to where a move begins."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.applications import commands as c
from services.applications import handlers as h
from services.applications.policy import (
    BreakReason,
    DeclineReason,
    NoteBreakReason,
    RealizationBreakReason,
    Status,
)
from shared.access import Caller, Role
from shared.contracts.applications import RejectionReason
from tests.applications.world import World

BEGUN = datetime(2026, 3, 2, 8, tzinfo=UTC)
WEEKS = timedelta(weeks=1)
# Move → its handler, and its command for an application (as answered).
COMMANDS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "accept": (h.accept_application, lambda a: c.AcceptApplication(a.id)),
    "reject": (h.reject_application, lambda a: c.RejectApplication(a.id, RejectionReason.skills)),
    "withdraw": (h.withdraw_application, lambda a: c.WithdrawApplication(a.id)),
    "decline": (h.decline_application, lambda a: c.DeclineApplication(a.id, DeclineReason.dates)),
    "sign": (h.sign_acceptance_note, lambda a: c.SignAcceptanceNote(a.id, a.terms)),
    "break_note": (h.break_acceptance_note, lambda a: c.BreakAcceptanceNote(a.id, NoteBreakReason.fee_unpaid)),
    "approve": (h.approve_application, lambda a: c.ApproveApplication(a.id, a.terms)),
    "break_approval": (h.break_approval, lambda a: c.BreakApproval(a.id, BreakReason.visa_refused)),
    "realize": (h.realize_experience, lambda a: c.RealizeExperience(a.id)),
    "break_realization": (
        h.break_realization,
        lambda a: c.BreakRealization(a.id, RealizationBreakReason.accommodation),
    ),
    "postpone": (h.postpone_experience, lambda a: c.PostponeExperience(a.id, a.start_on + WEEKS, a.end_on + WEEKS)),
    "extend": (h.extend_experience, lambda a: c.ExtendExperience(a.id, a.end_on + WEEKS)),
    "finish_early": (h.finish_experience_early, lambda a: c.FinishExperienceEarly(a.id, a.end_on - WEEKS)),
    "unreject": (h.unreject_application, lambda a: c.UnrejectApplication(a.id)),
    "reopen": (h.reopen_application, lambda a: c.ReopenApplication(a.id)),
    "reinstate": (h.reinstate_application, lambda a: c.ReinstateApplication(a.id)),
}
# Status → the moves that lead there from open, each with who makes it.
WAYS: dict[Status, list[tuple[str, Role]]] = {Status.open: []}
WAYS[Status.accepted] = [("accept", Role.hosting_manager)]
WAYS[Status.in_progress] = [*WAYS[Status.accepted], ("sign", Role.participant)]
BOTH = [("approve", Role.sending_manager), ("approve", Role.hosting_manager)]
WAYS[Status.approved] = [*WAYS[Status.in_progress], *BOTH]
WAYS[Status.realized] = [*WAYS[Status.approved], ("realize", Role.hosting_manager)]
WAYS[Status.rejected] = [("reject", Role.hosting_manager)]
WAYS[Status.withdrawn] = [("withdraw", Role.participant)]
WAYS[Status.declined] = [*WAYS[Status.accepted], ("decline", Role.participant)]
WAYS[Status.approval_broken] = [*WAYS[Status.approved], ("break_approval", Role.sending_manager)]
WAYS[Status.realization_broken] = [*WAYS[Status.realized], ("break_realization", Role.hosting_manager)]


def who(world: World, role: Role) -> Caller:
    return {Role.participant: world.ep, Role.sending_manager: world.se, Role.hosting_manager: world.he}[role]


async def make(world: World, move: str, application: Any, caller: Caller, expected: int | None = None) -> Any:
    handler, command = COMMANDS[move]
    return await world.room.do(handler, command(application), caller, expected=expected)


async def at(world: World, status: Status, application: Any = None) -> Any:
    """An application that got to this status on its shortest way; the first day of work has come by then."""
    world.room.clock.set(BEGUN)
    application = application or await world.apply()
    if status is Status.completed:
        application = await at(world, Status.realized, application)
        world.room.clock.set(after(application.end_on))
        await world.room.due()
        return application
    for move, role in WAYS[status]:
        application = await make(world, move, application, who(world, role))
        if move == "sign":
            await world.pay(application)
    return application


def after(day: date) -> datetime:
    """The morning after a day."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(days=1)
