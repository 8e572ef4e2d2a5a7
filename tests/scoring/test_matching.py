"""Matching on a real database and at the door: copies, lists, who sees what, and what takes an opportunity out."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.scoring.policy.interactions import Kind
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.contracts.fields import Product
from shared.contracts.offered import OfferedSlot
from shared.contracts.scoring import MatchesFound
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.scoring.world import ELSEWHERE, HOSTING, NATIONAL, SENDING, World

PROFILE: dict[str, Any] = {
    "country": "RO", "zone": "Europe/Bucharest", "study_field": "computer_science", "study_level": "bachelor",
    "languages": ["ro", "en"], "levels": {"ro": "native", "en": "c1"}, "skills": ["python"],
    "available_from": date(2026, 3, 1), "available_to": date(2026, 12, 31), "wanted_products": ["talent"],
    "wanted_fields": ["it"], "wanted_countries": ["SE"], "looking": True,
}  # fmt: skip
SLOT = OfferedSlot(start_on=date(2026, 6, 1), end_on=date(2026, 8, 30), close_on=date(2026, 5, 20), openings=2)
ASKED: dict[str, Any] = {
    "field": "it", "languages": ["en"], "levels": {"en": "b2"}, "skills": ["python"], "study_fields": [],
    "study_levels": [], "slots": [SLOT],
}  # fmt: skip


@dataclass
class Market:
    """The room with an EP who has a profile; offers are posted as tests need them."""

    world: World
    enabler_id: UUID = field(default_factory=new_id)

    @property
    def room(self) -> Room:
        return self.world.room

    async def profile(self, person_id: UUID | None = None, **values: Any) -> None:
        told = parties.ProfileChanged(person_id=person_id or self.world.person_id, **(PROFILE | values))
        await self.room.hear(told)

    async def post(self, **values: Any) -> UUID:
        opportunity_id = new_id()
        await self.room.hear(builders.opportunity(opportunity_id, **({"enabler_id": self.enabler_id} | ASKED | values)))
        return opportunity_id

    async def change(self, opportunity_id: UUID, **values: Any) -> None:
        given = {"opportunity_id": opportunity_id, "enabler_id": self.enabler_id, "hosting_entity_id": HOSTING}
        given |= {"changed": ["slots"], "product": "talent", "weekly_hours": 38, "field": "it", "openings": 2}
        given |= {"start_on": SLOT.start_on, "end_on": SLOT.end_on}
        await self.room.hear(parties.OpportunityChanged(**(given | values)))

    async def apply(self, opportunity_id: UUID, person_id: UUID | None = None) -> dict[str, Any]:
        ids = {"person_id": person_id or self.world.person_id, "opportunity_id": opportunity_id}
        stay = builders.experience(**ids, enabler_id=self.enabler_id)
        stay |= {"start_on": SLOT.start_on, "end_on": SLOT.end_on}
        await self.room.hear(facts.ApplicationSubmitted(**_ids(stay), product=Product.talent))
        return stay

    async def matches(self, caller: Caller | None = None, **params: Any) -> dict[str, Any]:
        client = await self.room.client(caller or self.world.ep)
        reply = await client.get(f"/v1/people/{self.world.person_id}/matches", params=params)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def found(self, **params: Any) -> list[str]:
        return [one["opportunity_id"] for one in (await self.matches(**params))["matches"]]

    async def candidates(self, opportunity_id: UUID, caller: Caller) -> httpx.Response:
        client = await self.room.client(caller)
        return await client.get(f"/v1/opportunities/{opportunity_id}/candidates")


async def begun(world: World) -> Market:
    """Nothing is on offer but what a test posts."""
    await world.room.hear(builders.entity(HOSTING))
    ids = {"opportunity_id": world.opportunity_id, "enabler_id": new_id(), "hosting_entity_id": HOSTING}
    await world.room.hear(parties.OpportunityClosed(**ids))
    return Market(world)


def _ids(stay: dict[str, Any]) -> dict[str, Any]:
    return {name: stay[name] for name in facts.ApplicationFact.model_fields}


@pytest.fixture
async def market(world: World) -> Market:
    made = await begun(world)
    await made.profile()
    return made


# --- opportunities for an EP


async def test_what_fits_is_found_with_reasons_of_both_sides(market: Market) -> None:
    good = await market.post()
    (one,) = (await market.matches())["matches"]
    assert (one["opportunity_id"], one["position"], one["start_on"]) == (str(good), 1, "2026-06-01")
    assert one["probability"] == pytest.approx(one["applies"]["probability"] * one["accepts"]["probability"])
    assert [reason["text"] for reason in one["applies"]["reasons"][:2]] == [
        "a field that the EP wants (+0.90)",
        "a country that the EP wants (+0.70)",
    ]
    assert "has 100 % of the skills asked for (+0.72)" in [reason["text"] for reason in one["accepts"]["reasons"]]
    assert (one["to_clarify"], one["applies"]["model"], one["applies"]["outcomes"]) == ([], "pair-rules-1", 0)
    assert one["crowd"] == {"openings": 2, "waiting": 0, "expected": 0.0, "room": 1.0}


@pytest.mark.parametrize(
    ("values", "failed"),
    [
        ({"levels": {"en": "c2"}}, "level:en"),
        ({"languages": ["sv"], "levels": {}}, "language:sv"),
        ({"study_fields": ["law"]}, "studies"),
        ({"study_levels": ["master"]}, "study_level"),
        ({"product": "teacher"}, "product"),
        ({"slots": [SLOT.model_copy(update={"start_on": date(2026, 2, 25)})]}, "dates"),
        ({"slots": [SLOT.model_copy(update={"close_on": date(2026, 1, 1)})]}, "deadline"),
        ({"slots": [SLOT.model_copy(update={"openings": 0})]}, "openings"),
    ],
)
async def test_what_fails_a_hard_requirement_is_on_no_list_and_says_why(
    market: Market, values: dict[str, Any], failed: str
) -> None:
    other, good = await market.post(**values), await market.post()
    assert await market.found() == [str(good)]
    client = await market.room.client(market.world.ep)
    pair = (await client.get(f"/v1/people/{market.world.person_id}/matches/{other}")).json()
    assert [one["code"] for one in pair["failed"]] == [failed]


async def test_what_nobody_has_stated_is_to_be_clarified_and_stays_on_the_list(market: Market) -> None:
    await market.profile(levels=None, languages=[], available_to=None)
    await market.post()
    (one,) = (await market.matches())["matches"]
    assert [unclear["code"] for unclear in one["to_clarify"]] == ["dates", "language:en"]


async def test_an_opportunity_of_an_older_fact_is_matched_with_what_is_known(market: Market) -> None:
    unknown = await market.post(**dict.fromkeys(ASKED))
    one = {match["opportunity_id"]: match for match in (await market.matches())["matches"]}[str(unknown)]
    assert (one["start_on"], one["crowd"]["openings"]) == (None, None)
    assert [unclear["code"] for unclear in one["to_clarify"]] == ["dates", "language"]


async def test_closing_and_removal_take_an_opportunity_out_at_once(market: Market) -> None:
    closed, removed = await market.post(), await market.post()
    assert set(await market.found()) == {str(closed), str(removed)}
    for opportunity_id, fact in ((closed, parties.OpportunityClosed), (removed, parties.OpportunityRemoved)):
        ids = {"opportunity_id": opportunity_id, "enabler_id": market.enabler_id, "hosting_entity_id": HOSTING}
        await market.room.hear(fact(**ids))
    assert await market.found() == []


async def test_new_dates_of_a_slot_heal_the_list(market: Market) -> None:
    one = await market.post(slots=[SLOT.model_copy(update={"start_on": date(2026, 2, 25)})])
    assert await market.found() == []
    await market.change(one, slots=[SLOT])
    assert await market.found() == [str(one)]
    await market.change(one, start_on=date(2026, 2, 25))  # as it was told before slots were
    assert await market.found() == []


async def test_openings_are_taken_by_approvals_and_given_back_by_breaks(market: Market) -> None:
    one = await market.post(slots=[SLOT.model_copy(update={"openings": 1})])
    other = World(market.room)
    await other.sign_up()
    stay = await market.apply(one, other.person_id)
    market.room.clock.advance(timedelta(hours=1))
    assert (await market.matches())["matches"][0]["crowd"]["waiting"] == 1
    await market.room.hear(builders.approved(stay))
    assert await market.found() == []
    market.room.clock.advance(timedelta(hours=1))
    await market.room.hear(facts.ApprovalBroken(**stay, reason="visa", refund=False))
    assert await market.found() == [str(one)]


async def test_what_was_applied_to_is_not_recommended_again(market: Market) -> None:
    one, other = await market.post(), await market.post()
    await market.apply(one)
    assert await market.found() == [str(other)]


async def test_somebody_with_an_approved_stay_gets_nothing_until_it_is_over(market: Market) -> None:
    one, _ = await market.post(), await market.post()
    stay = await market.apply(one)
    await market.room.hear(builders.approved(stay))
    assert await market.found() == []
    await market.room.hear(facts.ExperienceCompleted(**stay))
    assert len(await market.found()) == 1


async def test_views_of_the_ep_and_of_its_identified_visits_count(market: Market) -> None:
    one, other = await market.post(), await market.post()
    await market.world.identify()
    market.world.opportunity_id = other
    await market.world.browse(Kind.opportunity_view)
    assert await market.found() == [str(other), str(one)]


async def test_a_person_of_whom_nothing_is_known_gets_a_fallback_that_says_so(world: World) -> None:
    market = await begun(world)
    quiet, liked = await market.post(), await market.post()
    other = World(world.room)
    await other.sign_up()
    await market.apply(liked, other.person_id)
    told = await market.matches()
    assert (told["order"], told["fallback"]) == ("popularity", True)
    assert [one["opportunity_id"] for one in told["matches"]] == [str(liked), str(quiet)]


async def test_orders_that_look_at_no_preference_can_be_asked_for(market: Market) -> None:
    old = await market.post()
    market.room.clock.advance(timedelta(days=2))
    new = await market.post(field="health", country="BR")
    assert await market.found(order="recency") == [str(new), str(old)]
    assert await market.found() == [str(old), str(new)]


async def test_a_list_that_did_not_change_is_not_sent_again(market: Market) -> None:
    await market.post()
    client, path = await market.room.client(market.world.ep), f"/v1/people/{market.world.person_id}/matches"
    seen = await client.get(path)
    market.room.clock.advance(timedelta(minutes=5))
    assert (await client.get(path, headers={"If-None-Match": seen.headers["ETag"]})).status_code == 304
    await market.post()
    assert (await client.get(path, headers={"If-None-Match": seen.headers["ETag"]})).status_code == 200


# --- who may


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("own", 200), ("own manager", 200), ("nation", 200), ("auditor", 200), ("service", 200),
        ("other participant", 404), ("other manager", 404), ("host", 403), ("enabler", 403), ("nobody", 401),
    ],
)  # fmt: skip
async def test_matches_are_for_the_ep_and_those_who_look_after_it(market: Market, caller: str, status: int) -> None:
    who = {
        "own": market.world.ep, "own manager": market.world.se, "nation": callers.national_manager(NATIONAL),
        "auditor": callers.auditor(), "service": callers.service(), "other participant": callers.participant(),
        "other manager": callers.sending_manager(ELSEWHERE), "host": callers.hosting_manager(HOSTING),
        "enabler": callers.enabler(), "nobody": None,
    }  # fmt: skip
    client = await market.room.client(who[caller])
    path = f"/v1/people/{market.world.person_id}/matches"
    assert (await client.get(path)).status_code == status
    posted = await client.post(path, json={})
    assert posted.status_code == {200: 201}.get(status, status) if caller != "auditor" else 403


async def test_candidates_are_found_by_the_host_among_all_and_by_senders_among_their_own(market: Market) -> None:
    opportunity = await market.post()
    far = World(market.room)
    await market.room.hear(builders.person(far.person_id, sending_entity_id=ELSEWHERE))
    await market.profile(far.person_id)
    everybody = {str(market.world.person_id), str(far.person_id)}
    for caller, expected in {
        callers.enabler(market.enabler_id): everybody,
        callers.hosting_manager(HOSTING): everybody,
        callers.global_manager(): everybody,
        callers.sending_manager(SENDING): {str(market.world.person_id)},
        callers.sending_manager(ELSEWHERE): {str(far.person_id)},
        callers.national_manager(NATIONAL): {str(market.world.person_id)},
        callers.enabler(): 404,
        callers.hosting_manager(ELSEWHERE): 404,
        callers.participant(): 403,
    }.items():
        reply = await market.candidates(opportunity, caller)
        if isinstance(expected, int):
            assert reply.status_code == expected
        else:
            assert {one["person_id"] for one in reply.json()["candidates"]} == expected


async def test_an_enabler_sees_profiles_in_codes_and_nothing_of_what_somebody_did_elsewhere(market: Market) -> None:
    opportunity, elsewhere = await market.post(), await market.post()
    stay = await market.apply(elsewhere)
    await market.room.hear(facts.ApplicationRejected(**_ids(stay), reason="profile", ours=False))
    (told,) = (await market.candidates(opportunity, callers.enabler(market.enabler_id))).json()["candidates"]
    assert (told["study_field"], told["skills"], told["languages"]["en"]) == ("computer_science", ["python"], "c1")
    shown = {reason["code"] for side in ("applies", "accepts") for reason in told[side]["reasons"]}
    assert shown & {"own_rate", "refused_here", "field_history"} == set()
    assert "past_behaviour" in shown
    (own,) = (await market.candidates(opportunity, market.world.se)).json()["candidates"]
    assert "refused_here" in {reason["code"] for reason in own["accepts"]["reasons"]}
    assert own["probability"] == told["probability"]


async def test_nobody_who_is_not_looking_is_a_candidate(market: Market) -> None:
    opportunity, host = await market.post(), callers.hosting_manager(HOSTING)
    assert len((await market.candidates(opportunity, host)).json()["candidates"]) == 1
    await market.profile(looking=False)
    assert (await market.candidates(opportunity, host)).json()["candidates"] == []


async def test_erasure_takes_a_person_out_and_off_all_lists(market: Market) -> None:
    opportunity = await market.post()
    host, ep = await market.room.client(callers.hosting_manager(HOSTING)), await market.room.client(market.world.ep)
    assert (await host.post(f"/v1/opportunities/{opportunity}/candidates", json={})).status_code == 201
    assert (await ep.post(f"/v1/people/{market.world.person_id}/matches", json={})).status_code == 201
    await market.room.hear_erased(facts.PersonDetails, market.world.person_id)
    await market.profile()  # a fact that comes late
    assert (await market.candidates(opportunity, callers.hosting_manager(HOSTING))).json()["candidates"] == []
    assert (await ep.get(f"/v1/people/{market.world.person_id}/matches")).status_code == 404
    assert await _rows(market.room, "SELECT person_id FROM match_shown UNION SELECT person_id FROM match_list") == []
    (row,) = await _rows(market.room, "SELECT study_field, skills, looking FROM seeker")
    assert tuple(row) == (None, [], False)


async def _rows(room: Room, query: str) -> list[Any]:
    async with room.runtime.database.engine.connect() as connection:
        return list((await connection.execute(text(query))).all())


# --- lists that are shown


async def test_a_list_that_is_shown_is_in_the_ledger_with_its_propensity(market: Market) -> None:
    first, second = await market.post(), await market.post(country="DE")
    client, path = await market.room.client(market.world.ep), f"/v1/people/{market.world.person_id}/matches"
    assert await _rows(market.room, "SELECT * FROM match_list") == []
    headers = {"Idempotency-Key": "k"}
    shown = await client.post(path, json={"limit": 2, "channel": "app"}, headers=headers)
    again = await client.post(path, json={"limit": 2, "channel": "app"}, headers=headers)
    assert (shown.status_code, again.content) == (201, shown.content)
    told = shown.json()
    ((id_, order, propensity, drawn, channel),) = await _rows(
        market.room, 'SELECT id, "order", propensity, drawn, channel FROM match_list'
    )
    assert (str(id_), order, propensity) == (told["id"], told["list"]["order"], told["propensity"])
    assert (drawn, channel, propensity) == (True, "app", {"fit": 0.8}.get(order, 0.1))
    places = await _rows(market.room, "SELECT opportunity_id, position, applies FROM match_shown ORDER BY position")
    assert {str(place[0]) for place in places} == {str(first), str(second)}
    assert [place[1] for place in places] == [1, 2]
    assert places[0][2] == told["list"]["matches"][0]["applies"]["probability"]


async def test_whoever_is_shown_an_opening_counts_there_once_a_week(market: Market) -> None:
    await market.post()
    client, path = await market.room.client(market.world.ep), f"/v1/people/{market.world.person_id}/matches"
    for _ in range(3):
        told = (await client.post(path, json={})).json()["list"]["matches"][0]
    (one,) = (await market.matches())["matches"]
    assert one["crowd"]["expected"] == pytest.approx(told["applies"]["probability"], abs=1e-3)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"limit": 0}, "#/limit"),
        ({"limit": 51}, "#/limit"),
        ({"channel": "Carrier Pigeon"}, "#/channel"),
        ({"order": "fit"}, "#/order"),
    ],
)
async def test_a_wrong_wish_is_pointed_to(market: Market, body: dict[str, Any], pointer: str) -> None:
    client = await market.room.client(market.world.ep)
    refused = await client.post(f"/v1/people/{market.world.person_id}/matches", json=body)
    assert (refused.status_code, [error["pointer"] for error in refused.json()["errors"]]) == (422, [pointer])


# --- the weekly look


def next_monday(room: Room) -> datetime:
    """Eight in the morning in Bucharest."""
    now = room.clock.now()
    return (now + timedelta(days=7 - now.weekday())).replace(hour=7, minute=0)


async def test_once_a_week_new_matches_are_told_and_nothing_new_is_not(market: Market) -> None:
    first = await market.post()
    room = market.room
    for expected in ([[first]], [[first]]):
        room.clock.set(next_monday(room))
        await room.due()
        assert [told.opportunity_ids for told in await room.said(MatchesFound)] == expected
    second = await market.post()
    room.clock.set(next_monday(room))
    await room.due()
    told = await room.said(MatchesFound)
    assert [one.opportunity_ids for one in told] == [[first], [second]]
    ((channel, list_id),) = await _rows(room, f"SELECT channel, id FROM match_list WHERE id = '{told[-1].list_id}'")
    assert (channel, list_id) == ("weekly", told[-1].list_id)


async def test_who_does_not_look_or_wants_nothing_known_is_told_nothing(market: Market) -> None:
    await market.post()
    other = World(market.room)
    await other.sign_up()  # without a profile
    await market.profile(looking=False)
    market.room.clock.set(next_monday(market.room))
    await market.room.due()
    assert await market.room.said(MatchesFound) == []
    await market.profile()
    market.room.clock.set(next_monday(market.room))
    await market.room.due()
    assert [told.person_id for told in await market.room.said(MatchesFound)] == [market.world.person_id]
