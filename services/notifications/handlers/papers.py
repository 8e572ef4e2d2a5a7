"""Documents after they were sent: their personal link, opened by the button, acknowledged in writing; goals agreed."""

import unicodedata
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from services.notifications.commands import AcknowledgeDocument, OpenDocument, RecordGoals
from services.notifications.handlers.evidence import prove_touchpoint
from services.notifications.model import (
    Delivery,
    Document,
    DocumentLink,
    Experience,
    Goals,
    Touchpoint,
    experiences_of,
)
from services.notifications.policy import ACKNOWLEDGED, LONGEST_NAME, SHORTEST_NAME
from services.notifications.schemas import GoalsOut
from services.notifications.settings import limits
from services.notifications.views.papers import document_token, goals_out, opened_link
from shared import links
from shared.contracts import papers as said
from shared.errors import Conflict, FieldError, Invalid
from shared.storage.tx import Uow

IDS = ("application_id", "person_id", "sending_entity_id", "hosting_entity_id")


async def keep_link(uow: Uow, delivery: Delivery, document_id: UUID, kind: str) -> None:
    """The link of a document that is filed; a document that was set anew keeps the link of its delivery."""
    values: dict[str, Any] = {name: getattr(delivery, name) for name in IDS}
    if None in values.values():
        return  # it is about no stay: nobody has a page of it
    put = insert(DocumentLink).values(
        id=delivery.id, document_id=document_id, token_digest=links.digest(document_token(delivery.id)), kind=kind,
        policy_version=limits().policy_version, expires_at=uow.now + timedelta(days=limits().document_link_days),
        version=1, changed_at=uow.clock.machine(), **values,
    )  # fmt: skip
    newest = {"document_id": document_id, "policy_version": put.excluded.policy_version}
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=newest))


async def open_document(uow: Uow, command: OpenDocument) -> UUID:
    """The delivery whose document is opened; the first time is evidence. LinkRefused (404) for no link of ours."""
    row, document = await opened_link(uow, command.token, lock=True)
    if row.opened_at is None:
        uow.change(row, opened_at=uow.now)
        uow.say(said.DocumentOpened(**await _facts(uow, row, document)))
        await prove_touchpoint(
            uow, await uow.get(Touchpoint, document.touchpoint_id), "opened", None, document=row.kind
        )
        uow.note("open_document", document.id)
    return row.id


async def acknowledge_document(uow: Uow, command: AcknowledgeDocument) -> None:
    """Keep who acknowledged which version, when; once. Conflict when it wasn't opened, or is another one by now."""
    row, document = await opened_link(uow, command.token, lock=True)
    if row.kind not in ACKNOWLEDGED:
        raise Conflict("This document needs no acknowledgement.", code="not-acknowledged-here")
    if row.acknowledged_at is not None:
        return
    if row.opened_at is None:
        raise Conflict("Read it before you acknowledge it.", code="not-opened")
    if command.document_id != document.id:
        raise Conflict("There is a newer version: read that one.", code="newer-version")
    name = typed_name(command.name)
    values = {"acknowledged_at": uow.now, "acknowledged_document": document.id, "name": name}
    uow.change(row, **values)
    told = await _facts(uow, row, document)
    uow.say(said.DocumentAcknowledged(**told, policy_version=row.policy_version))
    touchpoint = await uow.get(Touchpoint, document.touchpoint_id)
    await prove_touchpoint(uow, touchpoint, "acknowledged", None, document=row.kind)
    uow.note("acknowledge_document", document.id, after={"policy_version": row.policy_version})


def typed_name(given: str) -> str:
    """A name as it was typed, without what can't be seen; Invalid when that is no name."""
    kept = "".join(letter for letter in given if unicodedata.category(letter)[0] != "C" or letter.isspace())
    name = " ".join(kept.split())
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME or not any(letter.isalpha() for letter in name):
        raise Invalid(errors=[FieldError("#/name", "Type your first and last name.")], code="no-name")
    return name


async def record_goals(uow: Uow, command: RecordGoals) -> GoalsOut:
    """Responsibilities and goals, whole: what supervisor and EP agreed on, written by them or by a committee."""
    stay = await uow.get(Experience, command.application_id, experiences_of(uow.caller))
    row = await uow.find(Goals, id=stay.id, lock=True)
    values = command.body.model_dump()
    if row is None:
        uow.expect(0)
        names = ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
        row = uow.add(Goals(id=stay.id, **{name: getattr(stay, name) for name in names}, **values))
    else:
        uow.expect(row.version)
        uow.change(row, **values)
    uow.note("record_goals", stay.id)
    await uow.flush()
    return goals_out(stay.id, row)


async def forget_papers(uow: Uow, person_id: UUID) -> None:
    """Blank what was typed and agreed by a person who is forgotten; that it was acknowledged stays."""
    await uow.execute(update(DocumentLink).where(DocumentLink.person_id == person_id).values(name=None))
    gone: dict[str, Any] = {"responsibilities": [], "goals": [], "feedback": None}
    await uow.execute(update(Goals).where(Goals.person_id == person_id).values(gone))


async def _facts(uow: Uow, row: DocumentLink, document: Document) -> dict[str, Any]:
    touchpoint = await uow.get(Touchpoint, document.touchpoint_id)
    about = {"touchpoint_id": touchpoint.id, "touchpoint": touchpoint.code}
    what = {"document_id": document.id, "kind": document.kind, "document": document.sha256}
    return what | about | {"language": document.language} | {name: getattr(row, name) for name in IDS}
