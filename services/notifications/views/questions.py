"""Questions and their conversations, as far as the caller may see them."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.notifications.model import Arrival, Question, QuestionFile, QuestionMessage, questions_of
from services.notifications.schemas import (
    ArrivalOut,
    ConversationOut,
    QuestionFileOut,
    QuestionMessageOut,
    QuestionOut,
)
from shared.access import MANAGERS, Role
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

FILE = [column for column in QuestionFile.__table__.columns if column.name != "content"]  # type: ignore[attr-defined]


async def question_out(_uow: Uow, question: Question) -> QuestionOut:
    return QuestionOut.model_validate(question)


async def list_questions(uow: Uow, filters: dict[str, Any], unassigned: bool | None, paging: Paging) -> Page:
    query = select(Question).where(questions_of(uow.caller))
    for name, value in filters.items():
        query = query if value is None else query.where(getattr(Question, name) == value)
    if unassigned is not None:
        nobody = Question.author_id.is_(None)  # type: ignore[union-attr]
        query = query.where(nobody if unassigned else ~nobody)
    order, shape = (Question.changed_at, Question.id), QuestionOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=Question.changed_at, shape=shape)


async def get_question(uow: Uow, question_id: UUID) -> ConversationOut:
    """The conversation; whoever asked sees neither reminders nor which manager wrote."""
    row = await uow.get(Question, question_id, questions_of(uow.caller))
    staff = uow.caller.role in MANAGERS or uow.caller.role in (Role.auditor, Role.service)
    query = select(QuestionMessage).where(QuestionMessage.question_id == question_id)
    query = query if staff else query.where(QuestionMessage.kind != "reminder")
    messages = await uow.rows(query.order_by(QuestionMessage.at, QuestionMessage.id))
    files = (await uow.execute(select(*FILE).where(QuestionFile.question_id == question_id))).mappings().all()  # type: ignore[call-overload]
    shown = [_message(message, files, staff) for message in messages]
    return ConversationOut.model_validate(row.model_dump() | {"messages": shown})


def _message(row: QuestionMessage, files: Any, staff: bool) -> QuestionMessageOut:
    mine = [QuestionFileOut.model_validate(dict(file)) for file in files if file["message_id"] == row.id]
    hidden = {} if staff else {"author": None}
    return QuestionMessageOut.model_validate(row.model_dump() | {"files": mine} | hidden)


async def question_file(uow: Uow, question_id: UUID, file_id: UUID) -> QuestionFile:
    """An attachment with its bytes; NotFound when it was refused or forgotten."""
    await uow.get(Question, question_id, questions_of(uow.caller))
    row = await uow.find(QuestionFile, id=file_id, question_id=question_id)
    if row is None or row.content is None:
        raise NotFound("There is no such file, or it was not kept.")
    return row


async def list_arrivals(uow: Uow, outcome: str | None, paging: Paging) -> Page:
    """The log of what came in, for who watches over everything."""
    query = select(Arrival)
    query = query if outcome is None else query.where(Arrival.outcome == outcome)
    order, shape = (Arrival.arrived_at, Arrival.id), ArrivalOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=Arrival.arrived_at, shape=shape)
