"""The boards as pages: what they say of real figures, in which order things wait, and what their forms send."""

import csv
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import orjson
import pytest

from services.journeys.console.pages import doors
from services.journeys.console.pages.boards.calendar import span
from services.journeys.console.pages.boards.inbox import _told, _urgency
from services.journeys.estimating import Estimating
from shared.contracts import applications as facts
from shared.contracts import notifications, tasks
from shared.contracts.fields import Product
from shared.ids import new_id
from shared.testing import builders, callers
from tests.journeys.others import Others, example
from tests.journeys.test_dual import hear
from tests.journeys.world import CLUJ, UPPSALA, WORLD, World

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)


@pytest.fixture
async def others(world: World, monkeypatch: pytest.MonkeyPatch) -> Others:
    made = Others(world)
    made.examples = True
    monkeypatch.setattr(doors, "http_client", made.client(await world.room.app()))
    return made


@pytest.fixture
async def browser(world: World, others: Others) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as the EP manager of Cluj."""
    transport = httpx.ASGITransport(app=await world.room.app(), raise_app_exceptions=False)
    cookies = {"sojourn_token": callers.token(world.se)}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies) as client:
        yield client


def row(kind: str, due: str | None, overdue: bool | None = None) -> dict[str, Any]:
    return {"kind": kind, "due": due, "overdue": overdue, "more": None, "href": "/console", "person_id": None}


def test_late_things_come_first_then_by_their_date_and_what_has_none_last() -> None:
    rows = [
        row("message", None, False), row("task", "2026-05-12", False), row("case", "2026-05-10T13:00:00Z"),
        row("hand_over", "2026-05-09T13:00:00Z"), row("question", "2026-05-08T10:00:00Z", True),
    ]  # fmt: skip
    told = sorted((_told(one, {}, NOW) for one in rows), key=_urgency)
    assert [one["kind"] for one in told] == ["question", "hand_over", "case", "task", "message"]


def test_a_day_that_is_not_over_is_not_late() -> None:
    assert not _told(row("task", "2026-05-10"), {}, NOW)["overdue"]
    assert _told(row("task", "2026-05-09"), {}, NOW)["overdue"]


@pytest.mark.parametrize(
    ("view", "starts", "first", "last", "before", "after"),
    [
        ("month", 0, date(2026, 4, 27), date(2026, 5, 31), date(2026, 4, 1), date(2026, 6, 1)),
        ("month", 5, date(2026, 4, 25), date(2026, 6, 5), date(2026, 4, 1), date(2026, 6, 1)),
        ("week", 0, date(2026, 5, 4), date(2026, 5, 10), date(2026, 5, 3), date(2026, 5, 17)),
        ("agenda", 0, date(2026, 5, 10), date(2026, 6, 6), date(2026, 4, 12), date(2026, 6, 7)),
        ("day", 0, date(2026, 5, 10), date(2026, 5, 10), date(2026, 5, 9), date(2026, 5, 11)),
    ],
)
def test_a_view_draws_whole_weeks_as_they_begin_where_one_reads(
    view: str, starts: int, first: date, last: date, before: date, after: date
) -> None:
    found = span(view, date(2026, 5, 10), starts)
    assert (found.first, found.last, found.moved(-1), found.moved(1)) == (first, last, before, after)


async def test_the_calendar_shows_what_is_due_in_the_zone_that_is_asked(
    browser: httpx.AsyncClient, world: World
) -> None:
    await world.signs_up()
    await world.is_approved()
    await world.gets_touchpoints()
    page = (await browser.get("/console/calendar?day=2026-05-10&zone=Europe/Bucharest")).text
    assert "10:00" in page
    assert "Departure document" in page
    assert "Ioana Șerban" in page
    far = (await browser.get("/console/calendar?day=2026-07-10&zone=Europe/Bucharest")).text
    assert "Departure document" not in far


async def test_a_day_with_more_than_can_be_named_is_counted_and_has_a_list_of_its_own(
    browser: httpx.AsyncClient, world: World
) -> None:
    await world.signs_up()
    for place in range(7):
        at = datetime(2026, 5, 9, 21, place, tzinfo=UTC)  # after midnight in Bucharest
        scheduled = notifications.TouchpointScheduled
        await world.room.hear(world.touchpoint(scheduled, f"letter-{place}", new_id(), due_at=at))
    asked = {"since": "2026-05-08", "until": "2026-05-11", "zone": "Europe/Bucharest", "first": "2"}
    for caller, n in (
        (world.se, 7), (world.he, 7), (callers.national_manager(WORLD), 7), (callers.global_manager(), 7),
        (world.ep, 7), (callers.sending_manager(UPPSALA), 0), (callers.participant(), 0),
        (callers.national_manager(CLUJ), 7), (callers.enabler(), 0),
    ):  # fmt: skip
        client = await world.room.client(caller)
        for about in ({}, {"entity_id": str(WORLD)}, {"entity_id": str(UPPSALA)}, {"person_id": str(world.person_id)}):
            days = (await client.get("/v1/calendar", params=asked | about)).json()["days"]
            found = [(day["touchpoints"], day["late_touchpoints"], len(day["first"])) for day in days]
            assert found == [(0, 0, 0), (0, 0, 0), (n, 0, min(n, 2)), (0, 0, 0)], (caller.role, about)
    world.room.clock.set(datetime(2026, 5, 9, 21, 4, 30, tzinfo=UTC))
    page = (await browser.get("/console/calendar?day=2026-05-10&zone=Europe/Bucharest")).text
    assert "Letter 2" in page
    assert "Letter 3" not in page
    assert "5 late" in page
    assert "4 more" in page
    day = (await browser.get("/console/calendar?view=day&day=2026-05-10&zone=Europe/Bucharest")).text
    assert "Letter 6" in day
    late = (await browser.get("/console/calendar?view=day&day=2026-05-10&zone=Europe/Bucharest&late=true")).text
    assert ("Letter 4" in late, "Letter 6" in late) == (True, False)


async def test_a_task_is_due_on_a_day_of_its_committee_and_no_customer_sees_it_or_is_reminded_of_it(
    browser: httpx.AsyncClient, world: World
) -> None:
    await world.signs_up()
    reminder = {"due_at": datetime(2026, 5, 10, tzinfo=UTC), "audience": "ep_manager"}
    await world.room.hear(world.touchpoint(notifications.TouchpointScheduled, "task-reminder", new_id(), **reminder))
    about = {"touchpoint_id": new_id(), "touchpoint": "welcome-call", "task_id": new_id(), "application_id": None}
    about |= {"person_id": world.person_id, "enabler_id": None, "entity_id": CLUJ, "side": "sending"}
    await world.room.hear(tasks.TaskOpened(**about, due_on=date(2026, 5, 10), zone="Pacific/Auckland"))
    asked = {"since": "2026-05-10", "until": "2026-05-10", "zone": "Pacific/Auckland"}
    for caller, n in ((world.se, 1), (callers.national_manager(CLUJ), 1), (world.he, 0), (world.ep, 0)):
        client = await world.room.client(caller)
        (day,) = (await client.get("/v1/calendar", params=asked)).json()["days"]
        reminded = int(caller is not world.ep)
        assert (day["tasks"], day["touchpoints"], len(day["first"])) == (n, reminded, n + reminded), caller.role
        assert len((await client.get("/v1/calendar/2026-05-10", params=asked)).json()["items"]) == n + reminded
    page = (await browser.get("/console/calendar?day=2026-05-10&zone=Pacific/Auckland")).text
    assert "Welcome call" in page


async def test_the_sliders_begin_at_what_was_observed_and_the_address_is_the_scenario(
    browser: httpx.AsyncClient, world: World
) -> None:
    for place in range(20):
        ids = builders.about(sending_entity_id=CLUJ, hosting_entity_id=UPPSALA)
        await world.room.hear(facts.ApplicationSubmitted(**ids, product=Product.talent))
        if place < 8:
            await world.room.hear(facts.ApplicationAccepted(**ids))
    assert "Work it out" in (await browser.get("/console/simulation")).text
    asked = {"form-key": "abcdefgh12", "kind": "funnel-rates", "body": "{}", "to": "/console/simulation"}
    assert (await browser.post("/console/estimates", data=asked)).status_code == 303
    assert await Estimating(world.room.runtime).step()
    page = (await browser.get("/console/simulation?accepted=50&volume=200&seed=7")).text
    assert 'name="accepted" min="0" max="100" step="0.5" value="50.0"' in page
    assert "observed: 20" in page
    assert 'name="seed" value="7"' in page
    alike = (await browser.get("/console/simulation?accepted=100&signed=30&format=csv")).text.splitlines()
    moved = [line[5] for line in csv.reader(alike)]
    assert moved[1:3] == ["", "0.3"]  # all were accepted: a slider that stands there was moved by nobody
    rows = (await browser.get("/console/simulation?accepted=50&format=csv")).text.splitlines()
    assert len(rows) == 8


async def test_both_sides_are_a_matrix_and_a_list_that_leads_to_a_case(
    browser: httpx.AsyncClient, world: World
) -> None:
    (about, _) = await hear(world.room, (9, 3), (8, 8))
    page = (await browser.get("/console/dual-sided?which=ep_glad")).text
    assert f"/console/cases/new?application_id={about['application_id']}&amp;party=enabler" in page
    assert "not enough data" in page


async def test_a_scorecard_is_kept_and_aimed_by_forms_and_what_is_wrong_stands_beside_the_field(
    browser: httpx.AsyncClient, world: World
) -> None:
    given = {"measure": "response_ep", "side": "sending", "rhythm": "month", "zone": "Europe/Bucharest", "target": "60"}
    bad = await browser.post("/console/scorecards/new", data={**given, "target": "400"})
    assert bad.status_code == 422
    assert "it lies between 0 and 1" in bad.text
    made = await browser.post("/console/scorecards/new", data=given)
    assert made.status_code == 303
    place = made.headers["location"]
    page = (await browser.get(place)).text
    assert "Response of EPs" in page
    assert "60%" in page.replace("\xa0", "").replace(" %", "%")
    aimed = {"value": "70", "measure": "response_ep", "form-version": "1", "from_on": "2026-01-01"}
    assert (await browser.post(f"{place}/target", data=aimed)).status_code == 303
    assert (await browser.post(f"{place}/retirement", data={"form-version": "2"})).status_code == 303
    assert "No scorecard yet" in (await browser.get("/console/scorecards")).text


async def test_actions_on_a_case_go_to_the_room_with_version_and_key(
    browser: httpx.AsyncClient, others: Others
) -> None:
    case = new_id()
    data = {"text": "We moved the room.", "form-key": "key-of-this-form", "form-version": "4"}
    reply = await browser.post(f"/console/cases/{case}/solution", data=data)
    assert reply.status_code == 303
    sent = next(one for one in others.asked if one.method == "POST")
    assert sent.url.path == f"/v1/cases/{case}/solution"
    assert (sent.headers["if-match"], sent.headers["idempotency-key"]) == ('"4"', "key-of-this-form")
    files = {"file": ("proof.txt", b"It leaked.", "text/plain")}
    reply = await browser.post(f"/console/cases/{case}/attachments", data={"form-key": "another-key"}, files=files)
    assert reply.status_code == 303
    sent = others.asked[-1]
    assert (sent.url.params["name"], sent.content) == ("proof.txt", b"It leaked.")
    assert (await browser.post(f"/console/cases/{case}/everything", data={"form-version": "1"})).status_code == 404


async def test_a_standard_is_waived_with_its_reason(browser: httpx.AsyncClient, others: Others, world: World) -> None:
    stay = world.stay["application_id"]
    data = {"why": "The EP has family there.", "form-version": "2"}
    reply = await browser.post(f"/console/standards/{stay}/arrival_pickup/not-needed", data=data)
    assert reply.status_code == 303
    sent = next(one for one in others.asked if one.method == "POST")
    assert sent.url.path == f"/v1/experiences/{stay}/standards/arrival_pickup/not-needed"
    assert sent.content == b'{"why":"The EP has family there."}'


async def test_a_plan_is_compared_previewed_in_each_language_and_brought_into_use_with_a_way_back(
    browser: httpx.AsyncClient, others: Others
) -> None:
    draft, used = str(new_id()), str(new_id())
    shown = example("notifications", "GET", f"/v1/plans/{draft}")
    plan = {**shown, "id": draft, "plan": "cluj", "number": 2, "state": "draft", "entity_id": str(CLUJ)}
    plan["content"] = {"touchpoints": [{"code": "first-day", "kind": "message"}, {"code": "call", "kind": "task"}]}
    former = {**plan, "id": used, "number": 1, "state": "published", "version": 7}
    changed = {"touchpoint": "first-day", "what": "changed", "fields": {"days": {"before": -3, "after": -5}}}
    others.answers |= {
        f"/v1/plans/{draft}": plan,
        f"/v1/plans/{used}": former,
        "/v1/plans": {"items": [plan, former], "next": None},
        f"/v1/plans/{draft}/checks": {"ready": True, "findings": []},
        f"/v1/plans/{draft}/diff": {"touchpoints": [changed], "without": {"added": ["call"], "removed": []}},
        "/v1/plan": {"languages": ["en", "ro"]},
        f"/v1/plans/{draft}/preview": {
            "touchpoint": "first-day", "language": "ro", "ready": False, "missing": ["host_phone"], "faults": [],
            "subject": "Prima zi", "text": "Ne vedem!", "document": None, "document_name": None,
        },
    }  # fmt: skip
    place = f"/console/plans/{draft}"
    page = (await browser.get(f"{place}/changes")).text
    assert "What differs from version 1 (in use)" in page
    assert ">-3<" in page
    assert "left out now" in page
    wish = {"touchpoint": "first-day", "application_id": str(others.world.stay["application_id"]), "language": "every"}
    previewed = (await browser.post(f"{place}/changes", data=wish)).text
    assert "Prima zi" in previewed
    assert "Host phone" in previewed
    asked = [orjson.loads(one.content)["language"] for one in others.asked if one.url.path.endswith("/preview")]
    assert sorted(asked) == ["en", "ro"]
    reply = await browser.post(f"{place}/publish", data={"form-version": "3"})
    assert reply.headers["location"] == f"{place}/changes"
    sent = next(one for one in others.asked if one.url.path == f"/v1/plans/{draft}/publish")
    assert (sent.headers["if-match"], orjson.loads(sent.content)["apply_to"]) == ('"3"', "new")
    after = (await browser.get(f"{place}/changes")).text
    assert f'action="/console/plans/{used}/publish"' in after  # undone by bringing the former version back
    assert 'name="form-version" value="7"' in after


async def test_a_run_tells_how_far_it_is_then_both_plans_beside_each_other(
    browser: httpx.AsyncClient, others: Others
) -> None:
    run = str(new_id())
    one = {
        **example("notifications", "GET", f"/v1/simulations/{run}"), "id": run, "state": "running", "done": 30,
        "total": 120, "reason": None, "report": None, "created_at": "2026-05-10T10:00:00Z",
    }  # fmt: skip
    others.answers |= {f"/v1/simulations/{run}": one, "/v1/simulations": {"items": [one], "next": None}}
    listed = (await browser.get("/console/simulation/plan")).text
    assert f'href="/console/simulation/plan/{run}"' in listed
    page = (await browser.get(f"/console/simulation/plan/{run}")).text
    assert "Under way" in page
    assert "30 / 120" in page
    assert "Stop it" in page

    def figures(number: int, sent: int) -> dict[str, Any]:
        week = {"week": "2026-W20", "role": "ep_manager", "opened": 4, "done": 1, "late": 1, "escalated": 0, "open": 2}
        return {
            "plan": "cluj", "version": number, "totals": {"sent": sent, "people_over_budget": 0},
            "standards": [{"standard": "arrival_pickup", "in_time": 3, "late": 1}], "staff_load": [week],
            "touchpoints": [{"touchpoint": "first-day", "sent": sent}, {"touchpoint": "check", "sent": 5}],
        }  # fmt: skip

    report = {"until": "2026-12-01", "plans": [figures(1, 7), figures(2, 9)]}
    others.answers[f"/v1/simulations/{run}"] = one | {"state": "done", "done": 120, "report": report}
    page = (await browser.get(f"/console/simulation/plan/{run}")).text
    assert "Stop it" not in page
    rows = list(csv.reader((await browser.get(f"/console/simulation/plan/{run}?format=csv")).text.splitlines()))
    assert rows[0][1:] == ["Cluj 1", "Cluj 2"]
    assert rows[1] == ["Messages sent", "7", "9"]
    differ = (await browser.get(f"/console/simulation/plan/{run}?format=csv&table=plan-touchpoints")).text
    assert ("First day" in differ, "Check" in differ) == (True, False)
