"""The conversation on pages: filtered, live in a real browser, calls written down in two presses, people made one."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser

from services.journeys.console import streaming
from services.journeys.console.attribution import chart_of, rows_of
from services.journeys.console.conversation import Asked, days_of
from shared.contracts import contacts, conversations
from shared.ids import new_id
from shared.testing import callers
from tests.browsers import browser, checked, served
from tests.journeys.others import Others
from tests.journeys.test_conversation import enabler, merged
from tests.journeys.test_frame_pages import others, watched
from tests.journeys.world import World

__all__ = ["browser", "enabler", "others"]
pytestmark = pytest.mark.timeout(300)


@asynccontextmanager
async def visiting(world: World, caller: Any) -> Any:
    transport = httpx.ASGITransport(app=await world.room.app(), raise_app_exceptions=False)
    cookies = {"sojourn_token": callers.token(caller)}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies) as client:
        yield client


def test_an_address_says_what_is_asked_and_nonsense_is_left_out() -> None:
    asked = Asked.of({
        "room": "surveys", "channel": "smoke", "side": "hosting", "application": "x", "from": "2026-01-05",
        "to": "2026-13-01", "order": "oldest", "kind": "touchpoint",
    })  # fmt: skip
    assert asked.chosen == {"room": "surveys", "side": "hosting", "kind": "touchpoint", "from": "2026-01-05"}
    assert not asked.live
    assert asked.params("Europe/Bucharest")["since"] == "2026-01-05T00:00:00+02:00"
    assert Asked.of({"to": "2026-01-05"}).params("UTC")["until"] == "2026-01-06T00:00:00+00:00"


def test_three_quiet_events_in_a_row_are_one_bundle() -> None:
    def entry(type_: str, minute: int) -> dict[str, Any]:
        at = f"2026-01-05T09:{minute:02}:00+00:00"
        facts = {"score": 0.1, "reasons": []}
        return {"id": str(minute), "type": type_, "at": at, "effective_on": "2026-01-05", "facts": facts,
                "application_id": None, "room": "scoring"}  # fmt: skip

    quiet = [entry("scoring.lead-scored.v1", minute) for minute in (1, 2, 3)]
    (day,) = days_of([*quiet, entry("scoring.people-merged.v1", 4), entry("scoring.lead-scored.v1", 5)], [], "UTC")
    assert [len(group.lines) for group in day.groups] == [3, 1, 1]
    assert len(day.lines) == 5


async def test_a_call_is_written_to_scoring_and_a_refusal_is_shown(world: World, others: Others) -> None:
    path = f"/v1/leads/{world.person_id}/remarks"
    async with visiting(world, world.se) as client:
        address = f"/console/people/{world.person_id}"
        form = {"form-key": "a-key-of-a-form", "what": "call:interested", "words": "Would go in March."}
        others.answers[path] = {"id": str(new_id())}
        reply = await client.post(f"{address}/remarks", data=form)
        assert (reply.status_code, reply.headers["location"]) == (303, f"{address}#timeline")
        (sent,) = (one for one in others.asked if one.url.path == path)
        assert sent.headers["idempotency-key"] == "a-key-of-a-form"
        body = {"kind": "call", "direction": "out", "outcome": "interested", "words": "Would go in March."}
        assert httpx.Response(200, content=sent.content).json() == body
        others.refuses["scoring"] = 422
        refused = await client.post(f"{address}/remarks", data={**form, "what": "note"})
        assert refused.status_code == 422
        assert "Would go in March." in refused.text


async def test_enablers_are_listed_and_shown_with_their_conversation(
    world: World, enabler: Any, others: Others
) -> None:
    async with visiting(world, world.he) as client:
        listed = (await client.get("/console/enablers?search=norr")).text
        assert f"/console/enablers/{enabler}" in listed
        shown = (await client.get(f"/console/enablers/{enabler}")).text
        assert "Registered as an enabler" in shown
        assert "Log a call or write a note" in shown
    async with visiting(world, world.se) as client:
        part = (await client.get(f"/console/enablers/{enabler}")).text
        assert "You see what concerns your own applications." in part
        assert "Registered as an enabler" not in part


async def test_two_people_are_seen_side_by_side_before_they_are_made_one(world: World, others: Others) -> None:
    other = await merged(world, live=False)
    merge = {"id": str(new_id()), "person_id": str(world.person_id), "other_id": str(other), "version": 3}
    merge |= {"merged_at": "2026-01-07T09:00:00Z", "parted_at": None}
    both = {"person_id": str(world.person_id), "other_id": str(other), "interactions": [4, 2], "visitors": [1, 0]}
    base = f"/v1/people/{world.person_id}"
    others.answers[f"{base}/merge-preview"] = {**both, "remarks": [1, 0], "scores": [0.31, None], "refusal": None}
    others.answers[f"{base}/merges"] = [merge]
    others.answers[f"/v1/merges/{merge['id']}/parting"] = merge
    async with visiting(world, world.se) as client:
        page = f"/console/people/{world.person_id}/merge"
        preview = (await client.get(f"{page}?other={other}")).text
        assert "What comes together" in preview
        assert "They are one" in preview
        undo = await client.post(
            page.replace("/merge", f"/merges/{merge['id']}/parting"),
            data={"form-key": "another-key", "form-version": "3"},
        )
        assert undo.status_code == 303
        sent = [one for one in others.asked if one.url.path.endswith("/parting")]
        assert sent[-1].headers["if-match"] == '"3"'


class Moved(httpx.AsyncHTTPTransport):
    """What is asked of the room's own address is asked where the test serves it."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = urlsplit(base)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=self._base.port)
        return await super().handle_async_request(request)


async def test_what_comes_in_is_on_the_open_page_at_once(
    world: World, others: Others, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(world.room) as base:

        @asynccontextmanager
        async def client() -> Any:
            async with httpx.AsyncClient(transport=Moved(base)) as made:
                yield made

        monkeypatch.setattr(streaming, "http_client", client)
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        here = {"domain": "127.0.0.1", "path": "/console"}
        await context.add_cookies([{"name": "sojourn_token", "value": callers.token(world.se), **here}])  # type: ignore[list-item]
        page = await context.new_page()
        wrong = watched(page)
        async with page.expect_response(lambda reply: reply.url.endswith("/stream")):
            await page.goto(f"{base}/console/people/{world.person_id}", wait_until="load")
        call = {"interaction_id": new_id(), "person_id": world.person_id, "channel": "phone", "kind": "call"}
        call |= {"at": datetime(2026, 5, 27, 12, tzinfo=UTC), "source_id": None, "imported": False, "direction": "in"}
        words = {"remark_id": call["interaction_id"], "subject_id": world.person_id, "text": "Arrived well."}
        await world.at(2026, 5, 28, contacts.ContactRecorded(**call), conversations.RemarkWords(**words))
        await page.get_by_text("They called us").wait_for(timeout=20_000)
        await page.get_by_text("Arrived well.").wait_for(timeout=20_000)
        await page.get_by_text("Log a call or write a note").click()  # the first press; the second writes it down
        assert await page.get_by_role("button", name="No answer").is_visible()
        await checked(page, "conversation-live")
        assert wrong == []
        await context.close()


def test_a_chart_has_a_row_for_each_channel_and_costs_are_told_where_they_are_known() -> None:
    source = str(new_id())
    told = {"value": 4.0, "low": 1.0, "high": 7.0}
    given = {f"source:{source}": told, "unknown": told}
    rules = dict.fromkeys(("first", "last", "linear", "decay", "position"), given)
    result = {"rules": rules, "driven": {"channels": {"base": told}}, "met": {}}
    rows = rows_of(result, {source: "Flyer · Dorm 16"}, {source: (80.0, "RON")})
    assert [row["label"] for row in rows] == ["Flyer · Dorm 16", "Unknown: no touch", "Without any touch"]
    assert rows[0]["cost"] == "20.00 RON"
    chart = chart_of(rows, "linear")
    assert chart is not None
    assert len(chart.bars) == 3
    assert chart_of([], "linear") is None
