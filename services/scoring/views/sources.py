"""On-ground sources and what came by them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import select

from services.scoring.model import Source, sources_of
from services.scoring.policy.qr import svg
from services.scoring.policy.sources import SourceKind, refusal, tidy_code
from services.scoring.schemas import CameOut, CodeOut, SourceFiguresOut, SourceOut
from services.scoring.settings import limits
from shared.errors import NotFound
from shared.proportions import wilson
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

Z95 = 1.959964
# Who met the source before signing up, each once. The erased are nobody any more, and only their visits are left.
CAME = """
WITH met AS (
    SELECT i.visitor_id, coalesce(i.person_id, n.person_id) AS person_id, i.at
    FROM interaction i LEFT JOIN identity n USING (visitor_id)
    WHERE i.source_id = $1 AND i.mark IS NULL
), people AS (
    SELECT m.person_id, min(m.at) AS at,
        (SELECT min(h.at) FROM heard_fact h WHERE h.person_id = m.person_id AND h.kind = 'registered') AS signed_up,
        (SELECT min(h.at) FROM heard_fact h WHERE h.person_id = m.person_id AND h.kind = 'approved') AS approved
    FROM met m JOIN lead l ON l.id = m.person_id AND l.erased_at IS NULL
    GROUP BY m.person_id
), came AS (SELECT * FROM people WHERE signed_up IS NULL OR signed_up >= at)
SELECT (SELECT count(*) FROM met) AS visits,
    (SELECT count(DISTINCT m.visitor_id) FROM met m WHERE m.person_id IS NULL)
        + (SELECT count(*) FROM came) AS visitors,
    (SELECT count(*) FROM came) AS leads,
    (SELECT count(*) FROM came WHERE signed_up IS NOT NULL) AS sign_ups,
    (SELECT count(*) FROM came WHERE signed_up IS NOT NULL AND approved IS NOT NULL) AS approvals
"""


def source_out(source: Source) -> SourceOut:
    return SourceOut.model_validate(source)


async def list_sources(
    uow: Uow, kind: SourceKind | None, entity_id: UUID | None, ids: Sequence[UUID] | None, paging: Paging
) -> Page:
    """The newest first."""
    query = select(Source).where(sources_of(uow.caller))
    if kind:
        query = query.where(Source.kind == kind)
    if entity_id:
        query = query.where(Source.entity_id == entity_id)
    if ids is not None:
        query = query.where(Source.id.in_(ids))  # type: ignore[attr-defined]
    order = (Source.made_at.desc(), Source.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, changed=Source.changed_at, shape=source_out)


async def get_source(uow: Uow, source_id: UUID) -> SourceFiguresOut:
    """A source with what came by it."""
    source = await uow.get(Source, source_id, sources_of(uow.caller))
    (found,) = await uow.fetch(CAME, source_id)
    figures: dict[str, Any] = {name: found[name] for name in ("visits", "visitors", "leads")}
    figures["sign_ups"] = share(found["sign_ups"], found["visitors"])
    figures["approvals"] = share(found["approvals"], found["sign_ups"])
    figures["cost_per_sign_up"] = _each(source.cost, found["sign_ups"])
    return SourceFiguresOut(source=source_out(source), **figures)


def share(count: int, of: int) -> CameOut:
    """A share with Wilson's interval, none of nobody."""
    if not of:
        return CameOut(count=count, of=of, rate=None, low=None, high=None)
    low, high = wilson(count, of, Z95)
    return CameOut(count=count, of=of, rate=round(count / of, 4), low=round(low, 4), high=round(high, 4))


def _each(cost: Decimal | None, count: int) -> float | None:
    return None if cost is None or not count else round(float(cost) / count, 2)


async def draw_code(uow: Uow, source_id: UUID) -> AsyncIterator[bytes]:
    """The address of a source's code as a QR code."""
    source = await uow.get(Source, source_id, sources_of(uow.caller))
    yield svg(limits().landing_url + source.code).encode()


async def get_code(uow: Uow, code: str) -> CodeOut:
    """Whether a code holds now."""
    source = await uow.find(Source, code=tidy_code(code) or "")
    if source is None:
        raise NotFound("There is no such code.")
    day = _day(uow.now, source.zone)
    refused = refusal(source.starts_on, source.ends_on, day)
    return CodeOut(code=source.code, kind=source.kind, channel=source.channel, refused=refused)


def _day(now: datetime, zone: str) -> Any:
    return now.astimezone(ZoneInfo(zone)).date()
