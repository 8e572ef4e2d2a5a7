"""Each role's five daily tasks, walked by clicking from home; every link and button is counted."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from services.journeys.console.daily_tasks import DAILY, MOST_CLICKS, Daily
from shared.access import Role
from shared.embedded.stack import EmbeddedStack
from story.approval import record_needed
from tests.e2e.clicking import Part, playing
from tests.e2e.conftest import Told

pytestmark = pytest.mark.timeout(900)
HOST = ZoneInfo("Europe/Stockholm")
FIRST = "main tbody th a, main tbody td a, main svg a, main ul.rows a, main dl a"


class Work:
    """Something to do for everybody: somebody who applied, who signed, who arrives, who begins; a question, a lead."""

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
        await self.signed("signed", later)
        await self.approved("arrives", later)
        await self.approved("begins", soon)
        ep = await self.applies("asks", later)
        asked = {"subject": "Vaccination", "text": "Do I need any?"}
        await self.walk.world.until("the question", lambda: ep.post("notifications", "/v1/questions", asked))
        await self.lead()
        self.nation = (await self.he.get("applications", f"/v1/entities/{self.walk.entities['hosting']}"))["parent_id"]
        await self.walk.world.move_to(datetime.combine(today + timedelta(days=9), time(12), HOST))

    async def offer(self, start: Any) -> Any:
        both = self.walk.tale.opportunities.both | self.walk.tale.opportunities.accepted.model_dump(exclude={"reason"})
        dates = {"start_on": start.isoformat(), "end_on": (start + timedelta(days=83)).isoformat(), "openings": 20}
        about = {"enabler_id": self.walk.opportunities["accepted"]["enabler_id"]}
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

    async def lead(self) -> None:
        """A member of the sending committee has a lead to call."""
        entity = str(self.walk.entities["sending"])
        account = self.walk.world.account(Role.participant, f"member-{uuid4().hex[:8]}")
        body = {"entity_id": entity, "role": "ep_manager", "given_name": "Dana", "family_name": "Pop"}
        body["email"] = f"dana+{uuid4().hex[:6]}@sojourn.example"
        member = await account.post("applications", "/v1/members", body)
        path = f"/v1/members/{member['id']}"
        for step, facts in (("selection", None), ("activation", {})):
            await self.se.change("applications", f"{path}/{step}", facts, of=path)
        lead = f"/v1/leads/{self.people['asks']}"
        given = {"member_id": member["id"]}
        await self.walk.world.until(
            "the hand-over", lambda: self.se.change("scoring", f"{lead}/hand-over", given, of=lead)
        )


@pytest.fixture(scope="module")
async def work(told: Told) -> Work:
    made = Work(told)
    await made.set_out()
    return made


def choice(work: Work, role: Role) -> str:
    walk = work.walk
    whose = {
        Role.participant: work.people["signed"],
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
            await part.home()
            await walked(part, task)
            assert part.clicks <= MOST_CLICKS, task.code


async def walked(part: Part, task: Daily) -> None:
    """Home's link first; then row, link or button as the task says. A list with nothing in it ends the walk: it says
    what will appear there."""
    for step in task.clicks:
        await filled(part)
        found = await place_of(part, step)
        if not await found.count():
            assert await part.page.locator("main .empty, main .soft").count(), f"{task.code}: no {step}"
            return
        await part.press(found.first)


async def place_of(part: Part, step: str) -> Any:
    main = part.page.locator("main")
    if step.startswith("the "):
        return main.locator(FIRST)
    words = part.named(step)
    return main.get_by_role("link", name=words).or_(main.get_by_role("button", name=words))


async def filled(part: Part) -> None:
    """What a form needs and nobody wrote in."""
    today = datetime.now(HOST).date().isoformat()
    given = {"date": today, "number": "1", "email": "walk@sojourn.example"}
    for box in await part.page.locator("main form.form [required]").all():
        if await box.evaluate("box => box.tagName") == "SELECT":
            if not await box.input_value():
                await box.select_option(index=1)
        elif not await box.input_value():
            await box.fill(given.get(await box.get_attribute("type") or "", "Walked."))
