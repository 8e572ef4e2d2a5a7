"""Routes of what can be done with an application: the moves, the terms, exits and returns, and the dates of a stay."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.applications import commands, handlers, views
from services.applications.api.doors import Anybody, Approver, Concerned, Host, OfferChanges, ParticipantChanges
from services.applications.schemas import ApplicationOut, MovesOut, TermsOut

router = APIRouter(prefix="/v1")


@router.get(
    "/applications/{application_id}/moves", response_model=MovesOut, operation_id="get_moves", tags=["moves"]
)  # fmt: skip
async def get_moves(
    application_id: UUID,
    door: Anybody,
    terms: Annotated[commands.Digest | None, Query(description="The terms that the caller has read")] = None,
) -> Response:
    """Every move: what this caller may do now, and why not the others."""
    return await door.read(views.get_moves, application_id, terms)


@router.get(
    "/applications/{application_id}/terms", response_model=TermsOut, operation_id="get_terms", tags=["moves"]
)  # fmt: skip
async def get_terms(application_id: UUID, door: Anybody) -> Response:
    """The terms that stand, and what changed since the EP signed and since each side approved."""
    return await door.read(views.get_terms, application_id)


def _step(name: str, what: str) -> dict[str, object]:
    return {"path": f"/applications/{{application_id}}/{name}", "operation_id": what, "response_model": ApplicationOut}


@router.post(**_step("verdict", "judge_candidate"), tags=["moves"])
async def judge(application_id: UUID, body: commands.Judging, door: OfferChanges) -> Response:
    """The enabler says whom it wants, before the approval; the opportunity manager decides with it. A host writes it
    down for an enabler who called."""
    command = commands.JudgeCandidate(application_id, body.verdict, body.reason)
    return await door.execute(handlers.judge_candidate, command)


@router.post(**_step("refusal", "decline_application"), tags=["moves"])
async def decline(application_id: UUID, body: commands.Refusal, door: ParticipantChanges) -> Response:
    """The EP refuses an application that was accepted."""
    return await door.execute(handlers.decline_application, commands.DeclineApplication(application_id, body.reason))


@router.post(**_step("acceptance-note-break", "break_acceptance_note"), tags=["moves"])
async def break_note(application_id: UUID, body: commands.NoteBreak, door: Approver) -> Response:
    """A side breaks a signed acceptance note before the approval; the EP may sign another one."""
    command = commands.BreakAcceptanceNote(application_id, body.reason)
    return await door.execute(handlers.break_acceptance_note, command)


@router.post(**_step("approval-break", "break_approval"), tags=["moves"])
async def break_approval(application_id: UUID, body: commands.ApprovalBreak, door: Concerned) -> Response:
    """The internship will not begin. Four reasons pay the fee back: with proof, and not after the start date."""
    command = commands.BreakApproval(application_id, body.reason, body.proof)
    return await door.execute(handlers.break_approval, command)


@router.post(**_step("realization-break", "break_realization"), tags=["moves"])
async def break_realization(application_id: UUID, body: commands.RealizationBreak, door: Approver) -> Response:
    """The internship ends before its time and doesn't count as done."""
    return await door.execute(handlers.break_realization, commands.BreakRealization(application_id, body.reason))


@router.post(**_step("un-rejection", "unreject_application"), tags=["moves"])
async def unreject(application_id: UUID, door: Host) -> Response:
    """The hosting side takes its no back; the application is open again, on the terms of today."""
    return await door.execute(handlers.unreject_application, commands.UnrejectApplication(application_id))


@router.post(**_step("reopening", "reopen_application"), tags=["moves"])
async def reopen(application_id: UUID, door: ParticipantChanges) -> Response:
    """The EP wants it after all: a withdrawn or declined application is open again, on the terms of today."""
    return await door.execute(handlers.reopen_application, commands.ReopenApplication(application_id))


@router.post(**_step("reinstatement", "reinstate_application"), tags=["moves"])
async def reinstate(application_id: UUID, door: Approver) -> Response:
    """A broken approval or realization goes on: both sides approve anew, and then the break is void."""
    return await door.execute(handlers.reinstate_application, commands.ReinstateApplication(application_id))


@router.post(**_step("extension", "extend_experience"), tags=["moves"])
async def extend(application_id: UUID, body: commands.End, door: Host) -> Response:
    """The stay ends later."""
    return await door.execute(handlers.extend_experience, commands.ExtendExperience(application_id, body.end_on))


@router.post(**_step("early-finish", "finish_experience_early"), tags=["moves"])
async def finish_early(application_id: UUID, body: commands.End, door: Host) -> Response:
    """The stay ends earlier."""
    command = commands.FinishExperienceEarly(application_id, body.end_on)
    return await door.execute(handlers.finish_experience_early, command)


@router.post(**_step("postponement", "postpone_experience"), tags=["moves"])
async def postpone(application_id: UUID, body: commands.Dates, door: Host) -> Response:
    """The stay, which hasn't begun, starts on another day."""
    command = commands.PostponeExperience(application_id, body.start_on, body.end_on)
    return await door.execute(handlers.postpone_experience, command)


@router.put(
    "/applications/{application_id}/actual-dates", response_model=ApplicationOut, operation_id="record_actual_dates",
    tags=["moves"],
)  # fmt: skip
async def record_actual_dates(application_id: UUID, body: commands.ActualDates, door: Host) -> Response:
    """When the intern really came, and left; the dates as agreed stay."""
    command = commands.RecordActualDates(application_id, body.start_on, body.end_on)
    return await door.execute(handlers.record_actual_dates, command)
