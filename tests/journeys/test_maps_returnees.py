"""Returnees are invited once, some held back by lot; they answer by link or signed in; conversions are counted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from services.journeys import commands, handlers, views
from services.journeys.policy.returnees import Arm, Blocked, Choice, arm_of, difference
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.contracts.returnees import ReturneeAnswered, ReturneeInvited
from shared.errors import Invalid, NotFound
from shared.ids import derived_id, new_id
from shared.links import returnee_token
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.journeys.world import CLUJ, UPPSALA, WORLD, World

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


async def returnee(world: World, *, entity: UUID = CLUJ, named: bool = True) -> dict[str, Any]:
    """Somebody whose exchange ended on 1 June."""
    stay = builders.experience(person_id=new_id(), sending_entity_id=entity, hosting_entity_id=UPPSALA)
    about = {name: stay[name] for name in facts.ApplicationFact.model_fields}
    await world.at(2026, 1, 5, builders.person(stay["person_id"], sending_entity_id=entity, language="sv"))
    if named:
        await world.at(2026, 1, 5, builders.person_details(stay["person_id"]))
    await world.at(2026, 6, 1, facts.ExperienceCompleted(**stay))
    world.room.clock.set(NOW)
    return about


async def invite(world: World, caller: Any = None, **more: Any) -> Any:
    command = commands.InviteReturnees(entity_id=CLUJ, **more)
    return await world.room.do(handlers.invite_returnees, command, caller or world.se)


def joins(about: dict[str, Any], entity: UUID = CLUJ) -> parties.MemberApplied:
    return parties.MemberApplied(member_id=new_id(), entity_id=entity, person_id=about["person_id"], role="member")


async def test_returnees_of_the_period_are_invited_once(world: World) -> None:
    about = await returnee(world)
    await returnee(world, entity=UPPSALA)
    nothing = await invite(world, until=date(2026, 5, 31))
    assert (nothing.invited, nothing.left_out) == (0, {})
    first = await invite(world, since=date(2026, 6, 1), until=date(2026, 6, 1))
    assert (first.invited, first.held, first.left_out, first.remaining) == (1, 0, {}, 0)
    again = await invite(world)
    assert (again.invited, again.left_out) == (0, {Blocked.asked: 1})
    (said,) = await world.room.said(ReturneeInvited)
    assert (said.person_id, said.offers, said.ends_on) == (
        about["person_id"],
        ["alumni", "membership"],
        date(2026, 8, 30),
    )


async def test_members_who_refused_and_forgotten_people_are_left_in_peace(world: World) -> None:
    member, gone = await returnee(world), await returnee(world)
    await world.room.hear(joins(member))
    await world.room.hear_erased(facts.PersonDetails, gone["person_id"])
    found = await invite(world)
    assert (found.invited, found.left_out) == (0, {Blocked.member: 1, Blocked.forgotten: 1})
    listed = await world.room.read(views.list_returnees, CLUJ, None, None, Paging(), caller=world.se)
    assert {one.blocked for one in listed.items} == {Blocked.member, Blocked.forgotten}


async def test_inviting_is_for_the_own_committee_and_those_below(world: World) -> None:
    await returnee(world)
    for caller in (callers.sending_manager(UPPSALA), callers.national_manager(new_id())):
        with pytest.raises(NotFound):
            await invite(world, caller)
    assert (await invite(world, callers.national_manager(WORLD))).invited == 1
    client = await world.room.client(world.he)
    assert (await client.get("/v1/returnees")).status_code == 403
    with pytest.raises(Invalid) as refusal:
        await invite(world, people=[new_id()], held_share=0.2)
    assert [error.pointer for error in refusal.value.errors] == ["#/held_share"]


async def test_who_is_held_back_hears_nothing_and_the_draw_is_the_same_for_ever(world: World) -> None:
    abouts = [await returnee(world) for _ in range(12)]
    arms = {about["application_id"]: arm_of(about["application_id"], 0.5) for about in abouts}
    found = await invite(world, held_share=0.5)
    held = [id_ for id_, arm in arms.items() if arm is Arm.held]
    assert (found.invited, found.held) == (12 - len(held), len(held))
    said = {one.application_id for one in await world.room.said(ReturneeInvited)}
    assert said == arms.keys() - set(held)
    for id_ in held:
        with pytest.raises(NotFound):
            await world.room.do(handlers.answer_by_link, _by_link(id_), callers.participant())


def _by_link(application_id: UUID, choice: Choice = Choice.alumni) -> commands.AnswerByLink:
    return commands.AnswerByLink(returnee_token(derived_id("returnee", application_id)), choice)


async def test_a_link_opens_the_page_in_the_own_language_and_a_button_answers_once(world: World) -> None:
    about = await returnee(world)
    await invite(world)
    client: httpx.AsyncClient = await world.room.client(None)
    path = f"/y/{returnee_token(derived_id('returnee', about['application_id']))}"
    shown = await client.get(path)
    assert (shown.status_code, "Vill du stanna hos oss?" in shown.text) == (200, True)
    assert await world.room.said(ReturneeAnswered) == []
    for _ in range(2):
        sent = await client.post(path, data={"choice": "membership"})
        assert sent.status_code == 303
    assert "ringer dig" in (await client.get(path)).text
    assert (await client.post(path, data={"choice": "everything"})).status_code == 400
    assert (await client.get("/y/" + "A" * 72)).status_code == 404
    (said,) = await world.room.said(ReturneeAnswered)
    assert (said.choice, said.person_id) == ("membership", about["person_id"])


async def test_what_was_not_offered_or_has_ended_is_no_answer(world: World) -> None:
    about = await returnee(world)
    await invite(world, offers=["alumni"])
    with pytest.raises(Invalid):
        await world.room.do(handlers.answer_by_link, _by_link(about["application_id"], Choice.membership))
    world.room.clock.set(NOW + timedelta(days=90))
    client = await world.room.client(None)
    path = f"/y/{_by_link(about['application_id']).token}"
    assert (await client.post(path, data={"choice": "alumni"})).status_code == 303
    assert "slut" in (await client.get(path)).text
    assert await world.room.said(ReturneeAnswered) == []


async def test_the_returnee_answers_signed_in_and_nobody_else_does(world: World) -> None:
    about = await returnee(world)
    await invite(world)
    own = await world.room.client(callers.participant(about["person_id"]))
    (one,) = (await own.get("/v1/returnee-invitations")).json()["items"]
    path = f"/v1/returnee-invitations/{one['id']}/answer"
    other = await world.room.client(callers.participant())
    headers = {"If-Match": f'"{one["version"]}"'}
    assert (await other.post(path, json={"choice": "no"}, headers=headers)).status_code == 404
    assert (await own.post(path, json={"choice": "no"})).status_code == 428
    answered = await own.post(path, json={"choice": "no"}, headers=headers)
    assert (answered.status_code, answered.json()["choice"]) == (200, "no")
    again = await returnee_again(world, about)
    found = await invite(world)
    assert (found.invited, found.left_out) == (0, {Blocked.asked: 1, Blocked.refused: 1}), again


async def returnee_again(world: World, about: dict[str, Any]) -> dict[str, Any]:
    """The same person comes home from another exchange."""
    ids = {name: about[name] for name in ("person_id", "sending_entity_id", "hosting_entity_id")}
    stay = builders.experience(**ids)
    await world.at(2026, 12, 1, facts.ExperienceCompleted(**stay))
    world.room.clock.set(datetime(2027, 3, 1, tzinfo=UTC))
    return stay


async def test_conversions_count_whose_window_is_over_in_the_group_they_were_in(world: World) -> None:
    abouts = [await returnee(world) for _ in range(6)]
    await invite(world, people=[one["person_id"] for one in abouts[:4]])
    client = await world.room.client(None)
    await client.post(f"/y/{_by_link(abouts[0]['application_id']).token}", data={"choice": "alumni"})
    await world.at(2026, 7, 10, joins(abouts[0]), joins(abouts[4]))
    await world.at(2026, 12, 1, joins(abouts[1]))
    world.room.clock.set(NOW + timedelta(days=200))
    (cell,) = await conversions(world)
    assert (cell["invited"]["applied"]["count"], cell["invited"]["applied"]["n"]) == (1, 4)
    assert cell["invited"]["alumni"]["count"] == 1
    assert (cell["uninvited"]["applied"]["count"], cell["uninvited"]["applied"]["n"]) == (1, 2)
    assert (cell["invited"]["applied"]["share"], cell["effect"]) == (None, None)
    world.room.clock.set(NOW + timedelta(days=20))
    (cell,) = await conversions(world)
    assert (cell["invited"]["open"], cell["invited"]["applied"]["n"]) == (4, 0)
    (place,) = await conversions(world, by="entity")
    (month, invited) = await conversions(world, by="month")
    assert (place["label"], month["key"], invited["key"]) == ("Cluj", "2026-06", "2026-07")


async def conversions(world: World, **asked: Any) -> list[dict[str, Any]]:
    reply = await (await world.room.client(world.se)).get("/v1/returnee-conversions", params={"days": 90, **asked})
    assert reply.status_code == 200
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


def test_the_difference_is_newcombes_as_statsmodels_has_it() -> None:
    for part, n, other, other_n in ((18, 60, 6, 50), (0, 40, 3, 41), (40, 40, 35, 40)):
        found = difference(part, n, other, other_n, 1.959964)
        assert found is not None
        bounds = confint_proportions_2indep(part, n, other, other_n, method="newcomb", compare="diff")
        assert np.allclose([found.low, found.high], bounds, atol=1e-6)
    assert difference(0, 0, 1, 2, 1.96) is None
