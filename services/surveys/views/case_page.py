"""What the customer of a quality case sees by their personal link; reading it leaves no trace."""

from datetime import timedelta

from services.surveys.files import scanner_of
from services.surveys.model import Case, Experience, Invitation, Office, Person
from services.surveys.pages.case import CasePage, spoken
from services.surveys.policy.cases import CaseState
from services.surveys.policy.escalation import above
from services.surveys.policy.talk import FileState, is_given_out
from services.surveys.settings import limits
from services.surveys.views.cases import case_by_token, detail
from shared.storage.tx import Uow


async def case_page(uow: Uow, token: str, accept_language: str | None) -> CasePage:
    """The case behind a link, without what is internal."""
    case, _ = await case_by_token(uow, token)
    given = limits()
    scanning = scanner_of(given.scanner).looks
    until = case.closed_at + timedelta(days=given.reopen_days) if case.closed_at else None
    return CasePage(
        case=await detail(uow, case, notes=False),
        language=spoken(await _language(uow, case), accept_language),
        zone=await _zone(uow, case),
        token=token,
        file_megabytes=given.attachment_bytes // 1_000_000,
        may_contest=_may_contest(case),
        reopen_until=until if until and uow.now <= until else None,
        given_out=frozenset(state for state in FileState if is_given_out(state, scanning)),
    )


def _may_contest(case: Case) -> bool:
    ripe = case.state is CaseState.answered or case.late or case.overdue
    return case.state is not CaseState.closed and ripe and above(case.level) is not None


async def _language(uow: Uow, case: Case) -> str | None:
    """That of the person, else the one in which the customer was asked."""
    person = await uow.find(Person, id=case.person_id) if case.person_id else None
    if case.party == "ep" and person is not None and person.language:
        return person.language
    asked = await uow.find(Invitation, id=case.invitation_id) if case.invitation_id else None
    return asked.language if asked else None


async def _zone(uow: Uow, case: Case) -> str:
    """That of the stay, else of the host."""
    stay = await uow.find(Experience, id=case.application_id) if case.application_id else None
    host = await uow.find(Office, id=case.hosting_entity_id) if case.hosting_entity_id else None
    return stay.zone if stay else host.zone if host else "UTC"
