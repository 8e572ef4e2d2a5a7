"""Fact sheets as their readers may see them: what holds, what is being written, versions, changes, reviews."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlmodel import select

from services.notifications.model import Experience, FactChange, FactSection, FactSheet, FactSheetVersion, seen_by
from services.notifications.policy.fact_sheets import Told, effective
from services.notifications.schemas import (
    FactChangeOut,
    FactSheetDraftOut,
    FactSheetOut,
    FactSheetVersionOut,
    ReviewOut,
    SectionOut,
    ToldOut,
)
from shared.access import MANAGERS, Caller, Role
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow

Quoted = tuple[UUID, int]  # an entity and the number of its version


async def get_fact_sheet(uow: Uow, entity_id: UUID, language: str | None) -> FactSheetOut:
    """What holds for an entity, for its managers and for people whose stay is with it."""
    await check_entity(uow, entity_id, _reads(uow.caller, entity_id))
    sheets = await Sheets.of(uow, [entity_id])
    told = [
        ToldOut(section=one.section, language=one.language, text=one.text, entity_id=one.sheet[0], number=one.sheet[1])
        for one in sheets.told(entity_id, [language] if language else [])
    ]
    return FactSheetOut(entity_id=entity_id, number=sheets.number(entity_id), sections=told)


async def get_fact_sheet_draft(uow: Uow, entity_id: UUID) -> FactSheetDraftOut:
    await check_entity(uow, entity_id, manages(uow.caller, entity_id))
    return await draft_out(uow, entity_id)


async def list_fact_sheet_versions(uow: Uow, entity_id: UUID, paging: Paging) -> Page:
    await check_entity(uow, entity_id, manages(uow.caller, entity_id))
    query = select(FactSheetVersion).where(FactSheetVersion.sheet_id == entity_id)
    order, changed = (FactSheetVersion.number.desc(),), FactSheetVersion.changed_at  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, changed=changed, shape=version_out)


async def get_fact_sheet_version(uow: Uow, entity_id: UUID, number: int) -> FactSheetVersionOut:
    await check_entity(uow, entity_id, manages(uow.caller, entity_id))
    if (row := await uow.find(FactSheetVersion, sheet_id=entity_id, number=number)) is None:
        raise NotFound(f"This fact sheet has no version {number}.")
    return version_out(row)


async def list_fact_changes(uow: Uow, entity_id: UUID, paging: Paging) -> Page:
    await check_entity(uow, entity_id, manages(uow.caller, entity_id))
    query = select(FactChange).where(FactChange.sheet_id == entity_id)
    order, shape = (FactChange.changed_at, FactChange.id), FactChangeOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=FactChange.changed_at, shape=shape)


async def list_reviews(uow: Uow, until: date | None, paging: Paging) -> Page:
    """Sections to be looked at until a day; overdue ones when none is given."""
    today = uow.now.date()
    column: Any = FactSection.review_on
    query = select(FactSection).where(column <= (until or today), manages(uow.caller, FactSection.sheet_id))
    page = await listing(uow, query, order=(column, FactSection.id), paging=paging, changed=FactSection.changed_at)
    return Page([_review(row, today) for row in page.items], page.next)


def _review(row: FactSection, today: date) -> ReviewOut:
    overdue = row.review_on is not None and row.review_on < today
    return ReviewOut.model_validate(row.model_dump() | {"entity_id": row.sheet_id, "overdue": overdue})


# --- scope


async def check_entity(uow: Uow, entity_id: UUID, *where: ColumnElement[bool]) -> None:
    path = ENTITY_PATH
    if await uow.scalar(select(path.c.entity_id).where(path.c.entity_id == entity_id, *where)) is None:
        raise NotFound(f"There is no entity {entity_id}, or its fact sheet is not yours to see.")


def manages(caller: Caller, entity_id: Any) -> ColumnElement[bool]:
    """Fact sheets of the caller's entity and of those below it; all for who sees everything."""
    if caller.role in (Role.global_manager, Role.service, Role.auditor):
        return true()
    return below(entity_id, caller) if caller.role in MANAGERS else false()


def _reads(caller: Caller, entity_id: UUID) -> ColumnElement[bool]:
    """Its managers; and whoever has, or looks after, a stay with it on either side."""
    with_it = or_(Experience.hosting_entity_id == entity_id, Experience.sending_entity_id == entity_id)  # type: ignore[arg-type]
    stays = exists(select(Experience.id).where(seen_by(caller, Experience), with_it))  # type: ignore[arg-type]
    return or_(manages(caller, entity_id), stays)


# --- what holds


@dataclass(frozen=True, slots=True)
class Sheets:
    """The newest versions of some entities and of all above them, read once."""

    paths: Mapping[UUID, Sequence[UUID]]
    newest: Mapping[UUID, FactSheetVersion]

    @classmethod
    async def of(cls, uow: Uow, entity_ids: Iterable[UUID]) -> "Sheets":
        path = ENTITY_PATH
        wanted = list(set(entity_ids))
        found = await uow.execute(select(path.c.entity_id, path.c.path).where(path.c.entity_id.in_(wanted)))
        paths = {row.entity_id: [*reversed(row.path)] for row in found.all()}
        everybody = {one for line in paths.values() for one in line}
        newest = and_(FactSheet.id == FactSheetVersion.sheet_id, FactSheet.published == FactSheetVersion.number)  # type: ignore[arg-type]
        query = select(FactSheetVersion).join(FactSheet, newest).where(FactSheet.id.in_(everybody))  # type: ignore[attr-defined]
        return cls(paths, {row.sheet_id: row for row in await uow.rows(query)} if everybody else {})

    def number(self, entity_id: UUID) -> int:
        return self.newest[entity_id].number if entity_id in self.newest else 0

    def told(self, entity_id: UUID, languages: Iterable[str]) -> list[Told[Quoted]]:
        """The sections that hold for an entity, with the version that each comes from."""
        line = self.paths.get(entity_id, ())
        sheets = [((one, self.newest[one].number), self.newest[one].sections) for one in line if one in self.newest]
        return effective(sheets, languages)


# --- shapes


async def draft_out(uow: Uow, entity_id: UUID) -> FactSheetDraftOut:
    sheet = await uow.find(FactSheet, id=entity_id)
    rows = sorted(await uow.all(FactSection, sheet_id=entity_id), key=lambda row: row.section)
    number = sheet.published if sheet else 0
    held = await uow.find(FactSheetVersion, sheet_id=entity_id, number=number) if number else None
    before, now = held.sections if held else {}, texts_of(rows)
    today = uow.now.date()
    sections = [
        SectionOut.model_validate(row.model_dump() | {"overdue": row.review_on is not None and row.review_on < today})
        for row in rows
    ]
    return FactSheetDraftOut(
        entity_id=entity_id, published=number, sections=sections, unpublished=differing(before, now),
        version=sheet.version if sheet else 0,
    )  # fmt: skip


def texts_of(rows: Iterable[FactSection]) -> dict[str, dict[str, str]]:
    """Texts by section and language, of the sections that have any."""
    return {str(row.section): row.texts for row in rows if row.texts}


def differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Any]:
    return sorted(section for section in {*before, *now} if before.get(section) != now.get(section))


def version_out(row: FactSheetVersion) -> FactSheetVersionOut:
    return FactSheetVersionOut.model_validate(row.model_dump() | {"entity_id": row.sheet_id})
