"""What is heard of an experience, and the calendar that follows from it."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.notifications import plan
from services.notifications.handlers.calendar import About, settle
from services.notifications.handlers.standards import settle_standards
from services.notifications.model import Experience, Invitation, Person, Touchpoint
from services.notifications.policy import FINAL, Happening, Heard, Row, Slot, State, Status, Stay, learn, plan_calendar
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import SurveyInvited
from shared.storage.tx import Uow

ERASED = "person_erased"
STATUSES: dict[type[facts.ApplicationFact], Status] = {
    facts.ApplicationApproved: Status.approved,
    facts.ExperienceRealized: Status.realized,
    facts.ExperienceCompleted: Status.completed,
    facts.ApplicationWithdrawn: Status.withdrawn,
    facts.ApplicationRejected: Status.rejected,
    facts.ApprovalBroken: Status.approval_broken,
    facts.RealizationBroken: Status.realization_broken,
    facts.ApplicationReopened: Status.reopened,
}


@dataclass(frozen=True, slots=True)
class _Ids:
    person_id: UUID
    opportunity_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


async def hear_experience(uow: Uow, envelope: Envelope) -> None:
    """Learn a step or new dates of an application, then make its calendar what it should be."""
    fact = envelope.data
    assert isinstance(fact, facts.ApplicationFact)
    row = await _experience(uow, fact)
    stay = learn(stay_of(row), _heard(envelope, fact))
    for name, value in asdict(stay).items():
        setattr(row, name, value)
    await settle_experience(uow, row)
    await settle_standards(uow, row.id)


async def settle_experience(uow: Uow, row: Experience) -> None:
    """Make the touchpoints of a (locked) experience equal to those that the plan wants."""
    held = await uow.rows(select(Touchpoint).where(Touchpoint.subject == row.id))
    sent = {touchpoint.code for touchpoint in held if touchpoint.state in FINAL}
    stopped = ERASED if await _erased(uow, row.person_id) else None
    wanted = plan_calendar(plan.current().touchpoints, stay_of(row), sent, stopped)
    await settle(uow, _about(row.id, row.id, row), wanted, held)


async def hear_invitation(uow: Uow, envelope: Envelope) -> None:
    """Somebody is to be asked: the e-mail with the personal link is due at once."""
    asked = envelope.data
    assert isinstance(asked, SurveyInvited)
    names = ("person_id", "application_id", "language", "expires_at")
    put = insert(Invitation).values(id=asked.invitation_id, **{name: getattr(asked, name) for name in names})
    await uow.execute(put.on_conflict_do_nothing())
    state, reason = (State.cancelled, ERASED) if await _erased(uow, asked.person_id) else (State.waiting, None)
    slot = Slot(envelope.time.replace(tzinfo=None), "UTC", None, None, envelope.sequence)
    entries = plan.current().started_by(Happening.survey_invited)
    held = await uow.rows(select(Touchpoint).where(Touchpoint.subject == asked.invitation_id))
    wanted = [Row(entry.code, state, slot, reason) for entry in entries]
    await settle(uow, _about(asked.invitation_id, asked.application_id, asked), wanted, held)


async def stop_person(uow: Uow, person_id: UUID) -> None:
    """Cancel everything that waits for a person who is to be forgotten."""
    stays = select(Experience).where(Experience.person_id == person_id).order_by(Experience.id)
    for row in await uow.rows(stays.with_for_update()):
        await settle_experience(uow, row)
    asked = select(Touchpoint).where(Touchpoint.person_id == person_id, Touchpoint.subject != Touchpoint.application_id)
    for held in await uow.rows(asked):
        slot = Slot(held.local_at, held.zone, held.anchor, held.anchor_on, held.anchor_version)
        about = _about(held.subject, held.application_id, held)
        await settle(uow, about, [Row(held.code, State.cancelled, slot, ERASED)], [held])


def stay_of(row: Experience) -> Stay:
    status = Status(row.status) if row.status else None
    rest = ("start_on", "end_on", "zone", "approved_at", "status_sequence", "dates_sequence")
    return Stay(status=status, **{name: getattr(row, name) for name in rest})


async def _experience(uow: Uow, fact: facts.ApplicationFact) -> Experience:
    """The row of this application, locked; made when nothing was heard of it yet."""
    ids = {name: getattr(fact, name) for name in _Ids.__slots__}
    put = insert(Experience).values(id=fact.application_id, status_sequence=0, dates_sequence=0, **ids)
    await uow.execute(put.on_conflict_do_nothing())
    return await uow.get(Experience, fact.application_id, lock=True)


def _heard(envelope: Envelope, fact: facts.ApplicationFact) -> Heard:
    dates: dict[str, Any] = {}
    if isinstance(fact, facts.Experience):
        dates = {"start_on": fact.start_on, "end_on": fact.end_on, "zone": fact.zone}
    return Heard(envelope.sequence, envelope.time, STATUSES.get(type(fact)), **dates)


async def _erased(uow: Uow, person_id: UUID) -> bool:
    return bool(await uow.scalar(select(Person.erased).where(Person.id == person_id)))


def _about(subject: UUID, application_id: UUID, row: Any) -> About:
    return About(subject, application_id, row.person_id, row.sending_entity_id, row.hosting_entity_id)
