"""What is heard besides applications: sign-ups, enablers, opportunities."""

from collections.abc import Callable
from typing import Any

from sqlmodel import select

from services.notifications.handlers.calendar import About, Batch, settle
from services.notifications.handlers.surroundings import ERASED
from services.notifications.handlers.tasks import close_by
from services.notifications.model import Entity, Person, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import Around, Audience, Happening, Reached, Row, State, at_event
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.contracts.envelope import Envelope, Event
from shared.contracts.showcasing import PromoterFound
from shared.storage.tx import Uow

HAPPENINGS: dict[type[Event], Happening] = {
    facts.PersonRegistered: Happening.person_registered,
    facts.EnablerRegistered: Happening.enabler_registered,
    facts.OpportunityPosted: Happening.opportunity_posted,
    parties.OpportunityClosed: Happening.opportunity_closed,
    parties.OpportunityReraised: Happening.opportunity_reraised,
    PromoterFound: Happening.promoter_found,
}


def _of_person(person: Any) -> About:
    return About(person.person_id, None, person.person_id, person.sending_entity_id)


def _of_enabler(enabler: Any) -> About:
    return About(enabler.enabler_id, hosting_entity_id=enabler.hosting_entity_id, enabler_id=enabler.enabler_id)


def _of_offer(offer: Any) -> About:
    return About(offer.opportunity_id, hosting_entity_id=offer.hosting_entity_id, enabler_id=offer.enabler_id)


def _of_promoter(found: Any) -> About:
    sides = (found.sending_entity_id, found.hosting_entity_id)
    return About(found.showcase_id, found.application_id, found.person_id, *sides)


ABOUT: dict[type[Event], Callable[[Any], About]] = {
    facts.PersonRegistered: _of_person,
    facts.EnablerRegistered: _of_enabler,
    facts.OpportunityPosted: _of_offer,
    parties.OfferFact: _of_offer,
    PromoterFound: _of_promoter,
}


async def hear_happening(uow: Uow, envelope: Envelope) -> None:
    """Something happened to somebody: what the plan starts then is due, and tasks that it ends are done."""
    event = envelope.data
    assert event is not None
    about = next(make for kind, make in ABOUT.items() if isinstance(event, kind))(event)
    happening = HAPPENINGS[type(event)]
    await start(uow, about, happening, Reached(envelope.sequence, envelope.time))
    if isinstance(event, parties.OpportunityReraised):
        for held in await held_about(uow, about, event.raised_from):
            await close_by(uow, held, happening)
    await end_tasks(uow, about, happening)


async def end_tasks(uow: Uow, about: About, happening: Happening) -> None:
    """The tasks about this subject that the happening ends are done."""
    for held in await held_about(uow, about):
        await close_by(uow, held, happening)


async def start(uow: Uow, about: About, happening: Happening, step: Reached, *, round_: int = 1) -> None:
    """What the plan has for this happening, of this subject; once (a round), however often it is heard."""
    current = await store.following(uow, about.application_id, about.sending_entity_id, about.hosting_entity_id)
    entries = current.plan.started_by(happening)
    if not entries:
        return
    around = await _around(uow, about)
    held = [row for row in await held_about(uow, about) if row.round == round_]
    codes = {row.code for row in held if row.anchor_version != step.sequence}
    state = State.cancelled if around.stopped else State.waiting
    wanted = [
        Row(entry.code, state, at_event(entry, step, None, around), around.stopped, round_)
        for entry in entries
        if entry.code not in codes
    ]
    mine = [row for row in held if row.code in {entry.code for entry in entries} - codes]
    batch = Batch(current)
    await settle(uow, about, wanted, mine, batch)
    await batch.write(uow)


async def round_of(uow: Uow, about: About, happening: Happening, step: Reached) -> int:
    """The number of this happening among those of its subject: one that was heard before keeps its own."""
    current = await store.following(uow, about.application_id, about.sending_entity_id, about.hosting_entity_id)
    codes = {entry.code for entry in current.plan.started_by(happening)}
    held = [row for row in await held_about(uow, about) if row.code in codes]
    same = [row.round for row in held if row.anchor_version == step.sequence]
    return same[0] if same else max((row.round for row in held), default=0) + 1


async def held_about(uow: Uow, about: About, subject: Any = None) -> list[Touchpoint]:
    return list(await uow.rows(select(Touchpoint).where(Touchpoint.subject == (subject or about.subject))))


async def _around(uow: Uow, about: About) -> Around:
    """Zones and erasure, as far as they are known."""
    person = await uow.find(Person, id=about.person_id) if about.person_id else None
    hosting = await uow.find(Entity, id=about.hosting_entity_id) if about.hosting_entity_id else None
    sending = await uow.find(Entity, id=about.sending_entity_id) if about.sending_entity_id else None
    zones = {Audience.ep: person.zone if person else None, Audience.ep_manager: sending.zone if sending else None}
    known = {audience: zone for audience, zone in zones.items() if zone}
    home = (hosting.zone if hosting else None) or (sending.zone if sending else None)
    return Around(home or "UTC", known, {}, ERASED if person and person.erased else None)
