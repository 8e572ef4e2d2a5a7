"""On-ground sources: made by managers, met by code, and what came by them."""

from datetime import timedelta
from typing import Any

import pytest

from services.scoring import commands, handlers, views
from services.scoring.policy.interactions import Channel, Kind
from services.scoring.policy.sources import Refused, SourceKind, tidy_code
from services.scoring.schemas import SourceFiguresOut, SourceOut
from shared.access import Caller
from shared.contracts import applications as facts
from shared.errors import Invalid, NotFound, Stale
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.scoring.world import BROWSER, ELSEWHERE, SENDING, World

DAY = timedelta(days=1)


async def made(world: World, caller: Caller | None = None, **values: Any) -> SourceOut:
    today = world.room.clock.now().date()
    given = {"kind": SourceKind.class_visit, "entity_id": SENDING, "place": "Cluj, room 7", "starts_on": today}
    given |= {"ends_on": today + 30 * DAY, "zone": "Europe/Bucharest", **values}
    return await world.room.do(handlers.make_source, commands.MakeSource(**given), caller or world.se)


async def figures(world: World, source: SourceOut, caller: Caller | None = None) -> SourceFiguresOut:
    return await world.room.read(views.get_source, source.id, caller=caller or world.se)


async def test_a_class_visit_is_followed_from_the_code_to_the_approval(world: World) -> None:
    source = await made(world, cost=50, currency="EUR")
    for _ in range(3):
        stranger = World(world.room)
        await stranger.send(stranger.visit(Kind.page_view, code=source.code.lower()))
    anonymous = World(world.room)
    await anonymous.send(anonymous.visit(Kind.page_view, code=source.code), analytics=None)
    newcomer = World(world.room)
    await newcomer.send(newcomer.visit(Kind.page_view, query=f"code={source.code}"), newcomer.visit(Kind.page_view))
    world.room.clock.advance(DAY)
    await newcomer.sign_up()
    await newcomer.identify()
    await newcomer.to_approval()
    seen = await figures(world, source)
    assert (seen.visits, seen.visitors, seen.leads, seen.cost_per_sign_up) == (5, 4, 1, 50.0)
    assert (seen.sign_ups.count, seen.sign_ups.of, seen.sign_ups.rate) == (1, 4, 0.25)
    assert (seen.sign_ups.low, seen.sign_ups.high) == (0.0456, 0.6994)  # Wilson, 1 of 4
    assert (seen.approvals.count, seen.approvals.of, seen.approvals.rate) == (1, 1, 1.0)


async def test_who_had_signed_up_before_did_not_come_by_it_and_machines_neither(world: World) -> None:
    source = await made(world)
    world.room.clock.advance(DAY)
    await world.send(world.visit(Kind.page_view, code=source.code))
    await world.identify()
    robot = World(world.room)
    await robot.send(robot.visit(Kind.honeypot), robot.visit(Kind.page_view, code=source.code))
    seen = await figures(world, source)
    assert (seen.visits, seen.visitors, seen.leads, seen.sign_ups.of, seen.sign_ups.rate) == (1, 0, 0, 0, None)


async def test_a_code_that_is_brought_to_the_sign_up_counts_without_any_visit(world: World) -> None:
    source = await made(world, kind=SourceKind.flyer)
    await world.room.hear(builders.person(new_id(), referral=source.code.lower()))
    seen = await figures(world, source)
    assert (seen.visits, seen.visitors, seen.leads, seen.sign_ups.count) == (1, 1, 1, 1)


async def test_somebody_met_at_a_booth_is_written_down_with_its_code(world: World) -> None:
    source, lead = await made(world, kind=SourceKind.booth), new_id()
    await world.room.hear(facts.ApplicationSubmitted(**builders.about(person_id=lead), product="talent"))
    await world.record(Kind.booth, channel=Channel.in_person, person_id=lead, code=source.code)
    assert ((await figures(world, source)).leads, (await figures(world, source)).sign_ups.count) == (1, 0)


@pytest.mark.parametrize(
    ("after", "reason"), [(timedelta(0), None), (-2 * DAY, Refused.not_yet), (31 * DAY, Refused.over)]
)
async def test_a_code_out_of_its_time_is_ignored_for_a_visitor_and_told(
    world: World, after: timedelta, reason: Refused | None
) -> None:
    source = await made(world)
    world.room.clock.advance(max(after, timedelta(0)))
    visit = world.visit(Kind.page_view, world.room.clock.now() + min(after, timedelta(0)), code=source.code)
    done = await world.send(visit)
    assert (done.recorded, [one.reason for one in done.ignored]) == (1, [reason] if reason else [])
    assert (await figures(world, source)).visits == (0 if reason else 1)
    wrong = await world.send(world.visit(Kind.page_view, code="no code"))
    assert [(one.code, one.reason) for one in wrong.ignored] == [("no code", Refused.unknown)]


async def test_a_manager_who_misreads_a_code_is_told_where_and_nothing_is_kept(world: World) -> None:
    source, foreign = await made(world), await made(world, callers.global_manager(), entity_id=ELSEWHERE)
    for code, word in (("ABCDEF", "no such code"), (foreign.code, "don't look after")):
        with pytest.raises(Invalid) as refusal:
            await world.record(Kind.class_visit, code=code)
        assert refusal.value.errors[0].pointer == "#/interactions/0/code"
        assert word in refusal.value.errors[0].detail
    await world.record(Kind.class_visit, code=source.code)
    assert (await figures(world, foreign, callers.global_manager())).visits == 0


async def test_sources_are_for_those_who_look_after_the_entity(world: World) -> None:
    source = await made(world)
    for foreign in (callers.sending_manager(ELSEWHERE), callers.hosting_manager(ELSEWHERE)):
        with pytest.raises(NotFound):
            await figures(world, source, foreign)
        with pytest.raises(Invalid):
            await made(world, foreign)
        assert (await world.room.read(views.list_sources, None, None, None, Paging(), caller=foreign)).items == []
    of = (SourceKind.class_visit, SENDING)
    (listed,) = (await world.room.read(views.list_sources, *of, [source.id], Paging())).items
    assert listed == source
    assert (await world.room.read(views.list_sources, *of, [new_id()], Paging())).items == []


async def test_a_source_changes_from_the_version_that_was_seen(world: World) -> None:
    client = await world.room.client(world.se)
    body = dict(commands.sources.OneSource) | {"entity_id": str(SENDING), "starts_on": "2026-01-01"}
    posted = await client.post("/v1/sources", json=body)
    assert (posted.status_code, posted.headers["ETag"]) == (201, '"1"')
    assert tidy_code(posted.json()["code"]) == posted.json()["code"]
    path = posted.headers["Location"]
    other = {key: body[key] for key in ("starts_on", "ends_on", "zone")} | {"place": "Iași"}
    assert (await client.put(path, json=other)).status_code == 428
    changed = await client.put(path, json=other, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["place"], changed.json()["cost"]) == (200, "Iași", None)
    assert (await client.put(path, json=other, headers={"If-Match": '"1"'})).status_code == 412
    wrong = await client.put(path, json=other | {"ends_on": "2025-01-01"}, headers={"If-Match": '"2"'})
    assert wrong.status_code == 422
    assert (await client.get(path)).json()["source"]["version"] == 2
    command = commands.ChangeSource(posted.json()["id"], commands.SourceChange(**other))
    with pytest.raises(Stale):
        await world.room.do(handlers.change_source, command, world.se, expected=7)


async def test_to_look_at_a_code_counts_for_nothing(world: World) -> None:
    source, stranger = await made(world), await world.room.client()
    seen = await stranger.get(f"/v1/codes/{source.code[:3]}-{source.code[3:].lower()}", headers={"User-Agent": BROWSER})
    assert seen.json() == {"code": source.code, "kind": "class_visit", "channel": "in_person", "refused": None}
    world.room.clock.advance(40 * DAY)
    assert (await stranger.get(f"/v1/codes/{source.code}")).json()["refused"] == "over"
    assert (await stranger.get("/v1/codes/ABCDEF")).status_code == 404
    assert (await figures(world, source)).visits == 0


async def test_who_refers_is_forgotten_with_the_person(world: World) -> None:
    with pytest.raises(ValueError, match="names its referrer_id"):
        await made(world, kind=SourceKind.referral)
    with pytest.raises(Invalid):
        await made(world, kind=SourceKind.referral, referrer_id=new_id())
    source = await made(world, kind=SourceKind.referral, referrer_id=world.person_id, place="Friends of Ioana")
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    seen = (await figures(world, source)).source
    assert (seen.referrer_id, seen.place, seen.code) == (None, "", source.code)
