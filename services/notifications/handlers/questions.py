"""What a manager does with a question, and what its clock does."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, text
from sqlmodel import select

from services.notifications import texts
from services.notifications.commands import (
    AnswerQuestion,
    AssignQuestion,
    ClaimAnswers,
    CloseQuestion,
    OutgoingAnswer,
    ReleaseAnswers,
    ReopenQuestion,
    SettleAnswer,
)
from services.notifications.handlers.asking import DUE, REMINDER, facts_of, open_again
from services.notifications.handlers.authors import address_of, author_of, name_of
from services.notifications.model import Entity, Experience, Person, Question, QuestionMessage, questions_of
from services.notifications.policy import Audience, Medium, QuestionState, pause
from services.notifications.schemas import QuestionOut
from services.notifications.texts import Letter
from services.notifications.texts.countries import spoken_in
from services.notifications.views.questions import question_out
from shared.contracts import questions as said
from shared.contracts.fields import Side
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.scope import below
from shared.storage.tx import Cause, Uow

CLAIM = text("""
SELECT id FROM question_message WHERE state IN ('pending', 'unknown') AND not_before <= clock_timestamp()
ORDER BY not_before LIMIT :limit FOR UPDATE SKIP LOCKED
""")
RELEASE = text("""
UPDATE question_message SET state = 'unknown', reason = 'sender_died', lease_until = NULL, version = version + 1,
    changed_at = clock_timestamp()
WHERE state = 'sending' AND lease_until < clock_timestamp()
""")
MOST_TRIES = 12


async def answer_question(uow: Uow, command: AnswerQuestion) -> QuestionOut:
    """An answer in the committee's name: it is on its way when this returns."""
    question = await _mine(uow, command.question_id)
    if not (address_of(await author_of(uow, question), question.channel) or question.address):
        raise Conflict("The person was forgotten: there is nobody to answer.", code="person-erased")
    asked = await _last_asked(uow, question.id)
    references = [*reversed(asked.references[:9]), asked.message_id] if asked and asked.message_id else []
    uow.add(QuestionMessage(
        id=new_id(), question_id=question.id, kind="answer", author=uow.caller.subject, shown=command.body.text,
        whole=command.body.text, references=references, at=uow.now, state="pending",
        not_before=uow.clock.machine(), changed_at=uow.clock.machine(),
    ))  # fmt: skip
    late = question.overdue or uow.now > question.due_at
    first = question.first_answered_at is None
    state = QuestionState.closed if command.body.close else QuestionState.answered
    values: dict[str, Any] = {"state": state, "answered_at": uow.now, "overdue": False}
    values |= {"first_answered_at": question.first_answered_at or uow.now}
    uow.change(question, closed_at=uow.now if command.body.close else None, **values)
    await _stop_clock(uow, question.id, "answered")
    uow.say(said.QuestionAnswered(**facts_of(question), first=first, late=late))
    uow.note("answer_question", question.id)
    return await question_out(uow, question)


async def close_question(uow: Uow, command: CloseQuestion) -> QuestionOut:
    """Nothing more is expected of anybody; closed again, it stays as it is."""
    question = await _mine(uow, command.question_id)
    if question.state != QuestionState.closed:
        uow.change(question, state=QuestionState.closed, closed_at=uow.now, overdue=False)
        await _stop_clock(uow, question.id, "closed")
        uow.note("close_question", question.id)
    return await question_out(uow, question)


async def reopen_question(uow: Uow, command: ReopenQuestion) -> QuestionOut:
    """An answer is due once more."""
    question = await _mine(uow, command.question_id)
    if question.state != QuestionState.open:
        await open_again(uow, question, command.rules)
        uow.note("reopen_question", question.id)
    return await question_out(uow, question)


async def assign_question(uow: Uow, command: AssignQuestion) -> QuestionOut:
    """Give it to a colleague, to the other committee, or to an application that a stranger's question is about."""
    question = await _mine(uow, command.question_id)
    body = command.body
    values: dict[str, Any] = {}
    if "application_id" in body.model_fields_set and body.application_id is not None:
        values |= await _adopted(uow, question, body.application_id)
    if body.side is not None:
        sides = {side: values.get(f"{side}_entity_id") or getattr(question, f"{side}_entity_id") for side in Side}
        values |= {"side": body.side, "entity_id": sides[body.side], "assignee": None}
    if "assignee" in body.model_fields_set:
        values["assignee"] = body.assignee
    uow.change(question, **values)
    uow.note("assign_question", question.id, after={name: str(value) for name, value in values.items()})
    return await question_out(uow, question)


async def _adopted(uow: Uow, question: Question, application_id: UUID) -> dict[str, Any]:
    """The application's people and committees, for a question that belonged to none; the caller must see both."""
    if question.application_id is not None and question.application_id != application_id:
        raise Conflict("It belongs to another application already.", code="has-application")
    stay = await uow.find(Experience, id=application_id)
    entities = [] if stay is None else [stay.sending_entity_id, stay.hosting_entity_id]
    seen = [entity for entity in entities if await _sees(uow, entity)]
    if stay is None or not seen:
        raise Invalid(errors=[FieldError("#/application_id", "There is no such application, or it is not yours.")])
    person = await uow.find(Person, id=stay.person_id)
    own = person is not None and (person.email or "").casefold() == (question.address or "").casefold() != ""
    whose: dict[str, Any] = {"person_id": person.id, "author_id": person.id, "audience": Audience.ep} if own else {}
    sides = {"sending_entity_id": stay.sending_entity_id, "hosting_entity_id": stay.hosting_entity_id}
    return {"application_id": application_id, "about_person_id": stay.person_id, **sides, **whose}


async def _sees(uow: Uow, entity_id: UUID) -> bool:
    if uow.caller.entity is None:
        return True  # a global manager
    return bool(await uow.scalar(select(below(entity_id, uow.caller))))


async def _mine(uow: Uow, question_id: UUID) -> Question:
    question = await uow.get(Question, question_id, questions_of(uow.caller), lock=True)
    uow.expect(question.version)
    return question


async def _last_asked(uow: Uow, question_id: UUID) -> QuestionMessage | None:
    asked = select(QuestionMessage).where(QuestionMessage.question_id == question_id, QuestionMessage.kind == "asked")
    order = (QuestionMessage.at.desc(), QuestionMessage.id.desc())  # type: ignore[attr-defined]
    return next(iter(await uow.rows(asked.order_by(*order).limit(1))), None)


async def _stop_clock(uow: Uow, question_id: UUID, why: str) -> None:
    for kind in (DUE, REMINDER):
        await uow.cancel(kind, question_id, why=why)


# --- the clock


async def question_overdue(uow: Uow, due: Due) -> None:
    """Nobody answered in time: it is on the overdue list, and the committee hears it."""
    question = await _waiting(uow, due)
    if question is not None:
        uow.change(question, overdue=True)
        _remind(uow, question)
        uow.say(said.QuestionOverdue(**facts_of(question), due_at=question.due_at))


async def question_reminder(uow: Uow, due: Due) -> None:
    """Half of the time is over."""
    question = await _waiting(uow, due)
    if question is not None:
        _remind(uow, question)


async def _waiting(uow: Uow, due: Due) -> Question | None:
    question = await uow.find(Question, id=due.subject, lock=True)
    if question is None or question.state != QuestionState.open or str(question.rounds) != due.occurrence:
        due.skip("superseded")
        return None
    uow.cause = Cause(question.correlation_id)
    return question


def _remind(uow: Uow, question: Question) -> None:
    """A letter to the committee, without a word of what was asked; there is none when nobody is responsible."""
    if question.entity_id is not None:
        uow.add(QuestionMessage(
            id=new_id(), question_id=question.id, kind="reminder", at=uow.now, state="pending",
            reason="overdue" if question.overdue else None, not_before=uow.clock.machine(),
            changed_at=uow.clock.machine(),
        ))  # fmt: skip


# --- the way out


async def release_answers(uow: Uow, _command: ReleaseAnswers) -> None:
    """What a dead sender held is sent again under the same Message-ID."""
    await uow.execute(RELEASE)


async def claim_answers(uow: Uow, command: ClaimAnswers) -> list[OutgoingAnswer]:
    """Answers and reminders that can go out now, marked as being sent."""
    ids = list((await uow.execute(CLAIM, {"limit": command.limit})).scalars())
    found = [await _claim(uow, await uow.get(QuestionMessage, id_), command.lease) for id_ in ids]
    return [one for one in found if one is not None]


async def _claim(uow: Uow, row: QuestionMessage, lease: timedelta) -> OutgoingAnswer | None:
    question = await uow.get(Question, row.question_id)
    entity = await uow.find(Entity, id=question.entity_id) if question.entity_id else None
    known = await author_of(uow, question)
    committee = (entity.name if entity else None) or ""
    to_committee = row.kind == "reminder"
    theirs = address_of(known, question.channel) or question.address
    address = (entity.email if entity else None) if to_committee else theirs
    if not address or (to_committee and question.state != QuestionState.open):
        uow.change(row, state="failed", reason="no_address" if not address else "answered", lease_until=None)
        return None
    asked = await _last_asked(uow, question.id)
    full_name = name_of(known) if known else (asked.sender_name if asked else "") or ""
    lease_until = func.clock_timestamp() + lease
    uow.change(row, state="sending", attempts=row.attempts + 1, lease_until=lease_until)
    reminder = _reminder(question, entity) if to_committee else None
    return OutgoingAnswer(
        message_row=row.id, question_id=question.id, ticket=question.ticket, kind=row.kind,
        channel=Medium.email if to_committee else Medium(question.channel),
        message_id=str(row.id), references=row.references,
        subject=reminder.subject if reminder else question.subject or "",
        text="\n\n".join(line.text for line in reminder.body) if reminder else row.whole or "",
        language=reminder.language if reminder else texts.choose(known.language if known else None),
        name=committee if to_committee else full_name, address=address, committee=committee,
        correlation_id=question.correlation_id,
    )  # fmt: skip


def _reminder(question: Question, entity: Entity | None) -> Letter:
    """In the language of the committee's country and on its clock, without a word of what was asked."""
    answer_by = question.due_at.astimezone(ZoneInfo((entity.zone if entity else None) or "UTC"))
    told = {"ticket": question.ticket, "answer_by": answer_by, "overdue": question.overdue or None}
    spoken = spoken_in(entity.country if entity else None)
    return texts.letter("question-reminder", spoken, {"question": told, "recipient": {"name": _named(entity)}})


def _named(entity: Entity | None) -> str:
    return (entity.name if entity else None) or ""


async def settle_answer(uow: Uow, command: SettleAnswer) -> None:
    """Record a try; `failed` ends it and opens the question again."""
    row = await uow.get(QuestionMessage, command.message_row, lock=True)
    if row.state != "sending":
        return
    if command.outcome == "sent":
        uow.change(row, state="sent", reason=None, sent_at=uow.now, lease_until=None)
        return
    if command.outcome == "refused" or row.attempts >= MOST_TRIES:
        uow.change(row, state="failed", reason=command.reason, lease_until=None)
        question = await uow.get(Question, row.question_id, lock=True)
        if row.kind == "answer" and question.state == QuestionState.answered:
            uow.change(question, state=QuestionState.open, overdue=question.due_at <= uow.now)
        return
    state = "unknown" if command.outcome == "unknown" else "pending"
    wait = func.clock_timestamp() + pause(row.attempts)
    uow.change(row, state=state, reason=command.reason, lease_until=None, not_before=wait)
