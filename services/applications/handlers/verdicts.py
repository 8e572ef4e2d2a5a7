"""What an enabler says of a candidate; a host writes down what it was told on the phone."""

from services.applications import commands
from services.applications.handlers.moving import about
from services.applications.model import Application, applications_of
from services.applications.policy import Status
from services.applications.policy.verdicts import check_verdict
from services.applications.schemas import ApplicationOut
from services.applications.views import application_out
from shared.contracts import applications as facts
from shared.storage.tx import Uow


async def judge_candidate(uow: Uow, command: commands.JudgeCandidate) -> ApplicationOut:
    """Keep the enabler's word and tell it; nothing moves. The same word once more changes nothing."""
    row = await uow.get(Application, command.application_id, applications_of(uow.caller), lock=True)
    uow.expect(row.version)
    said = {"verdict": command.verdict, "verdict_reason": command.reason}
    check_verdict(Status(row.status), command.verdict, command.reason)
    before = {name: getattr(row, name) for name in said}
    if before != said:
        uow.change(row, **said, judged_at=uow.now if command.verdict else None)
        uow.note("judge_candidate", row.id, reason=command.reason, before=before, after=said)
        uow.say(facts.CandidateJudged(**about(row), verdict=command.verdict, reason=command.reason))
    return application_out(row, uow.caller)
