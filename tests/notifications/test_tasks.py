"""Human tasks: opened by the plan, closed by facts or a tick, reminded of and escalated; each side sees its own."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.notifications import plan
from shared.contracts import applications as facts
from shared.contracts import parties, tasks
from shared.contracts.fields import Product, Side
from shared.ids import new_id
from shared.testing import builders, callers
from tests.notifications.world import World

PLAN = """
plan: tasks
version: 1
touchpoints:
  - code: se-interview
    title: Interview the EP
    kind: task
    audience: ep_manager
    trigger: {event: application-submitted}
    task: {days: 7, remind: [-2, 1], escalate: [3, 10], closed_by: ["requirement:se_interview"]}
    late: {policy: send_now}
    weight: mandatory
  - code: first-day-company
    title: Take the EP to the first day of work
    kind: task
    audience: opportunity_manager
    trigger: {anchor: start, days: -7, at: "09:00"}
    task: {days: 7, remind: [-1], escalate: [1]}
    late: {policy: send_now}
    weight: mandatory
  - code: task-reminder
    title: Reminder of a task
    audience: team
    trigger: {event: task-reminded}
    letter: task-reminder
    needs: [task, hosting_entity]
    late: {policy: skip, after_hours: 48}
    weight: nudge
  - code: task-escalation
    title: A task that nobody has done
    audience: team
    trigger: {event: task-escalated}
    letter: task-escalation
    needs: [task, hosting_entity]
    late: {policy: send_now}
    weight: mandatory
"""
NATIONAL = new_id()


@pytest.fixture
async def tasked(world: World) -> AsyncIterator[World]:
    """A world whose plan has tasks; both committees stand below a national one."""
    with plan.using(plan.parse(PLAN)):
        await world.hear_places()
        for entity in (builders.SENDING, builders.HOSTING):
            path = [builders.WORLD, NATIONAL, entity]
            await world.room.hear(builders.entity(entity, path=path))
        await world.room.hear(builders.entity(NATIONAL, path=[builders.WORLD, NATIONAL], kind="national"))
        await world.room.hear(builders.entity_details(NATIONAL, name="Country", email="country@sojourn.example"))
        yield world


async def submitted(world: World) -> dict[str, Any]:
    await world.step(facts.ApplicationSubmitted, product=Product.talent)
    await world.run()
    return await task(world, "se-interview")


async def task(world: World, code: str) -> dict[str, Any]:
    client = await world.room.client(callers.global_manager())
    found = (await client.get("/v1/tasks", params={"code": code})).json()["items"]
    assert len(found) == 1
    return found[0]


async def requirement(world: World, event: type[facts.RequirementFact], **more: Any) -> None:
    about = {"kind": "se_interview", "owner": "sending", "due_on": date(2026, 2, 9)}
    await world.step(event, **about, **more)


async def member(world: World, entity: Any, role: str, **details: str) -> Any:
    id_ = new_id()
    ids = {"member_id": id_, "entity_id": entity, "person_id": None, "role": role}
    await world.room.hear(parties.MemberActivated(**ids, from_on=date(2026, 1, 1), to_on=None))
    given = {"given_name": "Radu", "family_name": "Ion", "email": f"{role}@sojourn.example"}
    await world.room.hear(parties.MemberDetails(member_id=id_, **given | details))
    return id_


async def test_a_submission_opens_a_task_of_the_sending_committee_with_a_due_day(tasked: World) -> None:
    found = await submitted(tasked)
    assert (found["state"], found["title"], found["side"]) == ("open", "Interview the EP", "sending")
    assert found["entity_id"] == str(builders.SENDING)
    assert found["due_on"] == "2026-02-09"
    assert found["closed_by"] == ["requirement:se_interview"]
    (opened,) = await tasked.room.said(tasks.TaskOpened)
    assert (opened.touchpoint, opened.side, opened.due_on) == ("se-interview", Side.sending, date(2026, 2, 9))


async def test_the_fact_closes_it_and_its_reopening_opens_it_again(tasked: World) -> None:
    await submitted(tasked)
    await requirement(tasked, facts.RequirementFulfilled, done_on=date(2026, 2, 3), late=False)
    done = await task(tasked, "se-interview")
    assert (done["state"], done["how"]) == ("done", "requirement:se_interview")
    assert (await tasked.states())["se-interview"] == "done"
    await requirement(tasked, facts.RequirementReopened)
    again = await task(tasked, "se-interview")
    assert (again["state"], again["how"], again["done_at"]) == ("open", None, None)
    assert len(await tasked.room.said(tasks.TaskOpened)) == 2


async def test_a_fact_that_came_first_counts_and_a_waiver_too(tasked: World) -> None:
    await requirement(tasked, facts.RequirementWaived)
    found = await submitted(tasked)
    assert (found["state"], found["how"]) == ("done", "requirement:se_interview")
    assert await tasked.room.said(tasks.TaskOpened) == []


async def test_a_task_that_a_fact_ends_is_ticked_nowhere_else(tasked: World) -> None:
    found = await submitted(tasked)
    client = await tasked.room.client(callers.sending_manager(builders.SENDING))
    headers = {"If-Match": f'"{found["version"]}"'}
    refused = await client.post(f"/v1/tasks/{found['id']}/done", json={"note": "Met her."}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/recorded-elsewhere")


async def test_a_member_takes_a_task_ticks_it_with_evidence_and_may_undo_that(tasked: World) -> None:
    await tasked.approve()
    await tasked.at(datetime(2026, 2, 23, 9, tzinfo=UTC))
    found = await task(tasked, "first-day-company")
    mine = await member(tasked, builders.HOSTING, "opportunity_manager")
    strange = await member(tasked, builders.SENDING, "ep_manager")
    client = await tasked.room.client(callers.hosting_manager(builders.HOSTING))
    at = f"/v1/tasks/{found['id']}"
    assert (await client.post(f"{at}/taking", json={})).status_code == 428
    headers = {"If-Match": f'"{found["version"]}"'}
    refused = await client.post(f"{at}/taking", json={"member_id": str(strange)}, headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/member_id")
    taken = (await client.post(f"{at}/taking", json={"member_id": str(mine)}, headers=headers)).json()
    assert taken["member_id"] == str(mine)
    stale = await client.post(f"{at}/done", json={"note": "Done"}, headers=headers)
    assert stale.status_code == 412
    headers = {"If-Match": f'"{taken["version"]}"'}
    done = (await client.post(f"{at}/done", json={"note": "Walked her in, met Åsa."}, headers=headers)).json()
    assert (done["state"], done["how"], done["note"]) == ("done", "ticked", "Walked her in, met Åsa.")
    assert (await tasked.states())["first-day-company"] == "done"
    assert [row["id"] for row in (await client.get("/v1/tasks", params={"mine": True})).json()["items"]] == [done["id"]]
    headers = {"If-Match": f'"{done["version"]}"'}
    undone = (await client.post(f"{at}/undo", headers=headers)).json()
    assert (undone["state"], undone["note"]) == ("open", None)
    headers = {"If-Match": f'"{undone["version"]}"'}
    assert (await client.post(f"{at}/undo", headers=headers)).json()["type"] == "/problems/not-ticked"


async def test_nobody_else_sees_a_task(tasked: World) -> None:
    found = await submitted(tasked)
    others = (callers.hosting_manager(builders.HOSTING), callers.sending_manager(new_id()))
    for caller in (*others, callers.participant(tasked.person_id), callers.enabler(tasked.stay["enabler_id"])):
        client = await tasked.room.client(caller)
        assert (await client.get("/v1/tasks")).json()["items"] == []
        assert (await client.get(f"/v1/tasks/{found['id']}")).status_code == 404
    for caller in (callers.sending_manager(builders.SENDING), callers.auditor()):
        client = await tasked.room.client(caller)
        assert (await client.get(f"/v1/tasks/{found['id']}")).status_code == 200


async def test_who_has_it_is_reminded_and_it_goes_up_when_nobody_does_it(tasked: World) -> None:
    await member(tasked, builders.SENDING, "ep_manager")
    await member(tasked, builders.SENDING, "president", given_name="Ana")
    await tasked.hear_people()
    await submitted(tasked)
    await tasked.at(datetime(2026, 2, 7, 12, tzinfo=UTC))
    assert [letter.message["To"].addresses[0].addr_spec for letter in tasked.inbox()] == ["ep_manager@sojourn.example"]
    await tasked.at(datetime(2026, 2, 10, 12, tzinfo=UTC))
    found = await task(tasked, "se-interview")
    assert found["overdue"] is True
    assert len(await tasked.room.said(tasks.TaskOverdue)) == 1
    await tasked.at(datetime(2026, 2, 12, 12, tzinfo=UTC))
    assert _to(tasked) == "president@sojourn.example"
    await tasked.at(datetime(2026, 2, 19, 12, tzinfo=UTC))
    assert _to(tasked) == "country@sojourn.example"
    raised = await tasked.room.said(tasks.TaskEscalated)
    assert [(one.level, one.to_entity_id) for one in raised] == [(1, builders.SENDING), (2, NATIONAL)]


async def test_a_task_that_is_done_says_nothing_more(tasked: World) -> None:
    await submitted(tasked)
    await requirement(tasked, facts.RequirementFulfilled, done_on=date(2026, 2, 3), late=False)
    await tasked.at(datetime(2026, 3, 30, 12, tzinfo=UTC))
    assert tasked.inbox() == []
    assert await tasked.room.said(tasks.TaskOverdue) == []


async def test_an_exit_cancels_an_open_task_with_the_reason(tasked: World) -> None:
    await submitted(tasked)
    await tasked.step(facts.ApplicationWithdrawn, reason="own_wish")
    found = await task(tasked, "se-interview")
    assert (found["state"], found["reason"]) == ("cancelled", "application_withdrawn")


async def test_a_start_that_moves_takes_the_open_task_with_it(tasked: World) -> None:
    await tasked.approve()
    await tasked.at(datetime(2026, 2, 23, 9, tzinfo=UTC))
    assert (await task(tasked, "first-day-company"))["due_on"] == "2026-03-02"
    await tasked.move(start_on=date(2026, 3, 30), end_on=date(2026, 6, 21))
    assert (await task(tasked, "first-day-company"))["state"] == "cancelled"
    await tasked.at(datetime(2026, 3, 23, 9, tzinfo=UTC))
    found = await task(tasked, "first-day-company")
    assert (found["state"], found["due_on"]) == ("open", "2026-03-30")


async def test_a_committee_without_anybody_says_so_and_the_reminder_waits(world: World) -> None:
    with plan.using(plan.parse(PLAN)):
        await world.step(facts.ApplicationSubmitted, product=Product.talent)
        await world.run()
        assert (await task(world, "se-interview"))["nobody_named"] is True
        await world.at(datetime(2026, 2, 7, 12, tzinfo=UTC))
        assert world.inbox() == []
        async with world.room.runtime.database.engine.connect() as connection:
            rows = await connection.exec_driver_sql("SELECT state, reason FROM touchpoint WHERE code = 'task-reminder'")
            assert [tuple(row) for row in rows] == [("due", "nobody_named")]


async def test_what_was_written_is_forgotten_with_the_person(tasked: World) -> None:
    await tasked.hear_people()
    await tasked.approve()
    await tasked.at(datetime(2026, 2, 23, 9, tzinfo=UTC))
    found = await task(tasked, "first-day-company")
    client = await tasked.room.client(callers.hosting_manager(builders.HOSTING))
    headers = {"If-Match": f'"{found["version"]}"'}
    await client.post(f"/v1/tasks/{found['id']}/done", json={"note": "Ioana was ill."}, headers=headers)
    await tasked.room.hear_erased(facts.PersonDetails, tasked.person_id)
    assert (await task(tasked, "first-day-company"))["note"] is None


def _to(world: World) -> str:
    """Where the last e-mail went."""
    return str(world.inbox()[-1].message["To"].addresses[0].addr_spec)
