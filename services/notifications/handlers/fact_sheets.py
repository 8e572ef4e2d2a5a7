"""Fact sheets are written section by section, published whole, and taken back to an earlier version."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.notifications.commands import PublishFactSheet, PutSection, RevertFactSheet
from services.notifications.handlers.calendar import About
from services.notifications.handlers.happenings import start
from services.notifications.handlers.heard import wake
from services.notifications.handlers.tasks import close_by
from services.notifications.model import (
    Delivery,
    Entity,
    FactChange,
    FactSection,
    FactSheet,
    FactSheetVersion,
    Touchpoint,
)
from services.notifications.policy import Happening, Reached
from services.notifications.policy.fact_sheets import Section, text_errors, written
from services.notifications.schemas import FactSheetDraftOut
from services.notifications.views.fact_sheets import check_entity, differing, draft_out, manages, texts_of
from shared.contracts.seminars import FactSheetPublished
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import derived_id, new_id
from shared.storage.due import Due
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

FACT_REVIEW = "fact-review"
MORNING = time(9)


async def put_section(uow: Uow, command: PutSection) -> FactSheetDraftOut:
    """The draft of one section, whole. Nobody reads it before it is published."""
    if errors := text_errors(command.texts):
        raise Invalid(errors=errors)
    sheet = await _sheet(uow, command.entity_id)
    values = {"texts": written(command.texts), "owner_id": command.owner_id, "review_on": command.review_on}
    await _write(uow, sheet, command.section, values)
    return await draft_out(uow, sheet.id)


async def publish_fact_sheet(uow: Uow, command: PublishFactSheet) -> FactSheetDraftOut:
    """The draft becomes the next version: what readers get, and what documents quote from now on."""
    sheet = await _sheet(uow, command.entity_id)
    await _publish(uow, sheet, None)
    return await draft_out(uow, sheet.id)


async def revert_fact_sheet(uow: Uow, command: RevertFactSheet) -> FactSheetDraftOut:
    """The texts of an earlier version count again, as a version of its own; the draft becomes the same."""
    sheet = await _sheet(uow, command.entity_id)
    earlier = await uow.find(FactSheetVersion, sheet_id=sheet.id, number=command.number)
    if earlier is None:
        raise NotFound(f"This fact sheet has no version {command.number}.")
    held = {row.section: row for row in await uow.all(FactSection, sheet_id=sheet.id)}
    for section in sorted({*held, *(Section(name) for name in earlier.sections)}):
        row = held.get(section)
        values = {"owner_id": row.owner_id if row else None, "review_on": row.review_on if row else None}
        await _write(uow, sheet, section, {"texts": earlier.sections.get(section, {}), **values})
    await _publish(uow, sheet, command.number)
    return await draft_out(uow, sheet.id)


async def _sheet(uow: Uow, entity_id: UUID) -> FactSheet:
    """The sheet, locked, in the version that the caller has seen; a new one is at version 0."""
    await check_entity(uow, entity_id, manages(uow.caller, entity_id))
    put = insert(FactSheet).values(id=entity_id, published=0, version=0, changed_at=func.clock_timestamp())
    await uow.execute(put.on_conflict_do_nothing())
    sheet = await uow.get(FactSheet, entity_id, lock=True)
    uow.expect(sheet.version)
    return sheet


async def _write(uow: Uow, sheet: FactSheet, section: Section, values: dict[str, Any]) -> None:
    """A section with new values, and the change that led to them; nothing when they are the same."""
    row = await uow.find(FactSection, sheet_id=sheet.id, section=section)
    before = _shown(row.model_dump() if row else {})
    if before == _shown(values):
        return
    about = {"changed_by": uow.caller.subject, "changed_at": uow.clock.machine()}
    if row is None:
        row = uow.add(FactSection(id=new_id(), sheet_id=sheet.id, section=section, **values, **about))
        await uow.flush()
    else:
        await _reviewed(uow, row)
        for name, value in (values | about).items():
            setattr(row, name, value)
    await _review_later(uow, row)
    uow.add(FactChange(id=new_id(), sheet_id=sheet.id, section=section, before=before, after=_shown(values), **about))
    uow.change(sheet)
    uow.note("put_fact_section", sheet.id, after={"section": section})


# --- reviews


async def _review_later(uow: Uow, row: FactSection) -> None:
    """On the morning of the day, where the committee is, somebody is to look at the section again."""
    await uow.cancel(FACT_REVIEW, row.id, why="written_anew")
    if row.review_on is not None:
        zone = await uow.scalar(select(Entity.zone).where(Entity.id == row.sheet_id)) or "UTC"
        at = datetime.combine(row.review_on, MORNING)
        await uow.schedule(FACT_REVIEW, row.id, row.review_on.isoformat(), at, zone)


async def review_fact_section(uow: Uow, due: Due) -> None:
    """The day has come: it becomes a task of the committee, which ends when the section is written anew."""
    row = await uow.find(FactSection, id=due.subject)
    if row is None or row.review_on is None or row.review_on.isoformat() != due.occurrence:
        return due.skip("superseded")
    about = About(_review(row), hosting_entity_id=row.sheet_id)
    await start(uow, about, Happening.fact_review, Reached(1, uow.now))
    return None


async def _reviewed(uow: Uow, row: FactSection) -> None:
    """A section that is written, with another day or other texts, was looked at."""
    if row.review_on is not None:
        for held in await uow.all(Touchpoint, subject=_review(row)):
            await close_by(uow, held, Happening.fact_reviewed)


def _review(row: FactSection) -> UUID:
    return derived_id("fact-review", row.id, row.review_on)


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a section as JSON."""
    owner, review = values.get("owner_id"), values.get("review_on")
    return {
        "texts": values.get("texts") or {},
        "owner_id": str(owner) if owner else None,
        "review_on": review.isoformat() if review else None,
    }


async def _publish(uow: Uow, sheet: FactSheet, reverts_to: int | None) -> None:
    sections = texts_of(await uow.all(FactSection, sheet_id=sheet.id))
    held = await uow.find(FactSheetVersion, sheet_id=sheet.id, number=sheet.published) if sheet.published else None
    changed = differing(held.sections if held else {}, sections)
    if not changed:
        raise Conflict("It says the same as the newest version.", code="nothing-new")
    number = sheet.published + 1
    uow.change(sheet, published=number)
    uow.add(
        FactSheetVersion(
            id=new_id(), sheet_id=sheet.id, number=number, sections=sections, published_by=uow.caller.subject,
            published_at=uow.now, reverts_to=reverts_to,
        )
    )  # fmt: skip
    uow.say(FactSheetPublished(entity_id=sheet.id, number=number, changed=changed, reverts_to=reverts_to))
    uow.note("publish_fact_sheet", sheet.id, after={"number": number})
    under = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.path.contains([sheet.id]))
    await wake(uow, or_(*(column.in_(under) for column in (Delivery.hosting_entity_id, Delivery.sending_entity_id))))  # type: ignore[union-attr]
