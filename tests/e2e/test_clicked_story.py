"""The whole story by clicking, as each role: from a stranger who signs up to a promoter who applies again.

By API are only the committees and the enabler, which the told story left behind; the clock moves to the first day of
work and behind the last one, and completion and the survey follow by themselves.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect

from shared.embedded.stack import EmbeddedStack
from tests.e2e.clicking import Part, playing
from tests.e2e.conftest import Told

pytestmark = pytest.mark.timeout(1200)
HOST = ZoneInfo("Europe/Stockholm")


class Cast:
    """Who plays, and what they are called; every run has an opportunity and an EP of its own."""

    def __init__(self, told: Told, browser: Browser, address: str) -> None:
        self.told, self.browser, self.address = told, browser, address
        self.mark = uuid4().hex[:6]
        self.title, self.family = f"Clicked lab {self.mark}", f"Klick{self.mark}"
        self.person_id = self.enabler_id = ""
        self.start = self.end = date.min

    def se(self) -> Any:
        return playing(self.browser, self.address, f"sending_manager:{self.told.walk.entities['sending']}")

    def he(self) -> Any:
        return playing(self.browser, self.address, f"hosting_manager:{self.told.walk.entities['hosting']}")

    def ep(self) -> Any:
        return playing(self.browser, self.address, f"participant:{self.person_id}", phone=True)

    def enabler(self) -> Any:
        return playing(self.browser, self.address, f"enabler:{self.enabler_id}", phone=True)

    async def today_is(self, day: date, clock: time = time(16)) -> None:
        await self.told.walk.world.move_to(datetime.combine(day, clock, HOST))


@pytest.fixture
async def cast(told: Told, browser: Browser, system: EmbeddedStack) -> Cast:
    made = Cast(told, browser, system.addresses["journeys"])
    offer = told.walk.opportunities["accepted"]
    made.enabler_id = offer["enabler_id"]
    today = (await told.walk.world.now()).astimezone(HOST).date()
    made.start, made.end = today + timedelta(days=40), today + timedelta(days=40 + 7 * 7)
    return made


async def test_everybody_does_their_part_by_clicking(cast: Cast) -> None:
    await the_enabler_posts(cast)
    await a_stranger_signs_up_and_applies(cast)
    await the_enabler_wants_the_candidate(cast)
    await the_host_accepts(cast)
    await the_ep_signs(cast)
    await both_sides_approve(cast)
    await the_host_prepares(cast)
    await the_stay_begins_and_something_goes_wrong(cast)
    await both_sides_settle_the_case(cast)
    await the_stay_ends(cast)
    await the_ep_recommends(cast)
    await the_ep_comes_back(cast)


async def the_enabler_posts(cast: Cast) -> None:
    async with cast.enabler() as enabler:
        await enabler.click("Post, close or raise an opportunity again")
        await enabler.click("Post an opportunity")
        await enabler.fill(
            enabler_id=cast.enabler_id, product="volunteer", title=cast.title, description="Counts solar panels.",
            country="SE", city="Uppsala", zone="Europe/Stockholm", weekly_hours="30", pay="Lunch and 300 EUR a month.",
            accommodation="A room of its own.", arrival="Met at the airport.", openings="1", start_on=cast.start,
            end_on=cast.end, status="open",
        )  # fmt: skip
        await enabler.click("Post an opportunity", "button")
        await enabler.says(cast.title)


async def a_stranger_signs_up_and_applies(cast: Cast) -> None:
    async with playing(cast.browser, cast.address, "participant:", phone=True) as ep:
        cast.person_id = ep.choice.partition(":")[2]
        await ep.click("My journey")
        await ep.click("Sign up")
        await ep.fill(
            sending_entity_id=str(cast.told.walk.entities["sending"]), given_name="Ilinca", family_name=cast.family,
            email=f"ilinca+{cast.mark}@sojourn.example", country="RO", language="ro", zone="Europe/Bucharest",
        )  # fmt: skip
        await ep.click("Sign up", "button")
        await ep.says("Welcome.")
        await ep.page.goto(f"{cast.address}/console/search?text={cast.mark}")
        await ep.row(cast.title)
        await ep.click("Apply", "button")
        await ep.says("Applied.")


async def the_enabler_wants_the_candidate(cast: Cast) -> None:
    async with cast.enabler() as enabler:
        await enabler.click("Look at new applicants and say whom I want")
        await enabler.click("We want this one", "button", await enabler.row(cast.title))
        assert enabler.clicks == 2
        await enabler.says("Your committee sees it")
        await expect(await enabler.row(cast.title)).to_contain_text("Wanted")


async def the_host_accepts(cast: Cast) -> None:
    async with cast.he() as host:
        await host.click("Accept or reject new applications")
        row = await host.row(cast.title)
        await expect(row).to_contain_text("Wanted")
        await host.click("Accept", "button", row)
        assert host.clicks == 2
        await host.says("Accepted.")


async def the_ep_signs(cast: Cast) -> None:
    async with cast.ep() as ep:
        await ep.page.goto(f"{cast.address}/console/my-applications")
        await ep.click("Sign the acceptance note", within=await ep.row(cast.title))
        await ep.says("Lunch and 300 EUR a month.")
        await ep.click("Sign the acceptance note", "button")
        await ep.says("Signed.")


async def both_sides_approve(cast: Cast) -> None:
    async with cast.se() as manager:
        fee = {"amount": "450", "currency": "EUR", "reference": cast.mark}
        for kind, facts in (("Fee paid", fee), ("Contract signed", {})):
            await manager.home()
            await manager.click("Record fees, contracts, insurance and other requirements")
            row = manager.page.locator("main tr", has_text=cast.title).filter(has_text=kind).first
            await manager.until(row.count)
            await manager.click("Record", within=row)
            await manager.fill(**facts)
            await manager.click("Save", "button")
            assert manager.clicks == 3
            await manager.says("Recorded.")
        await approve(manager, "Approve candidates who have signed, paid and have a contract", cast)
    async with cast.he() as host:
        await approve(host, "Approve candidates who have signed", cast)


async def approve(part: Part, task: str, cast: Cast) -> None:
    await part.home()
    await part.click(task)
    await part.click("Approve", within=await part.row(cast.title))
    await part.says("Counts solar panels.")
    await part.click("Approve", "button")
    assert part.clicks == 3
    await part.says("Approved for your side.")


async def the_host_prepares(cast: Cast) -> None:
    async with cast.he() as host:
        await host.click("Prepare who arrives: pick-up, room, buddy, workplace")
        await host.click("Pick-up, housing, workplace", within=await host.row(cast.title))
        await host.fill(
            pickup_place="Arlanda, terminal 5", pickup_on=cast.start - timedelta(days=2), pickup_time="14:30",
            pickup_person="Elsa", pickup_phone="+46 70 123 45 67", accommodation="Studentvägen 3",
            emergency_contact="Elsa, +46 70 123 45 67", departure_route="Bus 801 to the airport", supervisor="Maja",
        )  # fmt: skip
        await host.click("Save", "button")
        assert host.clicks == 3
        await host.says("Written down.")


async def the_stay_begins_and_something_goes_wrong(cast: Cast) -> None:
    await cast.today_is(cast.start)
    async with cast.he() as host:
        await host.click("Mark interns as realized on their first day")
        await host.click("Realized", "button", await host.row(cast.title))
        assert host.clicks == 2
        await host.says("Realized: the first day of work has happened.")
    async with cast.enabler() as enabler:
        await enabler.click("See who arrives and who is here")
        await enabler.press((await enabler.row(cast.title)).get_by_role("link").first)
        assert enabler.clicks == 2
    async with cast.se() as manager:
        await manager.page.goto(f"{cast.address}/console/staying")
        await manager.press((await manager.row(cast.title)).get_by_role("link").first)
        await manager.click("Report a problem")
        await manager.fill(report="The room has no heating since Monday.")
        await manager.click("Save", "button")
        await manager.says("Reported: both committees are to answer within a day.")


async def both_sides_settle_the_case(cast: Cast) -> None:
    for somebody in (cast.se(), cast.he()):
        async with somebody as part:
            await the_case(part, cast)
            await part.click("Acknowledge", "button")
    async with cast.he() as host:
        await the_case(host, cast)
        await host.click("Solve")
        await host.fill(text="An electric heater is there since this morning; the landlord mends the boiler.")
        await host.click("Send", "button")
        await host.says("An electric heater is there")
        await host.click("Close")
        await host.fill(note="Warm again.")
        await host.click("Close the case", "button")
        await host.says("Closed")


async def the_case(part: Part, cast: Cast) -> None:
    await part.page.goto(f"{cast.address}/console/cases")
    await part.press((await part.row(cast.family)).get_by_role("link").first)


async def the_ep_recommends(cast: Cast) -> None:
    async with cast.ep() as ep:
        await ep.click("Answer a survey, ask somebody, report a problem")
        await ep.row("After")
        await ep.click("Answer now", "button")
        await ep.click("Open the survey")
        assert ep.clicks == 3
        await the_best_answers(ep)
    async with cast.se() as manager:
        await manager.page.goto(f"{cast.address}/console/register/people/{cast.person_id}")
        await manager.says("Promoter")


async def the_ep_comes_back(cast: Cast) -> None:
    """A promoter again on the way: the opportunity that the enabler raised again is applied to. And what was sent
    during the stay is still there to be read."""
    async with cast.ep() as ep:
        await ep.click("My journey")
        document = ep.page.locator("#documents a[href*='/console/files/documents/']").first
        file = await ep.page.request.get(f"{cast.address}{await document.get_attribute('href')}")
        assert file.headers["content-type"] == "application/pdf"
        assert "filename=" in file.headers["content-disposition"]
        assert (await file.body()).startswith(b"%PDF-")
        await ep.page.goto(f"{cast.address}/console/search?text={cast.mark}")
        await ep.click("Apply", "button", await ep.row(cast.title))
        await ep.says("Applied.")


async def the_best_answers(ep: Part) -> None:
    """Step by step through the survey's own page, until it thanks."""
    for _step in range(12):
        for name, best in (("nps", "10"), ("ces2", "7"), ("csat", "5")):
            choice = ep.page.locator(f'input[name="{name}"][value="{best}"]')
            if await choice.count():
                await choice.first.check(force=True)
        onward = ep.page.locator('button[name="go"]:not(.unseen)').first
        if not await onward.count():
            return
        await onward.click()
        await ep.page.wait_for_load_state("load")


async def the_stay_ends(cast: Cast) -> None:
    await cast.today_is(cast.end + timedelta(days=1), time(9))
    async with cast.se() as manager:
        await manager.page.goto(f"{cast.address}/console/applications?status=completed")
        await manager.row(cast.title)
    async with cast.enabler() as enabler:
        await enabler.click("Post, close or raise an opportunity again")
        await enabler.click("Raise again", within=await enabler.row(cast.title))
        await enabler.click("Raise again", "button")
        assert enabler.clicks == 3
        await enabler.says("Raised again.")
        await expect(enabler.page.get_by_role("heading", name=cast.title)).to_be_visible()
