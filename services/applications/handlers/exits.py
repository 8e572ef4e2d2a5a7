"""How an application ends before its time, and how it comes back."""

from typing import Any

from services.applications import commands
from services.applications.handlers.effects import EFFECTS, withdraw
from services.applications.handlers.moving import about, experience, guarded, moved, open_row, side_of
from services.applications.model import Application
from services.applications.policy import Status, refunded, rejected_by_us
from services.applications.schemas import ApplicationOut
from services.applications.views import application_out
from shared.contracts import applications as facts
from shared.storage.tx import Uow


async def reject_application(uow: Uow, command: commands.RejectApplication) -> ApplicationOut:
    reason = command.reason
    row = await _exit(uow, command, "reject", "reject_application")
    uow.say(facts.ApplicationRejected(**about(row), reason=reason, ours=rejected_by_us(reason)))
    return application_out(row, uow.caller)


async def withdraw_application(uow: Uow, command: commands.WithdrawApplication) -> ApplicationOut:
    row = await open_row(uow, command.application_id, "withdraw")
    await withdraw(uow, row, command.reason)
    return application_out(row, uow.caller)


async def decline_application(uow: Uow, command: commands.DeclineApplication) -> ApplicationOut:
    """The EP was accepted and says no."""
    row = await _exit(uow, command, "decline", "decline_application")
    uow.say(facts.ApplicationDeclined(**about(row), reason=command.reason))
    return application_out(row, uow.caller)


async def break_acceptance_note(uow: Uow, command: commands.BreakAcceptanceNote) -> ApplicationOut:
    """A manager breaks a signed acceptance note before the approval; the EP is free to sign another one."""
    row = await open_row(uow, command.application_id, "break_note")
    await withdraw(uow, row, command.reason, "break_acceptance_note", side=side_of(uow))
    return application_out(row, uow.caller)


async def break_approval(uow: Uow, command: commands.BreakApproval) -> ApplicationOut:
    """The internship will not begin: the opening is given back; the fee only for the four reasons, with proof."""
    row = await open_row(uow, command.application_id, "break_approval")
    refund = refunded(command.reason, command.proof, uow.today(row.zone), row.start_on)
    await _end(uow, row, "break_approval", "break_approval", command.reason, refund=refund, proof=command.proof)
    told = {"reason": command.reason, "refund": refund, "side": side_of(uow)}
    uow.say(facts.ApprovalBroken(**experience(row), **told))
    return application_out(row, uow.caller)


async def break_realization(uow: Uow, command: commands.BreakRealization) -> ApplicationOut:
    """The internship ends before its time; it will not complete."""
    row = await _exit(uow, command, "break_realization", "break_realization")
    uow.say(facts.RealizationBroken(**experience(row), reason=command.reason, side=side_of(uow)))
    return application_out(row, uow.caller)


async def unreject_application(uow: Uow, command: commands.UnrejectApplication) -> ApplicationOut:
    """The hosting side takes its no back."""
    return await _again(uow, command, "unreject", "unreject_application")


async def reopen_application(uow: Uow, command: commands.ReopenApplication) -> ApplicationOut:
    """The EP takes back that it was withdrawn or declined."""
    return await _again(uow, command, "reopen", "reopen_application")


async def reinstate_application(uow: Uow, command: commands.ReinstateApplication) -> ApplicationOut:
    """A break is repaired: both sides approve anew."""
    return await _again(uow, command, "reinstate", "reinstate_application")


async def _exit(uow: Uow, command: Any, name: str, action: str) -> Application:
    row = await open_row(uow, command.application_id, name)
    return await _end(uow, row, name, action, command.reason)


async def _end(uow: Uow, row: Application, name: str, action: str, reason: str | None, **values: Any) -> Application:
    move = await guarded(uow, row, name)
    values |= await EFFECTS[move.effect](uow, row)
    return await moved(uow, row, action, move.target or Status(row.status), reason, **values)


async def _again(uow: Uow, command: Any, name: str, action: str) -> ApplicationOut:
    row = await open_row(uow, command.application_id, name)
    former = row.status
    await _end(uow, row, name, action, None)
    told = {"former": former, "status": row.status, "terms": row.terms, "side": side_of(uow)}
    uow.say(facts.ApplicationReopened(**about(row), **told))
    return application_out(row, uow.caller)
