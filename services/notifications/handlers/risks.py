"""Stays that may go wrong, as scoring says: a task at the host while the alarm lasts."""

from services.notifications.handlers.calendar import About
from services.notifications.handlers.happenings import end_tasks, round_of, start
from services.notifications.policy import Happening, Reached
from shared.contracts.envelope import Envelope
from shared.contracts.risks import StayAtRisk, StayFact
from shared.ids import derived_id
from shared.storage.tx import Uow


async def hear_risk(uow: Uow, envelope: Envelope) -> None:
    """An alarm starts what the plan has for it, a round each; when it is over, its tasks are done."""
    told = envelope.data
    assert isinstance(told, StayFact)
    sides = (told.sending_entity_id, told.hosting_entity_id)
    # A subject of its own: the application's calendar is planned from its dates, and this is not.
    about = About(derived_id("stay-at-risk", told.application_id), told.application_id, told.person_id, *sides)
    if isinstance(told, StayAtRisk):
        step = Reached(envelope.sequence, envelope.time)
        round_ = await round_of(uow, about, Happening.stay_at_risk, step)
        await start(uow, about, Happening.stay_at_risk, step, round_=round_)
    else:
        await end_tasks(uow, about, Happening.stay_calmed)
