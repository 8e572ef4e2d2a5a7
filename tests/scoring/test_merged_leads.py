"""People who are one are one lead: with the interactions of all of them, and each as it was when they are parted."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.scoring import commands, handlers, views
from services.scoring.model import Lead, Outcome
from services.scoring.policy.interactions import Kind
from services.scoring.views.leads import LeadFilter
from shared.contracts import applications as facts
from shared.contracts.fields import Product
from shared.contracts.scoring import LeadQualified, LeadScored
from shared.contracts.suggestions import ActionSettled
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.storage.tx import Uow
from shared.testing import builders
from tests.scoring.test_remarks import merge
from tests.scoring.test_suggestions import a_night_later, following, looks, nobody_held
from tests.scoring.world import World

__all__ = ["nobody_held"]
STANDS = ("score", "base_log_odds", "reasons", "features", "stage", "lifecycle", "qualified_at", "converted_at")


async def standing(world: World, person_id: UUID) -> dict[str, Any]:
    async def read(uow: Uow) -> Any:
        return await uow.find(Lead, id=person_id)

    lead = await world.room.read(read)
    return {name: getattr(lead, name) for name in STANDS}


async def signed_up(world: World) -> UUID:
    person_id = new_id()
    await world.room.hear(builders.person(person_id))
    return person_id


async def does(world: World, *events: type[Any], person_ids: tuple[UUID, ...], about: dict[UUID, Any]) -> None:
    """The same of each of these."""
    for event in events:
        for person_id in person_ids:
            ids = about.setdefault(person_id, builders.about(person_id=person_id))
            more = {"product": Product.talent} if event is facts.ApplicationSubmitted else {}
            await world.room.hear(event(**ids, **more))


async def part(world: World, made: Any) -> None:
    await world.room.do(handlers.part_people, commands.PartPeople(made.id), world.se)


async def listed(world: World) -> list[UUID]:
    found = await world.room.read(views.list_leads, LeadFilter(), Paging(limit=100), caller=world.se)
    return [one.id for one in found.items]


async def test_the_one_that_is_kept_has_what_both_did_and_parting_brings_each_back(world: World) -> None:
    """Twins do the same and are nobody else: parted people stand as their twins do."""
    kept, kept_twin, other, other_twin = [await signed_up(world) for _ in range(4)]
    about: dict[UUID, Any] = {}
    both = (other, other_twin)
    await does(world, facts.ApplicationSubmitted, person_ids=both, about=about)
    alone = await standing(world, kept)
    assert alone["features"]["live_applications"] == 0
    made = await merge(world, other, person=kept)
    one = await standing(world, kept)
    assert one["features"]["live_applications"] == 1
    assert one["score"] > alone["score"]
    assert other not in await listed(world)
    assert kept in await listed(world)
    with pytest.raises(NotFound):
        await world.room.read(views.get_lead, other, caller=world.se)
    frozen = await standing(world, other)
    await does(world, facts.ApplicationAccepted, person_ids=both, about=about)
    assert (await standing(world, kept))["score"] > one["score"]
    assert await standing(world, other) == frozen
    said = [event.person_id for event in await world.room.said(LeadScored)]
    assert (said.count(other), said.count(kept)) == (2, 3)
    await part(world, made)
    assert await standing(world, kept) == await standing(world, kept_twin) == alone
    assert await standing(world, other) == await standing(world, other_twin)
    assert {kept, other} <= set(await listed(world))


async def test_an_approval_counts_for_the_one_that_is_kept_until_they_are_parted(world: World) -> None:
    kept, other = await signed_up(world), await signed_up(world)
    made = await merge(world, other, person=kept)
    world.room.clock.advance(timedelta(hours=1))
    stay = builders.experience(person_id=other)
    ids = {name: stay[name] for name in facts.ApplicationFact.model_fields}
    submitted = facts.ApplicationSubmitted(**ids, product=Product.talent)
    for step in (submitted, facts.ApplicationAccepted(**ids), builders.approved(stay)):
        await world.room.hear(step)
    assert (await standing(world, kept))["converted_at"] == world.room.clock.now()
    assert [one.person_id for one in await outcomes(world)] == [kept]
    qualified = await world.room.said(LeadQualified)
    assert {event.person_id for event in qualified} <= {kept}
    await part(world, made)
    assert (await standing(world, kept))["converted_at"] is None
    assert (await standing(world, other))["converted_at"] == world.room.clock.now()
    assert [one.person_id for one in await outcomes(world)] == [other]


async def outcomes(world: World) -> list[Outcome]:
    async def read(uow: Uow) -> list[Outcome]:
        return await uow.all(Outcome)

    return await world.room.read(read)


async def test_only_the_one_that_is_kept_is_suggested(world: World) -> None:
    kept = await signed_up(world)
    await looks(world)
    await a_night_later(world)
    assert [one.action for one in (await following(world)).items] == ["call-viewer"]
    made = await merge(world, world.person_id, person=kept)
    (settled,) = await world.room.said(ActionSettled)
    assert (settled.person_id, settled.state, settled.reason) == (world.person_id, "skipped", "merged")
    world.room.clock.advance(timedelta(days=3))
    for _ in range(3):
        await a_night_later(world)
    assert (await following(world)).items == []
    await part(world, made)
    await a_night_later(world)
    assert "call-viewer" not in [one.action for one in (await following(world, person_id=kept)).items]


async def test_several_are_one_and_a_forgotten_person_takes_nothing_along(world: World) -> None:
    """B is one with A, A with C: all is C's; parted from C, A has what B did; then B is forgotten."""
    a, b, c = [await signed_up(world) for _ in range(3)]
    await does(world, facts.ApplicationSubmitted, person_ids=(b,), about={})
    plain = await standing(world, a)
    await merge(world, b, person=a)
    joint = await standing(world, a)
    above = await merge(world, a, person=c)
    assert (await standing(world, c))["features"] == joint["features"]
    assert not {a, b} & set(await listed(world))
    await part(world, above)
    assert await standing(world, c) == plain
    assert (await standing(world, a))["features"] == joint["features"]
    await world.room.hear_erased(facts.PersonDetails, b)
    assert await standing(world, a) == plain
    assert b not in await listed(world)


async def test_visits_of_either_count_for_the_one_that_is_kept(world: World) -> None:
    kept = await signed_up(world)
    await merge(world, world.person_id, person=kept)
    await world.identify()
    await world.browse(Kind.opportunity_view)
    assert (await standing(world, kept))["features"]["opportunities"] == 1
    assert (await standing(world, world.person_id))["features"]["opportunities"] == 0
