"""Search finds, sorts and counts what a plain filter over the rows does: by whichever way it goes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.applications import views
from services.applications.schemas.search import OpportunityWish, PersonWish, Sort
from services.applications.views import opportunity_search
from services.applications.views.finding import Asked, find
from shared.storage.paging import Page, Paging
from shared.storage.tx import Uow
from shared.testing import callers
from tests.applications import naive
from tests.applications.findable import (
    COUNTRIES,
    FIELDS,
    LANGUAGES,
    PRODUCTS,
    SKILLS,
    TODAY,
    WORDS,
    opportunity,
    person,
    sql,
)
from tests.applications.world import World

MANY = 70
BEGUN = tuple(word[:length] for word in WORDS for length in (3, 4, 6))
ODD = ("the", "and the", "och", "!!!", "data & !energy", "'); DROP TABLE", "energi:*", "zzz")
days = st.none() | st.dates(TODAY, TODAY.replace(month=12))
texts = st.one_of(
    st.just(""),
    st.lists(st.sampled_from((*WORDS, *BEGUN)), min_size=1, max_size=2).map(" ".join),
    st.sampled_from((*WORDS, *BEGUN)).map(lambda word: f"{word} "),
    st.sampled_from(ODD),
)
few = {
    "sort": st.sampled_from(list(Sort)),
    "product": st.lists(st.sampled_from(PRODUCTS), max_size=2),
    "field": st.lists(st.sampled_from((*FIELDS, "unknown")), max_size=2),
    "country": st.lists(st.sampled_from(COUNTRIES), max_size=2),
    "language": st.lists(st.sampled_from(LANGUAGES), max_size=1),
    "skill": st.lists(st.sampled_from(SKILLS), max_size=1),
}
hours, weeks = st.none() | st.integers(25, 40), st.none() | st.integers(6, 30)


def wishes(model: Any, **more: Any) -> Any:
    """Mostly empty: of many filters at once nothing is left."""
    return st.fixed_dictionaries({"text": texts}, optional={**few, **more}).map(lambda given: model(**given))


async def _rows(world: World, table: str) -> list[dict[str, Any]]:
    found = await sql(world.room, f"SELECT * FROM {table}")
    return [dict(row) for row in found.mappings()]


async def _walk(world: World, view: Any, wish: Any, limit: int) -> tuple[list[Any], Any]:
    """All pages, and what the first one says."""
    caller = callers.enabler()
    page = first = await world.room.read(view, wish, Paging(None, limit), caller=caller)
    ids = [getattr(item, "id", item) for item in page.items]
    while page.next is not None:
        page = await world.room.read(view, wish, Paging(page.next, limit), caller=caller)
        ids += [getattr(item, "id", item) for item in page.items]
    return ids, first.about


def _told(facets: Any, columns: dict[str, str]) -> dict[str, list[tuple[str, int]]]:
    return {kind: [(facet.value, facet.count) for facet in getattr(facets, kind)] for kind in columns}


class Rows:
    """A world with much to find, and its rows as they lie in the tables. (Not a dataclass: hypothesis prints those.)"""

    def __init__(
        self, world: World, rows: list[dict[str, Any]], slots: list[dict[str, Any]], words: naive.Words
    ) -> None:
        self.world, self.rows, self.slots, self.words = world, rows, slots, words


async def _filled(world: World, make: Any, table: str) -> Rows:
    for number in range(MANY):
        await make(world, number)
    words = await naive.Words.of(world, {*WORDS, *BEGUN, *ODD, "Uppsala", "Babeș-Bolyai", *FIELDS, *SKILLS})
    return Rows(world, await _rows(world, table), await _rows(world, "slot"), words)


@pytest.fixture
async def offered(world: World) -> Rows:
    return await _filled(world, opportunity, "opportunity")


@pytest.fixture
async def looking(world: World) -> Rows:
    return await _filled(world, person, "person")


OFFERED = {"product": "product", "field": "field", "country": "country", "language": "languages", "skill": "skills"}
LOOKING = OFFERED | {"product": "wanted_products", "field": "wanted_fields"}
dates = {"start_from": days, "start_to": days, "end_by": days, "weeks_from": weeks, "weeks_to": weeks}
opportunity_wishes = wishes(OpportunityWish, **dates, hours_from=hours, hours_to=hours)
person_wishes = wishes(
    PersonWish,
    wanted_country=st.lists(st.sampled_from(COUNTRIES), max_size=2),
    study_field=st.lists(st.sampled_from(FIELDS), max_size=2),
    study_level=st.lists(st.sampled_from(("bachelor", "master")), max_size=1),
    start_on=days,
)
limits = st.sampled_from([3, 10, 100])
checked = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@checked
@given(wish=opportunity_wishes, limit=limits)
async def test_opportunities_are_those_of_a_plain_filter(offered: Rows, wish: OpportunityWish, limit: int) -> None:
    expected = naive.opportunities(offered.rows, offered.slots, wish, offered.words, offered.world.room.clock.now())
    ids, about = await _walk(offered.world, views.search_opportunities, wish, limit)
    assert ids == [row["id"] for row in expected]
    assert (about["total"].count, about["total"].more) == (len(expected), False)
    assert _told(about["facets"], OFFERED) == naive.facets(expected, OFFERED)


@checked
@given(wish=person_wishes, limit=limits)
async def test_profiles_are_those_of_a_plain_filter(looking: Rows, wish: PersonWish, limit: int) -> None:
    expected = naive.people(looking.rows, wish, looking.words)
    ids, about = await _walk(looking.world, views.search_people, wish, limit)
    assert ids == [row["id"] for row in expected]
    assert (about["total"].count, about["total"].more) == (len(expected), False)
    assert _told(about["facets"], LOOKING) == naive.facets(expected, LOOKING)


@checked
@given(wish=opportunity_wishes, exact=st.sampled_from([0, 1, 5]), dense=st.sampled_from([-1, 2]))
async def test_many_hits_come_in_the_same_order_as_few(
    offered: Rows, wish: OpportunityWish, exact: int, dense: int
) -> None:
    """With another limit of what is counted, the same rows are read along their order."""
    expected = naive.opportunities(offered.rows, offered.slots, wish, offered.words, offered.world.room.clock.now())
    source = replace(opportunity_search.OPPORTUNITIES, exact=exact, dense=dense, thin=3)

    async def view(uow: Uow, wish: OpportunityWish, paging: Paging) -> Page:
        conditions = await opportunity_search.conditions_of(uow, wish)
        hits = await find(uow, source, conditions, Asked(wish.sort, paging.limit, paging.cursor))
        return Page(hits.ids, hits.next, {"total": hits.total})

    ids, about = await _walk(offered.world, view, wish, 7)
    assert ids == [row["id"] for row in expected]
    assert about["total"].more == (len(expected) > exact)
    assert about["total"].count == min(len(expected), exact)
