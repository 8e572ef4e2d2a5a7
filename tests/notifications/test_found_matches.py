"""Opportunities that scoring found are told in one letter, within consent and budget, and to nobody who is erased."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlmodel import select

from services.notifications import plan
from services.notifications.model import FoundList
from shared.contracts import applications as facts
from shared.contracts.notifications import TouchpointScheduled, TouchpointSent
from shared.contracts.scoring import MatchesFound
from shared.ids import new_id
from shared.testing import builders
from tests.notifications.world import World

TITLES = ("Data intern", "Teaching assistant", "Solar engineer", "Nurse", "Guide", "One too many")


@pytest.fixture
async def asked(world: World) -> AsyncIterator[World]:
    with plan.using(plan.shipped()):
        await world.hear_people()
        await world.hear_places()
        yield world


async def found(world: World, *titles: str) -> MatchesFound:
    ids: list[UUID] = []
    for title in titles:
        ids.append(new_id())
        await world.room.hear(builders.opportunity(ids[-1]))
        await world.room.hear(builders.opportunity_details(ids[-1], title=title))
    return MatchesFound(person_id=world.person_id, opportunity_ids=ids, list_id=new_id())


async def test_a_list_is_one_letter_with_its_titles_the_best_first(asked: World) -> None:
    told = await found(asked, *TITLES)
    await asked.room.hear(told)
    await asked.room.hear(told)
    await asked.at(asked.room.clock.now())
    (letter,) = [one for one in asked.inbox() if "oportunități" in one.summary.subject.lower()]
    text = letter.text or ""
    places = [text.find(title) for title in TITLES[:5]]
    assert -1 not in places
    assert places == sorted(places)
    assert TITLES[5] not in text
    (sent,) = [one for one in await asked.room.said(TouchpointSent) if one.touchpoint == "matches-found"]
    assert (sent.person_id, sent.budget) == (asked.person_id, "promotion")


async def test_the_next_week_is_a_letter_of_its_own(asked: World) -> None:
    for titles in (TITLES[:1], TITLES[1:2]):
        await asked.room.hear(await found(asked, *titles))
    planned = [one for one in await asked.room.said(TouchpointScheduled) if one.touchpoint == "matches-found"]
    assert len({one.touchpoint_id for one in planned}) == 2


async def test_what_has_no_title_yet_is_no_letter(asked: World) -> None:
    await asked.room.hear(MatchesFound(person_id=asked.person_id, opportunity_ids=[new_id()], list_id=new_id()))
    await asked.at(asked.room.clock.now())
    assert [one for one in asked.inbox() if "oportunități" in one.summary.subject.lower()] == []


async def test_who_is_erased_is_told_nothing_and_no_list_is_kept(asked: World) -> None:
    told = await found(asked, *TITLES)
    await asked.room.hear(told)
    await asked.room.hear_erased(facts.PersonDetails, asked.person_id)
    await asked.room.hear(await found(asked, "Later"))
    await asked.at(asked.room.clock.now())
    assert [one for one in asked.inbox() if "oportunități" in one.summary.subject.lower()] == []
    async with asked.room.runtime.database.engine.connect() as connection:
        assert (await connection.execute(select(FoundList.id))).all() == []
