"""What decides whether somebody is asked, read from the room's rows; the same for a decision and for a forecast."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.surveys.model import Ask, Enabler, Invitation, Person, ProgrammeSwitch, QuotaUse, Suppression
from services.surveys.policy.decisions import Effective, Situation, effective, unreachable
from services.surveys.policy.programmes import Programme, position
from services.surveys.settings import limits
from shared.contracts.surveys import Party
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow


def owner_of(ask: Ask) -> UUID | None:
    """The entity whose switch and quota count: who looks after an EP is the sending side, after an enabler the host."""
    return ask.sending_entity_id if ask.party is Party.ep else ask.hosting_entity_id


async def situation_of(uow: Uow, programme: Programme, ask: Ask, now: datetime) -> Situation:
    """As it is; `now` is the moment of asking, which may be still to come."""
    table = Person if ask.party is Party.ep else Enabler
    recipient: Person | Enabler | None = await uow.find(table, id=ask.recipient_id)
    on = await switched(uow, programme, owner_of(ask))
    last, last_by_this = await _last(uow, ask)
    period = programme.quota.per.of(now.date()) if programme.quota else None
    key = {"programme": ask.programme, "entity_id": owner_of(ask), "period": period}
    quota = await uow.find(QuotaUse, **key) if period and owner_of(ask) else None
    return Situation(
        now=now, until=ask.until, enabled=on.enabled, share=on.share,
        erased=recipient.erased if recipient else False, language=recipient.language if recipient else None,
        unreachable=await why_unreachable(uow, ask.party, ask.recipient_id),
        position=position(ask.programme, ask.recipient_id, ask.occasion),
        cool_down_days=limits().cool_down_days, last_asked_at=last, last_by_this_at=last_by_this,
        period=period, quota_used=quota.used if quota else 0,
    )  # fmt: skip


async def switched(uow: Uow, programme: Programme, entity_id: UUID | None) -> Effective:
    """Whether a programme runs for an entity, and for which share of those it would ask."""
    path = await path_of(uow, entity_id)
    mine = select(ProgrammeSwitch).where(
        ProgrammeSwitch.programme == programme.code,
        ProgrammeSwitch.entity_id.in_(path),  # type: ignore[attr-defined]
    )
    return effective(programme, path, await uow.rows(mine) if path else ())


async def path_of(uow: Uow, entity_id: UUID | None) -> Sequence[UUID]:
    """The entities from the root down to this one; the entity alone when nobody told where it stands."""
    if entity_id is None:
        return ()
    found: Sequence[UUID] | None = await uow.scalar(
        select(ENTITY_PATH.c.path).where(ENTITY_PATH.c.entity_id == entity_id)
    )
    return found or (entity_id,)


async def _last(uow: Uow, ask: Ask) -> tuple[datetime | None, datetime | None]:
    """When the recipient was asked last, by any programme and by this one."""
    by_this = func.max(Invitation.invited_at).filter(Invitation.programme == ask.programme)
    query = select(func.max(Invitation.invited_at), by_this).where(Invitation.recipient_id == ask.recipient_id)
    row = (await uow.execute(query)).one()
    return row[0], row[1]


async def why_unreachable(uow: Uow, party: Party, recipient_id: UUID) -> str | None:
    """Why a survey's mail can't reach somebody, or None."""
    held = await uow.rows(select(Suppression).where(Suppression.recipient_id == recipient_id))
    if not held:
        return None
    recipient = await uow.find(Person if party is Party.ep else Enabler, id=recipient_id)
    return unreachable(held, recipient.details_at if recipient else None)
