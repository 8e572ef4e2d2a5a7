"""Signing in with the organisation's account, against a real issuer over HTTP: the whole way, and what goes wrong."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from services.journeys.console import oidc, seals
from shared.settings import Mode
from shared.testing.rooms import Room, Rooms
from shared.web import provider
from tests.browsers import browser, served
from tests.journeys.test_frame_pages import watched
from tests.journeys.world import CLUJ, World, build

__all__ = ["browser"]


@dataclass
class Here:
    """A console that is set up for an issuer, both on ports of their own."""

    world: World
    console: str
    issuer: str

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.console, follow_redirects=False)


@pytest.fixture
async def here(rooms: Rooms) -> AsyncIterator[Here]:
    oidc._known.clear()
    provider = await rooms("notifications")
    async with served(provider) as issuer:
        discovery = f"{issuer}/development/issuer/.well-known/openid-configuration"
        room = await rooms(
            "journeys", oidc_client_id="console", oidc_client_secret="s3cret", oidc_discovery_url=discovery
        )
        world = await build(room)
        async with served(room) as console:
            at_console(room, console)
            yield Here(world, console, issuer)


def at_console(room: Room, address: str) -> None:
    room.runtime.kernel = room.runtime.kernel.model_copy(update={"journeys_url": address})


async def test_a_person_signs_in_at_the_issuer_comes_back_to_the_page_and_signs_out(
    here: Here, browser: Browser
) -> None:
    await here.world.signs_up()
    context = await browser.new_context()
    page = await context.new_page()
    wrong = watched(page)
    await page.goto(f"{here.console}/console/people?search=ioana")
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("Role").select_option("sending_manager")
    await page.get_by_label("Id of the person").fill(str(CLUJ))
    await page.get_by_label("Name").fill("Ana Pop")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{here.console}/console/people?search=ioana")
    await expect(page.get_by_text("Ioana Șerban")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in await context.cookies(f"{here.console}/console/sign-out")}
    assert {"sojourn_token", "sojourn_id", "sojourn_refresh"} <= set(cookies)
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies.values())
    await page.get_by_role("button", name="Ana Pop").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("link", name="Sign out there, too").click()
    await expect(page).to_have_url(f"{here.console}/console/sign-in")
    assert [cookie["name"] for cookie in await context.cookies(f"{here.console}/console/sign-out")] == []
    assert wrong == []
    await context.close()


async def test_a_form_that_was_filled_in_outlives_the_sign_in(here: Here, browser: Browser) -> None:
    """The sign-in ended meanwhile: the form waits in its tab until somebody is signed in again in another one."""
    context = await browser.new_context()
    page = await context.new_page()
    await signs_in(page, here, "/console/filters?page=people")
    await page.get_by_label("Name of this filter").fill('My "own" <leads>')
    await context.clear_cookies()
    await page.get_by_role("button", name="Save this filter").click()
    await expect(page.get_by_role("heading", name="Your sign-in has ended.")).to_be_visible()
    async with context.expect_page() as opened:
        await page.get_by_role("link", name="Sign in in a new tab").click()
    await signs_in(await opened.value, here, "/console/filters")
    await page.get_by_role("button", name="Send it now").click()
    await expect(page.get_by_text("The filter is saved.")).to_be_visible()
    await page.goto(f"{here.console}/console/filters")
    await expect(page.get_by_role("link", name='My "own" <leads>')).to_be_visible()
    await context.close()


async def signs_in(page: Page, here: Here, wanted: str) -> None:
    await page.goto(f"{here.console}{wanted}")
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("Role").select_option("sending_manager")
    await page.get_by_label("Id of the person").fill(str(CLUJ))
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{here.console}{wanted}")


async def leave(client: httpx.AsyncClient, wanted: str = "/console/events") -> dict[str, str]:
    """Off to the issuer: what the address that the browser is sent to asks."""
    reply = await client.get("/console/sign-in/go", params={"next": wanted})
    assert reply.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


async def say_who(here: Here, asked: dict[str, str], **more: str) -> dict[str, str]:
    """The issuer's page is filled in: what its reply to the console says."""
    form = {**asked, "role": "sending_manager", "whose": str(CLUJ), "name": "Ana", **more}
    async with httpx.AsyncClient() as client:
        reply = await client.post(f"{here.issuer}/development/issuer/authorize", data=form)
    assert reply.status_code == 303, reply.text
    assert reply.headers["location"].startswith(f"{here.console}/console/sign-in/return?")
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


async def test_the_question_to_the_issuer_is_whole(here: Here) -> None:
    async with here.browser() as client:
        asked = await leave(client)
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"{here.console}/console/sign-in/return"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    async with here.browser() as client:
        again = await leave(client)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


async def test_a_code_signs_in_once_and_only_who_asked_for_it(here: Here) -> None:
    async with here.browser() as mine, here.browser() as others:
        back = await say_who(here, await leave(mine))
        await leave(others)
        assert (await others.get("/console/sign-in/return", params=back)).status_code == 403
        reply = await mine.get("/console/sign-in/return", params=back)
        assert (reply.status_code, reply.headers["location"]) == (303, "/console/events")
        assert mine.cookies["sojourn_token"]
        again = await mine.get("/console/sign-in/return", params=back)
        assert again.status_code == 403


CHANGED: list[dict[str, str | None]] = [
    {"state": "guessed"},
    {"state": None},
    {"iss": "https://evil.example"},
    {"code": "made-up"},
    {"code": None},
    {"error": "access_denied"},
]


async def test_a_reply_that_is_not_the_issuers_to_this_question_signs_nobody_in(here: Here) -> None:
    for changed in CHANGED:
        async with here.browser() as client:
            back: dict[str, Any] = {**await say_who(here, await leave(client)), **changed}
            sent = {name: value for name, value in back.items() if value is not None}
            reply = await client.get("/console/sign-in/return", params=sent)
            assert reply.status_code == 403, changed
            assert "sojourn_token" not in client.cookies


async def test_a_token_for_another_question_or_client_is_refused(here: Here) -> None:
    """The issuer answers with another nonce, or as if another client had asked: the code is good, the tokens aren't."""
    async with here.browser() as client:
        asked = await leave(client)
        back = await say_who(here, asked, nonce="another")
        assert (await client.get("/console/sign-in/return", params=back)).status_code == 403
        asked = await leave(client)
        back = await say_who(here, asked, client_id="somebody-else")
        assert (await client.get("/console/sign-in/return", params=back)).status_code == 403
        assert "sojourn_token" not in client.cookies


async def test_pkce_binds_a_code_to_the_browser_that_began(here: Here) -> None:
    """Whoever stole a code has no verifier for it; a challenge of one's own doesn't help with somebody else's flow."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"stolen").digest()).rstrip(b"=").decode()
    async with here.browser() as client:
        back = await say_who(here, await leave(client), code_challenge=challenge)
        assert (await client.get("/console/sign-in/return", params=back)).status_code == 403


async def test_nobody_is_led_elsewhere_after_signing_in(here: Here) -> None:
    async with here.browser() as client:
        back = await say_who(here, await leave(client, "https://evil.example/"))
        reply = await client.get("/console/sign-in/return", params=back)
        assert reply.headers["location"] == "/console"


async def test_an_issuer_that_is_away_or_another_one_is_told(here: Here) -> None:
    room = here.world.room
    oidc._known.clear()
    room.runtime.kernel = room.runtime.kernel.model_copy(update={"oidc_issuer": "https://other.example"})
    async with here.browser() as client:
        assert (await client.get("/console/sign-in/go")).status_code == 503
        assert "told of" in (await client.get("/console/sign-in/go")).text


async def test_production_without_a_client_says_what_to_set(rooms: Rooms) -> None:
    room = await rooms("journeys")
    room.runtime.kernel = room.runtime.kernel.model_copy(update={"mode": Mode.production})
    app = await room.app()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://console.example") as client:
        page = await client.get("/console/sign-in")
        assert "SOJOURN_JOURNEYS_OIDC_CLIENT_ID" in page.text
        assert "/console/sign-in/return" in page.text
        assert (await client.get("/console/sign-in/go")).status_code == 403
        assert (await client.get("/development/issuer/authorize")).status_code == 404


async def test_the_development_issuer_redirects_to_this_machine_alone(here: Here) -> None:
    async with httpx.AsyncClient() as client:
        asked = {
            "response_type": "code", "client_id": "x", "redirect_uri": "https://evil.example/", "state": "s",
            "code_challenge": "c", "code_challenge_method": "S256",
        }  # fmt: skip
        at = f"{here.issuer}/development/issuer"
        assert (await client.get(f"{at}/authorize", params=asked)).status_code == 422
        assert (
            await client.get(f"{at}/authorize", params={**asked, "code_challenge_method": "plain"})
        ).status_code == 422
        foreign = {"Host": "evil.example"}
        form = {**asked, "redirect_uri": f"{here.console}/console/sign-in/return", "role": "auditor"}
        assert (await client.post(f"{at}/authorize", data=form, headers=foreign)).status_code == 403
        end = await client.get(f"{at}/end-session", params={"post_logout_redirect_uri": "https://evil.example/"})
        assert end.status_code == 422


# --- the sign-in goes on


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Access tokens of the issuer end so soon that each page renews them."""
    monkeypatch.setattr(provider, "ACCESS_SECONDS", 30)


async def enters(here: Here, client: httpx.AsyncClient, **more: str) -> None:
    back = await say_who(here, await leave(client), **more)
    assert (await client.get("/console/sign-in/return", params=back)).status_code == 303


def held(client: httpx.AsyncClient) -> str:
    """The refresh token in the cookie."""
    return str(seals.opened("refresh", client.cookies["sojourn_refresh"].strip('"'), 60)[0])


async def shows(here: Here, refresh: str, client_id: str = "console") -> int:
    """Somebody shows a refresh token to the issuer."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": client_id}
    async with httpx.AsyncClient() as client:
        return (await client.post(f"{here.issuer}/development/issuer/token", data=form)).status_code


async def test_a_sign_in_is_renewed_before_it_ends_and_pages_at_once_share_that(here: Here, short: None) -> None:
    async with here.browser() as client:
        await enters(here, client)
        before = (client.cookies["sojourn_token"], held(client))
        pages = await asyncio.gather(*(client.get("/console/filters?page=people") for _ in range(4)))
        assert [page.status_code for page in pages] == [200] * 4
        after = (client.cookies["sojourn_token"], held(client))
        assert all(new != old for new, old in zip(after, before, strict=True))
        assert (await client.get("/console/filters?page=people")).status_code == 200
        assert held(client) != after[1], "the second renewal: nobody has shown a token twice"


async def test_a_token_that_lasts_is_left_alone(here: Here) -> None:
    async with here.browser() as client:
        await enters(here, client)
        refresh = held(client)
        assert "sojourn_token" not in (await client.get("/console/filters")).headers.get("set-cookie", "")
        assert held(client) == refresh


async def test_a_stolen_refresh_token_that_is_shown_again_ends_the_sign_in_for_everybody(
    here: Here, short: None
) -> None:
    async with here.browser() as client:
        await enters(here, client)
        stolen = held(client)
        assert await shows(here, stolen, "another-client") == 400
        await enters(here, client)
        stolen = held(client)
        await client.get("/console/filters")
        newest = held(client)
        assert await shows(here, stolen) == 400
        assert await shows(here, newest) == 400
        client.cookies.delete("sojourn_token")
        reply = await client.get("/console/filters")
        assert reply.headers["location"].startswith("/console/sign-in?next=%2Fconsole%2Ffilters")


async def test_somebody_elses_refresh_token_in_the_browser_changes_nothing(here: Here, short: None) -> None:
    async with here.browser() as mine, here.browser() as theirs:
        await enters(here, mine)
        await enters(here, theirs, role="auditor", whose="")
        token, good = mine.cookies["sojourn_token"], mine.cookies["sojourn_refresh"].strip('"')
        for planted in (
            theirs.cookies["sojourn_refresh"].strip('"'),
            good[:-1] + ("0" if good[-1] != "0" else "1"),
            "x.y",
        ):
            jar = {"sojourn_token": token, "sojourn_refresh": planted}
            async with httpx.AsyncClient(base_url=here.console, cookies=jar) as client:
                reply = await client.get("/console/filters")
                assert reply.status_code == 200
                assert "EP manager" in reply.text
                assert "sojourn_token" not in reply.headers.get("set-cookie", "")


async def test_signing_out_revokes_and_another_sign_in_leaves_no_old_token(here: Here, short: None) -> None:
    async with here.browser() as client:
        await enters(here, client)
        refresh = held(client)
        await client.post("/console/sign-out")
        assert "sojourn_refresh" not in client.cookies
        assert await shows(here, refresh) == 400
        await enters(here, client)
        await client.post("/console/sign-in", data={"as": "auditor"})
        assert "sojourn_refresh" not in client.cookies
