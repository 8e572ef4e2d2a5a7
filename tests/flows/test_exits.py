"""An approval or a realization is broken, and one is repaired: what the other rooms make of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.applications import commands, handlers
from services.applications.policy import BreakReason, DeclineReason, RealizationBreakReason
from services.journeys import views as journeys
from services.scoring import views as scoring
from services.surveys.views import list_invitations
from shared.contracts import applications as facts
from shared.testing.flows import Flow, Flows
from tests.applications.world import World, build
from tests.flows.test_pairs import _all, timeline, touchpoints

# What an approval promises the EP.
PROMISED = ("pickup-information", "preparation-booklet", "first-day-reminder", "departure-document")


async def promised(flow: Flow, application_id: UUID) -> set[tuple[str, str | None]]:
    """How it stands with that: states and reasons."""
    found = await touchpoints(flow, {"application_id": application_id})
    return {(found[code].state, found[code].reason) for code in PROMISED}


async def statuses(flow: Flow, world: World) -> list[Any]:
    person = await flow["journeys"].read(journeys.get_person, world.ep.party)
    return [person.status, person.phase, *sorted(line.status for line in person.applications)]


async def test_a_broken_approval_stops_the_calendar_until_both_sides_approve_anew(flows: Flows) -> None:
    flow = await flows("applications", "notifications", "journeys")
    world = await build(flow["applications"])
    application = await world.approved()
    await flow.settle()
    assert await promised(flow, application.id) == {("waiting", None)}
    command = commands.BreakApproval(application.id, BreakReason.visa_refused)
    await world.room.do(handlers.break_approval, command, world.se)
    await flow.settle()
    assert await promised(flow, application.id) == {("cancelled", "approval_broken")}
    assert await statuses(flow, world) == ["open", "consideration", "approval_broken"]
    application = await world.room.do(
        handlers.reinstate_application, commands.ReinstateApplication(application.id), world.se
    )
    await flow.settle()
    assert await promised(flow, application.id) == {("cancelled", "approval_awaited")}
    assert await statuses(flow, world) == ["in_progress", "consideration", "in_progress"]
    await world.approve(application, world.se)
    await world.approve(application, world.he)
    await flow.settle()
    assert await promised(flow, application.id) == {("waiting", None)}
    assert await statuses(flow, world) == ["approved", "value_delivery", "approved"]
    told = [type_ for type_ in await timeline(flow, world.ep.party) if "broken" in type_ or "reopened" in type_]
    assert told == [facts.ApprovalBroken.TYPE, facts.ApplicationReopened.TYPE]


async def test_nobody_is_asked_about_an_internship_that_was_broken_off(flows: Flows) -> None:
    flow = await flows("applications", "notifications", "surveys", "journeys")
    world = await build(flow["applications"])
    flow.clock.set(datetime(2026, 3, 2, 8, tzinfo=UTC))
    application = await world.realized()
    await flow.settle()
    command = commands.BreakRealization(application.id, RealizationBreakReason.accommodation)
    await world.room.do(handlers.break_realization, command, world.he)
    await flow.settle()
    flow.clock.advance(timedelta(days=200))
    await flow.due()
    found = await touchpoints(flow, {"application_id": application.id})
    assert (found["departure-document"].state, found["departure-document"].reason) == (
        "cancelled",
        "realization_broken",
    )
    assert "waiting" not in {point.state for point in found.values()}
    assert (await flow["surveys"].read(list_invitations, *_all(list_invitations))).items == []
    assert await statuses(flow, world) == ["open", "consideration", "realization_broken"]


async def test_a_refusal_ends_an_application_and_a_return_makes_it_live_for_the_score(flows: Flows) -> None:
    flow = await flows("applications", "scoring")
    world = await build(flow["applications"])
    application = await world.accept(await world.apply())
    await flow.settle()

    async def score() -> float:
        return (await flow["scoring"].read(scoring.get_score, world.ep.party)).score

    accepted = await score()
    flow.clock.advance(timedelta(minutes=1))
    command = commands.DeclineApplication(application.id, DeclineReason.dates)
    await world.room.do(handlers.decline_application, command, world.ep)
    await flow.settle()
    declined = await score()
    flow.clock.advance(timedelta(minutes=1))
    await world.room.do(handlers.reopen_application, commands.ReopenApplication(application.id), world.ep)
    await flow.settle()
    assert declined < await score() < accepted
