"""The in-app feed: a message arrives there by being written, and is read by its recipient alone."""

from uuid import UUID

from sqlalchemy import text, update
from sqlmodel import select

from services.notifications.commands import FeedPost, MarkRead, Outcome, PostToFeed, SettleDeliveries, SettleDelivery
from services.notifications.handlers.deliveries import settle_deliveries
from services.notifications.model import Delivery, FeedItem
from services.notifications.schemas import FeedItemOut, FeedReadOut
from services.notifications.views.feed import recipient_of
from shared.ids import derived_id
from shared.storage.tx import Uow

CHANNEL = "sojourn_feed"  # the channel on which a changed feed is told
# The head's row is locked until the commit, so positions of one feed become visible in their order.
NEXT = text("""
INSERT INTO feed_head (recipient_id, position) VALUES (:recipient, :many)
ON CONFLICT (recipient_id) DO UPDATE SET position = feed_head.position + :many RETURNING position
""")
TELL = text("SELECT pg_notify(:channel, :recipient)")


async def post_to_feed(uow: Uow, command: PostToFeed) -> None:
    """Write the items and settle their deliveries as sent, in one step: a feed never gets an item twice."""
    rows = {post.delivery_id: await uow.get(Delivery, post.delivery_id) for post in command.posts}
    tries = tuple(SettleDelivery(id_, Outcome.sent) for id_ in sorted(rows))
    posts = [post for post in command.posts if rows[post.delivery_id].state == "sending"]
    for post in sorted(posts, key=lambda one: str(rows[one.delivery_id].recipient_id)):
        await _post(uow, rows[post.delivery_id], post)
    await settle_deliveries(uow, SettleDeliveries(tries))


async def mark_read(uow: Uow, command: MarkRead) -> FeedReadOut:
    """Mark items as read (all up to a position, or these); those that were read already stay as they are."""
    recipient = recipient_of(uow)
    where = [FeedItem.recipient_id == recipient, FeedItem.read_at.is_(None)]  # type: ignore[union-attr]
    if command.what.items is not None:
        where.append(FeedItem.id.in_(command.what.items))  # type: ignore[attr-defined]
    if command.what.up_to is not None:
        where.append(FeedItem.position <= command.what.up_to)
    rows = await uow.rows(select(FeedItem).where(*where).order_by(FeedItem.position).with_for_update())
    if rows:
        last = await uow.scalar(NEXT, {"recipient": recipient, "many": len(rows)})
        for number, row in enumerate(rows):
            uow.change(row, read_at=uow.now, position=last - len(rows) + 1 + number)
        await uow.execute(TELL, {"channel": CHANNEL, "recipient": str(recipient)})
    return FeedReadOut(read=[FeedItemOut.model_validate(row) for row in rows])


async def forget_feed(uow: Uow, recipient_id: UUID) -> None:
    """The words of a forgotten person's feed are gone."""
    gone = {"title": None, "body": None, "link": None}
    await uow.execute(update(FeedItem).where(FeedItem.recipient_id == recipient_id).values(**gone))
    await uow.execute(update(FeedItem).where(FeedItem.person_id == recipient_id).values(**gone))


async def _post(uow: Uow, row: Delivery, post: FeedPost) -> None:
    position = await uow.scalar(NEXT, {"recipient": row.recipient_id, "many": 1})
    names = ("touchpoint_id", "touchpoint", "application_id", "person_id", "recipient_id")
    uow.add(FeedItem(
        id=derived_id("feed", row.id), delivery_id=row.id, position=position, language=post.language, title=post.title,
        body=post.body, link=post.link, created_at=uow.now, changed_at=uow.clock.machine(),
        **{name: getattr(row, name) for name in names},
    ))  # fmt: skip
    await uow.execute(TELL, {"channel": CHANNEL, "recipient": str(row.recipient_id)})
