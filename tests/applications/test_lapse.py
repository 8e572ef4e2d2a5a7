"""An edited opportunity renews the terms of those who wait for it."""

from datetime import timedelta

from services.applications import commands, handlers, views
from shared.contracts import applications as facts
from tests.applications.world import END, START, World


async def test_an_edit_of_pay_or_dates_lets_approvals_lapse_and_one_of_the_field_does_not(world: World) -> None:
    room, opportunity = world.room, await world.opportunity()
    application = await world.apply(opportunity)
    await world.accept(application)
    await world.signed(application)
    await world.approve(application, world.se)

    async def edit(changes: dict[str, object]) -> None:
        await room.do(handlers.change_opportunity, commands.ChangeOpportunity(opportunity.id, changes), world.he)

    await edit({"field": "energy", "requirements": "SQL"})
    assert (await room.read(views.get_application, application.id)).sending_approved is True
    await edit({"pay": "10,000 SEK a month"})
    after = await room.read(views.get_application, application.id)
    assert (after.sending_approved, after.terms == application.terms) == (False, False)
    week = timedelta(days=7)
    moved = {"start_on": START + week, "end_on": END + week}
    command = commands.ChangeSlot(opportunity.id, opportunity.slots[0].id, moved)
    await room.do(handlers.change_slot, command, world.he)
    last = await room.read(views.get_application, application.id)
    assert (last.start_on, last.end_on) == (START + week, END + week)
    assert [fact.lapsed for fact in await room.said(facts.TermsChanged)] == [["sending"], []]
