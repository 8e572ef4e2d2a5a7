"""What other rooms' facts change here: who there is, whom to forget."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, update
from sqlmodel import select

from services.surveys.handlers.asking import cancel_invitations, hold_enabler, hold_person
from services.surveys.handlers.case_talk import forget_words
from services.surveys.handlers.occasions import settle_stay
from services.surveys.handlers.offices import know_office
from services.surveys.handlers.programmes import hold_back, look_again
from services.surveys.handlers.reaching import show_reach
from services.surveys.handlers.referrals import attribute_sign_up
from services.surveys.handlers.showcasing import forget_showcases
from services.surveys.handlers.verbatims import forget_verbatims, written_by_enabler
from services.surveys.model import Answer, Case, Draft, Enabler, Experience, Given, Invitation, Person, Verbatim
from services.surveys.policy.decisions import Why
from services.surveys.rollups.moving import place_entity
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import Party, SurveyComment
from shared.storage.tx import Uow

ERASED, ERASED_ENABLER = "person erased", "enabler erased"


async def know_entity(uow: Uow, envelope: Envelope) -> None:
    """Where an entity stands in the tree decides who sees its surveys, and in whose figures they count."""
    entity = envelope.data
    assert isinstance(entity, facts.EntityRegistered)
    await place_entity(uow, entity.entity_id, entity.path)
    await know_office(uow, entity)


async def know_person(uow: Uow, envelope: Envelope) -> None:
    """Somebody signed up; the language of the sign-up counts unless a newer one was heard."""
    known = envelope.data
    assert isinstance(known, facts.PersonRegistered)
    person = await hold_person(uow, known.person_id)
    person.language = person.language or known.language
    person.zone, person.sending_entity_id = known.zone, known.sending_entity_id
    await uow.flush()
    await _follow_zone(uow, person)
    await look_again(uow, Party.ep, person.id)
    await attribute_sign_up(uow, known, envelope.time)


async def _follow_zone(uow: Uow, person: Person) -> None:
    """What is asked on the person's own clock moves to it."""
    stays = select(Experience.id).where(Experience.person_id == person.id)
    for application_id in await uow.rows(stays.order_by(Experience.id)):
        await settle_stay(uow, application_id)


async def know_details(uow: Uow, envelope: Envelope) -> None:
    """The person's newest language. Name and contact are none of this room's business. A tombstone: forget them."""
    person = await hold_person(uow, envelope.key)
    if envelope.data is None:
        await _forget(uow, person)
        return
    assert isinstance(envelope.data, facts.PersonDetails)
    await _speaks(uow, person, Party.ep, envelope.data.language, envelope.time)


async def know_enabler(uow: Uow, envelope: Envelope) -> None:
    """A company, NGO or school signed up: from here on its host sees what it is asked."""
    known = envelope.data
    assert isinstance(known, facts.EnablerRegistered)
    enabler = await hold_enabler(uow, known.enabler_id)
    enabler.hosting_entity_id = known.hosting_entity_id
    await uow.flush()


async def know_enabler_details(uow: Uow, envelope: Envelope) -> None:
    """The language in which an enabler is asked. A tombstone: nobody asks it any more, and its words go."""
    enabler = await hold_enabler(uow, envelope.key)
    if envelope.data is None:
        await _forget_enabler(uow, enabler)
        return
    assert isinstance(envelope.data, facts.EnablerDetails)
    await _speaks(uow, enabler, Party.enabler, envelope.data.language, envelope.time)


async def _speaks(uow: Uow, row: Person | Enabler, party: Party, language: str, at: datetime) -> None:
    row.language, row.details_at = language, max(at, row.details_at or at)
    await uow.flush()
    await show_reach(uow, party, row.id)
    await look_again(uow, party, row.id)


async def _forget_enabler(uow: Uow, enabler: Enabler) -> None:
    enabler.erased = True
    await cancel_invitations(uow, enabler.id, ERASED_ENABLER)
    await hold_back(uow, Party.enabler, enabler.id, Why.erased)
    await _forget_answers(uow, "recipient_id", enabler.id, ERASED_ENABLER)
    await forget_words(uow, and_(Case.party == Party.enabler, Case.enabler_id == enabler.id))
    await forget_verbatims(uow, written_by_enabler(enabler.id))
    await uow.flush()


async def _forget(uow: Uow, person: Person) -> None:
    """Scores stay, under a bare id; words go, here and on the personal topic; nobody asks this person any more."""
    person.erased = True
    await cancel_invitations(uow, person.id, ERASED)
    await hold_back(uow, Party.ep, person.id, Why.erased)
    await _forget_answers(uow, "person_id", person.id, ERASED)
    await forget_words(uow, Case.person_id == person.id)
    await forget_verbatims(uow, Verbatim.person_id == person.id)
    await forget_showcases(uow, person.id)
    await uow.flush()


async def _forget_answers(uow: Uow, column: str, id_: UUID, why: str) -> None:
    """What is written in answers of or about somebody, and what they or others about them have not finished."""
    whose, asked = getattr(Answer, column) == id_, getattr(Invitation, column) == id_
    commented = select(Answer).where(whose, Answer.comment.is_not(None))  # type: ignore[union-attr]
    for answer in await uow.rows(commented.with_for_update()):
        answer.comment = None
        uow.change(await uow.get(Invitation, answer.invitation_id, lock=True))
        uow.erase(SurveyComment, answer.invitation_id)
        uow.note("erase_comment", answer.invitation_id, reason=why)
    of_answers = select(Answer.id).where(whose)
    await uow.execute(update(Given).where(Given.answer_id.in_(of_answers)).values(words=None))  # type: ignore[attr-defined]
    unfinished = select(Invitation.id).where(asked)
    await uow.execute(delete(Draft).where(Draft.invitation_id.in_(unfinished)))  # type: ignore[attr-defined]
