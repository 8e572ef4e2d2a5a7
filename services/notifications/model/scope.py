"""Who sees what: the predicate that every query carries."""

from typing import Any

from sqlalchemy import ColumnElement, case
from sqlmodel import select

from services.notifications.model.calendar import Touchpoint
from services.notifications.model.copies import Experience
from services.notifications.model.deliveries import Delivery, Document, Evidence
from services.notifications.model.papers import DocumentLink
from services.notifications.model.questions import Question
from services.notifications.model.standards import Board
from services.notifications.model.suppressions import Suppression
from services.notifications.model.tasks import Task
from services.notifications.policy import Audience
from shared.access import Caller
from shared.contracts.fields import Side
from shared.storage.scope import visible


def seen_by(
    caller: Caller, model: type[Touchpoint | Delivery | Document | Evidence | Suppression | DocumentLink]
) -> ColumnElement[bool]:
    """One's own; and for managers what belongs to their side's entity or below.

    Of touchpoints, deliveries and documents, customers see those that are for them: not what somebody else gets.
    """
    person: Any = model.person_id
    enabler: Any = None
    if model in (Touchpoint, Delivery):
        person = case((model.audience == Audience.ep, model.person_id))  # type: ignore[union-attr]
        enabler = case((model.audience == Audience.enabler, model.recipient_id))  # type: ignore[union-attr]
    if model is Document:
        person, enabler = _addressee(Audience.ep), _addressee(Audience.enabler)
    sides = {"sending": model.sending_entity_id, "hosting": model.hosting_entity_id}
    return visible(caller, person=person, enabler=enabler, **sides)


def _addressee(audience: Audience) -> Any:
    """To whom a document went, if it was one of these."""
    sent = select(Delivery.recipient_id).where(Delivery.id == Document.delivery_id, Delivery.audience == audience)
    return sent.scalar_subquery()


def boards_of(caller: Caller) -> ColumnElement[bool]:
    """The boards of one's own experiences; an enabler's are those of its interns."""
    ids = {"person": Board.person_id, "enabler": Board.enabler_id}
    return visible(caller, **ids, sending=Board.sending_entity_id, hosting=Board.hosting_entity_id)


def tasks_of(caller: Caller) -> ColumnElement[bool]:
    """The tasks of one's committee or those below it, each side its own; customers see none."""
    sides = {side: case((Task.side == side, Task.entity_id)) for side in Side}
    return visible(caller, sending=sides[Side.sending], hosting=sides[Side.hosting])


def questions_of(caller: Caller) -> ColumnElement[bool]:
    """The same of questions; an enabler sees what it asked itself."""
    own = {"person": Question.person_id, "enabler": Question.enabler_id}
    return visible(caller, **own, sending=Question.sending_entity_id, hosting=Question.hosting_entity_id)


def experiences_of(caller: Caller) -> ColumnElement[bool]:
    """One's own stay; an enabler's are those of its interns."""
    ids = {"person": Experience.person_id, "enabler": Experience.enabler_id}
    return visible(caller, **ids, sending=Experience.sending_entity_id, hosting=Experience.hosting_entity_id)
