"""Each role's five daily tasks, walked by clicking from home to what was done; every link and button is counted."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator

from services.journeys.console.daily_tasks import DAILY, MOST_CLICKS, Daily
from shared.access import Role
from shared.embedded.stack import EmbeddedStack
from story.approval import record_needed
from tests.e2e.clicking import Part, playing
from tests.e2e.conftest import Told

pytestmark = pytest.mark.timeout(900)
HOST = ZoneInfo("Europe/Stockholm")
# What a step means that names no link or button.
THINGS = {"the step": "main a[href*='/funnel/why']", "the touchpoint": "main h4 a"}
FIRST = "main tbody th a, main tbody td a, main svg a, main ul.rows a, main dl a"
# What a form's box holds where any word won't do.
GIVEN = {"currency": "EUR", "covers_from": "2020-01-01", "covers_to": "2099-12-31"}


class Work:
    """Something to do for everybody: somebody who applied, who chooses, who signed, who arrives, who begins; a
    question, leads, an opportunity that nobody applied to. All of it by API: the walk alone is clicked."""

    def __init__(self, told: Told) -> None:
        self.walk = told.walk
        self.se, self.he = told.walk.people["se"], told.walk.people["he"]
        self.people: dict[str, str] = {}
        self.nation = ""

    async def set_out(self) -> None:
        today = (await self.walk.world.now()).astimezone(HOST).date()
        soon = await self.offer(today + timedelta(days=1))
        later = await self.offer(today + timedelta(days=60))
        await self.applies("open", later)
        chooses = await self.applies("chooses", later)
        await self.he.change("applications", f"{chooses.path}/acceptance", of=chooses.path)
        await self.signed("signed", later)
        await self.approved("arrives", later)
        await self.approved("begins", soon)
        ep = await self.applies("asks", later)
        asked = {"subject": "Vaccination", "text": "Do I need any?"}
        await self.walk.world.until("the question", lambda: ep.post("notifications", "/v1/questions", asked))
        self.nation = (await self.se.get("applications", f"/v1/entities/{self.walk.entities['sending']}"))["parent_id"]
        await self.offer(today + timedelta(days=90))
        await self.walk.world.move_to(datetime.combine(today + timedelta(days=9), time(12), HOST))
        await self.leads("asks", "open")  # who isn't called within days goes back

    async def offer(self, start: Any) -> Any:
        both = self.walk.tale.opportunities.both | self.walk.tale.opportunities.accepted.model_dump(exclude={"reason"})
        dates = {"start_on": start.isoformat(), "end_on": (start + timedelta(days=83)).isoformat(), "openings": 20}
        about: Any = {"enabler_id": self.walk.opportunities["accepted"]["enabler_id"]}
        about["selection_process"] = ["motivation_letter"]
        return await self.he.post("applications", "/v1/opportunities", both | dates | about)

    async def applies(self, name: str, opportunity: Any) -> Any:
        account = f"ep-{uuid4().hex[:12]}"
        ep = self.walk.world.account(Role.participant, account)
        tale = self.walk.tale.ep.model_dump()
        body = tale | {"email": f"{account}@sojourn.example", "family_name": f"Walk{account[3:8]}"}
        body["sending_entity_id"] = str(self.walk.entities["sending"])
        self.people[name] = (await ep.post("applications", "/v1/people", body))["id"]
        made = await ep.post("applications", "/v1/applications", {"opportunity_id": opportunity["id"]})
        ep.path, ep.terms = f"/v1/applications/{made['id']}", made["terms"]
        return ep

    async def signed(self, name: str, opportunity: Any) -> Any:
        ep = await self.applies(name, opportunity)
        await self.he.change("applications", f"{ep.path}/acceptance", of=ep.path)
        await ep.change("applications", f"{ep.path}/acceptance-note", {"terms": ep.terms}, of=ep.path)
        await record_needed(self.se, ep.path)
        return ep

    async def approved(self, name: str, opportunity: Any) -> None:
        ep = await self.signed(name, opportunity)
        for side in (self.se, self.he):
            await side.change("applications", f"{ep.path}/approval", {"terms": ep.terms}, of=ep.path)

    async def leads(self, *names: str) -> None:
        """Two members of the sending committee; the first has these leads to call."""
        members = [await self.member(given) for given in ("Dana", "Radu")]
        for name in names:
            lead = f"/v1/leads/{self.people[name]}"
            await self.walk.world.until("the hand-over", partial(self.hands_over, lead, members[0]))

    async def hands_over(self, lead: str, member: str) -> Any:
        return await self.se.change("scoring", f"{lead}/hand-over", {"member_id": member}, of=lead)

    async def member(self, given_name: str) -> str:
        account = self.walk.world.account(Role.participant, f"member-{uuid4().hex[:8]}")
        body = {"entity_id": str(self.walk.entities["sending"]), "role": "ep_manager", "family_name": "Pop"}
        body |= {"given_name": given_name, "email": f"member+{uuid4().hex[:6]}@sojourn.example"}
        member = await account.post("applications", "/v1/members", body)
        path = f"/v1/members/{member['id']}"
        for step, facts in (("selection", None), ("activation", {})):
            await self.se.change("applications", f"{path}/{step}", facts, of=path)
        return str(member["id"])


@pytest.fixture(scope="module")
async def work(told: Told) -> Work:
    made = Work(told)
    await made.set_out()
    return made


def choice(work: Work, role: Role) -> str:
    walk = work.walk
    whose = {
        Role.participant: work.people["chooses"],
        Role.enabler: walk.opportunities["accepted"]["enabler_id"],
        Role.sending_manager: walk.entities["sending"],
        Role.hosting_manager: walk.entities["hosting"],
        Role.national_manager: work.nation,
    }
    return f"{role}:{whose[role]}" if role in whose else str(role)


@pytest.mark.parametrize("role", DAILY)
async def test_five_daily_tasks_take_three_clicks_each(
    role: Role, work: Work, browser: Browser, system: EmbeddedStack
) -> None:
    phone = role in (Role.participant, Role.enabler)
    async with playing(browser, system.addresses["journeys"], choice(work, role), phone=phone) as part:
        for task in DAILY[role]:
            await figures(part, task)
            await part.home()
            await walked(part, task)
            assert part.clicks <= MOST_CLICKS, task.code


async def figures(part: Part, task: Daily) -> None:
    """Figures that aren't worked out yet, which the page asks for by itself, are there before the walk begins."""
    await part.page.goto(f"{part.address}{task.at}")
    waiting = part.page.locator("#estimate .empty form, #estimate .working")
    await part.until(lambda: gone(waiting))


async def gone(found: Locator) -> bool:
    return not await found.count()


async def walked(part: Part, task: Daily) -> None:
    """Home's link first; then row, link or button as the task says, to what the last page says."""
    for step in task.clicks:
        found = place_of(part, step)
        try:
            await part.until(found.count)
        except TimeoutError:
            pytest.fail(f"{task.code}: no “{step}” in {await part.page.locator('main').inner_text()}")
        await filled(part)
        await part.press(found.first)
    await part.says(task.seen)


def place_of(part: Part, step: str) -> Locator:
    main = part.page.locator("main")
    if step.startswith("the "):
        return part.page.locator(THINGS.get(step, FIRST))
    words = part.named(step)
    return main.get_by_role("link", name=words).or_(main.get_by_role("button", name=words))


async def filled(part: Part) -> None:
    """What a form needs and nobody wrote in; of one that needs nothing, its first line."""
    boxes = part.page.locator("main form.form [required]")
    if not await boxes.count():
        boxes = part.page.locator("main form.form:not(.filters) :is(textarea, input[type=text])").first
    for box in await boxes.all():
        if await box.evaluate("box => box.tagName") == "SELECT":
            if not await box.input_value():
                await box.select_option(index=await box.locator("option").count() - 1)
        elif not await box.input_value():
            await box.fill(await fitting(box))


async def fitting(box: Locator) -> str:
    today = datetime.now(HOST).date().isoformat()
    by_type = {"date": today, "number": "1", "email": "walk@sojourn.example"}
    name, kind = await box.get_attribute("name"), await box.get_attribute("type")
    return GIVEN.get(name or "", by_type.get(kind or "", "Walked."))
