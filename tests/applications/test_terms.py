"""Other dates or another job description: approvals lapse, each side sees what changed, old terms are refused (A3)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.applications import handlers, views
from services.applications.model import Opportunity, Slot
from services.applications.policy import Status
from shared.contracts import applications as facts
from shared.errors import Conflict
from tests.applications.course import WEEKS, at, make
from tests.applications.world import END, START, World


async def edit(world: World, application: Any, **values: Any) -> int:
    """As the parties' handlers do it: applications first, then the opportunity."""

    async def handler(uow: Any, _: Any) -> int:
        await handlers.hold_applications(uow, application.opportunity_id)
        row = await uow.get(Opportunity, application.opportunity_id, lock=True)
        return await handlers.terms_changed(uow, uow.change(row, **values))

    return await world.room.do(handler, None, world.he)


async def move_slot(world: World, application: Any, by: timedelta = WEEKS) -> int:
    async def handler(uow: Any, _: Any) -> int:
        slot = await uow.get(Slot, application.slot_id, lock=True)
        return await handlers.terms_changed(uow, uow.change(slot, start_on=slot.start_on + by, end_on=slot.end_on + by))

    return await world.room.do(handler, None, world.he)


async def terms(world: World, application: Any, caller: Any = None) -> dict[str, Any]:
    found = await world.room.read(views.get_terms, application.id, caller=caller or world.se)
    return {one.who: one for one in found.agreements}


def changes(agreement: Any) -> list[tuple[str, Any, Any]]:
    return [(change.name, change.before, change.after) for change in agreement.changes]


async def test_another_job_description_makes_both_approvals_lapse(world: World) -> None:
    application = await world.approve(await at(world, Status.in_progress), world.se)
    assert application.sending_approved
    assert await edit(world, application, weekly_hours=40, title="Energy intern") == 1
    now = await world.room.read(views.get_application, application.id)
    assert (now.status, now.sending_approved, now.hosting_approved) == ("in_progress", False, False)
    assert now.terms != application.terms
    (told,) = await world.room.said(facts.TermsChanged)
    assert (told.former, told.terms, told.lapsed) == (application.terms, now.terms, ["sending"])
    assert "Energy" not in told.model_dump_json()


async def test_a_stale_approval_is_refused_and_a_new_one_counts(world: World) -> None:
    application = await world.approve(await at(world, Status.in_progress), world.se)
    await edit(world, application, pay="10,000 SEK a month")
    with pytest.raises(Conflict) as refusal:
        await world.approve(application, world.he)
    now = await world.room.read(views.get_application, application.id)
    assert (refusal.value.code, refusal.value.extra) == ("stale-terms", {"terms": now.terms})
    await world.approve(now, world.he)
    assert (await world.approve(now, world.se)).status == "approved"


async def test_each_side_sees_what_changed_since_it_agreed(world: World) -> None:
    application = await world.approve(await at(world, Status.in_progress), world.se)
    await edit(world, application, weekly_hours=40)
    middle = await world.room.read(views.get_application, application.id)
    await world.approve(middle, world.he)
    await edit(world, application, title="Energy intern")
    now = await terms(world, application)
    hours, title = ("weekly_hours", 38, 40), ("title", "Data intern", "Energy intern")
    assert changes(now["participant"]) == [hours, title]
    assert changes(now["sending"]) == [hours, title]
    assert changes(now["hosting"]) == [title]
    assert [one.stands for one in now.values()] == [False, False, False]
    assert [one.who for one in now.values() if one.mine] == ["sending"]
    assert [who for who, one in (await terms(world, application, world.ep)).items() if one.mine] == ["participant"]


async def test_other_dates_of_the_slot_are_other_terms(world: World) -> None:
    application = await at(world, Status.in_progress)
    assert await move_slot(world, application) == 1
    now = await world.room.read(views.get_application, application.id)
    assert (now.start_on, now.end_on) == (START + WEEKS, END + WEEKS)
    assert changes((await terms(world, application))["participant"]) == [
        ("start_on", "2026-03-02", "2026-03-09"),
        ("end_on", "2026-05-24", "2026-05-31"),
    ]


async def test_an_edit_and_an_approval_at_the_same_moment_come_one_after_the_other(world: World) -> None:
    """Either it was approved before the edit, on the terms of then, or the approval comes too late."""
    for hours in (40, 41, 42):
        application = await world.approve(await at(world, Status.in_progress), world.se)
        edited, approved = await asyncio.gather(
            edit(world, application, weekly_hours=hours), world.approve(application, world.he), return_exceptions=True
        )
        now = await world.room.read(views.get_application, application.id)
        if isinstance(approved, Exception):
            assert (getattr(approved, "code", approved), edited) == ("stale-terms", 1)
            assert (now.status, now.sending_approved, now.hosting_approved) == ("in_progress", False, False)
            await make(world, "withdraw", now, world.ep)
        else:
            assert (now.status, now.terms, edited) == ("approved", application.terms, 0)
            await make(world, "break_approval", now, world.he)


async def test_what_was_before_does_not_bring_an_approval_back(world: World) -> None:
    application = await world.approve(await at(world, Status.in_progress), world.se)
    await edit(world, application, weekly_hours=40)
    await edit(world, application, weekly_hours=38)
    now = await world.room.read(views.get_application, application.id)
    assert (now.terms, now.sending_approved) == (application.terms, False)
    assert changes((await terms(world, application))["sending"]) == []


async def test_an_edit_that_changes_no_term_says_nothing(world: World) -> None:
    application = await world.approve(await at(world, Status.in_progress), world.se)
    assert await edit(world, application, requirements="A laptop") == 0
    assert await world.room.said(facts.TermsChanged) == []
    assert (await world.room.read(views.get_application, application.id)).sending_approved


@pytest.mark.parametrize("status", [Status.approved, Status.realized, Status.rejected, Status.completed])
async def test_approved_and_ended_ones_keep_the_terms_that_they_have(world: World, status: Status) -> None:
    application = await at(world, status)
    assert await edit(world, application, weekly_hours=40) == 0
    now = await world.room.read(views.get_application, application.id)
    assert now.terms == application.terms


async def test_an_application_returns_on_the_terms_of_today(world: World) -> None:
    application = await at(world, Status.rejected)
    await edit(world, application, weekly_hours=40)
    again = await make(world, "unreject", application, world.he)
    assert again.terms != application.terms
    found = await world.room.read(views.get_terms, application.id, caller=world.ep)
    assert (found.terms, found.stated["weekly_hours"]) == (again.terms, 40)


async def test_the_door_shows_the_terms_and_nobody_elses(world: World) -> None:
    application = await world.apply()
    ep = await world.room.client(world.ep)
    reply = await ep.get(f"/v1/applications/{application.id}/terms")
    assert (reply.status_code, reply.json()["stated"]["title"]) == (200, "Data intern")
    stranger = await world.room.client(world.he.__class__("x", world.he.role, entity=world.sending))
    assert (await stranger.get(f"/v1/applications/{application.id}/terms")).status_code == 404
