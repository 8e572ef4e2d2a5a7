"""What other rooms' facts change here: who there is, whose experience is over, what was sent, whom to forget."""

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.surveys.handlers.asking import cancel_invitations, hold_person, invite_after_completion, mark_delivered
from services.surveys.handlers.case_talk import forget_words
from services.surveys.handlers.offices import know_office
from services.surveys.handlers.referrals import attribute_sign_up, note_application
from services.surveys.handlers.showcasing import forget_showcases
from services.surveys.handlers.verbatims import forget_verbatims
from services.surveys.model import Answer, Case, Delivery, Draft, Experience, Given, Invitation, Person
from services.surveys.questionnaires import LIBRARY
from services.surveys.rollups.moving import place_entity
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import MailSent, TouchpointSent
from shared.contracts.surveys import SurveyComment
from shared.storage.tx import Uow

ERASED = "person erased"


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
    await _speaks(uow, person, person.language or known.language)
    await attribute_sign_up(uow, known, envelope.time)


async def know_details(uow: Uow, envelope: Envelope) -> None:
    """The person's newest language. Name and contact are none of this room's business. A tombstone: forget them."""
    person = await hold_person(uow, envelope.key)
    if envelope.data is None:
        await _forget(uow, person)
        return
    assert isinstance(envelope.data, facts.PersonDetails)
    await _speaks(uow, person, envelope.data.language)


async def _speaks(uow: Uow, person: Person, language: str) -> None:
    person.language = language
    await uow.flush()
    await invite_after_completion(uow, person)


async def _forget(uow: Uow, person: Person) -> None:
    """Scores stay, under a bare id; words go, here and on the personal topic; nobody asks this person any more."""
    person.erased = True
    await cancel_invitations(uow, person.id, ERASED)
    commented = select(Answer).where(Answer.person_id == person.id, Answer.comment.is_not(None))  # type: ignore[union-attr]
    for answer in await uow.rows(commented.with_for_update()):
        answer.comment = None
        uow.change(await uow.get(Invitation, answer.invitation_id, lock=True))
        uow.erase(SurveyComment, answer.invitation_id)
        uow.note("erase_comment", answer.invitation_id, reason=ERASED)
    await _forget_answers(uow, person)
    await forget_words(uow, Case.person_id == person.id)
    await forget_verbatims(uow, person.id)
    await forget_showcases(uow, person.id)
    await uow.flush()


async def _forget_answers(uow: Uow, person: Person) -> None:
    """What is written in answers about this person, and what they or others about them have not finished."""
    of_answers = select(Answer.id).where(Answer.person_id == person.id)
    await uow.execute(update(Given).where(Given.answer_id.in_(of_answers)).values(words=None))  # type: ignore[attr-defined]
    asked = select(Invitation.id).where(Invitation.person_id == person.id)
    await uow.execute(delete(Draft).where(Draft.invitation_id.in_(asked)))  # type: ignore[attr-defined]


async def follow_experience(uow: Uow, envelope: Envelope) -> None:
    """Keep the copy of an experience; one that is over is asked about."""
    fact = envelope.data
    assert isinstance(fact, facts.Experience)
    person = await hold_person(uow, fact.person_id)
    await _copy(uow, fact)
    if isinstance(fact, facts.ApplicationApproved):
        await note_application(uow, envelope)
    if isinstance(fact, facts.ExperienceCompleted):
        await invite_after_completion(uow, person, Experience.id == fact.application_id)  # type: ignore[arg-type]


async def _copy(uow: Uow, fact: facts.Experience) -> None:
    values = fact.model_dump(include=set(Experience.model_fields))
    over = isinstance(fact, facts.ExperienceCompleted)
    values |= {"realized": True} if over or isinstance(fact, facts.ExperienceRealized) else {}
    values |= {"completed": True} if over else {}
    fresh = {"id": fact.application_id, "realized": False, "completed": False} | values
    await uow.execute(insert(Experience).values(**fresh).on_conflict_do_update(index_elements=["id"], set_=values))


async def note_delivery(uow: Uow, envelope: Envelope) -> None:
    """A message went out; if it carries an invitation, that one has reached the person."""
    sent = envelope.data
    assert isinstance(sent, MailSent | TouchpointSent)
    if sent.application_id is None or not LIBRARY.by_touchpoint(sent.touchpoint):
        return
    await hold_person(uow, sent.person_id)
    values = {"application_id": sent.application_id, "touchpoint": sent.touchpoint, "sent_at": envelope.time}
    await uow.execute(insert(Delivery).values(**values).on_conflict_do_nothing())
    await mark_delivered(uow, sent.application_id, sent.touchpoint, envelope.time)
    await uow.flush()
