"""Words that somebody sent us: to which conversation they belong, who asks, who answers, and by when."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import select

from services.notifications.commands import AnswerRules
from services.notifications.handlers.authors import Author, address_of, author, author_of, authors_at
from services.notifications.model import (
    Arrival,
    Delivery,
    Enabler,
    Entity,
    Experience,
    Person,
    Question,
    QuestionFile,
    QuestionMessage,
)
from services.notifications.policy import Audience, QuestionState, answer_due, side_for
from services.notifications.post import Addresses, File, Purpose
from shared.contracts import questions as said
from shared.ids import derived_id, new_id
from shared.storage.tx import Uow

DUE, REMINDER = "question-due", "question-reminder"
A_DAY = timedelta(days=1)
_TICKET = re.compile(r"\[(Q-[0-9A-Z]{8})\]")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SIDES = ("sending_entity_id", "hosting_entity_id")
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Words:
    """A message in words, from any channel. `sender` is an address or a number."""

    channel: str
    sender: str
    shown: str
    whole: str
    sender_name: str = ""
    subject: str = ""
    cut: bool = False
    message_id: str = ""
    references: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thread:
    """Where it belongs: a question that is there, or a delivery that it answers. `proven` by a token of ours."""

    question: Question | None = None
    delivery: Delivery | None = None
    proven: bool = False


async def take_words(uow: Uow, arrival: Arrival, words: Words, addresses: Addresses, rules: AnswerRules) -> None:
    """Add to a conversation, or begin one. Words of somebody who asked to be forgotten are not kept."""
    thread = await _thread(uow, words, addresses)
    about = await _about(uow, words, thread)
    if about is None:
        arrival.outcome = "person_erased"
        return
    question = thread.question or await _same_stranger(uow, words, about)
    if question is not None and await _messages_today(uow, question) >= rules.per_sender:
        arrival.outcome, arrival.question_id = "too_many", question.id
        return
    arrival.outcome = "reply" if question else "question"
    question = await _go_on(uow, question, rules) if question else await begin(uow, arrival.id, words, about, rules)
    keep_message(uow, question, words)
    arrival.question_id, arrival.delivery_id = question.id, question.delivery_id
    arrival.person_id = question.person_id


# --- where it belongs


async def _thread(uow: Uow, words: Words, addresses: Addresses) -> Thread:
    for recipient in words.recipients:
        if (found := addresses.read(recipient)) is None:
            continue
        purpose, id_ = found
        if purpose is Purpose.ticket:
            return Thread(question=await uow.find(Question, id=id_, lock=True), proven=True)
        if (delivery := await uow.find(Delivery, id=id_)) is not None:
            return Thread(await _of_delivery(uow, words, delivery), delivery, True)
        if (answer := await uow.find(QuestionMessage, id=id_)) is not None:
            return Thread(question=await uow.find(Question, id=answer.question_id, lock=True), proven=True)
    return await _by_words(uow, words)


async def _of_delivery(uow: Uow, words: Words, delivery: Delivery) -> Question | None:
    """The conversation that this person has about this delivery already."""
    open_ones = select(Question).where(Question.delivery_id == delivery.id, Question.channel == words.channel)
    return next(iter(await uow.rows(open_ones.order_by(Question.id).limit(1).with_for_update())), None)


async def _by_words(uow: Uow, words: Words) -> Thread:
    """By Message-IDs and the code in the subject: these can be known to others, so the sender has to be the same."""
    for reference in words.references[:20]:
        local = reference.partition("@")[0]
        message = await uow.find(QuestionMessage, id=UUID(local)) if _UUID.fullmatch(local) else None
        if message is not None:
            question = await uow.get(Question, message.question_id, lock=True)
            if await _same_sender(uow, question, words):
                return Thread(question)
        for delivery in await uow.all(Delivery, message_id=local):
            known = await author(uow, delivery.recipient_id or delivery.person_id)
            if _same(address_of(known, words.channel), words.sender):
                return Thread(await _of_delivery(uow, words, delivery), delivery)
    if ticket := _TICKET.search(words.subject):
        question = await uow.find(Question, ticket=ticket.group(1), lock=True)
        if question is not None and await _same_sender(uow, question, words):
            return Thread(question)
    return Thread()


async def _same_sender(uow: Uow, question: Question, words: Words) -> bool:
    if question.channel != words.channel:
        return False
    known = address_of(await author_of(uow, question), words.channel)
    return any(_same(one, words.sender) for one in (question.address, known))


def _same(known: str | None, sender: str) -> bool:
    return bool(known) and str(known).casefold() == sender.casefold()


# --- who asks


async def _about(uow: Uow, words: Words, thread: Thread) -> dict[str, Any] | None:
    """Whom and what a new question is about; None when its person asked to be forgotten."""
    if thread.question is not None:
        erased = await _erased(uow, thread.question.about_person_id)
        return None if erased else {}
    if thread.delivery is not None:
        return await _about_delivery(uow, thread.delivery, thread.proven)
    known = await authors_at(uow, words.channel, words.sender)
    if len(known) == 1:
        return await about_author(uow, known[0])
    addressed = [address.lower() for address in words.recipients[:50]]
    query = select(Entity.id).where(func.lower(Entity.email).in_(addressed)).order_by(Entity.id).limit(1)
    entity_id = await uow.scalar(query) if addressed else None
    return dict.fromkeys((*_SIDES, "entity_id"), entity_id)


async def _about_delivery(uow: Uow, delivery: Delivery, proven: bool) -> dict[str, Any] | None:
    if await _erased(uow, delivery.person_id):
        return None
    own = delivery.audience is Audience.ep
    names = ("application_id", *_SIDES, "touchpoint_id", "touchpoint", "audience")
    found = {name: getattr(delivery, name) for name in names}
    found |= {"delivery_id": delivery.id, "author_id": delivery.recipient_id, "proven": proven}
    found |= {"person_id": delivery.person_id if own else None, "about_person_id": delivery.person_id}
    if delivery.audience is Audience.enabler:
        found["enabler_id"] = delivery.recipient_id
    stay = await uow.find(Experience, id=delivery.application_id) if delivery.application_id else None
    return found | owner(uow, found, stay, delivery.touchpoint)


async def about_author(uow: Uow, known: Author) -> dict[str, Any] | None:
    """Somebody whose address is known. An EP means the application that starts last; an enabler none of its own."""
    if isinstance(known, Enabler):
        found = {"author_id": known.id, "enabler_id": known.id, "audience": Audience.enabler}
        found |= {"hosting_entity_id": known.hosting_entity_id, "sending_entity_id": None}
        return found | owner(uow, found, None, None)
    stays = select(Experience).where(Experience.person_id == known.id)
    latest = stays.order_by(Experience.start_on.desc().nulls_last(), Experience.id.desc()).limit(1)  # type: ignore[union-attr,attr-defined]
    stay = next(iter(await uow.rows(latest)), None)
    found = {"author_id": known.id, "person_id": known.id, "about_person_id": known.id}
    found |= {"audience": Audience.ep, "application_id": stay.id if stay else None}
    found |= {name: getattr(stay, name, None) for name in _SIDES}
    if stay is None:
        found["sending_entity_id"] = known.sending_entity_id
    return found | owner(uow, found, stay, None)


def owner(uow: Uow, found: dict[str, Any], stay: Experience | None, touchpoint: str | None) -> dict[str, Any]:
    today = uow.today(stay.zone if stay and stay.zone else "UTC")
    dates = (stay.start_on, stay.end_on) if stay else (None, None)
    side = side_for(found["audience"], touchpoint, *dates, today)
    return {"side": side, "entity_id": found[f"{side}_entity_id"]}


async def _erased(uow: Uow, person_id: UUID | None) -> bool:
    return person_id is not None and bool(await uow.scalar(select(Person.erased).where(Person.id == person_id)))


async def _same_stranger(uow: Uow, words: Words, about: dict[str, Any]) -> Question | None:
    """A stranger who writes again within a day goes on with the same conversation."""
    if about.get("author_id") is not None:
        return None
    query = select(Question).where(
        func.lower(Question.address) == words.sender.lower(), Question.channel == words.channel,
        Question.author_id.is_(None), Question.entity_id.is_not_distinct_from(about["entity_id"]),  # type: ignore[union-attr]
        Question.asked_at > uow.now - A_DAY,
    )  # fmt: skip
    return next(iter(await uow.rows(query.order_by(Question.id.desc()).limit(1).with_for_update())), None)  # type: ignore[attr-defined]


# --- the question


async def begin(uow: Uow, key: UUID, words: Words, about: dict[str, Any], rules: AnswerRules) -> Question:
    """A new question; its id follows from the key, so that the same message makes no second one."""
    id_ = derived_id("question", key)
    zone = await zone_of(uow, about.get("entity_id"), about.get("application_id"))
    question = uow.add(Question(
        id=id_, ticket=_ticket(id_), state=QuestionState.open, channel=words.channel, subject=words.subject or None,
        address=words.sender or None, asked_at=uow.now, zone=zone, due_at=uow.now,
        correlation_id=uow.cause.correlation_id, changed_at=uow.clock.machine(), **about,
    ))  # fmt: skip
    await set_clock(uow, question, rules)
    uow.say(said.QuestionAsked(**facts_of(question), channel=words.channel, due_at=question.due_at))
    return question


async def _go_on(uow: Uow, question: Question, rules: AnswerRules) -> Question:
    """More in a conversation: one that was answered or closed waits again, and the clock runs anew."""
    if question.state == QuestionState.open:
        return uow.change(question)
    await open_again(uow, question, rules)
    return question


async def open_again(uow: Uow, question: Question, rules: AnswerRules) -> None:
    """It waits for an answer once more."""
    values = {"state": QuestionState.open, "closed_at": None, "overdue": False, "rounds": question.rounds + 1}
    uow.change(question, **values)
    await set_clock(uow, question, rules)
    uow.say(said.QuestionAsked(**facts_of(question), channel=question.channel, due_at=question.due_at))


async def set_clock(uow: Uow, question: Question, rules: AnswerRules) -> None:
    """When an answer is due, in working hours of the committee's zone, and when the committee is reminded."""
    hours = (rules.opens, rules.closes, rules.days)
    for kind, share in ((REMINDER, 0.5), (DUE, 1.0)):
        wall = answer_due(uow.now, rules.hours * share, question.zone, *hours)
        put = await uow.schedule(kind, question.id, str(question.rounds), wall, question.zone)
    question.due_at = put.due_at


async def zone_of(uow: Uow, entity_id: UUID | None, application_id: UUID | None) -> str:
    entity = await uow.find(Entity, id=entity_id) if entity_id else None
    stay = await uow.find(Experience, id=application_id) if application_id else None
    return (entity.zone if entity else None) or (stay.zone if stay else None) or "UTC"


def keep_message(uow: Uow, question: Question, words: Words) -> None:
    row = uow.add(QuestionMessage(
        id=new_id(), question_id=question.id, kind="asked", at=uow.now, state="received",
        sender_name=words.sender_name or None, sender_address=words.sender or None, shown=words.shown,
        whole=words.whole, cut=words.cut, message_id=words.message_id or None, references=words.references[:20],
        changed_at=uow.clock.machine(),
    ))  # fmt: skip
    for number, file in enumerate(words.files):
        digest = hashlib.sha256(file.content).hexdigest() if file.content is not None else None
        uow.add(QuestionFile(
            id=derived_id("file", row.id, number), question_id=question.id, message_id=row.id, name=file.name,
            content_type=file.content_type, size=file.size, sha256=digest, content=file.content, reason=file.refused,
        ))  # fmt: skip


async def _messages_today(uow: Uow, question: Question) -> int:
    mine = (QuestionMessage.question_id == question.id, QuestionMessage.kind == "asked")
    query = select(func.count()).select_from(QuestionMessage).where(*mine, QuestionMessage.at > uow.now - A_DAY)
    return int(await uow.scalar(query))


def _ticket(id_: UUID) -> str:
    """Eight letters that people can read aloud; they prove nothing."""
    return "Q-" + "".join(_LETTERS[id_.int >> 5 * place & 31] for place in range(8))


def facts_of(question: Question) -> dict[str, Any]:
    """The ids that every fact of a question carries."""
    names = ("person_id", "enabler_id", "application_id", *_SIDES, "side", "entity_id", "touchpoint")
    return {"question_id": question.id} | {name: getattr(question, name) for name in names}


async def forget_questions(uow: Uow, person_id: UUID, address: str | None) -> None:
    """Blank what a person wrote and what was written back, also what came from this address before it was known."""
    whose = [Question.person_id == person_id, Question.about_person_id == person_id, Question.author_id == person_id]
    if address:
        whose.append(func.lower(Question.address) == address.lower())
    for question in await uow.rows(select(Question).where(or_(*whose)).with_for_update()):
        for message in await uow.all(QuestionMessage, question_id=question.id):
            gone = dict.fromkeys(("sender_name", "sender_address", "shown", "whole", "message_id"))
            waits = message.state in ("pending", "unknown", "sending")
            state = {"state": "failed", "reason": "person_erased", "lease_until": None} if waits else {}
            uow.change(message, references=[], **gone, **state)
        for file in await uow.all(QuestionFile, question_id=question.id):
            file.name, file.content, file.sha256 = None, None, None
        uow.change(question, subject=None, address=None)
        if question.state == QuestionState.open:
            uow.change(question, state=QuestionState.closed, closed_at=uow.now, overdue=False)
            for kind in (DUE, REMINDER):
                await uow.cancel(kind, question.id, why="person_erased")
