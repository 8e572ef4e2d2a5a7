"""A returnee's way over three rooms: invited by letter, says yes, is talked with, applies, and is counted."""

from datetime import timedelta
from typing import Any

import pytest

from services.applications import commands, handlers
from services.journeys import commands as asking
from services.journeys import handlers as journeys
from services.journeys import views
from services.journeys.policy.returnees import Choice
from services.notifications import views as notifications
from services.notifications.views.tasks import TaskFilter, list_tasks
from shared.contracts.returnees import ReturneeAnswered, ReturneeInvited
from shared.ids import derived_id
from shared.links import returnee_token
from shared.storage.paging import Paging
from shared.testing import callers
from shared.testing.flows import Flows
from tests.applications.world import build
from tests.flows.test_pairs import completed, timeline


@pytest.mark.timeout(300)
async def test_a_returnee_is_invited_says_yes_is_called_and_becomes_a_member(flows: Flows) -> None:
    flow = await flows("applications", "notifications", "journeys")
    world = await build(flow["applications"])
    application: Any = await completed(world)
    await flow.settle()
    manager = callers.sending_manager(world.sending)
    command = asking.InviteReturnees(entity_id=world.sending)
    invited = await flow["journeys"].do(journeys.invite_returnees, command, manager)
    assert (invited.invited, invited.left_out) == (1, {})
    for _ in range(12):  # other letters of those days may go first: the contact budget lets a few a week go out
        flow.clock.advance(timedelta(days=1))
        await flow.due()
    invitation = derived_id("returnee", application.id)
    touchpoints = await flow["notifications"].read(
        notifications.list_touchpoints, None, world.ep.party, None, None, Paging(limit=200)
    )
    letter = next(one for one in touchpoints.items if one.code == "returnee-invitation")
    assert letter.state in ("due", "sent")

    yes = asking.AnswerByLink(returnee_token(invitation), Choice.membership)
    await flow["journeys"].do(journeys.answer_by_link, yes, callers.participant())
    await flow.settle()
    await flow.due()
    assert await talks(flow) == ["open"]

    apply = commands.ApplyAsMember(entity_id=world.sending, role="ep_manager")
    await flow["applications"].do(handlers.apply_as_member, apply, world.ep)
    await flow.settle()
    assert await talks(flow) == ["done"]
    flow.clock.advance(timedelta(days=100))
    counted = await flow["journeys"].read(views.get_returnee_conversions, None, None, None, 90, None, caller=manager)
    (cell,) = counted.items
    assert (cell.invited.applied.count, cell.invited.applied.n, cell.uninvited.applied.n) == (1, 1, 0)
    told = await timeline(flow, world.ep.party)
    assert told.index(ReturneeInvited.TYPE) < told.index(ReturneeAnswered.TYPE)
    assert told[-1] != ReturneeInvited.TYPE


async def talks(flow: Any) -> list[str]:
    """How far the talk with the returnee is."""
    page = await flow["notifications"].read(list_tasks, TaskFilter(code="talk-with-returnee"), Paging(limit=200))
    return [str(one.state) for one in page.items]
