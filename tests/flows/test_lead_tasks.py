"""A lead that is handed over is a task of its member in the other room, until somebody has talked with the lead."""

from datetime import date, timedelta
from typing import Any

from services.notifications import views as notifications
from services.notifications.views.tasks import TaskFilter
from services.scoring import commands, handlers
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from shared.testing.flows import Flow, Flows

SENDING = builders.SENDING


async def handed_over(flow: Flow) -> dict[str, Any]:
    """Somebody in a member's hands: the ids."""
    person, member = new_id(), new_id()
    await flow.say(builders.entity(SENDING, zone="Europe/Bucharest"), builders.person(person))
    ids = {"member_id": member, "entity_id": SENDING, "person_id": None, "role": "ep_manager"}
    await flow.say(parties.MemberActivated(**ids, from_on=date(2026, 1, 1), to_on=None))
    manager = callers.sending_manager(SENDING)
    given = await flow["scoring"].do(handlers.assign_lead, commands.AssignLead(person, member), manager)
    await flow.settle()
    await flow.due()
    return {"person": person, "member": member, "hand_over": given.id, "manager": manager}


async def task(flow: Flow, person: Any) -> Any:
    page = await flow["notifications"].read(notifications.list_tasks, TaskFilter(code="call-lead"), Paging())
    (found,) = [one for one in page.items if one.person_id == person]
    return found


async def test_a_hand_over_is_a_task_of_its_member_and_the_talk_ends_it(flows: Flows) -> None:
    flow = await flows("scoring", "notifications")
    ids = await handed_over(flow)
    found = await task(flow, ids["person"])
    assert (found.state, found.title, found.member_id, found.entity_id) == (
        "open", "Call this lead", ids["member"], SENDING,
    )  # fmt: skip
    flow.clock.advance(timedelta(hours=1))
    talk = commands.Talk(channel="phone", kind="call", at=flow.clock.now())
    await flow["scoring"].do(handlers.record_talk, commands.RecordTalk(ids["person"], talk), ids["manager"])
    await flow.settle()
    done = await task(flow, ids["person"])
    assert (done.state, done.how) == ("done", "lead-contacted")


async def test_a_task_falls_away_with_a_lead_that_went_back(flows: Flows) -> None:
    flow = await flows("scoring", "notifications")
    ids = await handed_over(flow)
    await flow["scoring"].do(handlers.refuse_lead, commands.RefuseLead(ids["hand_over"], "no_time"), ids["manager"])
    await flow.settle()
    assert (await task(flow, ids["person"])).state == "cancelled"


async def test_whoever_is_erased_is_nobodys_task(flows: Flows) -> None:
    flow = await flows("scoring", "notifications")
    ids = await handed_over(flow)
    room = flow["scoring"]
    await room.hear_erased(facts.PersonDetails, ids["person"])
    await flow.settle()
    assert (await task(flow, ids["person"])).state == "cancelled"
