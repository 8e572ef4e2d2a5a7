"""Touchpoints: the calendar, and why something is not sent."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from services.notifications.model import Delivery, Touchpoint, seen_by
from services.notifications.plan import store
from services.notifications.policy import SURVEYS, Audience, Entry, State, Weight
from services.notifications.schemas import TouchpointOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def get_touchpoint(uow: Uow, touchpoint_id: UUID) -> TouchpointOut:
    row = await uow.get(Touchpoint, touchpoint_id, seen_by(uow.caller, Touchpoint))
    return (await _touchpoints(uow, [row]))[0]


async def list_touchpoints(
    uow: Uow, application_id: UUID | None, person_id: UUID | None, enabler_id: UUID | None, state: State | None,
    paging: Paging,
) -> Page:  # fmt: skip
    query = select(Touchpoint).where(seen_by(uow.caller, Touchpoint))
    if enabler_id is not None:
        query = query.where(Touchpoint.enabler_id == enabler_id, Touchpoint.audience == Audience.enabler)
    for column, value in (
        (Touchpoint.application_id, application_id), (Touchpoint.person_id, person_id), (Touchpoint.state, state)
    ):  # fmt: skip
        query = query if value is None else query.where(column == value)
    order = (Touchpoint.changed_at, Touchpoint.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Touchpoint.changed_at)
    return Page(await _touchpoints(uow, page.items), page.next)


async def _touchpoints(uow: Uow, rows: Sequence[Touchpoint]) -> list[TouchpointOut]:
    """Touchpoints with what their open deliveries wait for."""
    open_ones = [row.id for row in rows if row.state == State.due]
    query = select(Delivery.touchpoint_id, Delivery.waiting_for).where(Delivery.touchpoint_id.in_(open_ones))  # type: ignore[attr-defined]
    found = (await uow.execute(query.where(Delivery.state == "pending"))).all() if open_ones else []
    waiting: dict[UUID, list[str]] = {row.touchpoint_id: row.waiting_for for row in found}
    entries = await store.made_of(uow, {row.id: row for row in rows})
    return [_touchpoint(row, entries.get(row.id), waiting.get(row.id, [])) for row in rows]


def _touchpoint(row: Touchpoint, entry: Entry | None, waiting_for: list[str]) -> TouchpointOut:
    more = {
        "title": entry.title if entry else row.code,
        "invitation_id": row.subject if entry and entry.trigger.event in SURVEYS else None,
        "waiting_for": waiting_for,
        "mandatory": entry is not None and entry.weight is Weight.mandatory,
        "proves": entry.proves.standard if entry and entry.proves else None,
    }
    return TouchpointOut.model_validate(row.model_dump() | more)
