"""What a recipient chose: read through the links under messages, which are the proof, or by the account's own party."""

from uuid import UUID

from sqlmodel import select

from services.notifications.choices import PREFERENCES, UNSUBSCRIBE, link_until, spoken
from services.notifications.model import Delivery, Person
from services.notifications.policy import OWN_CHOICE, STOPPABLE, Medium
from services.notifications.schemas import ChoicesOut, StopOut
from services.notifications.views.suppressions import active_of
from shared.errors import NotFound
from shared.links import LinkRefused, links
from shared.storage.tx import Uow


async def open_choices(uow: Uow, token: str, offered: tuple[Medium, ...]) -> ChoicesOut:
    """LinkRefused when the link isn't ours, is too old, or its person was forgotten."""
    id_ = links().open(PREFERENCES, token).subject
    await _still_there(uow, id_)
    return await _choices(uow, id_, offered)


async def own_choices(uow: Uow, offered: tuple[Medium, ...]) -> ChoicesOut:
    """Those of the caller; NotFound for who was forgotten, or is nobody who gets messages."""
    if uow.caller.party is None or await _forgotten(uow, uow.caller.party):
        raise NotFound("Nobody here gets messages.")
    return await _choices(uow, uow.caller.party, offered)


async def _choices(uow: Uow, id_: UUID, offered: tuple[Medium, ...]) -> ChoicesOut:
    held = await active_of(uow, id_)
    own = [row for row in held if row.reason in OWN_CHOICE]
    return ChoicesOut(
        recipient_id=id_, language=await _language(uow, id_),
        classes={budget: all(row.budget != budget for row in own) for budget in STOPPABLE},
        channels={channel: all(row.channel != channel or row.budget for row in own) for channel in offered},
        stopped=sorted({row.reason for row in held} - OWN_CHOICE),
    )  # fmt: skip


async def open_stop(uow: Uow, token: str) -> tuple[UUID, StopOut]:
    """The message under which the link stood, and what it would stop."""
    row = await uow.find(Delivery, id=links().open(UNSUBSCRIBE, token).subject)
    if row is None or row.recipient_id is None:
        raise LinkRefused
    await _still_there(uow, row.recipient_id)
    preferences = links().sign(PREFERENCES, row.recipient_id, link_until(uow.clock.machine()))
    return row.id, StopOut(language=spoken(row.language), budget=row.budget, preferences=preferences)


async def _still_there(uow: Uow, recipient_id: UUID) -> None:
    if await _forgotten(uow, recipient_id):
        raise LinkRefused


async def _forgotten(uow: Uow, recipient_id: UUID) -> bool:
    return bool(await uow.scalar(select(Person.erased).where(Person.id == recipient_id)))


async def _language(uow: Uow, recipient_id: UUID) -> str:
    """The language of the last message that the recipient got."""
    latest = select(Delivery.language).where(Delivery.recipient_id == recipient_id, Delivery.language.is_not(None))  # type: ignore[union-attr]
    return spoken(await uow.scalar(latest.order_by(Delivery.changed_at.desc()).limit(1)))  # type: ignore[attr-defined]
