"""The suppression list: entered by bounces, complaints, the person's own wish, or by hand; lifted by who may."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.notifications.commands import LiftSuppression, SuppressContact
from services.notifications.model import Delivery, Person, Suppression, Touchpoint, seen_by
from services.notifications.policy import Budget, Medium, Why, liftable_by_staff
from services.notifications.schemas import SuppressionOut
from services.notifications.views.suppressions import active_of
from shared.contracts import notifications as said
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.storage.tx import Uow

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:recipient, 44))")
SIDES = ("sending_entity_id", "hosting_entity_id")


async def suppress(
    uow: Uow,
    recipient_id: UUID,
    channel: Medium | None,
    reason: Why,
    *,
    delivery: Delivery | None = None,
    budget: Budget | None = None,
    note: str | None = None,
) -> Suppression:
    """Put a recipient on the list; one that stands there for the same reason stays as it is.

    `channel` None is every channel, `budget` None every class. With a `delivery` the entry carries its entities, and a
    hard bounce forbids the address that this delivery went to, not a later one.
    """
    await lock_list(uow, recipient_id)
    address = delivery.address_hash if delivery is not None and reason is Why.hard_bounce else None
    for held in await active_of(uow, recipient_id):
        if (held.channel, held.budget, held.reason, held.address_hash) == (channel, budget, reason, address):
            return held
    about: dict[str, Any] = await _about(uow, recipient_id, delivery)
    row = uow.add(Suppression(
        id=new_id(), recipient_id=recipient_id, channel=channel, budget=budget, reason=reason, address_hash=address,
        note=note, since=uow.now, changed_at=uow.clock.machine(), **about,
    ))  # fmt: skip
    uow.say(said.ContactSuppressed(**_facts(row)))
    uow.note("suppress_contact", row.id, reason=reason)
    return row


async def lock_list(uow: Uow, recipient_id: UUID) -> None:
    """One change of a recipient's entries after the other."""
    await uow.execute(LOCK, {"recipient": str(recipient_id)})


async def lift(uow: Uow, row: Suppression) -> Suppression:
    """Take an entry off the list; it stays to be seen."""
    uow.change(row, lifted_at=uow.now)
    uow.say(said.ContactRestored(**_facts(row)))
    uow.note("lift_suppression", row.id)
    return row


async def suppress_contact(uow: Uow, command: SuppressContact) -> SuppressionOut:
    """By hand: whoever sees a touchpoint of this recipient may do so."""
    mine = select(Touchpoint.id).where(Touchpoint.recipient_id == command.recipient_id, seen_by(uow.caller, Touchpoint))
    if await uow.scalar(mine.limit(1)) is None:
        raise NotFound(f"There is no recipient {command.recipient_id}, or it is not yours to see.")
    row = await suppress(
        uow, command.recipient_id, command.channel, Why.by_hand, budget=command.budget, note=command.note
    )
    return SuppressionOut.model_validate(row)


async def lift_suppression(uow: Uow, command: LiftSuppression) -> SuppressionOut:
    """Conflict `own-choice` for what the person asked for: only they may change it, on their preferences page."""
    row = await uow.get(Suppression, command.suppression_id, seen_by(uow.caller, Suppression), lock=True)
    uow.expect(row.version)
    if not liftable_by_staff(row.reason):
        raise Conflict("The person asked for this and is the only one who may take it back.", code="own-choice")
    if row.lifted_at is None:
        await lift(uow, row)
    return SuppressionOut.model_validate(row)


async def forget_suppressions(uow: Uow, person_id: UUID) -> None:
    """Nothing that tells about a forgotten person stays; the entries themselves do."""
    for row in await uow.all(Suppression, recipient_id=person_id):
        uow.change(row, note=None, address_hash=None)


async def _about(uow: Uow, recipient_id: UUID, delivery: Delivery | None) -> dict[str, Any]:
    """Whose list it is: that of the entities behind the delivery, or behind the latest touchpoint of the recipient."""
    latest = select(Touchpoint).where(Touchpoint.recipient_id == recipient_id).order_by(Touchpoint.changed_at.desc())  # type: ignore[attr-defined]
    found = delivery or next(iter(await uow.rows(latest.limit(1))), None)
    is_person = await uow.scalar(select(Person.id).where(Person.id == recipient_id)) is not None
    sides = {name: getattr(found, name, None) for name in SIDES}
    return {"person_id": recipient_id if is_person else None, "delivery_id": delivery.id if delivery else None, **sides}


def _facts(row: Suppression) -> dict[str, Any]:
    names = ("recipient_id", "person_id", "reason", "budget", "channel", *SIDES)
    return {"suppression_id": row.id} | {name: getattr(row, name) for name in names}
