"""The life of an opportunity: drafts, opening with all reasons at once, changes, closing, removal."""

import asyncio
from typing import Any

import pytest

from services.applications import commands, handlers, views
from services.applications.policy import OFFER_MOVES, OpportunityStatus, check_offer_move, possible_offer_moves
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.storage.paging import Paging
from shared.testing import callers
from tests.applications.world import END, START, World, posting

BARE = {"description": "", "city": "", "pay": "", "accommodation": "", "arrival": ""}
SLOTS = [
    {"start_on": "2026-03-02", "end_on": "2026-05-24", "openings": 2},
    {"start_on": "2026-09-07", "end_on": "2026-09-20", "close_on": "2026-08-01"},
]


async def test_a_draft_may_lack_everything_and_opening_it_hears_all_reasons_at_once(world: World) -> None:
    he = await world.room.client(world.he)
    draft = await he.post("/v1/opportunities", json=_draft(world, weekly_hours=10, slots=SLOTS))
    assert (draft.status_code, draft.json()["status"], draft.json()["openings"]) == (201, "draft", 3)
    assert draft.json()["posted_at"] is None
    path, tag = draft.headers["Location"], {"If-Match": draft.headers["ETag"]}
    refused = await he.post(f"{path}/opening", headers=tag)
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        "#/description", "#/city", "#/pay", "#/accommodation", "#/arrival", "#/weekly_hours", "#/slots/1/end_on",
    }  # fmt: skip
    assert await _told(world) == []


async def test_a_finished_draft_opens_and_is_told_as_posted(world: World) -> None:
    he = await world.room.client(world.he)
    draft = await he.post("/v1/opportunities", json=_draft(world, slots=SLOTS[:1]))
    path = draft.headers["Location"]
    words = {"description": "Chart energy data.", "city": "Uppsala", "pay": "9,000 SEK", "accommodation": "A room"}
    patch = words | {"arrival": "At the station", "weekly_hours": 40, "product": "talent", "field": "data"}
    written = await he.patch(path, json=patch, headers={"If-Match": draft.headers["ETag"]})
    assert (written.status_code, await _told(world)) == (200, [])  # nobody has heard of a draft
    opened = await he.post(f"{path}/opening", headers={"If-Match": written.headers["ETag"]})
    assert (opened.status_code, opened.json()["status"]) == (200, "open")
    assert opened.json()["posted_at"] is not None
    posted, details = await _told(world)
    assert (type(posted), posted.weekly_hours) == (facts.OpportunityPosted, 40)
    assert (type(details), details.city) == (facts.OpportunityDetails, "Uppsala")
    again = await he.post(f"{path}/opening", headers={"If-Match": opened.headers["ETag"]})
    assert (again.status_code, again.json()["possible_moves"]) == (409, ["close", "remove"])


async def test_a_draft_is_seen_by_its_makers_alone(world: World) -> None:
    room, draft = world.room, await _posted(world, status="draft")
    abroad = callers.hosting_manager(world.sending)
    for caller in (world.ep, world.se, abroad, callers.enabler()):
        assert (await _listed(world, caller)) == []
        with pytest.raises(NotFound):
            await room.read(views.get_opportunity, draft.id, caller=caller)
    national = (await room.read(views.get_entity, world.hosting)).parent_id
    for caller in (world.he, callers.enabler(world.enabler_id), callers.national_manager(national)):
        assert await _listed(world, caller) == [draft.id]
    with pytest.raises(Invalid):
        await world.apply(draft)


async def test_posting_at_once_hears_all_reasons_too_the_slots_among_them(world: World) -> None:
    he = await world.room.client(world.he)
    body = _draft(world, weekly_hours=10, slots=SLOTS, status="open") | {"openings": 2}
    refused = await he.post("/v1/opportunities", json=body)
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        "#/description", "#/city", "#/pay", "#/accommodation", "#/arrival", "#/weekly_hours", "#/slots/1/end_on",
        "#/openings",
    }  # fmt: skip
    none = await he.post("/v1/opportunities", json=_draft(world, status="open"))
    assert {"#/start_on", "#/end_on", "#/pay"} <= {error["pointer"] for error in none.json()["errors"]}
    late = [{"start_on": "2026-01-05", "end_on": "2026-03-29"}, SLOTS[0] | {"close_on": "2026-03-03"}]
    past = await he.post("/v1/opportunities", json=_draft(world, status="open", slots=late))
    assert {"#/slots/0/start_on", "#/slots/1/close_on"} <= {error["pointer"] for error in past.json()["errors"]}
    assert (await he.get("/v1/opportunities")).json()["items"] == []


async def test_what_is_on_offer_goes_on_meeting_the_standards(world: World) -> None:
    opportunity = await _posted(world)
    with pytest.raises(Invalid) as refusal:
        await _change(world, opportunity, {"weekly_hours": 20, "pay": " ", "country": "NO"})
    assert [error.pointer for error in refusal.value.errors] == ["#/country", "#/pay", "#/weekly_hours"]
    assert len(await _told(world)) == 2


async def test_a_change_is_told_by_its_names_and_texts_apart(world: World) -> None:
    opportunity = await _posted(world)
    changed = await _change(world, opportunity, {"title": "Energy intern", "field": "energy"}, expected=1)
    assert (changed.title, changed.version) == ("Energy intern", 2)
    posted, _, fact, words = await _told(world)
    assert (fact.changed, fact.field, fact.enabler_id) == (["field", "title"], "energy", posted.enabler_id)
    assert (type(words), words.title) == (facts.OpportunityDetails, "Energy intern")
    await _change(world, changed, {"skills": ["python"]})
    assert (await _told(world))[-1].changed == ["skills"]
    await _change(world, changed, {"skills": ["python"]})  # nothing new in it
    assert len(await _told(world)) == 5
    with pytest.raises(Stale):
        await _change(world, opportunity, {"field": "data"}, expected=1)


async def test_a_closed_one_takes_no_applications_and_its_own_go_on(world: World) -> None:
    opportunity = await _posted(world)
    application = await world.apply(opportunity)
    closed = await world.room.do(handlers.close_opportunity, commands.CloseOpportunity(opportunity.id), world.he)
    assert closed.status == "closed"
    assert [fact.opportunity_id for fact in await world.room.said(parties.OpportunityClosed)] == [opportunity.id]
    other = callers.participant()
    await world.sign_up(other, "late@sojourn.example")
    with pytest.raises(Conflict) as refusal:
        await world.apply(opportunity, other)
    assert refusal.value.code == "not-offered"
    assert (await world.accept(application)).status == "accepted"
    assert await _listed(world, world.ep) == [opportunity.id]


async def test_removal_waits_for_live_applications_and_keeps_what_it_led_to(world: World) -> None:
    room, opportunity = world.room, await _posted(world)
    application = await world.apply(opportunity)
    with pytest.raises(Conflict) as refusal:
        await room.do(handlers.remove_opportunity, commands.RemoveOpportunity(opportunity.id), world.he)
    assert refusal.value.extra == {"live_applications": 1}
    await room.do(handlers.withdraw_application, commands.WithdrawApplication(application.id), world.ep)
    removed = await room.do(handlers.remove_opportunity, commands.RemoveOpportunity(opportunity.id), world.he)
    assert removed.status == "removed"
    assert [fact.opportunity_id for fact in await room.said(parties.OpportunityRemoved)] == [opportunity.id]
    assert (await room.read(views.get_opportunity, opportunity.id, caller=world.ep)).id == opportunity.id
    for caller in (callers.participant(), callers.sending_manager(world.hosting)):
        with pytest.raises(NotFound):
            await room.read(views.get_opportunity, opportunity.id, caller=caller)
    with pytest.raises(Conflict):
        await _change(world, opportunity, {"title": "Again"})


async def test_a_removed_draft_is_told_to_nobody(world: World) -> None:
    draft = await _posted(world, status="draft")
    await world.room.do(handlers.remove_opportunity, commands.RemoveOpportunity(draft.id), world.he)
    assert await _told(world) == []


async def test_applying_and_removing_at_once_never_leaves_a_live_application_behind(world: World) -> None:
    for number in range(5):
        opportunity, ep = await _posted(world), callers.participant()
        await world.sign_up(ep, f"ep{number}@sojourn.example")
        remove = world.room.do(handlers.remove_opportunity, commands.RemoveOpportunity(opportunity.id), world.he)
        applied, removed = await asyncio.gather(world.apply(opportunity, ep), remove, return_exceptions=True)
        refused = [one for one in (applied, removed) if isinstance(one, Conflict | Invalid)]
        assert len(refused) == 1
        now = await world.room.read(views.get_opportunity, opportunity.id)
        assert (now.status == "removed") is (applied in refused)


async def test_approving_and_changing_the_terms_at_once_wait_for_each_other(world: World) -> None:
    for number in range(5):
        opportunity, ep = await _posted(world), callers.participant()
        await world.sign_up(ep, f"ep{number}@sojourn.example")
        application = await world.apply(opportunity, ep)
        await world.accept(application)
        await world.signed(application, ep)
        await world.approve(application, world.se)
        change = _change(world, opportunity, {"pay": f"{number},000 SEK a month"})
        done = await asyncio.gather(world.approve(application, world.he), change, return_exceptions=True)
        assert [one for one in done if isinstance(one, Exception) and not isinstance(one, Conflict)] == []


async def test_a_foreign_opportunity_is_seen_and_not_changed(world: World) -> None:
    opportunity = await _posted(world)
    for caller in (callers.hosting_manager(world.sending), callers.enabler()):
        assert (await world.room.read(views.get_opportunity, opportunity.id, caller=caller)).id == opportunity.id
        with pytest.raises(NotFound):
            await _change(world, opportunity, {"title": "Mine now"}, by=caller)
        for handler, command in (
            (handlers.close_opportunity, commands.CloseOpportunity(opportunity.id)),
            (handlers.remove_opportunity, commands.RemoveOpportunity(opportunity.id)),
            (handlers.re_raise_opportunity, commands.ReRaiseOpportunity(opportunity.id, commands.ReRaise())),
        ):
            with pytest.raises(NotFound):
                await world.room.do(handler, command, caller)
    assert (await _change(world, opportunity, {"title": "Own"}, by=callers.enabler(world.enabler_id))).title == "Own"


def test_the_table_leads_from_draft_to_removed_and_nowhere_else() -> None:
    for status in OpportunityStatus:
        for name, move in OFFER_MOVES.items():
            if status in move.sources:
                assert check_offer_move(name, status).target is move.target
            else:
                with pytest.raises(Conflict):
                    check_offer_move(name, status)
    ways = {status.value: possible_offer_moves(status) for status in OpportunityStatus}
    assert ways == {"draft": ["open", "remove"], "open": ["close", "remove"], "closed": ["remove"], "removed": []}


# --- what is asked for, in codes

ASKED = {"languages": ["en"], "levels": {"en": "b2"}, "study_fields": ["law"], "study_levels": ["master"]}


async def test_what_is_asked_for_is_told_when_it_is_posted_and_when_it_changes(world: World) -> None:
    he = await world.room.client(world.he)
    made = await he.post("/v1/opportunities", json=_full(world, field="it", skills=["python"], **ASKED))
    assert (made.status_code, {name: made.json()[name] for name in ASKED}) == (201, ASKED)
    (posted,) = await world.room.said(facts.OpportunityPosted)
    assert (posted.field, posted.skills, {name: getattr(posted, name) for name in ASKED}) == ("it", ["python"], ASKED)
    assert [slot.model_dump() for slot in posted.slots] == [
        {"start_on": START, "end_on": END, "close_on": START, "openings": 1}
    ]
    patch = {"languages": ["en", "sv"], "levels": {"en": None, "sv": "a2"}}
    changed = await he.patch(made.headers["Location"], json=patch, headers={"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json()["levels"]) == (200, {"sv": "a2"})
    (told,) = await world.room.said(parties.OpportunityChanged)
    assert (told.changed, told.levels, told.slots) == (["languages", "levels"], {"sv": "a2"}, posted.slots)
    fewer = await he.patch(made.headers["Location"], json={"languages": ["en"]}, headers={"If-Match": "*"})
    assert fewer.json()["levels"] == {}


async def test_a_level_of_a_language_that_is_not_asked_for_is_refused(world: World) -> None:
    he = await world.room.client(world.he)
    refused = await he.post("/v1/opportunities", json=_full(world, **(ASKED | {"languages": ["sv"]})))
    assert (refused.status_code, [e["pointer"] for e in refused.json()["errors"]]) == (422, ["#/levels/en"])
    made = await _posted(world)
    patch = {"levels": {"en": "b2"}}
    refused = await he.patch(f"/v1/opportunities/{made.id}", json=patch, headers={"If-Match": "*"})
    assert (refused.status_code, [e["pointer"] for e in refused.json()["errors"]]) == (422, ["#/levels/en"])


def _full(world: World, **values: Any) -> dict[str, Any]:
    return posting(world.enabler_id).model_dump(mode="json", exclude={"slots"}) | values


def _draft(world: World, **values: Any) -> dict[str, Any]:
    full = posting(world.enabler_id).model_dump(mode="json", exclude={"start_on", "end_on", "openings", "slots"})
    return full | BARE | {"status": "draft"} | values


async def _posted(world: World, **values: Any) -> Any:
    return await world.room.do(handlers.post_opportunity, posting(world.enabler_id, **values), world.he)


async def _change(
    world: World, opportunity: Any, changes: dict[str, Any], expected: int | None = None, by: Caller | None = None
) -> Any:
    command = commands.ChangeOpportunity(opportunity.id, changes)
    return await world.room.do(handlers.change_opportunity, command, by or world.he, expected)


async def _told(world: World) -> list[Any]:
    return [fact for fact in await world.room.said() if type(fact).__name__.startswith("Opportunity")]


async def _listed(world: World, caller: Caller) -> list[Any]:
    page = await world.room.read(views.list_opportunities, views.OfferWanted(), Paging(), caller=caller)
    return [opportunity.id for opportunity in page.items]
