"""Saved filters: one's own and shared ones, through the API and on the pages."""

import httpx

from services.journeys.console import navigation
from services.journeys.policy.filters import kept
from shared.ids import new_id
from shared.testing import callers
from tests.journeys.visiting import browser, others, sign_in
from tests.journeys.world import CLUJ, World

__all__ = ["browser", "others"]


def test_neither_a_name_that_was_searched_for_nor_a_place_in_the_list_is_kept() -> None:
    assert (
        kept("?profile=lead&search=Ioana&cursor=abc&format=csv&sort=people.-score") == "profile=lead&sort=people.-score"
    )


async def test_filters_are_ones_own_or_shared_with_the_same_role_at_the_entity(world: World) -> None:
    mine, colleague = world.se, callers.sending_manager(CLUJ)
    assert mine.subject == colleague.subject, "the two are one account: another one is needed"
    other = type(mine)("se-other", mine.role, entity=CLUJ)
    client = await world.room.client(mine)
    body = {"page": "people", "name": "Leads", "query": "profile=lead&search=x"}
    own = (await client.post("/v1/filters", json=body)).json()
    shared = (await client.post("/v1/filters", json={**body, "name": "All", "shared": True})).json()
    assert (own["query"], own["own"], shared["shared"]) == ("profile=lead", True, True)
    seen = (await (await world.room.client(other)).get("/v1/filters", params={"page": "people"})).json()["items"]
    assert [(one["name"], one["own"]) for one in seen] == [("All", False)]
    for stranger in (callers.sending_manager(new_id()), callers.hosting_manager(CLUJ), world.ep):
        assert (await (await world.room.client(stranger)).get("/v1/filters")).json()["items"] == []
    removal = f"/v1/filters/{shared['id']}/removal"
    stranger_client = await world.room.client(other)
    assert (await stranger_client.post(removal, headers={"If-Match": '"1"'})).status_code == 404
    assert (await client.post(removal)).status_code == 428
    gone = await client.post(removal, headers={"If-Match": '"1"'})
    assert gone.headers["etag"] == '"2"'
    assert [one["name"] for one in (await client.get("/v1/filters")).json()["items"]] == ["Leads"]
    back = await client.post(f"/v1/filters/{shared['id']}/restoration", headers={"If-Match": '"2"'})
    assert back.status_code == 200
    assert len((await client.get("/v1/filters")).json()["items"]) == 2


async def test_each_opens_a_page_with_a_filter_of_their_own_choice(browser: httpx.AsyncClient, world: World) -> None:
    """A colleague's shared one, too; the choice is nobody else's, and ends with the filter or when it is taken back."""
    mine = world.se
    other = type(mine)("se-other", mine.role, entity=CLUJ)
    theirs = await world.room.client(other)
    body = {"page": "people", "name": "Leads", "query": "profile=lead", "shared": True}
    shared = (await theirs.post("/v1/filters", json=body)).json()
    await sign_in(browser, f"sending_manager:{CLUJ}")
    form = {"default": "1", "back": "/console/people"}
    choice = f"/console/filters/{shared['id']}/default"
    chosen = await browser.post(choice, data=form)
    assert str(chosen.url).endswith("/console/people?profile=lead")
    assert "The page opens with this filter" in chosen.text
    shown = (await browser.get("/console/filters?page=people")).text
    assert "the page opens with it" in shown
    assert [one["default"] for one in (await theirs.get("/v1/filters")).json()["items"]] == [False]
    for whole in ("/console/people?all=1", "/console/people?profile=customer"):
        assert (await browser.get(whole, follow_redirects=False)).status_code == 200
    await theirs.post(f"/v1/filters/{shared['id']}/removal", headers={"If-Match": '"1"'})
    assert (await browser.get("/console/people", follow_redirects=False)).status_code == 200
    await theirs.post(f"/v1/filters/{shared['id']}/restoration", headers={"If-Match": '"2"'})
    assert (await browser.get("/console/people", follow_redirects=False)).status_code == 303
    await browser.post(choice, data={"back": "/console/people"})
    assert (await browser.get("/console/people", follow_redirects=False)).status_code == 200
    stranger = await world.room.client(callers.sending_manager(new_id()))
    assert (await stranger.post(f"/v1/filters/{shared['id']}/default", json={})).status_code == 404


async def test_every_list_with_filters_offers_to_save_them(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    for path in ("people", "cases", "funnel/dropped", "improvements"):
        page = await browser.get(f"/console/{path}?sort=a.b")
        assert f"page={path.replace('/', '%2F')}" in page.text, path
    assert navigation.filtered("/console/tasks")
    assert "saved-box" not in (await browser.get("/console/events")).text


async def test_a_customer_shares_no_filter_and_nonsense_is_refused(world: World) -> None:
    client = await world.room.client(world.ep)
    wrong = {"page": "people", "name": "x", "shared": True}
    assert (await client.post("/v1/filters", json=wrong)).json()["errors"][0]["pointer"] == "#/shared"
    for body in ({"page": "../x", "name": "x"}, {"page": "people", "name": " "}, {"page": "people", "name": "x" * 81}):
        assert (await client.post("/v1/filters", json=body)).status_code == 422


async def test_a_filter_is_saved_opened_removed_and_brought_back_on_the_page(
    browser: httpx.AsyncClient, world: World
) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    form = {"page": "people", "query": "profile=lead", "name": "Our leads", "shared": "1", "form-key": "0123456789"}
    twice = [await browser.post("/console/filters", data=form, follow_redirects=False) for _ in range(2)]
    assert [reply.headers["location"] for reply in twice] == ["/console/people?profile=lead"] * 2
    page = await browser.get("/console/filters?page=people")
    assert page.text.count("Our leads") == 3  # its link, and the names of its two buttons
    assert 'href="/console/people?profile=lead"' in page.text
    id_ = page.text.split("/console/filters/")[1].split("/")[0]
    gone = await browser.post(f"/console/filters/{id_}/removal", data={"form-version": "1", "back": "/console/filters"})
    assert "The filter is removed." in gone.text
    assert f'action="/console/filters/{id_}/restoration"' in gone.text
    assert 'name="form-version" value="2"' in gone.text
    assert "The filter is removed." not in (await browser.get("/console/filters")).text
    back = await browser.post(f"/console/filters/{id_}/restoration", data={"form-version": "2"})
    assert "Our leads" in back.text


async def test_what_is_wrong_stands_beside_its_field(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    reply = await browser.post("/console/filters", data={"page": "people", "name": ""})
    assert reply.status_code == 422
    assert 'aria-invalid="true"' in reply.text
    assert 'aria-describedby="f-name-error"' in reply.text
    assert 'id="f-name-error"' in reply.text
