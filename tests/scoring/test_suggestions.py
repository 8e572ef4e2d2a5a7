"""Suggestions in the room: made by night and on events, drawn, taken, declined, carried out, measured, forgotten."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.scoring import actions, commands, handlers, views
from services.scoring.actions import Catalogue
from services.scoring.handlers.outcomes import count_outcomes
from services.scoring.handlers.suggesting import suggest
from services.scoring.policy.interactions import Kind
from services.scoring.policy.suggesting import draw_of
from services.scoring.schemas.actions import NextActionOut
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import notifications as told
from shared.contracts.fields import Product
from shared.contracts.suggestions import ActionSettled, ActionSuggested
from shared.contracts.surveys import Party
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.storage.tx import Uow
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.scoring.world import ELSEWHERE, HOSTING, NATIONAL, SENDING, World

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def nobody_held(world: World) -> AsyncIterator[None]:
    """Everybody gets everything, unless a test says otherwise."""
    with actions.using(shared_out(1.0)):
        yield


def shared_out(share: float) -> Catalogue:
    shipped = actions.current()
    return shipped.model_copy(
        update={"actions": tuple(one.model_copy(update={"share": share}) for one in shipped.actions)}
    )


async def looks(world: World) -> None:
    """Somebody signed up and looks at two opportunities."""
    other = new_id()
    await world.room.hear(builders.opportunity(other))
    await world.identify()
    await world.browse(Kind.opportunity_view)
    await world.send(world.visit(Kind.opportunity_view, opportunity_id=other))


async def a_night_later(world: World) -> None:
    world.room.clock.advance(DAY)
    await world.room.due()


async def soon(world: World) -> None:
    """Within minutes of what was heard."""
    world.room.clock.advance(timedelta(minutes=5))
    await world.room.due()


async def following(world: World, caller: Caller | None = None, person_id: UUID | None = None) -> NextActionOut:
    found: NextActionOut = await world.room.read(
        views.next_of_person, person_id or world.person_id, caller=caller or world.se
    )
    return found


async def rows(room: Room, what: str, **values: Any) -> list[Any]:
    async with room.runtime.database.engine.connect() as connection:
        return list((await connection.execute(text(what), values)).all())


# --- by night, and when something happens


async def test_a_night_finds_who_looked_and_did_not_apply_and_says_so_once(world: World) -> None:
    await looks(world)
    assert (await following(world)).items == []
    await a_night_later(world)
    (one,) = (await following(world)).items
    assert (one.action, one.state, one.basis, one.expected) == ("call-viewer", "open", "rules", None)
    assert (one.evidence, one.touchpoint) == ("no evidence yet: ordered by rules", "suggested-call")
    assert [reason.text for reason in one.reasons] == [
        "has not applied", "looked at 2 opportunities in the last 14 days",
    ]  # fmt: skip
    local = one.local_at
    assert (local.isoformat(), one.zone) == ("2026-02-03T11:00:00", "Europe/Bucharest")
    await a_night_later(world)
    (said,) = await world.room.said(ActionSuggested)
    assert (said.person_id, said.touchpoint, said.automatic, said.effect) == (
        world.person_id, "suggested-call", False, None,
    )  # fmt: skip
    assert (said.sending_entity_id, said.hosting_entity_id, said.reasons) == (SENDING, None, ["place", "opportunities"])


async def test_an_acceptance_is_followed_within_minutes_and_what_it_makes_pointless_falls_away(world: World) -> None:
    await looks(world)
    await a_night_later(world)
    world.room.clock.advance(timedelta(hours=1))
    await world.apply()
    await world.room.due()
    assert len((await following(world)).items) == 1
    await soon(world)
    assert (await following(world)).items == []
    (settled,) = await world.room.said(ActionSettled)
    assert (settled.action, settled.state, settled.reason) == ("call-viewer", "overtaken", "aim_reached")
    await world.accept()
    await soon(world)
    world.room.clock.advance(5 * DAY)
    await world.room.due()
    (one,) = (await following(world)).items
    assert (one.action, one.application_id) == ("remind-to-sign", world.stay["application_id"])
    await world.room.hear(facts.ApplicationDeclined(**world.ids, reason="own_wish"))
    await soon(world)
    assert (await following(world)).items == []
    assert [(one.state, one.reason) for one in await world.room.said(ActionSettled)][1:] == [
        ("skipped", "no_longer_applies")
    ]


async def test_what_nobody_does_expires(world: World) -> None:
    await looks(world)
    await a_night_later(world)
    world.room.clock.advance(9 * DAY)
    await world.room.due()
    assert [one.state for one in await world.room.said(ActionSettled)] == ["expired"]


async def test_a_night_goes_through_everybody_in_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.scoring.handlers.nights.PORTION", 3)
    people = [new_id() for _ in range(7)]
    for person in people:
        await world.room.hear(builders.person(person))
    world.room.clock.advance(31 * DAY)
    await world.room.due()
    found = await rows(world.room, "SELECT DISTINCT party_id FROM suggestion WHERE action = 'win-back'")
    assert {row[0] for row in found} == {*people, world.person_id}


# --- drawn


async def test_who_is_held_back_is_written_down_and_nowhere_seen(world: World) -> None:
    with actions.using(shared_out(1e-9)):
        await looks(world)
        await a_night_later(world)
    assert (await following(world)).items == []
    assert await world.room.said(ActionSuggested) == []
    (line,) = await rows(world.room, "SELECT action, arm, state, draw, share, first FROM suggestion")
    assert line[:3] == ("call-viewer", "hold", "held")
    assert line.draw == draw_of("call-viewer", 1, world.person_id)
    assert (line.share, line.first) == (1e-9, True)
    (id_,) = (await rows(world.room, "SELECT id FROM suggestion"))[0]
    client = await world.room.client(callers.global_manager())
    assert (await client.get(f"/v1/suggestions/{id_}")).status_code == 404
    assert (await client.get("/v1/suggestions", params={"state": "held"})).json()["items"] == []
    assert (await client.get("/v1/actions/call-viewer/outcomes")).json()["items"] == []
    world.room.clock.advance(22 * DAY)
    (shown,) = (await client.get("/v1/actions/call-viewer/outcomes")).json()["items"]
    assert (shown["arm"], shown["reached_at"]) == ("hold", None)
    assert "party_id" not in shown


async def test_the_arm_follows_from_the_hash_and_the_share_that_was_written_down_before(world: World) -> None:
    with actions.using(shared_out(0.5)):
        for _ in range(16):
            await world.room.hear(builders.person(new_id()))
        world.room.clock.advance(31 * DAY)
        await world.room.due()
    found = await rows(world.room, "SELECT action, trial, party_id, arm, draw, share FROM suggestion")
    assert {row.arm for row in found} == {"treat", "hold"}
    for row in found:
        assert row.draw == draw_of(row.action, row.trial, row.party_id)
        assert (row.arm == "treat") == (row.draw < row.share)


# --- contact budget and wishes


async def scheduled(world: World, budget: str, **values: Any) -> UUID:
    id_ = new_id()
    fact = {"touchpoint_id": id_, "touchpoint": "interview-preparation", "person_id": world.person_id}
    fact |= {"application_id": None, "sending_entity_id": SENDING, "hosting_entity_id": None}
    due_at = world.room.clock.now() + 2 * DAY
    await world.room.hear(told.TouchpointScheduled(**fact, due_at=due_at, budget=budget, **values))
    return id_


async def test_messages_that_are_planned_or_out_count_against_the_week(world: World) -> None:
    await looks(world)
    ids = [await scheduled(world, "care") for _ in range(5)]
    await scheduled(world, "owed")
    await a_night_later(world)
    assert (await following(world)).items == []
    fact = {"touchpoint": "interview-preparation", "person_id": world.person_id, "application_id": None}
    fact |= {"sending_entity_id": SENDING, "hosting_entity_id": None, "touchpoint_id": ids[0]}
    await world.room.hear(told.TouchpointSkipped(**fact, reason="late"))
    await a_night_later(world)
    assert [one.action for one in (await following(world)).items] == ["call-viewer"]
    assert await rows(world.room, "SELECT count(*) FROM contact") == [(4,)]


async def test_who_does_not_want_to_be_written_to_gets_no_promotion_until_it_is_lifted(world: World) -> None:
    wish = {"suppression_id": new_id(), "recipient_id": world.person_id, "person_id": world.person_id}
    wish |= {"sending_entity_id": SENDING, "hosting_entity_id": None, "channel": None, "budget": "promotion"}
    await world.room.hear(told.ContactSuppressed(**wish, reason="unsubscribed"))
    world.room.clock.advance(31 * DAY)
    await world.room.due()
    assert (await following(world)).items == []
    await world.room.hear(told.ContactRestored(**wish, reason="unsubscribed"))
    await a_night_later(world)
    assert [one.action for one in (await following(world)).items] == ["win-back"]


async def test_who_said_no_to_marketing_gets_no_promotion(world: World) -> None:
    no = "INSERT INTO consent VALUES (:id, 'marketing', false, now())"
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.execute(text(no), {"id": world.person_id})
    world.room.clock.advance(31 * DAY)
    await world.room.due()
    assert (await following(world)).items == []


# --- enablers


async def test_a_company_that_does_not_answer_is_chased_by_its_hosting_committee_alone(world: World) -> None:
    enabler = world.stay["enabler_id"]
    world.ids["opportunity_id"] = world.stay["opportunity_id"] = new_id()
    await world.room.hear(builders.opportunity(world.stay["opportunity_id"], enabler_id=enabler))
    await world.apply()
    await world.room.hear(builders.entity(HOSTING, path=[builders.WORLD, HOSTING]))
    world.room.clock.advance(11 * DAY)
    await world.room.due()
    host = callers.hosting_manager(HOSTING)
    found = await world.room.read(views.next_of_enabler, enabler, caller=host)
    assert [(one.action, one.application_id) for one in found.items] == [("chase-answer", world.stay["application_id"])]
    client = await world.room.client(world.se)
    assert (await client.get(f"/v1/enablers/{enabler}/next-action")).status_code == 404
    (said,) = [one for one in await world.room.said(ActionSuggested) if one.enabler_id]
    assert (said.person_id, said.enabler_id, said.hosting_entity_id) == (None, enabler, HOSTING)
    world.room.clock.advance(timedelta(hours=1))
    await world.accept()
    await soon(world)
    settled = [one for one in await world.room.said(ActionSettled) if one.enabler_id]
    assert [(one.state, one.reason) for one in settled] == [("overtaken", "aim_reached")]


# --- what people and notifications say


async def opened(world: World) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    await looks(world)
    await a_night_later(world)
    client = await world.room.client(world.se)
    (one,) = (await client.get("/v1/suggestions")).json()["items"]
    return client, one


async def test_a_manager_takes_it_and_does_it(world: World) -> None:
    client, one = await opened(world)
    path = f"/v1/suggestions/{one['id']}"
    assert (await client.post(f"{path}/acceptance")).status_code == 428
    taken = await client.post(f"{path}/acceptance", headers={"If-Match": f'"{one["version"]}"'})
    assert (taken.status_code, taken.json()["state"]) == (200, "accepted")
    stale = await client.post(f"{path}/completion", headers={"If-Match": f'"{one["version"]}"'})
    assert stale.status_code == 412
    done = await client.post(f"{path}/completion", headers={"If-Match": taken.headers["ETag"]})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    again = await client.post(f"{path}/completion", headers={"If-Match": done.headers["ETag"]})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/suggestion-over")
    assert [(one.state, one.person_id) for one in await world.room.said(ActionSettled)] == [("done", world.person_id)]


async def test_a_refusal_has_its_reason_and_its_words_stay_in_the_room(world: World) -> None:
    client, one = await opened(world)
    path, match = f"/v1/suggestions/{one['id']}/refusal", {"If-Match": f'"{one["version"]}"'}
    wrong = await client.post(path, json={"reason": "because"}, headers=match)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/reason")
    body = {"reason": "done_already", "note": "We talked at the booth."}
    refused = await client.post(path, json=body, headers=match)
    assert (refused.status_code, refused.json()["why"], refused.json()["note"]) == (200, "done_already", body["note"])
    (settled,) = await world.room.said(ActionSettled)
    assert (settled.state, settled.reason) == ("declined", "done_already")
    assert "booth" not in settled.model_dump_json()


async def test_what_notifications_did_settles_it_and_the_first_word_stands(world: World) -> None:
    _, one = await opened(world)
    handled = {"suggestion_id": UUID(one["id"]), "touchpoint_id": new_id(), "touchpoint": "suggested-call"}
    await world.room.hear(told.SuggestionHandled(**handled, outcome="done", reason="ticked"))
    await world.room.hear(told.SuggestionHandled(**handled, outcome="skipped", reason="late"))
    assert [(one.state, one.reason) for one in await world.room.said(ActionSettled)] == [("done", "ticked")]


async def test_somebody_elses_customer_is_nobody(world: World) -> None:
    _, one = await opened(world)
    for caller in (callers.sending_manager(ELSEWHERE), callers.hosting_manager(SENDING)):
        client = await world.room.client(caller)
        assert (await client.get("/v1/suggestions")).json()["items"] == []
        assert (await client.get(f"/v1/suggestions/{one['id']}")).status_code == 404
        reply = await client.post(f"/v1/suggestions/{one['id']}/completion", headers={"If-Match": '"1"'})
        assert reply.status_code == 404
        assert (await client.get(f"/v1/people/{world.person_id}/next-action")).status_code == 404
    above = await world.room.client(callers.national_manager(NATIONAL))
    assert (
        len((await above.get("/v1/suggestions", params={"side": "ep", "action": "call-viewer"})).json()["items"]) == 1
    )
    ep = await world.room.client(world.ep)
    assert (await ep.get(f"/v1/people/{world.person_id}/next-action")).status_code == 403


# --- shares


async def test_a_national_manager_sets_a_share_as_a_new_version_for_the_line_below(world: World) -> None:
    client = await world.room.client(callers.national_manager(NATIONAL))
    path = f"/v1/actions/call-viewer/shares/{NATIONAL}"
    nothing = await client.get(path)
    assert (nothing.json()["share"], nothing.headers["ETag"]) == (None, '"0"')
    first = await client.put(path, json={"share": 0}, headers={"If-Match": '"0"'})
    assert (first.status_code, first.json()["version"], first.json()["share"]) == (200, 1, 0)
    assert (await client.put(path, json={"share": 0.5}, headers={"If-Match": '"0"'})).status_code == 412
    await looks(world)
    await a_night_later(world)
    assert (await following(world)).items == []
    second = await client.put(path, json={"share": 1}, headers={"If-Match": '"1"'})
    assert second.json()["version"] == 2
    await a_night_later(world)
    (line,) = await rows(world.room, "SELECT setting, share FROM suggestion")
    assert tuple(line) == (2, 1.0)
    listed = {one["code"]: one for one in (await client.get("/v1/actions")).json()["items"]}
    assert (listed["call-viewer"]["share"], listed["call-viewer"]["setting"]) == (1.0, 2)
    wrong = await client.put(path, json={"share": 1.5}, headers={"If-Match": '"2"'})
    assert wrong.json()["errors"][0]["pointer"] == "#/share"
    foreign = await client.put(
        f"/v1/actions/call-viewer/shares/{ELSEWHERE}", json={"share": 1}, headers={"If-Match": '"0"'}
    )
    assert foreign.status_code == 404
    unknown = await client.put(f"/v1/actions/dance/shares/{NATIONAL}", json={"share": 1}, headers={"If-Match": '"0"'})
    assert unknown.status_code == 404


# --- outcomes and evidence


async def test_outcomes_are_measured_in_both_arms_within_the_horizon_and_can_be_replayed(world: World) -> None:
    with actions.using(shared_out(0.5)):
        people = [new_id() for _ in range(24)]
        for person in people:
            await world.room.hear(builders.person(person))
        world.room.clock.advance(31 * DAY)
        await world.room.due()
        win = await rows(world.room, "SELECT party_id, arm FROM suggestion WHERE action = 'win-back'")
        world.room.clock.advance(10 * DAY)
        for row in win:  # of those treated all apply, of those held back every third one, and some too late
            third = int(row.party_id.hex[-6:], 16) % 3 == 0
            if row.arm == "treat" or third:
                await world.room.hear(_application(row.party_id))
        world.room.clock.advance(50 * DAY)
        for row in win:
            await world.room.hear(_application(row.party_id))
        await world.room.due()
        before = await rows(world.room, "SELECT id, reached_at FROM suggestion ORDER BY id")
        client = await world.room.client(callers.auditor())
        listed = {one["code"]: one for one in (await client.get("/v1/actions")).json()["items"]}
    told_ = listed["win-back"]["evidence"]
    arms = {arm: sum(row.arm == arm for row in win) for arm in ("treat", "hold")}
    thirds = sum(row.arm == "hold" and int(row.party_id.hex[-6:], 16) % 3 == 0 for row in win)
    assert (told_["treated"], told_["treated_reached"]) == (arms["treat"], arms["treat"])
    assert (told_["held"], told_["held_reached"]) == (arms["hold"], thirds)
    assert (told_["verdict"], told_["text"]) == ("none", "no evidence yet")
    assert told_["effect"]["difference"] == pytest.approx(1 - thirds / arms["hold"])
    assert told_["effect"]["low"] < told_["effect"]["difference"] <= told_["effect"]["high"]
    await _wipe(world.room, "UPDATE suggestion SET reached_at = NULL")
    await world.room.do(lambda uow, _: handlers.reckon_outcomes(uow), None)
    assert await rows(world.room, "SELECT id, reached_at FROM suggestion ORDER BY id") == before


def _application(person_id: UUID) -> facts.ApplicationSubmitted:
    stay = builders.about(person_id=UUID(str(person_id)))
    ids = {name: stay[name] for name in facts.ApplicationFact.model_fields}
    return facts.ApplicationSubmitted(**ids, product=Product.talent)


async def _wipe(room: Room, what: str) -> None:
    async with room.runtime.database.engine.begin() as connection:
        await connection.execute(text(what))


async def test_what_works_is_shown_with_its_effect_and_what_harms_is_suggested_no_more(world: World) -> None:
    await looks(world)
    evidence = "INSERT INTO action_evidence VALUES ('call-viewer', 1, CAST(:rows AS jsonb), now())"
    async with world.room.runtime.database.engine.begin() as connection:
        counted = '[["undecided", 0.7, 1400, 560, 600, 120], ["likely", 0.7, 70, 30, 30, 10]]'
        await connection.execute(text(evidence), {"rows": counted})
    await a_night_later(world)
    (one,) = (await following(world)).items
    assert (one.basis, one.evidence) == ("measured", "measured")
    assert one.expected is not None
    assert 0.1 < one.expected.low < one.expected.difference < one.expected.high < 0.3
    (said,) = await world.room.said(ActionSuggested)
    assert (said.effect, said.effect_low) == (one.expected.difference, one.expected.low)
    client = await world.room.client(world.se)
    listed = {each["code"]: each for each in (await client.get("/v1/actions")).json()["items"]}
    shown = listed["call-viewer"]["evidence"]
    assert (shown["verdict"], {each["segment"] for each in shown["segments"]}) == ("works", {"undecided", "likely"})
    await world.room.do(handlers.decline_suggestion, _refusal(one.id), world.se)
    world.room.clock.advance(31 * DAY)
    await world.room.due()
    world.opportunity_id = new_id()
    await world.room.hear(builders.opportunity(world.opportunity_id))
    await looks(world)
    harm = "UPDATE action_evidence SET rows = '[[\"undecided\", 0.7, 1400, 60, 600, 240]]'"
    await _wipe(world.room, harm)
    look = partial(_look, person_id=world.person_id)
    assert await world.room.do(look, None) == 0
    await _wipe(world.room, "DELETE FROM action_evidence")
    assert await world.room.do(look, None) == 1


def _refusal(id_: UUID) -> commands.DeclineSuggestion:
    return commands.DeclineSuggestion(id_, commands.Refusal(reason=commands.Declining.no_time))


async def _look(uow: Uow, _command: None, person_id: UUID) -> int:
    return await suggest(uow, Party.ep, [person_id])


async def test_figures_are_counted_once_a_customer_and_only_when_the_horizon_is_over(world: World) -> None:
    await looks(world)
    await a_night_later(world)
    await world.room.do(lambda uow, _: count_outcomes(uow), None)
    assert await rows(world.room, "SELECT rows FROM action_evidence") == []
    world.room.clock.advance(22 * DAY)
    await world.room.do(lambda uow, _: count_outcomes(uow), None)
    ((counted,),) = await rows(world.room, "SELECT rows FROM action_evidence WHERE action = 'call-viewer'")
    assert [row[1:] for row in counted] == [[1, 1, 0, 0, 0]]
    world.room.clock.advance(20 * DAY)
    await looks(world)
    await a_night_later(world)
    again = await rows(world.room, "SELECT first FROM suggestion WHERE action = 'call-viewer' ORDER BY suggested_at")
    assert [row.first for row in again] == [True, False]


# --- forgotten


async def test_an_erased_person_is_in_no_line_and_in_no_list_and_the_figures_stay(world: World) -> None:
    client, one = await opened(world)
    await client.post(
        f"/v1/suggestions/{one['id']}/refusal", json={"reason": "other", "note": "Her mother is ill."},
        headers={"If-Match": f'"{one["version"]}"'},
    )  # fmt: skip
    await scheduled(world, "care")
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    ((line),) = await rows(world.room, "SELECT * FROM suggestion")
    assert (line.party_id, line.application_id, line.note, line.reasons) == (None, None, None, [])
    assert (line.arm, line.state) == ("treat", "declined")
    assert await rows(world.room, "SELECT * FROM contact") == []
    assert (await client.get(f"/v1/people/{world.person_id}/next-action")).status_code == 404
    await a_night_later(world)
    assert await rows(world.room, "SELECT count(*) FROM suggestion") == [(1,)]


async def test_two_looks_at_once_suggest_once(world: World) -> None:
    await looks(world)
    look = partial(_look, person_id=world.person_id)
    made = [await world.room.do(look, None) for _ in range(2)]
    assert made == [1, 0]
    page = await world.room.read(views.list_suggestions, None, None, None, Paging(limit=10), caller=world.se)
    assert len(page.items) == 1
