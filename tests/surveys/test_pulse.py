"""The team pulse through the room: rounds by the calendar, one answer a ticket, results when a round closes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.surveys import commands, handlers, views
from services.surveys.policy.invitations import AnsweredAlready
from services.surveys.policy.pulse import PulseOver
from shared import links
from shared.access import Caller
from shared.contracts.parties import MemberActivated, MemberLeft
from shared.contracts.surveys import PulseAsked, PulsePublished
from shared.errors import Conflict
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import callers
from tests.surveys.world import World

OPENING = datetime(2026, 8, 1, 6, tzinfo=UTC)
GOOD = {"enps": 9, "effort": 6, "support": 4}


async def joins(world: World, entity: UUID, count: int = 1) -> list[UUID]:
    members = [new_id() for _ in range(count)]
    for member in members:
        ids = {"member_id": member, "entity_id": entity, "person_id": None, "role": "ep_manager"}
        await world.room.hear(MemberActivated(**ids, from_on=date(2026, 2, 1), to_on=None))
    return members


async def opened(world: World) -> dict[UUID, str]:
    """The calendar's next round; member → token."""
    world.room.clock.set(OPENING)
    await world.room.due()
    return {event.member_id: links.pulse_token(event.ticket_id) for event in await world.room.said(PulseAsked)}


async def says(world: World, token: str, **answers: Any) -> None:
    await world.room.do(handlers.answer_pulse, commands.AnswerPulse(token, answers or GOOD), Caller.anonymous())


async def closed(world: World) -> list[PulsePublished]:
    world.room.clock.set(OPENING + timedelta(days=15))
    await world.room.due()
    return await world.room.said(PulsePublished)


async def results(world: World, by: Caller, **asked: Any) -> dict[UUID, Any]:
    found = await world.room.read(views.list_results, asked.get("entity"), asked.get("round"), caller=by)
    return {one.entity_id: one for one in found.items}


async def rows(world: World, query: str) -> list[Any]:
    async with world.room.runtime.database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_the_calendar_asks_every_active_member_once(world: World) -> None:
    (stays,) = await joins(world, world.sending)
    (goes,) = await joins(world, world.sending)
    left = {"member_id": goes, "entity_id": world.sending, "person_id": None, "role": "ep_manager"}
    await world.room.hear(MemberLeft(**left, was="active", to_on=date(2026, 7, 1)))
    assert list(await opened(world)) == [stays]
    await world.room.due()
    assert len(await world.room.said(PulseAsked)) == 1
    (held,) = (await world.room.read(views.list_rounds, Paging(), caller=world.he)).items
    assert (held.name, held.closes_on) == ("2026-08", date(2026, 8, 15))


async def test_a_ticket_takes_one_answer_and_nothing_of_it_can_be_found(world: World) -> None:
    await joins(world, world.sending)
    (token,) = (await opened(world)).values()
    await says(world, token, enps=2, effort=1, support=3)
    with pytest.raises(AnsweredAlready):
        await says(world, token)
    kept = await rows(world, "SELECT question, value, count FROM pulse_tally ORDER BY question")
    assert kept == [("effort", 1, 1), ("enps", 2, 1), ("support", 3, 1)]
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = "
    ticket, tally = [await rows(world, f"{columns} 'pulse_{table}'") for table in ("ticket", "tally")]
    assert set(ticket) & set(tally) == {("round_id",), ("entity_id",)}
    assert await rows(world, "SELECT count(*) FROM audit WHERE action LIKE '%answer%'") == [(0,)]
    assert len(await world.room.said()) == 1


async def test_nothing_is_shown_before_the_round_is_closed_and_nothing_can_be_answered_after(world: World) -> None:
    await joins(world, world.sending, 6)
    tokens = list((await opened(world)).values())
    for token in tokens[:5]:
        await says(world, token)
    assert await results(world, world.se) == {}
    await closed(world)
    shown = (await results(world, world.se))[world.sending]
    assert (shown.round, shown.asked, shown.answered) == ("2026-08", 6, 5)
    enps = next(score for score in shown.scores if score.question == "enps")
    assert (enps.score, enps.n, enps.interval.method) == (100.0, 5, "adjusted-wald")
    with pytest.raises(PulseOver):
        await says(world, tokens[5])
    assert await rows(world, "SELECT count(*) FROM pulse_ticket") == [(0,)]


async def test_four_answers_are_shown_to_nobody_and_cant_be_worked_out(world: World) -> None:
    """Beside six in Uppsala, four in Cluj: the world's ten would give the four away, were Uppsala shown."""
    await joins(world, world.sending, 4)
    await joins(world, world.hosting, 6)
    for token in (await opened(world)).values():
        await says(world, token)
    published = await closed(world)
    top = callers.global_manager()
    seen = await results(world, top)
    assert {event.entity_id for event in published} == set(seen)
    assert [one.answered for one in seen.values()] == [10]
    assert await results(world, world.se) == {}
    assert await results(world, world.he) == {}


async def test_a_manager_sees_the_own_entity_and_below(world: World) -> None:
    await joins(world, world.sending, 5)
    await joins(world, world.hosting, 5)
    for token in (await opened(world)).values():
        await says(world, token)
    await closed(world)
    assert set(await results(world, world.se)) == {world.sending}
    assert set(await results(world, world.he)) == {world.hosting}
    assert len(await results(world, world.mc)) == 2
    assert await results(world, world.se, entity=world.hosting) == {}


async def test_the_global_team_opens_a_round_of_its_own_one_at_a_time(world: World) -> None:
    await joins(world, world.sending)
    top = callers.global_manager()
    command = commands.OpenRound(closes_on=world.room.clock.now().date() + timedelta(days=7))
    await world.room.do(handlers.open_round, command, top)
    with pytest.raises(Conflict):
        await world.room.do(handlers.open_round, command, top)
    await world.room.due()
    assert len(await world.room.said(PulseAsked)) == 1


# --- the page


async def test_a_member_answers_on_the_page_and_the_link_is_spent(world: World) -> None:
    await joins(world, world.sending)
    (token,) = (await opened(world)).values()
    client = await world.room.client()
    page = await client.get(f"/p/{token}", headers={"accept-language": "sv"})
    assert (page.status_code, 'lang="sv"' in page.text, "Ingen. Det du väljer" in page.text) == (200, True, True)
    missing = await client.post(f"/p/{token}", data={"enps": "9"})
    assert (missing.status_code, missing.text.count('class="error"')) == (422, 2)
    sent = await client.post(f"/p/{token}", data={"enps": "9", "effort": "6", "support": "4", "go": "send"})
    assert sent.status_code == 303
    assert (await client.get(f"/p/{token}")).status_code == 200
    again = await client.post(f"/p/{token}", data={"enps": "0", "effort": "1", "support": "1"})
    assert again.status_code == 409
    assert await rows(world, "SELECT sum(count) FROM pulse_tally") == [(3,)]


async def test_the_language_is_changed_with_what_was_chosen_kept(world: World) -> None:
    await joins(world, world.sending)
    (token,) = (await opened(world)).values()
    client = await world.room.client()
    page = await client.post(f"/p/{token}", data={"enps": "9", "speak": "ar"})
    assert (page.status_code, 'dir="rtl"' in page.text, 'value="9" checked' in page.text) == (200, True, True)
    assert await rows(world, "SELECT count(*) FROM pulse_tally") == [(0,)]


async def test_a_survey_link_opens_no_pulse_and_a_closed_round_says_so(world: World) -> None:
    await joins(world, world.sending)
    (token,) = (await opened(world)).values()
    client = await world.room.client()
    assert (await client.get(f"/p/{links.survey_token(new_id())}")).status_code == 404
    await closed(world)
    assert (await client.get(f"/p/{token}")).status_code == 410
