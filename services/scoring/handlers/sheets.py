"""Sheets and their columns: made, named, taken away, and forgotten when their subject asks for it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.scoring.commands import ChangeSheet, CreateSheet, NameColumn, OnColumn, OnSheet
from services.scoring.model import Sheet, SheetAnswer, SheetColumn, SheetDecision, SheetEnabler, SheetOutcome, sheets_of
from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.templates import OURS, RIVALS, SheetAbout, Template
from services.scoring.schemas import SheetDetail
from services.scoring.views.sheet_boards import Board, board
from services.scoring.views.sheet_templates import in_force, path_of, template_of
from services.scoring.views.sheets import sheet_out
from shared.access import Role
from shared.contracts.applications import EnablerDetails, EnablerRegistered
from shared.contracts.envelope import Envelope
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.ids import new_id
from shared.storage.scope import within
from shared.storage.tx import Uow


async def create_sheet(uow: Uow, command: CreateSheet) -> SheetDetail:
    """A sheet with our column and those of the competitors that are named."""
    entity_id = await _entity_of(uow, command)
    version = command.template_version or await in_force(uow, command.template, entity_id)
    template = await _usable(uow, command, entity_id, version)
    if command.about not in template.about:
        raise _wrong("about", f"sheets by {command.template} are about: {', '.join(template.about)}")
    if len(command.rivals) > template.rivals:
        raise _wrong("rivals", f"there are at most {template.rivals}")
    source = await _source(uow, command, entity_id)
    sheet = Sheet(
        id=new_id(), template=command.template, template_version=version, about=command.about, entity_id=entity_id,
        enabler_id=command.enabler_id, name=command.name, created_by=uow.caller.subject, created_at=uow.now,
    )  # fmt: skip
    uow.add(sheet)
    names: list[tuple[str, str | None]] = [(OURS, None), *zip(RIVALS, command.rivals, strict=False)]
    if source is not None:
        names = [(column.key, column.name) for column in source.columns]
    for number, (key, name) in enumerate(names):
        uow.add(SheetColumn(sheet_id=sheet.id, number=number, key=key, name=name, added_at=uow.now))
        if source is not None:
            _take_over(uow, sheet, template, number, source.answers[key])
    uow.note("create_sheet", sheet.id, after={"template": sheet.template, "version": version, "about": sheet.about})
    await uow.flush()
    return await sheet_out(uow, await board(uow, sheet.id))


async def _source(uow: Uow, command: CreateSheet, entity_id: UUID) -> Board | None:
    """The sheet whose answers the new one begins with: of the same entity and template, and about the same enabler."""
    if command.copy_of is None:
        return None
    try:
        there = await board(uow, command.copy_of)
    except NotFound:
        raise _wrong("copy_of", "there is no such sheet, or it is not yours") from None
    old = there.sheet
    same = (command.template, command.about, entity_id, command.enabler_id)
    if (old.template, old.about, old.entity_id, old.enabler_id) != same or old.erased_at is not None:
        raise _wrong("copy_of", "it is by another template, about somebody else, or its subject was forgotten")
    return there


def _take_over(uow: Uow, sheet: Sheet, template: Template, number: int, answers: Mapping[str, Answer]) -> None:
    """Answers to what the new version still asks; notes and links stay where they were given."""
    for one in template.criteria:
        if (answer := answers.get(one.id, Answer.open)) is not Answer.open:
            step = {"sheet_id": sheet.id, "column_number": number, "criterion": one.id, "version": 1}
            uow.add(SheetAnswer(**step, answer=answer, by=uow.caller.subject, at=uow.now))


async def _entity_of(uow: Uow, command: CreateSheet) -> UUID:
    """Whose sheet it is; Invalid when that is nobody the caller may write for."""
    entity_id = command.entity_id
    if command.enabler_id is not None:
        host = await host_of(uow, command.enabler_id)
        if entity_id not in (None, host):
            raise _wrong("entity_id", "it is not the enabler's host")
        entity_id = host
    entity_id = entity_id or uow.caller.entity
    if entity_id is None:
        raise _wrong("entity_id", "say whose sheet it is")
    path = await path_of(uow, entity_id)
    if not path or (uow.caller.role is not Role.global_manager and uow.caller.entity not in path):
        raise _wrong("entity_id", "there is no such entity, or it is not yours")
    return entity_id


async def host_of(uow: Uow, enabler_id: UUID) -> UUID:
    """The entity that looks after an enabler; Invalid when it is unknown here, erased, or somebody else's."""
    row = await uow.find(SheetEnabler, id=enabler_id, lock="share")
    host = row.hosting_entity_id if row and row.erased_at is None else None
    path = await path_of(uow, host) if host else []
    if host is None or (uow.caller.role is not Role.global_manager and uow.caller.entity not in path):
        raise _wrong("enabler_id", "there is no such enabler, or it is not yours")
    return host


async def _usable(uow: Uow, command: CreateSheet, entity_id: UUID, version: int | None) -> Template:
    """The version's template, if sheets of this entity may have it."""
    if version is None:
        raise _wrong("template", f"there is no template {command.template}")
    try:
        return await template_of(uow, command.template, version, await path_of(uow, entity_id))
    except NotFound:
        raise _wrong("template_version", f"there is no version {version} of {command.template}") from None


def _wrong(field: str, what: str) -> Invalid:
    return Invalid(errors=[FieldError(f"#/{field}", f"{what[:1].upper()}{what[1:]}.")])


async def held(uow: Uow, sheet_id: UUID) -> Sheet:
    """A sheet that the caller may change, locked to the end; Conflict when its subject was forgotten."""
    sheet = await uow.get(Sheet, sheet_id, sheets_of(uow.caller), lock=True)
    if sheet.erased_at is not None:
        raise Conflict("Its subject asked to be forgotten: it stays as it is.", code="erased")
    return sheet


async def change_sheet(uow: Uow, command: OnSheet) -> SheetDetail:
    """Another name, or the prospect is an enabler by now."""
    sheet, body = await held(uow, command.sheet_id), command.body
    assert isinstance(body, ChangeSheet)
    uow.expect(sheet.version)
    changes = body.model_dump(exclude_unset=True, exclude_none=True)
    if body.enabler_id is not None and body.enabler_id != sheet.enabler_id:
        if sheet.about is not SheetAbout.prospect:
            raise _wrong("enabler_id", "only a prospect becomes an enabler")
        if await host_of(uow, body.enabler_id) != sheet.entity_id:
            raise _wrong("enabler_id", "the sheet belongs to another entity than the enabler's host")
        template = await template_of(uow, sheet.template, sheet.template_version)
        changes |= {"about": SheetAbout.enabler} if SheetAbout.enabler in template.about else {}
    if changes:
        uow.change(sheet, **changes)
        uow.note("change_sheet", sheet.id, after={"changed": sorted(changes)})
    return await sheet_out(uow, await board(uow, sheet.id))


async def add_column(uow: Uow, command: OnSheet) -> SheetDetail:
    """Another competitor, under the first letter that is free."""
    sheet, body = await held(uow, command.sheet_id), command.body
    assert isinstance(body, NameColumn)
    uow.expect(sheet.version)
    template = await template_of(uow, sheet.template, sheet.template_version)
    there = await uow.all(SheetColumn, sheet_id=sheet.id)
    taken = {one.key for one in there if one.removed_at is None}
    free = next((key for key in RIVALS[: template.rivals] if key not in taken), None)
    if free is None:
        raise Conflict(f"There are {template.rivals} already.", code="no-column-left")
    uow.add(SheetColumn(sheet_id=sheet.id, number=len(there), key=free, name=body.name, added_at=uow.now))
    return await _columns_changed(uow, sheet, "add_column", free)


async def rename_column(uow: Uow, command: OnColumn) -> SheetDetail:
    """Another name for a competitor, or for ours."""
    sheet = await held(uow, command.sheet_id)
    uow.expect(sheet.version)
    column = await column_of(uow, sheet, command.column)
    assert command.body is not None
    column.name = command.body.name
    return await _columns_changed(uow, sheet, "rename_column", column.key)


async def remove_column(uow: Uow, command: OnColumn) -> SheetDetail:
    """A competitor that is none any more; what was answered of it stays in the course."""
    sheet = await held(uow, command.sheet_id)
    uow.expect(sheet.version)
    column = await column_of(uow, sheet, command.column)
    if column.key == OURS:
        raise Conflict("A sheet has our own column.", code="our-column")
    column.removed_at = uow.now
    return await _columns_changed(uow, sheet, "remove_column", column.key)


async def column_of(uow: Uow, sheet: Sheet, key: str) -> SheetColumn:
    """The column that has this letter now."""
    column = await uow.find(SheetColumn, SheetColumn.removed_at.is_(None), sheet_id=sheet.id, key=key)  # type: ignore[union-attr]
    if column is None:
        raise NotFound(f"There is no column {key}.")
    return column


async def _columns_changed(uow: Uow, sheet: Sheet, action: str, key: str) -> SheetDetail:
    uow.change(sheet)
    uow.note(action, sheet.id, after={"column": key})
    await uow.flush()
    return await sheet_out(uow, await board(uow, sheet.id))


# --- forgetting


async def forget_subject(uow: Uow, command: OnSheet) -> SheetDetail:
    """The subject asked to be forgotten: names and words go, scores stay. A second time changes nothing."""
    sheet = await uow.get(Sheet, command.sheet_id, sheets_of(uow.caller), lock=True)
    uow.expect(sheet.version)
    if sheet.erased_at is None:
        await _forget(uow, sheet, uow.now)
    return await sheet_out(uow, await board(uow, sheet.id))


async def _forget(uow: Uow, sheet: Sheet, at: datetime) -> None:
    await uow.flush()
    for table, words in (
        (SheetColumn, ["name"]), (SheetAnswer, ["note", "evidence"]), (SheetDecision, ["reason"]),
        (SheetOutcome, ["reason"]),
    ):  # fmt: skip
        await uow.execute(update(table).where(table.sheet_id == sheet.id).values(dict.fromkeys(words)))  # type: ignore[attr-defined, arg-type]
    uow.change(sheet, name=None, erased_at=at)
    uow.note("forget_sheet", sheet.id)


async def know_sheet_enabler(uow: Uow, envelope: Envelope) -> None:
    """Whose an enabler is: who may make sheets about it."""
    known = envelope.data
    assert isinstance(known, EnablerRegistered)
    row = await _enabler(uow, known.enabler_id)
    row.hosting_entity_id = known.hosting_entity_id


async def forget_sheet_enabler(uow: Uow, envelope: Envelope) -> None:
    """The tombstone of an enabler's details: sheets about it lose their words."""
    if envelope.data is not None:
        assert isinstance(envelope.data, EnablerDetails)
        return
    row = await _enabler(uow, envelope.key)
    row.erased_at = row.erased_at or envelope.time
    about = select(Sheet).where(Sheet.enabler_id == envelope.key, Sheet.erased_at.is_(None))  # type: ignore[union-attr]
    for sheet in await uow.rows(about.order_by(Sheet.id).with_for_update()):
        await _forget(uow, sheet, uow.now)


async def forget_sheets_named(uow: Uow, company: str | None, entity_id: UUID) -> None:
    """A prospect was erased: sheets about prospects that carry its name lose their words.

    Of its own entity and of those above and below, so that a company of the same name elsewhere keeps its sheets.
    """
    if not company or not company.strip():
        return
    theirs = or_(Sheet.entity_id.in_(await path_of(uow, entity_id)), within(Sheet.entity_id, entity_id))  # type: ignore[attr-defined]
    named = func.strpos(func.lower(Sheet.name), company.strip().lower()) > 0
    about = select(Sheet).where(theirs, named, Sheet.about == SheetAbout.prospect, Sheet.erased_at.is_(None))  # type: ignore[union-attr]
    for sheet in await uow.rows(about.order_by(Sheet.id).with_for_update()):
        await _forget(uow, sheet, uow.now)


async def _enabler(uow: Uow, enabler_id: UUID) -> SheetEnabler:
    """The enabler's row, locked; news of one enabler may come in any order, and by two ways at once."""
    await uow.execute(insert(SheetEnabler).values(id=enabler_id).on_conflict_do_nothing())
    return await uow.get(SheetEnabler, enabler_id, lock=True)
