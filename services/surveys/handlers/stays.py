"""Stays and opportunities as they are heard: the copies follow, and what is asked about them follows the copies."""

from sqlalchemy.dialects.postgresql import insert

from services.surveys.handlers.asking import follow_break, hold_person
from services.surveys.handlers.deeds import note_reraise
from services.surveys.handlers.occasions import course_of, settle_opportunity, settle_stay
from services.surveys.handlers.referrals import note_application
from services.surveys.model import Course, Experience
from services.surveys.policy.planning import Status, learn
from services.surveys.policy.programmes import Moment
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.parties import OpportunityReraised
from shared.storage.tx import Uow

STATUS: dict[type[facts.ApplicationFact], Status] = {
    facts.ApplicationApproved: Status.approved,
    facts.ExperienceRealized: Status.realized,
    facts.ExperienceCompleted: Status.completed,
    facts.ApprovalBroken: Status.approval_broken,
    facts.RealizationBroken: Status.realization_broken,
    facts.ApplicationReopened: Status.reopened,
}


async def follow_experience(uow: Uow, envelope: Envelope) -> None:
    """Keep the copy of a stay; what is to be asked about it moves, is held back, or is asked now."""
    fact = envelope.data
    assert isinstance(fact, facts.ApplicationFact)
    await hold_person(uow, fact.person_id)
    dated = fact if isinstance(fact, facts.Experience) else None
    row = await uow.find(Course, application_id=fact.application_id, lock=True)
    if row is None:
        row = uow.add(Course(application_id=fact.application_id))
    before = course_of(row)
    course = learn(before, STATUS.get(type(fact)), dated is not None, envelope.sequence, envelope.time)
    if course == before:
        return
    row.status, row.status_sequence, row.dates_sequence = course.status, course.status_sequence, course.dates_sequence
    row.steps = {str(name): [sequence, at.isoformat()] for name, (sequence, at) in course.steps.items()}
    if dated is not None:
        await _copy(uow, dated, newest=course.dates_sequence == envelope.sequence)
    if course.status is not before.status:
        await follow_break(uow, fact.application_id, broken=course.status is Status.approval_broken)
    await settle_stay(uow, fact.application_id)
    if isinstance(fact, facts.ApplicationApproved):
        await note_application(uow, envelope)


async def _copy(uow: Uow, fact: facts.Experience, *, newest: bool) -> None:
    """Dates and sides as the newest event has them; that it was realized or completed once stays."""
    over = isinstance(fact, facts.ExperienceCompleted)
    steps = {"realized": True} if over or isinstance(fact, facts.ExperienceRealized) else {}
    steps |= {"completed": True} if over else {}
    values = (fact.model_dump(include=set(Experience.model_fields)) if newest else {}) | steps
    fresh = {"id": fact.application_id, "realized": False, "completed": False}
    fresh |= fact.model_dump(include=set(Experience.model_fields)) | steps
    put = insert(Experience).values(**fresh)
    await uow.execute(
        put.on_conflict_do_update(index_elements=["id"], set_=values)
        if values else put.on_conflict_do_nothing()
    )  # fmt: skip


async def hear_opportunity(uow: Uow, envelope: Envelope) -> None:
    """An enabler posted an opportunity, or raised an earlier one again."""
    offer = envelope.data
    assert isinstance(offer, facts.OpportunityPosted | OpportunityReraised)
    again = isinstance(offer, OpportunityReraised)
    if again:
        await note_reraise(uow, envelope)
    await settle_opportunity(
        uow, Moment.opportunity_reraised if again else Moment.opportunity_posted, offer, envelope.time
    )
