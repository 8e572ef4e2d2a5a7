"""Quality cases: opened by an answer or a report, acknowledged by both sides, closed with an outcome."""

from datetime import timedelta
from uuid import UUID

from services.surveys.commands import AcknowledgeCase, CloseCase, ReportCase
from services.surveys.model import Case, Experience, Invitation, cases_of, experiences_of
from services.surveys.policy.cases import (
    OWNERS,
    CaseState,
    check_acknowledge,
    check_close,
    check_reportable,
    side_of,
)
from services.surveys.schemas import CaseOut
from services.surveys.settings import limits
from shared.contracts.envelope import Envelope
from shared.contracts.fields import Side
from shared.contracts.notifications import StandardConflicted
from shared.contracts.surveys import CaseCause, CaseFact, Party, QualityCaseClosed, QualityCaseOpened
from shared.errors import FieldError, Invalid
from shared.ids import derived_id, new_id
from shared.storage.due import Due
from shared.storage.tx import Uow

ACKNOWLEDGEMENT = "case-acknowledgement"
ONCE = "both-sides"
CONFLICT = "The committee has evidence that the standard “{standard}” was kept; the EP says that it was not."


async def open_case(
    uow: Uow, concerned: Invitation | Experience | StandardConflicted, cause: CaseCause, *,
    case_id: UUID | None = None, invitation_id: UUID | None = None, report: str | None = None,
) -> Case:  # fmt: skip
    """A case with its owner and its clock."""
    names = ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
    ids = {name: getattr(concerned, name, None) for name in names}
    case = uow.add(
        Case(
            id=case_id or new_id(), invitation_id=invitation_id, cause=cause, owner=OWNERS[cause], report=report, **ids,
            party=getattr(concerned, "party", Party.ep), standard=getattr(concerned, "standard", None),
            application_id=concerned.id if isinstance(concerned, Experience) else concerned.application_id,
            opened_at=uow.now, acknowledge_by=uow.now + timedelta(hours=limits().acknowledge_hours),
        )
    )  # fmt: skip
    await uow.schedule(ACKNOWLEDGEMENT, case.id, ONCE, case.acknowledge_by.replace(tzinfo=None), "UTC")
    uow.say(QualityCaseOpened(**_about(case), owner=case.owner, acknowledge_by=case.acknowledge_by))
    uow.note("open_case", case.id, reason=cause, after={"state": case.state, "owner": case.owner})
    return case


def _about(case: Case) -> dict[str, object]:
    return {"case_id": case.id} | case.model_dump(include=set(CaseFact.model_fields))


async def report_case(uow: Uow, command: ReportCase) -> CaseOut:
    """An EP, or a manager of either side, reports that something is wrong."""
    where = (Experience.id == command.application_id, experiences_of(uow.caller))
    experience = await uow.find(Experience, *where)
    if experience is None:
        raise Invalid(errors=[FieldError("#/application_id", "There is no such experience, or it is not yours.")])
    check_reportable(experience.end_on, uow.today(experience.zone), limits().report_days)
    case = await open_case(uow, experience, CaseCause.reported, report=command.report)
    return CaseOut.model_validate(case)


async def open_conflict_case(uow: Uow, envelope: Envelope) -> None:
    """The provider has evidence for a standard and the EP says no: one case a standard of an experience."""
    conflict = envelope.data
    assert isinstance(conflict, StandardConflicted)
    case_id = derived_id("conflict-case", conflict.standard_id)
    if await uow.find(Case, id=case_id) is None:
        report = CONFLICT.format(standard=conflict.standard.replace("_", " "))
        await open_case(uow, conflict, CaseCause.conflict, case_id=case_id, report=report)


async def acknowledge_case(uow: Uow, command: AcknowledgeCase) -> CaseOut:
    """One of the two entities has seen the case; with the second one the clock stops."""
    case = await _seen(uow, command.case_id)
    side = side_of(uow.caller.role)
    check_acknowledge(case.state, getattr(case, f"{side}_acknowledged_at") is not None, side)
    uow.change(case, **{f"{side}_acknowledged_at": uow.now})
    if _both(case):
        case.state = CaseState.acknowledged
        await uow.cancel(ACKNOWLEDGEMENT, case.id, why="acknowledged by both")
    uow.note("acknowledge_case", case.id, after={"side": side, "state": case.state})
    return CaseOut.model_validate(case)


async def close_case(uow: Uow, command: CloseCase) -> CaseOut:
    """The owner says how it ended. The words stay in this room: they may name people."""
    case = await _seen(uow, command.case_id)
    check_close(case.state, case.owner, uow.caller.role)
    before = {"state": case.state}
    closed = {"state": CaseState.closed, "outcome": command.outcome, "note": command.note, "closed_at": uow.now}
    uow.change(case, **closed)
    await uow.cancel(ACKNOWLEDGEMENT, case.id, why="closed")
    uow.say(QualityCaseClosed(**_about(case), outcome=command.outcome))
    uow.note("close_case", case.id, reason=command.outcome, before=before, after={"state": case.state})
    return CaseOut.model_validate(case)


async def mark_case_overdue(uow: Uow, due: Due) -> None:
    """The time to acknowledge has passed: everybody who sees the case sees that."""
    case = await uow.get(Case, due.subject, lock=True)
    if case.state != CaseState.open:
        due.skip(f"the case is {case.state}")
        return
    missing = [side for side in Side if getattr(case, f"{side}_acknowledged_at") is None]
    uow.change(case, overdue=True)
    uow.note("case_overdue", case.id, after={"missing": missing})


async def _seen(uow: Uow, case_id: UUID) -> Case:
    """The case, locked, seen by the caller, of the version that the caller saw."""
    case = await uow.get(Case, case_id, cases_of(uow.caller), lock=True)
    uow.expect(case.version)
    return case


def _both(case: Case) -> bool:
    return case.sending_acknowledged_at is not None and case.hosting_acknowledged_at is not None
