"""What is heard of quality cases: letters with the customer's personal page, and the tasks of those who help."""

from services.notifications.handlers.calendar import About
from services.notifications.handlers.happenings import end_tasks, round_of, start
from services.notifications.policy import Happening, Reached
from shared.contracts import cases, surveys
from shared.contracts.envelope import Envelope, Event
from shared.storage.tx import Uow

ACCOMMODATION = "accommodation"
OF_EP: dict[type[Event], Happening] = {
    surveys.QualityCaseOpened: Happening.quality_case_opened,
    surveys.StayCaseOpened: Happening.quality_case_opened,
    cases.QualityCaseReopened: Happening.quality_case_opened,
    cases.QualityCaseAnswered: Happening.quality_case_answered,
    cases.QualityCaseEscalated: Happening.quality_case_escalated,
    surveys.QualityCaseClosed: Happening.quality_case_closed,
    surveys.StayCaseClosed: Happening.quality_case_closed,
}
OF_ENABLER: dict[type[Event], Happening] = {
    surveys.QualityCaseOpened: Happening.enabler_case_opened,
    cases.QualityCaseReopened: Happening.enabler_case_opened,
    cases.QualityCaseAnswered: Happening.enabler_case_answered,
    cases.QualityCaseEscalated: Happening.enabler_case_escalated,
}


async def hear_case(uow: Uow, envelope: Envelope) -> None:
    """A case was opened (again), answered, taken higher or closed. What comes several times has a round each.

    A case that is about the room and nothing else has a clock of its own (S&S 10).
    """
    case = envelope.data
    assert isinstance(case, surveys.CaseFact | surveys.StayCaseFact)
    of_ep = case.party is surveys.Party.ep
    happening = (OF_EP if of_ep else OF_ENABLER).get(type(case))
    if happening is None:
        return
    about = _about(case)
    step = Reached(envelope.sequence, envelope.time)
    await start(uow, about, happening, step, round_=await round_of(uow, about, happening, step))
    await end_tasks(uow, about, happening)
    if of_ep and isinstance(case, surveys.QualityCaseOpened) and case.standard == ACCOMMODATION:
        await start(uow, about, Happening.accommodation_defect, step)


def _about(case: surveys.CaseFact | surveys.StayCaseFact) -> About:
    """The case of an enabler concerns no person: what it says of an intern is not for the intern's eyes."""
    sides = (case.sending_entity_id, case.hosting_entity_id)
    if case.party is surveys.Party.ep:
        return About(case.case_id, case.application_id, case.person_id, *sides)
    assert isinstance(case, surveys.CaseFact)
    return About(case.case_id, case.application_id, None, *sides, case.enabler_id)
