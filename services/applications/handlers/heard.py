"""What other rooms' facts change here: figures that lists show."""

from services.applications.model import Application, Person
from shared.contracts.cases import QualityCaseReopened
from shared.contracts.envelope import Envelope
from shared.contracts.scoring import LeadScored
from shared.contracts.surveys import CaseFact, QualityCaseOpened, StayCaseFact, StayCaseOpened
from shared.storage.tx import Uow


async def count_case(uow: Uow, envelope: Envelope) -> None:
    """A quality case of an application was opened, opened again, or closed."""
    case = envelope.data
    assert isinstance(case, CaseFact | StayCaseFact)
    if case.application_id is None:
        return  # an enabler's, about no single stay
    if row := await uow.find(Application, id=case.application_id, lock=True):
        step = 1 if isinstance(case, QualityCaseOpened | QualityCaseReopened | StayCaseOpened) else -1
        uow.change(row, open_cases=max(0, row.open_cases + step))


async def keep_score(uow: Uow, envelope: Envelope) -> None:
    """The newest lead score of a person."""
    lead = envelope.data
    assert isinstance(lead, LeadScored)
    if person := await uow.find(Person, id=lead.person_id, lock=True):
        uow.change(person, score=lead.score)
