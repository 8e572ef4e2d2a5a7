"""Phase and profile of EPs and enablers, derived from what they have reached."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.applications import views
from services.applications.policy import Phase, Profile, Status, enabler_standing, person_standing
from tests.applications.course import after, at, make
from tests.applications.world import END, World

P, F, S = Phase, Profile, Status


@pytest.mark.parametrize(
    ("applications", "phase", "profile"),
    [
        ([], P.attraction, F.lead),
        ([S.open], P.consideration, F.lead),
        ([S.rejected], P.consideration, F.lead),
        ([S.accepted], P.consideration, F.lead),
        ([S.in_progress], P.consideration, F.lead),
        ([S.approved], P.value_delivery, F.customer),
        ([S.realized], P.value_delivery, F.customer),
        ([S.approval_broken], P.consideration, F.lead),
        ([S.completed], P.brand_advocacy, F.promoter),
        ([S.completed, S.open], P.consideration, F.lead),
    ],
)
def test_an_eps_phase_follows_from_the_applications(applications: list[Status], phase: Phase, profile: Profile) -> None:
    standing = person_standing(applications)
    assert (standing.phase, standing.profile) == (phase, profile)


@pytest.mark.parametrize(
    ("offers", "again", "applications", "phase", "profile"),
    [
        (False, False, [], P.attraction, F.lead),
        (True, False, [], P.consideration, F.customer),
        (True, False, [S.in_progress, S.rejected], P.consideration, F.customer),
        (False, False, [S.approved], P.value_delivery, F.customer),
        (True, False, [S.realized], P.value_delivery, F.customer),
        (True, False, [S.completed, S.realized], P.brand_advocacy, F.promoter),
        (True, True, [], P.brand_advocacy, F.promoter),
    ],
)
def test_an_enablers_phase_follows_from_offers_and_what_became_of_them(
    offers: bool, again: bool, applications: list[Status], phase: Phase, profile: Profile
) -> None:
    assert enabler_standing(offers, again, applications) == (phase, profile)


async def seen(world: World) -> tuple[Any, ...]:
    """(status, phase, profile) of the EP, and (phase, profile) of the enabler."""
    person = await world.room.read(views.get_person, world.ep.party)
    enabler = await world.room.read(views.get_enabler, world.enabler_id)
    return (person.status, person.phase, person.profile), (enabler.phase, enabler.profile)


async def test_both_customers_walk_the_four_phases(world: World) -> None:
    assert await seen(world) == (("open", "attraction", "lead"), ("attraction", "lead"))
    application = await world.apply()
    assert await seen(world) == (("open", "consideration", "lead"), ("consideration", "customer"))
    application = await at(world, Status.realized, application)
    assert await seen(world) == (("realized", "value_delivery", "customer"), ("value_delivery", "customer"))
    world.room.clock.set(after(END))
    await world.room.due()
    assert await seen(world) == (("completed", "brand_advocacy", "promoter"), ("brand_advocacy", "promoter"))


async def test_the_last_application_that_ended_decides_not_the_first(world: World) -> None:
    application = await at(world, Status.realized)
    world.room.clock.set(after(END))
    await world.room.due()
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.execute(text("UPDATE slot SET close_on = close_on + 365"))
    world.room.clock.advance(timedelta(days=1))
    next_one = await world.opportunity(start_on=END + timedelta(days=60), end_on=END + timedelta(days=150))
    again = await world.apply(next_one)
    assert (await seen(world))[0] == ("open", "consideration", "lead")
    world.room.clock.advance(timedelta(days=1))
    await make(world, "reject", again, world.he)
    assert (await seen(world))[0] == ("open", "consideration", "lead")
    assert (await world.room.read(views.get_application, application.id)).status == "completed"


async def test_an_enabler_that_re_raises_is_a_promoter(world: World) -> None:
    first, second = await world.opportunity(), await world.opportunity()
    async with world.room.runtime.database.engine.begin() as connection:
        query = text("UPDATE opportunity SET raised_from = :first WHERE id = :second")
        await connection.execute(query, {"first": first.id, "second": second.id})
    assert (await seen(world))[1] == ("brand_advocacy", "promoter")


async def test_lists_show_phase_and_profile_too(world: World) -> None:
    await world.approved()
    se = await world.room.client(world.se)
    (person,) = (await se.get("/v1/people")).json()["items"]
    assert (person["phase"], person["profile"]) == ("value_delivery", "customer")
