"""Versions of designs: written as drafts, changed and restored, published, retired, copied."""

import hashlib
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, text
from sqlmodel import select

from services.journeys.commands.designs import (
    ChangeDesign,
    CopyDesign,
    DesignSource,
    DraftDesign,
    PublishDesign,
    RestoreDesign,
    RetireDesign,
)
from services.journeys.designs import LIBRARY
from services.journeys.model import Design, DesignPast, designs_of
from services.journeys.policy.designs import DesignState
from services.journeys.policy.kinds import KINDS, faults_of
from services.journeys.schemas.designs import DesignDetail
from services.journeys.views.designs import found_design
from shared.access import Role
from shared.contracts.journeys import JourneyDesigned
from shared.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from shared.ids import new_id
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow
from shared.web.written import content_of, refused

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('design ' || :kind || ' ' || :journey, 0))")
EVERYWHERE = frozenset({Role.global_manager, Role.service})


async def draft_design(uow: Uow, command: DraftDesign) -> DesignDetail:
    """A new version; its number follows the last one of the same design, the shipped one included."""
    if command.kind not in KINDS:
        raise Invalid(errors=[FieldError("#/kind", f"There are {', '.join(sorted(KINDS))}.")])
    document = _read(command.kind, command)
    where = (command.kind, command.journey, command.persona, command.entity_id)
    return await _add(uow, where, document, "draft_design")


async def change_design(uow: Uow, command: ChangeDesign) -> DesignDetail:
    """Write a draft anew; what it said before is kept and can be restored."""
    row = await _draft(uow, command.design_id)
    return _changed(uow, row, _read(row.kind, command.what), "change_design")


async def restore_design(uow: Uow, command: RestoreDesign) -> DesignDetail:
    """Let a draft say again what it said at an earlier version; the present is kept like any other."""
    row = await _draft(uow, command.design_id)
    past = await uow.find(DesignPast, design_id=row.id, version=command.what.version)
    if past is None:
        raise Invalid(errors=[FieldError("#/version", "The draft has no such earlier version.")])
    return _changed(uow, row, past.document, "restore_design")


async def publish_design(uow: Uow, command: PublishDesign) -> DesignDetail:
    """Bring a draft into use, or an older version back; the one that was in use is retired."""
    row = await _own(uow, command.design_id)
    if row.state is DesignState.published:
        raise Conflict("It is in use already.", code="published-already")
    await uow.execute(ONE_AT_A_TIME, {"kind": row.kind, "journey": row.journey})
    if faults := faults_of(row.kind, row.document):  # what was in order when it was written may not be any more
        raise refused("document", faults)
    replaces = None
    for one in await uow.rows(_same(row).where(Design.state == DesignState.published)):
        replaces = one.id
        uow.change(one, state=DesignState.retired, retired_at=uow.now)
    uow.change(row, state=DesignState.published, published_at=uow.now, published_by=uow.caller.subject, retired_at=None)
    event = JourneyDesigned(
        design_id=row.id, kind=row.kind, journey=row.journey, persona=row.persona, entity_id=row.entity_id,
        number=row.number, replaces=replaces, digest=digest_of(row.document),
    )  # fmt: skip
    uow.say(event)
    uow.note("publish_design", row.id, after={"journey": row.journey, "number": row.number})
    return DesignDetail.model_validate(row)


async def retire_design(uow: Uow, command: RetireDesign) -> DesignDetail:
    """Out of use, with none in its place: the wider design, or the shipped one, is in use again."""
    row = await _own(uow, command.design_id)
    if row.state is not DesignState.published:
        raise Conflict("Only a version in use can be retired.", code="not-in-use")
    uow.change(row, state=DesignState.retired, retired_at=uow.now)
    uow.note("retire_design", row.id)
    return DesignDetail.model_validate(row)


async def copy_design(uow: Uow, command: CopyDesign) -> DesignDetail:
    """A draft that says what another version says, the shipped ones included; perhaps for another committee."""
    source = await found_design(uow, command.design_id)
    what, given = command.what, command.what.model_fields_set
    persona = what.persona if "persona" in given else source.persona
    entity = what.entity_id if "entity_id" in given else source.entity_id
    if "entity_id" not in given and uow.caller.role not in EVERYWHERE:
        entity = uow.caller.entity
    where = (source.kind, what.journey or source.journey, persona, entity)
    return await _add(uow, where, source.document, "copy_design")


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of what it says, whatever the order of its parts' names."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


Where = tuple[str, str, str | None, UUID | None]


async def _add(uow: Uow, where: Where, document: dict[str, Any], action: str) -> DesignDetail:
    kind, journey, persona, entity_id = where
    await _may_write(uow, entity_id)
    await uow.execute(ONE_AT_A_TIME, {"kind": kind, "journey": journey})
    shipped = LIBRARY.newest(kind, journey, persona)
    last = await uow.scalar(select(func.max(Design.number)).where(*_named(kind, journey, persona, entity_id)))
    row = uow.add(
        Design(
            id=new_id(), kind=kind, journey=journey, persona=persona, entity_id=entity_id,
            number=max(last or 0, shipped.number if shipped else 0) + 1, state=DesignState.draft, document=document,
            author=uow.caller.subject, created_at=uow.now,
        )
    )  # fmt: skip
    uow.note(action, row.id, after={"kind": kind, "journey": journey, "number": row.number})
    await uow.flush()
    return DesignDetail.model_validate(row)


def _changed(uow: Uow, row: Design, document: dict[str, Any], action: str) -> DesignDetail:
    uow.add(
        DesignPast(design_id=row.id, version=row.version, document=row.document, author=row.author, replaced_at=uow.now)
    )
    uow.change(row, document=document, author=uow.caller.subject)
    uow.note(action, row.id, after={"version": row.version})
    return DesignDetail.model_validate(row)


async def _own(uow: Uow, design_id: UUID) -> Design:
    """A version that the caller may write, as they saw it."""
    if design_id in LIBRARY.by_id:
        raise Conflict("It ships with the room and changes with a release: copy it.", code="shipped")
    mine = designs_of(uow.caller)
    if uow.caller.role not in EVERYWHERE:
        mine = below(Design.entity_id, uow.caller)
    row = await uow.find(Design, mine, id=design_id, lock=True)
    if row is None:
        raise NotFound(f"There is no design {design_id}, or it is not yours to change.")
    uow.expect(row.version)
    return row


async def _draft(uow: Uow, design_id: UUID) -> Design:
    row = await _own(uow, design_id)
    if row.state is not DesignState.draft:
        raise Conflict(f"It is {row.state}: copy it into a new draft.", code="not-a-draft")
    return row


async def _may_write(uow: Uow, entity_id: UUID | None) -> None:
    """The global team writes for everybody, others for their own committee and those below it."""
    if uow.caller.role in EVERYWHERE and entity_id is None:
        return
    if entity_id is None:
        raise Forbidden("A design for everybody is the global team's.")
    seen = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.entity_id == entity_id)
    if uow.caller.role not in EVERYWHERE:
        seen = seen.where(below(entity_id, uow.caller))
    if await uow.scalar(seen) is None:
        raise Invalid(errors=[FieldError("#/entity_id", "There is no such entity, or it is not yours.")])


def _named(kind: str, journey: str, persona: str | None, entity_id: UUID | None) -> tuple[Any, ...]:
    same = (Design.persona.is_not_distinct_from(persona), Design.entity_id.is_not_distinct_from(entity_id))  # type: ignore[union-attr]
    return (Design.kind == kind, Design.journey == journey, *same)


def _same(row: Design) -> Any:
    return select(Design).where(*_named(row.kind, row.journey, row.persona, row.entity_id))


def _read(kind: str, source: DesignSource) -> dict[str, Any]:
    field, content = content_of(source.yaml, source.content)
    if faults := faults_of(kind, content):
        raise refused(field, faults)
    return content  # type: ignore[return-value]
