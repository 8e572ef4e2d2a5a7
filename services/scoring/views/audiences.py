"""Audiences, exports and contents, within the caller's scope; the file of an export by a link of short life."""

import base64
from collections.abc import Mapping
from datetime import UTC, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.scoring.model import (
    Audience,
    AudienceExport,
    AudienceMember,
    AudienceRemoval,
    Content,
    ContentSeen,
    Identity,
    Lead,
    Segment,
    SegmentMember,
)
from services.scoring.model.audiences import audiences_of, contents_of
from services.scoring.policy.contents import Choice, Seen, Slot, choose
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.conditions import holds
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.policy.segments.stp import Z
from services.scoring.schemas import AudienceOut, ContentOut, ExportOut, NextContentOut, PageLinkOut, ShareOut
from services.scoring.views.consent_of import allows_personalization, who_allow_marketing
from services.scoring.views.segment_rows import visitor_row
from shared import links
from shared.errors import NotFound
from shared.links import LASTING, LinkRefused
from shared.outward.signatures import SECRET
from shared.proportions import rate_of
from shared.settings import kernel
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

FILE, KEY = "audience-file", "audience-secret"
LINK_OPEN = timedelta(minutes=15)


def secret_of(audience_id: UUID) -> str:
    """The secret that signs an audience's manifests, in the form of webhooks' secrets; kept nowhere, made from the
    link key each time."""
    token = links.links().sign(KEY, audience_id, LASTING)
    return SECRET + base64.b64encode(base64.urlsafe_b64decode(token)[22:]).decode()


def audience_out(row: Audience, people: int, removals: int, secret: str | None = None) -> AudienceOut:
    told = {"exports": row.number, "people": people, "removals": removals, "secret": secret}
    return AudienceOut.model_validate(row.model_dump() | told)


async def _counts(uow: Uow, ids: list[UUID], model: type[AudienceMember] | type[AudienceRemoval]) -> Mapping[UUID, int]:
    query = select(model.audience_id, func.count()).where(model.audience_id.in_(ids)).group_by(model.audience_id)  # type: ignore[attr-defined]
    return dict((await uow.execute(query)).all())


async def list_audiences(uow: Uow, paging: Paging) -> Page:
    query = select(Audience).where(audiences_of(uow.caller))
    order = (Audience.made_at.desc(), Audience.id.desc())  # type: ignore[attr-defined]
    page = await listing(uow, query, order=order, paging=paging, changed=Audience.changed_at)
    ids = [row.id for row in page.items]
    people, removals = await _counts(uow, ids, AudienceMember), await _counts(uow, ids, AudienceRemoval)
    shown = [audience_out(row, people.get(row.id, 0), removals.get(row.id, 0)) for row in page.items]
    return Page(shown, page.next, page.about)


async def get_audience(uow: Uow, audience_id: UUID) -> AudienceOut:
    row = await uow.get(Audience, audience_id, audiences_of(uow.caller))
    people, removals = await _counts(uow, [row.id], AudienceMember), await _counts(uow, [row.id], AudienceRemoval)
    return audience_out(row, people.get(row.id, 0), removals.get(row.id, 0))


async def list_exports(uow: Uow, audience_id: UUID, paging: Paging) -> Page:
    await uow.get(Audience, audience_id, audiences_of(uow.caller))
    query = select(AudienceExport).where(AudienceExport.audience_id == audience_id)
    order = (AudienceExport.number.desc(),)  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, shape=ExportOut.of)


async def get_export(uow: Uow, export_id: UUID) -> ExportOut:
    return ExportOut.of(await _export(uow, export_id))


async def _export(uow: Uow, export_id: UUID) -> AudienceExport:
    row = await uow.get(AudienceExport, export_id)
    if await uow.find(Audience, audiences_of(uow.caller), id=row.audience_id) is None:
        raise NotFound(f"There is no audienceexport {export_id}, or it is not yours to see.")
    return row


async def export_link(uow: Uow, export_id: UUID) -> PageLinkOut:
    """Where the file can be fetched for a quarter of an hour of machine time."""
    row = await _export(uow, export_id)
    if row.content is None:
        raise NotFound("The file of this export is not given out any more: make a new one.", code="export-outdated")
    until = uow.clock.machine() + LINK_OPEN
    token = links.links().sign(FILE, row.id, until)
    return PageLinkOut(address=f"{kernel().scoring_url.rstrip('/')}/a/{token}", expires_at=until)


async def open_file(uow: Uow, token: str) -> AudienceExport:
    """The export behind a link, as long as everybody in it agrees."""
    link = links.links().open(FILE, token)
    row = await uow.find(AudienceExport, id=link.subject)
    audience = await uow.find(Audience, id=row.audience_id) if row else None
    if row is None or audience is None:
        raise LinkRefused
    over = audience.state is not SegmentState.active or audience.use_until <= uow.now
    if row.content is None or over or not await _all_agree(uow, audience.id):
        raise LinkRefused("Somebody in it is to be left in peace, or its time is over.", code="export-outdated")
    return row


async def _all_agree(uow: Uow, audience_id: UUID) -> bool:
    people = set(await uow.rows(select(AudienceMember.person_id).where(AudienceMember.audience_id == audience_id)))
    return people == await who_allow_marketing(uow, people)


# --- contents


async def list_contents(uow: Uow, slot: Slot | None, paging: Paging) -> Page:
    query = select(Content).where(contents_of(uow.caller))
    if slot is not None:
        query = query.where(Content.slot == slot)  # type: ignore[arg-type]
    order = (Content.id.desc(),)  # type: ignore[attr-defined]
    page = await listing(uow, query, order=order, paging=paging, changed=Content.changed_at)
    return Page([await content_out(uow, row) for row in page.items], page.next, page.about)


async def get_content(uow: Uow, content_id: UUID) -> ContentOut:
    return await content_out(uow, await uow.get(Content, content_id, contents_of(uow.caller)))


async def content_out(uow: Uow, row: Content) -> ContentOut:
    query = select(ContentSeen.seen, func.count()).where(ContentSeen.content_id == row.id).group_by(ContentSeen.seen)
    counts = {Seen(seen): count for seen, count in (await uow.execute(query)).all()}
    shown, clicked = counts.get(Seen.shown, 0), counts.get(Seen.clicked, 0)
    rate = rate_of(min(clicked, shown), shown, Z)
    told = {"shown": shown, "clicked": clicked, "rate": ShareOut.model_validate(rate) if rate else None}
    return ContentOut.model_validate(row.model_dump() | told)


async def next_content(uow: Uow, visitor_id: UUID, entity_id: UUID | None) -> list[NextContentOut]:
    """What goes into each slot for this visitor on the pages of an entity; strangers and whoever doesn't want it made
    for them get what is for anybody."""
    path = await _path(uow, entity_id)
    query = select(Content).where(Content.state == SegmentState.active)  # type: ignore[arg-type]
    rows = {row.id: row for row in await uow.rows(query) if row.entity_id is None or row.entity_id in path}
    choices = [Choice(row.id, row.slot, row.segment_id, row.weight) for row in rows.values()]
    segments: set[UUID] = set()
    if any(one.segment_id for one in choices) and await allows_personalization(uow, visitor_id):
        segments = await _segments(uow, visitor_id, {one.segment_id for one in choices if one.segment_id}, path)
    chosen = choose(choices, segments)
    return [
        NextContentOut.model_validate(rows[chosen[slot].id].model_dump() | {"content_id": chosen[slot].id})
        for slot in Slot if slot in chosen
    ]  # fmt: skip


async def _path(uow: Uow, entity_id: UUID | None) -> list[UUID]:
    if entity_id is None:
        return []
    query = select(ENTITY_PATH.c.path).where(ENTITY_PATH.c.entity_id == entity_id)
    return await uow.scalar(query) or []


async def _segments(uow: Uow, visitor_id: UUID, wanted: set[UUID], path: list[UUID]) -> set[UUID]:
    """The segments among these that the visitor is in: the person's, or by the visits alone."""
    known = await uow.find(Identity, visitor_id=visitor_id)
    if known is not None:
        lead = await uow.find(Lead, id=known.person_id)
        if lead is None or lead.erased_at:
            return set()
        mine = select(SegmentMember.segment_id).where(SegmentMember.subject_id == lead.id)
        return set(await uow.rows(mine)) & wanted
    query = select(Segment).where(Segment.id.in_(wanted), Segment.state == SegmentState.active)  # type: ignore[attr-defined, arg-type]
    rules = [one for one in await uow.rows(query) if one.party is Party.ep]
    row = await visitor_row(uow, visitor_id, uow.now.astimezone(UTC).date())
    return {one.id for one in rules if (one.entity_id is None or one.entity_id in path) and holds(one.condition, row)}
