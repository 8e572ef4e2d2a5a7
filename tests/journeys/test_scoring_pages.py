"""The pages of what scoring has, with the real scoring room behind them: made, answered and decided by clicking."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from services.journeys.console.pages import doors
from services.journeys.console.texts import LANGUAGES
from shared.testing import callers
from shared.testing.rooms import Room, Rooms
from tests.elements import Elements
from tests.scoring.sheets import IDS
from tests.scoring.world import SENDING, build

HERE = "http://127.0.0.1:8105"
NOTHING = {"items": [], "next": None}


@pytest.fixture
async def scoring(rooms: Rooms) -> Room:
    room = await rooms("scoring")
    await build(room)
    return room


@pytest.fixture
async def browser(room: Room, scoring: Room, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """An EP manager; the two rooms are real, the others know nothing."""
    behind = {HERE: room, "http://127.0.0.1:8104": scoring}
    mounts: dict[str, httpx.AsyncBaseTransport] = {
        at: httpx.ASGITransport(app=await one.app(), raise_app_exceptions=False) for at, one in behind.items()
    }
    others = httpx.MockTransport(lambda request: httpx.Response(200, json=NOTHING))

    @asynccontextmanager
    async def client() -> Any:
        async with httpx.AsyncClient(transport=others, mounts=mounts) as made:
            yield made

    monkeypatch.setattr(doors, "http_client", client)
    cookies = {"sojourn_token": callers.token(callers.sending_manager(SENDING))}
    async with httpx.AsyncClient(transport=mounts[HERE], base_url=HERE, cookies=cookies, follow_redirects=True) as made:
        yield made


async def sent(browser: httpx.AsyncClient, page: str, status: int = 200, **fields: str) -> Elements:
    """The form of a page with these fields filled in, and the page that the way goes on to."""
    shown = Elements((await browser.get(page)).text)
    hidden = {str(at["name"]): at["value"] for at in shown.all("input", type="hidden") if at["name"] != "next"}
    reply = await browser.post(page, data={**hidden, **fields})
    assert reply.status_code == status, reply.text
    return Elements(reply.text)


async def sheet_of(browser: httpx.AsyncClient) -> str:
    """A prospect's sheet with one competitor; its address."""
    fields = {"template": "go-no-go", "name": "Norrsken Lab", "entity_id": str(SENDING), "rivals": "Fjord AB\n"}
    await sent(browser, "/console/sheets/new/about_prospect", **fields)
    listed = Elements((await browser.get("/console/sheets")).text)
    return next(at["href"] for at in listed.all("a") if str(at.get("href")).count("-") == 4) or ""


async def test_a_sheet_is_made_answered_decided_and_its_outcome_told_by_clicking(browser: httpx.AsyncClient) -> None:
    at = await sheet_of(browser)
    begun = Elements((await browser.get(at)).text)
    assert "Not enough known" in begun.text
    assert len(begun.all("a", **{"class": "square open"})) == 40, "what nobody answered is neither + nor −"
    answered = await sent(browser, f"{at}/columns/ours", **dict.fromkeys(IDS[:18], "plus:0:open"))
    assert len(answered.all("a", **{"class": "square plus"})) == 18
    assert len(answered.all("a", **{"class": "square minus"})) == 0
    cell = f"{at}/cells/ours/{IDS[3]}"
    noted = await sent(browser, cell, answer="minus", note="They asked twice.")
    assert len(noted.all("a", **{"class": "square minus"})) == 1
    assert "They asked twice." in (await browser.get(cell)).text
    refused = await sent(browser, f"{at}/do/decide", 422, decision="no_go")
    assert "say why" in refused.text.lower()
    decided = await sent(browser, f"{at}/do/decide", decision="no_go", reason="Their new head is against it.")
    assert "Their new head is against it." in decided.text
    told = await sent(browser, f"{at}/do/outcome", ending="lost", on="2026-02-01")
    assert "Lost" in told.text
    again = await sent(browser, f"{at}/do/outcome", ending="won", on="2026-02-01")
    assert "Won" in again.text, "the outcome is changed at its own version"
    listed = Elements((await browser.get("/console/sheets")).text)
    assert listed.all("span", **{"class": "pill state-no_go"})
    assert listed.all("span", **{"class": "pill state-won"})


async def test_an_answer_that_somebody_else_gave_meanwhile_is_not_overwritten(browser: httpx.AsyncClient) -> None:
    at = await sheet_of(browser)
    await sent(browser, f"{at}/columns/a", **{IDS[0]: "plus:0:open"})
    late = await sent(browser, f"{at}/columns/a", 422, **{IDS[0]: "minus:0:open", IDS[1]: "plus:0:open"})
    assert "Somebody changed it since you looked." in late.text
    assert late.all("a", href=f"#f-{IDS[0]}"), "it says which"
    undone = await browser.post(f"{at}/cells/a/{IDS[0]}/undo", data={"form-version": "1"})
    assert "Taken back by a step." in undone.text
    assert len(Elements((await browser.get(at)).text).all("a", **{"class": "square open"})) == 40


async def test_reports_prints_and_templates_are_reached_from_the_list(browser: httpx.AsyncClient) -> None:
    at = await sheet_of(browser)
    market = {"template": "digital-maturity", "name": "Spring", "entity_id": str(SENDING)}
    await sent(browser, "/console/sheets/new/about_market", **market)
    for path in ("/console/sheets/record", f"/console/sheets/markets?entity_id={SENDING}", "/console/sheet-templates"):
        assert (await browser.get(path)).status_code == 200, path
    shown = await browser.get("/console/sheet-templates/digital-maturity")
    assert "Can students afford mobile data?" in shown.text
    assert "Publish" not in shown.text, "that is for national and global managers"
    paper = await browser.get(at.replace("sheets", "files/sheets"))
    assert "style-src 'sha256-" in paper.headers["content-security-policy"]
    assert "Norrsken Lab" in paper.text
    assert "Fjord AB" in (await browser.get("/console/files/sheets")).text
    for language in LANGUAGES:
        browser.cookies.set("sojourn_language", language)
        assert (await browser.get(at)).status_code == 200


async def test_segments_corridors_audiences_and_tournaments_are_worked_with_by_clicking(
    browser: httpx.AsyncClient,
) -> None:
    asked = await sent(browser, "/console/corridors/new/ask", transition="approved", party="ep")
    assert "This is being worked out." in asked.text
    rule = "visits.90 ge 5\nwants.products has_any talent, teacher\nlooking is true"
    segment = await sent(browser, "/console/customer-segments/new/make", name="Warm", party="ep", condition=rule)
    assert "visits.90 at least 5 and wants.products has one of talent, teacher and looking" in segment.text
    wrong = await sent(
        browser, "/console/customer-segments/new/make", 422, name="x", party="ep", condition="shoes ge 5"
    )
    assert "no such field" in wrong.text
    await sent(browser, "/console/segment-searches/new/ask", party="ep", seed="1")
    offered = Elements((await browser.get("/console/audiences/new/make")).text).all("option")
    (segment_id,) = [str(at["value"]) for at in offered if at.get("value")]
    fields = {"name": "Spring", "recipient": "Ads", "use_until": "2026-06-30T00:00", "segment_id": segment_id}
    audience = await sent(browser, "/console/audiences/new/make", **fields)
    assert "told this once: whsec_" in audience.text
    assert "Warm" in audience.text
    texts = {"texts.en": "Internships in Sweden", "texts.ro": "", "texts.ar": ""}
    content = await sent(browser, "/console/contents/new/make", slot="story", weight="3", countries="SE", **texts)
    assert "English: Internships in Sweden" in content.text
    watched = await browser.get("/console/tournaments")
    assert watched.text.count("rules-1") == 6
    assert "Roll back" not in (await browser.get("/console/tournaments/approved")).text, "that is for global managers"
    browser.cookies.set("sojourn_token", callers.token(callers.global_manager()))
    refused = await sent(browser, "/console/tournaments/approved/do/roll_back", 422)
    assert "Rules speak for this transition" in refused.text
    trained = await sent(browser, "/console/tournaments/approved/do/train", seed="1")
    assert "Waits for its turn" in trained.text
