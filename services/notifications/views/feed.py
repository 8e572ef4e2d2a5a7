"""A feed, read by whom it is for."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.notifications.model import FeedHead, FeedItem
from services.notifications.schemas import FeedItemOut, FeedOut
from shared.errors import NotFound
from shared.storage.tx import Uow

PORTION = 200


async def get_feed(uow: Uow, before: int | None, limit: int, unread_only: bool) -> FeedOut:
    """A portion of the caller's feed, newest change first."""
    recipient = recipient_of(uow)
    query = select(FeedItem).where(FeedItem.recipient_id == recipient)
    if before is not None:
        query = query.where(FeedItem.position < before)
    if unread_only:
        query = query.where(FeedItem.read_at.is_(None))  # type: ignore[union-attr]
    rows = await uow.rows(query.order_by(FeedItem.position.desc()).limit(limit + 1))  # type: ignore[attr-defined]
    unread = select(func.count()).select_from(FeedItem)
    unread = unread.where(FeedItem.recipient_id == recipient, FeedItem.read_at.is_(None))  # type: ignore[union-attr]
    head = await uow.scalar(select(FeedHead.position).where(FeedHead.recipient_id == recipient))
    items = [FeedItemOut.model_validate(row) for row in rows[:limit]]
    following = items[-1].position if len(rows) > limit else None
    return FeedOut(items=items, unread=await uow.scalar(unread), position=head or 0, next_before=following)


async def feed_after(uow: Uow, recipient_id: UUID, after: int) -> list[FeedItemOut]:
    """What changed in a feed after a position, in the order in which it did; a portion at a time."""
    query = select(FeedItem).where(FeedItem.recipient_id == recipient_id, FeedItem.position > after)
    rows = await uow.rows(query.order_by(FeedItem.position).limit(PORTION))
    return [FeedItemOut.model_validate(row) for row in rows]


def recipient_of(uow: Uow) -> UUID:
    """Whose feed it is: an account's own; NotFound for an account that stands for nobody."""
    if uow.caller.party is None:
        raise NotFound("This account stands for no person and no enabler, so it has no feed.")
    return uow.caller.party
