"""Actions that scoring suggests: a message or a task by the plan, at its time; what became of it is said to scoring."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notifications import plan
from services.notifications.plan import PlanError
from services.scoring import actions
from shared.contracts import applications as facts
from shared.contracts import tasks
from shared.contracts.notifications import SuggestionHandled, TouchpointScheduled, TouchpointSent
from shared.contracts.suggestions import ActionSettled, ActionSuggested, SuggestionFact
from shared.ids import new_id
from shared.testing import builders, callers
from tests.notifications.world import World


@pytest.fixture
async def asked(world: World) -> AsyncIterator[World]:
    """A world with the shipped plan."""
    with plan.using(plan.shipped()):
        await world.hear_people()
        await world.hear_places()
        yield world


def suggested(world: World, code: str, **values: Any) -> ActionSuggested:
    """As scoring says it, tomorrow at ten in Bucharest."""
    action = actions.current().get(code)
    assert action is not None
    now = world.room.clock.now()
    at = (now + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    ep = action.side.value == "ep"
    whom = {"person_id": world.person_id if ep else None, "enabler_id": None if ep else world.stay["enabler_id"]}
    sides = {
        "sending_entity_id": builders.SENDING if ep else None,
        "hosting_entity_id": None if ep else builders.HOSTING,
    }
    given: dict[str, Any] = {
        "suggestion_id": new_id(), "action": code, "application_id": None, "catalogue": 1, "zone": "Europe/Bucharest",
        "touchpoint": action.touchpoint, "automatic": action.doer.value == "automatic", "channel": action.channel,
        "budget": action.budget, "at": at, "due_on": at.date(), "expires_at": at + timedelta(days=5),
        "reasons": ["place"], "aim": action.aim, "effect": None, "effect_low": None, "effect_high": None,
    }  # fmt: skip
    return ActionSuggested(**{**given, **whom, **sides, **values})


def settled(told: ActionSuggested, state: str, reason: str | None = None) -> ActionSettled:
    ids = {name: getattr(told, name) for name in SuggestionFact.model_fields}
    return ActionSettled(**ids, state=state, reason=reason)


async def handled(world: World) -> list[tuple[UUID, str, str | None]]:
    return [(one.suggestion_id, one.outcome, one.reason) for one in await world.room.said(SuggestionHandled)]


def test_every_action_of_the_catalogue_is_an_entry_of_the_plan_of_its_kind_class_and_audience() -> None:
    entries = {entry.code: entry for entry in plan.shipped().touchpoints if entry.code.startswith("suggested-")}
    assert {one.touchpoint for one in actions.current().actions} == set(entries)
    for one in actions.current().actions:
        entry = entries[one.touchpoint]
        automatic = one.doer.value == "automatic"
        assert (entry.kind.value == "message") is automatic, one.code
        if automatic:
            assert (entry.budget.value, entry.audience.value) == (one.budget.value, one.side.value)
        else:
            owner = {"ep": "ep_manager", "enabler": "opportunity_manager"}[one.side.value]
            assert (entry.audience.value, entry.task.days if entry.task else None) == (owner, one.expires_days), (
                one.code
            )


def test_an_entry_that_suggestions_start_is_known_by_its_code() -> None:
    text = plan.DEFAULT.read_text("utf-8")
    with pytest.raises(PlanError, match="begins with suggested-"):
        plan.parse(text.replace("code: suggested-call\n", "code: call-soon\n"))


async def test_a_message_goes_out_at_the_suggested_hour_and_scoring_hears_of_it(asked: World) -> None:
    told = suggested(asked, "offer-others")
    await asked.room.hear(told)
    await asked.room.hear(told)
    await asked.run()
    assert asked.inbox() == []
    (planned,) = [one for one in await asked.room.said(TouchpointScheduled) if one.touchpoint == "suggested-others"]
    assert (planned.due_at, planned.budget) == (told.at, "promotion")
    await asked.at(told.at)
    (letter,) = [one for one in asked.inbox() if "oportunități" in one.summary.subject]
    assert "Cluj Committee" in (letter.text or "")
    assert await handled(asked) == [(told.suggestion_id, "sent", None)]
    (sent,) = [one for one in await asked.room.said(TouchpointSent) if one.touchpoint == "suggested-others"]
    assert (sent.budget, sent.person_id) == ("promotion", asked.person_id)


async def test_a_call_becomes_a_task_with_an_owner_and_a_day(asked: World) -> None:
    told = suggested(asked, "call-viewer")
    await asked.room.hear(told)
    await asked.at(told.at)
    (opened,) = [one for one in await asked.room.said(tasks.TaskOpened) if one.touchpoint == "suggested-call"]
    assert (opened.entity_id, opened.person_id) == (builders.SENDING, asked.person_id)
    assert opened.due_on == told.at.date() + timedelta(days=5)
    client = await asked.room.client(callers.sending_manager(builders.SENDING))
    listed = (await client.get("/v1/tasks")).json()["items"]
    (mine,) = [one for one in listed if one["id"] == str(opened.task_id)]
    done = await client.post(
        f"/v1/tasks/{mine['id']}/done", json={"note": "Wants Sweden."}, headers={"If-Match": f'"{mine["version"]}"'}
    )
    assert done.status_code == 200
    assert await handled(asked) == [(told.suggestion_id, "done", "ticked")]


async def test_a_company_is_called_by_the_hosting_committee(asked: World) -> None:
    told = suggested(asked, "ask-for-next")
    await asked.room.hear(told)
    await asked.at(told.at)
    (opened,) = [one for one in await asked.room.said(tasks.TaskOpened) if one.touchpoint == "suggested-raise"]
    assert (opened.entity_id, opened.enabler_id, opened.person_id) == (
        builders.HOSTING, asked.stay["enabler_id"], None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "reason"), [("declined", "no_time"), ("overtaken", "aim_reached"), ("expired", None)]
)
async def test_what_is_settled_elsewhere_is_taken_back(asked: World, state: str, reason: str | None) -> None:
    early, late = suggested(asked, "offer-others"), suggested(asked, "call-viewer")
    await asked.room.hear(early)
    await asked.room.hear(settled(early, state, reason))
    await asked.room.hear(late)
    await asked.at(late.at)
    await asked.room.hear(settled(late, state, reason))
    await asked.run()
    assert asked.inbox() == []
    assert await handled(asked) == [(one.suggestion_id, "skipped", f"suggestion_{state}") for one in (early, late)]
    client = await asked.room.client(callers.sending_manager(builders.SENDING))
    listed = (await client.get("/v1/tasks", params={"state": "open"})).json()["items"]
    assert [one for one in listed if one["code"] == "suggested-call"] == []


async def test_a_suggestion_that_somebody_says_is_done_ends_the_task(asked: World) -> None:
    told = suggested(asked, "call-viewer")
    await asked.room.hear(told)
    await asked.at(told.at)
    await asked.room.hear(settled(told, "done"))
    (done,) = [one for one in await asked.room.said(tasks.TaskDone) if one.touchpoint == "suggested-call"]
    assert (done.how, done.late) == ("suggestion_done", False)


async def test_what_the_plan_does_not_have_and_who_is_erased_is_skipped_with_the_reason(asked: World) -> None:
    unknown = suggested(asked, "call-viewer", touchpoint="suggested-dance")
    await asked.room.hear(unknown)
    await asked.room.hear_erased(facts.PersonDetails, asked.person_id)
    late = suggested(asked, "offer-others")
    await asked.room.hear(late)
    await asked.at(late.at)
    assert asked.inbox() == []
    assert await handled(asked) == [
        (unknown.suggestion_id, "skipped", "not_in_plan"), (late.suggestion_id, "skipped", "person_erased"),
    ]  # fmt: skip


async def test_a_suggestion_about_an_application_leaves_its_calendar_alone(asked: World) -> None:
    await asked.approve()
    before = await asked.states()
    told = suggested(asked, "go-again", application_id=asked.application_id)
    await asked.room.hear(told)
    assert await asked.states() == before
